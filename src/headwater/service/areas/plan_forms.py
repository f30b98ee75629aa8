"""The form of a plan: the index, weights and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from headwater.areas.allocation import HUNTINGTON_HILL, WEBSTER
from headwater.areas.deprivation import DOMAINS, WEIGHTS
from headwater.areas.levels import Level
from headwater.areas.planning import Scenario, ScenarioError
from headwater.service.areas.choices import (
    MOST_SECONDS,
    OWN,
    PUBLISHED,
    ROLES,
    SECONDS,
    WEIGHTINGS,
    WITHOUT,
    Choices,
    RoleChoice,
)
from headwater.service.areas.models import Staffing
from headwater.service.areas.plan_fields import OF_THE_FILE, Numbers, level_choices, name_of_weight, percent, ratio
from headwater.service.areas.rule_file import choices_of, read_rules
from headwater.service.design import forms as f

RESTS_ON = (
    "Hardship is a score of an index of deprivation times the residents. Another index, or other weights, give other posts: the plan and all its files "
    "say which were chosen. Crime belongs in hardship or in work: in both it counts twice, in neither nowhere, and the plan says so."
)
WAYS = {
    PUBLISHED: "As published",
    WITHOUT: "As published, without crime: for where work counts it",
    OWN: "By my own weights, below",
}
HARDSHIP = "They count only where you chose your own weights above. Only their proportions matter."


class PlanForm(Numbers):  # type: ignore[misc]
    """Everything that a planner sets. Empty means no such rule."""

    name = f.line("What is this plan called?", "For example, Two officers in every team")
    rules = forms.FileField(
        label="A file of rules", required=False, max_length=100,
        help_text="YAML, as the command headwater areas allocate reads it. It brings all rules at once, those of single units, places, teams and tied posts "
        "too, and takes the place of every weight and rule below.",
    )  # fmt: skip
    without_rules = forms.BooleanField(label="Take the file of rules away: what is set below counts", required=False)
    index = f.one_of(
        "Which index?",
        [],
        "The indices that are loaded for this force. A file of rules names none: it is chosen here.",
        required=False,
    )
    weighting = f.one_of(
        "How are its seven domains weighed?",
        list(WAYS.items()),
        required=False,
    )
    level = f.one_of("To what are posts given?", [])
    staffing = forms.ModelChoiceField(
        Staffing.objects.none(),
        label="Posts of today",
        required=False,
        empty_label="None: nothing to compare with",
        widget=forms.Select(),
    )
    workload = percent("Share of work in need, in %", "The rest is hardship. 0 where no minutes of work are loaded.")
    band = percent("How far a unit’s posts may be from its share by need, in %", "Empty: no limit", required=False)
    mix_least = ratio("PCSOs for one PC, at least", "In each place. Empty: no such rule")
    mix_most = ratio("PCSOs for one PC, at most")
    method = f.one_of(
        "Method", [(WEBSTER, "Webster: nearest to equal need for every post"), (HUNTINGTON_HILL, "Huntington and Hill: a first post for everybody")],
        "Where moves or the mix are limited, an integer programme with Webster’s aim is used.",
    )  # fmt: skip
    seconds = forms.IntegerField(
        label="Seconds that the integer programme may take", min_value=1, max_value=MOST_SECONDS, initial=SECONDS, required=False,
        help_text=f"1 to {MOST_SECONDS}; empty is {SECONDS}. Most plans take one or two. When the time is up you get the best plan so far, and how much "
        "better one could be.",
        widget=forms.TextInput({"inputmode": "numeric", "size": 6}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, levels: Mapping[str, Level], indexes: Mapping[str, str], staffing: Any, kept: Choices | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """`indexes`: the loaded indices of the force with their titles; the one under no name is taken where none is chosen."""
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = level_choices(levels)
        self.fields["index"].choices = list(indexes.items())
        self.fields["staffing"].queryset = staffing
        self.levels, self.kept = levels, kept if kept and kept.rules else None
        self.brought: tuple[Scenario, str, str] | None = None
        """The rules of a file that came with this sending, its text and its name."""
        if self.kept is None:
            del self.fields["without_rules"]

    @property
    def groups(self) -> list[tuple[str, str, list[Any]]]:
        """The questions under their headings, each with a sentence."""
        weights = [self[f"weight_{name}"] for name in DOMAINS]
        found = [
            ("The plan", "", [self["name"], self["level"], self["staffing"]]),
            ("Rules from a file", self._say_file(), [self["rules"], *([self["without_rules"]] if self.kept else [])]),
            ("What hardship rests on", RESTS_ON, [self["index"], self["weighting"]]),
            ("Your own weights", HARDSHIP, weights),
            ("Hardship and work", "", [self["workload"]]),
        ]  # fmt: skip
        for role, called in ROLES.items():
            found.append(
                (f"{called}s", "", [self[f"{role}_{part}"] for part in ("posts", "floor", "ceiling", "moves")])
            )
        found.append(
            ("Rules for all", "", [self["band"], self["mix_least"], self["mix_most"], self["method"], self["seconds"]])
        )
        return found

    def _say_file(self) -> str:
        if self.kept is None:
            return "For more than this form can ask. Leave it empty, and what is set below counts."
        return (
            f"This plan’s rules come from the file {self.kept.rules_name}; what stands below is as it says. To change a rule, bring in a changed "
            "file, or take the file away."
        )

    def clean_rules(self) -> Any:
        """What the file says, if it can be."""
        found = self.cleaned_data["rules"]
        if found:
            try:
                self.brought = (*read_rules(found.read(), found.name), found.name)
            except ScenarioError as fault:
                raise forms.ValidationError(f"A file of rules: {fault}") from None
        return found

    def clean(self) -> dict[str, Any]:
        """The two ends of the mix go together; where a file says the rules, nothing else does."""
        super().clean()
        told: dict[str, Any] = self.cleaned_data
        if "rules" in self.errors or self.brought or (self.kept and not told.get("without_rules")):
            self._leave_to_file(told)
            return told
        least, most = told.get("mix_least"), told.get("mix_most")
        if (least is None) != (most is None):
            self.add_error("mix_most" if most is None else "mix_least", "PCSOs for one PC: fill in both, or neither.")
        elif least is not None and most is not None and least > most:
            self.add_error("mix_most", "PCSOs for one PC: the most is below the least.")
        named = WEIGHTINGS.get(told.get("weighting") or OWN)
        if named is None and not any(told.get(f"weight_{name}") for name in DOMAINS):
            self.add_error("weight_income", "Weights: at least one must be more than 0.")
        elif named is not None:
            self._leave_to_name(told, named)
        return told

    def _leave_to_name(self, told: dict[str, Any], named: Mapping[str, float]) -> None:
        """Weights that do not count may stand as they stood; what was typed into them and says something else is a fault."""
        for name in DOMAINS:
            field = f"weight_{name}"
            sent = told.get(field)
            if self._is_typed(field) and (sent is None or float(sent) != round(named.get(name, 0) * 100, 1)):
                self.add_error(
                    "weighting",
                    f"How its seven domains are weighed: “{WAYS[told['weighting']]}” was chosen, and “{name_of_weight(name)}” was changed. Choose "
                    f"“{WAYS[OWN]}”, or leave the weights as they stood.",
                )
                return
            self.errors.pop(field, None)

    def _leave_to_file(self, told: dict[str, Any]) -> None:
        """Faults of fields that do not count are none; what was typed into them against the kept file is one."""
        for name in OF_THE_FILE:
            self.errors.pop(name, None)
        level = self.levels.get(told.get("level", ""))
        if self.brought and level and (asked := self.brought[0].level) and asked != level.id:
            self.add_error(
                "rules",
                f"A file of rules: it gives posts to each {asked}, and this plan to each {level.id}. Choose the same, or take `level` out of the file.",
            )
        if self.kept and not self.brought and "rules" not in self.errors and any(map(self._is_typed, OF_THE_FILE)):
            self.add_error(
                "rules",
                f"A file of rules: they come from {self.kept.rules_name}, and something else was set below. Bring in a changed file, or take the file away.",
            )

    def _is_typed(self, name: str) -> bool:
        """Whether a field was sent with something else than what stood in it."""
        stood, sent = self.initial.get(name), self.data.get(self.add_prefix(name))
        return sent is not None and str(sent).strip() != ("" if stood is None else str(stood))

    def choices(self) -> Choices:
        """What was set."""
        told = self.cleaned_data
        if self.brought:
            return choices_of(*self.brought, told["seconds"] or SECONDS, told["index"])
        if self.kept and not told["without_rules"]:
            return replace(self.kept, seconds=told["seconds"] or SECONDS, index=told["index"])
        roles = {
            role: RoleChoice(
                told[f"{role}_posts"], told[f"{role}_floor"] or 0, told[f"{role}_ceiling"], told[f"{role}_moves"]
            )
            for role in ROLES
            if told[f"{role}_posts"]
        }
        mix = (float(told["mix_least"]), float(told["mix_most"])) if told["mix_least"] is not None else None
        weights = WEIGHTINGS.get(told["weighting"] or OWN) or {
            name: float(told[f"weight_{name}"]) / 100 for name in DOMAINS
        }
        band = float(told["band"]) / 100 if told["band"] is not None else None
        return Choices(
            dict(weights),
            float(told["workload"]) / 100,
            roles,
            band,
            mix,
            told["method"],
            told["seconds"] or SECONDS,
            index=told["index"],
        )


def as_form(name: str, level: str, staffing: int | None, choices: Choices) -> dict[str, Any]:
    """A plan as the form holds it."""
    found: dict[str, Any] = {
        "name": name, "level": level, "staffing": staffing, "index": choices.index, "weighting": choices.weighting,
        "seconds": choices.seconds, "workload": _trim(choices.workload * 100), "method": choices.method,
        "band": None if choices.band is None else _trim(choices.band * 100),
        "mix_least": choices.mix[0] if choices.mix else None, "mix_most": choices.mix[1] if choices.mix else None,
    }  # fmt: skip
    if choices.rules:
        found["rules_text"] = choices.rules
    found |= {f"weight_{one}": _trim(choices.weights.get(one, 0) * 100) for one in WEIGHTS}
    for role in ROLES:
        one = choices.roles.get(role, RoleChoice(0))
        found |= {
            f"{role}_posts": one.posts,
            f"{role}_floor": one.floor,
            f"{role}_ceiling": one.ceiling,
            f"{role}_moves": one.most_moves,
        }
    return found


def _trim(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")


class DecisionForm(f.Form):
    """Who decided, and why."""

    decided_by = f.line(
        "Who decided?", "Name and rank or office, for example Chief Superintendent A. Example, Head of Local Policing"
    )
    words = f.text("What was decided, and why?", "This stands on the plan for good, and on the report for the board.")
