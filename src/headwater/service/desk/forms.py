"""The questions about one draft: a verdict for each piece, what must not be passed on, who was told, and whether to hand it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from headwater.service.design import forms as f
from headwater.service.design.lists import Filters
from headwater.triggers.desk import IDENTITY, REASONS, RELEASE, TOLD, Decision, also_leaves, counted, pieces, seen_of
from headwater.triggers.package import Package
from headwater.triggers.words import say_day

VERDICTS = [("", "Not decided"), ("confirmed", "Right"), ("held back", "Right, but must not be passed on")]
REJECTED = [(f"rejected: {reason}", f"No: {reason}") for reason in REASONS]


class DeskFilters(Filters):
    """Filters of the queue."""

    q = forms.CharField(label="Name or number", max_length=80)
    state = forms.ChoiceField(
        label="State",
        choices=[
            ("open", "Open"),
            ("all", "All"),
            *((one, one.capitalize()) for one in ("waiting", "in work", "confirmed", "rejected")),
        ],
    )
    trigger = forms.ChoiceField(label="Trigger")
    team = forms.ChoiceField(label="Team")

    def __init__(self, *args: Any, triggers: list[tuple[str, str]], teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trigger"].choices = [("", "All"), *triggers]  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", "All"), *((one, one) for one in teams)]  # type: ignore[attr-defined]


class DraftForm(f.Form):
    """One draft. `known`: how many decisions there were when the page was read."""

    known = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, draft: Package, newest: Mapping[str, Decision], known: int, holds: bool, **kwargs: Any
    ) -> None:
        self.draft = draft
        self.names: dict[str, str] = {}
        super().__init__(*args, **kwargs)
        self.initial["known"] = known
        place = draft.subject.kind == "place"
        self._piece(
            "p0",
            IDENTITY,
            "Is it one place?" if place else "Is it the right person?",
            newest,
            [VERDICTS[0], VERDICTS[1], *REJECTED[:1]],
        )
        for number, item in enumerate(counted(draft), start=1):
            words = f"{say_day(item.occurred_on).capitalize()}: {item.sentence}"
            self._piece(f"p{number}", item.evidence_id, words, newest, [*VERDICTS, *REJECTED])
        told = {f"h{number}": (name, words) for number, (name, words) in enumerate(also_leaves(draft).items())}
        self.holds = {key: name for key, (name, _) in told.items()}
        for key, (name, words) in told.items():
            self.fields[key] = forms.BooleanField(label=f"Must not be passed on: {words}", required=False)
            self.initial[key] = name in newest and newest[name].verdict == "held back"
        self.fields["told"] = f.text(
            "Who has told the person or a parent, or why has nobody?", required=False, rows=2, limit=2000
        )
        self.initial["told"] = newest[TOLD].note if TOLD in newest else ""
        self.fields["note"] = f.text("A note on these decisions", required=False, rows=2, limit=2000)
        choices = [("", "Not yet: keep what is decided"), ("confirmed", "Yes: hand it on to the team"), *REJECTED[1:]]
        self.fields["release"] = f.one_of("Hand it on?", choices, required=False)
        if not holds:
            self.fields[
                "release"
            ].help_text = "What is left no longer meets the trigger, so it cannot be handed on: say why not."

    def _piece(
        self, key: str, piece: str, words: str, newest: Mapping[str, Decision], choices: list[tuple[str, str]]
    ) -> None:
        self.names[key] = piece
        self.fields[key] = forms.ChoiceField(label=words, choices=choices, required=False)
        before = newest.get(piece)
        if before is not None:
            self.initial[key] = f"rejected: {before.reason}" if before.verdict == "rejected" else before.verdict

    def decided(self) -> list[tuple[str, str, str | None, str, str]]:
        """What was chosen and is not so already: piece, verdict, reason, note, digest of what was seen. The release comes last."""
        told, found = self.cleaned_data, []
        digests = pieces(self.draft)
        for key, piece in self.names.items():
            if told.get(key) and told[key] != self.initial.get(key):
                verdict, _, reason = told[key].partition(": ")
                found.append((piece, verdict, reason or None, told["note"], digests[piece]))
        for key, name in self.holds.items():
            if bool(told.get(key)) != bool(self.initial.get(key)):
                found.append((name, "held back" if told[key] else "confirmed", None, told["note"], ""))
        if told["told"].strip() and told["told"] != self.initial["told"]:
            found.append((TOLD, "confirmed", None, told["told"], ""))
        if told["release"]:
            verdict, _, reason = told["release"].partition(": ")
            found.append((RELEASE, verdict, reason or None, told["note"], seen_of(self.draft)))
        return found
