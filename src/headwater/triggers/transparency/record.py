"""Which answer belongs in each field? Written from the catalogue and the last measured figures; what only the force knows says who must
answer it. The public version leaves out the rules' own text and inner numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, Field, ValidationError

from headwater.catalogue import read_text, shelf
from headwater.records import read_sources
from headwater.triggers.counting.interval import interval
from headwater.triggers.packages.package import Part
from headwater.triggers.packages.words import say_day, uncapitalise
from headwater.triggers.rules.definition import Trigger, say_span, say_subject
from headwater.triggers.rules.indicator import Indicator, RuleError, Strict


class _Field(Strict):
    ref: str
    name: str
    tier: int
    category: str
    ask: str
    by: str | None = None


class Figures(Strict):
    """The last measured figures of a trigger on made-up records, and what they were measured with."""

    trigger: str
    version: str
    measured_on: str
    people: int
    seeds: list[int]
    precision: float
    precision_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]


class Measured(BaseModel):
    """What is needed of the output of `headwater measure --json`."""

    trigger: str
    version: str
    measured_on: str
    people: int
    seed: int
    both: int = Field(ge=0)
    found: int = Field(ge=0)
    true: int = Field(ge=0)


class Answered(Part):
    """One field with its answer; `missing` says who must give it."""

    ref: str
    name: str
    tier: int
    category: str
    ask: str
    answer: str
    missing: bool


class Record(Part):
    """The whole record of one trigger."""

    trigger: str
    title: str
    version: str
    public: bool
    fields: list[Answered]


def read_figures(trigger_id: str, files: Sequence[Path] = ()) -> Figures | None:
    """The figures in files, or those that came with the product; None when there are none.

    A file holds figures, or what `headwater measure --json` printed; several of these (one a seed) are pooled. Raises RuleError for
    files that hold something else, another trigger, or measurements that do not belong together.
    """
    name = f"{trigger_id}.json"
    if not files and not shelf("figures", name).is_file():
        return None
    texts = [(str(file), file.read_text("utf-8")) for file in files] or [(name, read_text("figures", name))]
    found: list[Figures | Measured] = []
    for file, text in texts:
        try:
            content = json.loads(text)
            measured = isinstance(content, dict) and "both" in content
            found.append(Measured.model_validate(content) if measured else Figures.model_validate(content))
        except (ValueError, ValidationError) as fault:
            raise RuleError(f"{file} holds no figures of a trigger: {str(fault).splitlines()[0]}.") from None
        if found[-1].trigger != trigger_id:
            raise RuleError(f"{file} holds figures of {found[-1].trigger}, not of {trigger_id}.")
    whole = [one for one in found if isinstance(one, Figures)]
    if whole and len(found) > 1:
        raise RuleError(
            f"{', '.join(file for file, _ in texts)}: give one file of figures, or what headwater measure --json printed for each seed."
        )
    return whole[0] if whole else summarise([one for one in found if isinstance(one, Measured)])


def describe(
    trigger: Trigger,
    indicators: Mapping[str, Indicator],
    figures: Figures | None,
    *,
    public: bool,
    catalogue: Path | None = None,
) -> Record:
    """The record of a trigger. A force's own `transparency/force.yaml` in its catalogue (field: answer) goes before all else."""
    fields = [_Field.model_validate(row) for row in yaml.safe_load(read_text("transparency", "atrs.yaml"))["fields"]]
    told = _told(trigger, indicators, figures, public=public) | _of_force(catalogue, {field.name for field in fields})
    answered = []
    for field in fields:
        answer = told.get(field.name)
        missing = answer is None
        answered.append(
            Answered(
                ref=field.ref, name=field.name, tier=field.tier, category=field.category, ask=field.ask, missing=missing,
                answer=answer if answer is not None else f"Not yet answered. To be answered by {field.by or 'the owner of the trigger'}.",
            )
        )  # fmt: skip
    return Record(trigger=trigger.id, title=trigger.title, version=trigger.version, public=public, fields=answered)


def _of_force(catalogue: Path | None, known: set[str]) -> dict[str, str]:
    own = catalogue / "transparency" / "force.yaml" if catalogue else None
    if own is None or not own.is_file():
        return {}
    content = yaml.safe_load(own.read_text("utf-8"))
    if not isinstance(content, dict) or (strange := sorted(set(map(str, content)) - known)):
        raise RuleError(
            f"{own}: write field: answer, with fields of the standard; {strange[0] if isinstance(content, dict) else 'this'} is none."
        )
    return {str(name): str(answer) for name, answer in content.items()}


def _told(
    trigger: Trigger, indicators: Mapping[str, Indicator], figures: Figures | None, *, public: bool
) -> dict[str, str]:
    used = [indicators[name] for name in trigger.indicators]
    sources = [source.title for source in read_sources().values()]
    rules = "; or ".join(
        f"{rule.in_words()}, the newest in the last {say_span(rule.newest_within)}" for rule in trigger.rules
    )
    kinds = "; ".join(uncapitalise(item.title) for item in used)
    told: dict[str, str] = {
        "name": trigger.title,
        "description": (
            f"A computer search through the records that the police already hold. It looks for {say_subject(trigger.subject)} with {rules}. It does not give "
            "marks or points to people, and it does not say what somebody will do. A person checks all that it finds. Then it is used for this: "
            f"{trigger.help}"
        ),
        "team": trigger.owner,
        "external_supplier": "No company runs it. It is open software that the force runs by itself.",
        "external_supplier_identifier": "None.",
        "external_supplier_role": "None.",
        "data_access_terms": "No company can see the data. It stays on the force's own computers.",
        "scope": f"It is about {say_subject(trigger.subject)}. It is for: {trigger.purpose}. It may be used for nothing else; the software refuses.",
        "benefit": trigger.help,
        "alternatives_considered": "To wait until somebody calls, or until one officer happens to see all records. Then help comes late, or not at all.",
        "model_type": (
            f"Fixed rules that people wrote and can read; nothing is learned from past decisions. Counted are: {kinds}. A rule of chance is used only to "
            "tell which records belong to one person, and every page says how sure that is."
        ),
        "maintenance": f"The owner looks at the rules by {say_day(trigger.review_by)}. Every change has a version (now {trigger.version}).",
        "system_architecture": "Headwater, open software in Python. It reads exports of the force's systems into one private folder and writes pages there.",
        "process_integration": (
            "1. The search writes drafts. 2. An analyst checks the person, each event and the person's part in it, and confirms or rejects with a reason. "
            f"3. Only what is confirmed goes to a team: at most {trigger.limit.new_packages_per_team} new ones at once, to be answered in "
            f"{trigger.limit.answer_within_days} days. 4. The team says if it was right. 5. That is counted and shown."
        ),
        "provided_information": "What was found and when, the words of the records, how sure it is, what speaks against it, and what nobody knows. No score.",
        "human_decisions": "People decide everything: is it the right person, did it happen, is help wanted and how. The search decides nothing.",
        "source_data_name": ", ".join(sources),
        "source_data_description": "Crimes, calls, custody, missing people, worries about children, and what the council told the police.",
        "source_data_url": "No. They are about people, so they are not public.",
        "data_collection": "Police officers, call takers and council staff wrote them down in their work. No new data is collected for this.",
        "data_access_and_storage": "In one locked folder of the force. Every look is written down: who, when and why. So is what goes to a team.",
        "risk_name": "A wrong person, a wrong event, a person missed, one group found more often than another, help that does harm.",
        "risk_description": _how_right(trigger, figures),
        "risk_mitigation": (
            "A person checks each draft. Doubts stand on the page. Words that were denied, long past or about somebody else are "
            "not counted. Places that must stay secret are hidden. What is found to help may not be used "
            "against anybody. How each group is treated is counted in every report."
        ),
    }  # fmt: skip
    exceptions = "; ".join(f"{one.input} ({one.basis}): {one.reason}" for one in trigger.exceptions)
    told["scope"] += f" Of protected traits it uses: {exceptions}" if exceptions else " It uses no protected trait."
    if not public:
        told["model_type"] += " Rules in full: " + " ".join(
            f"[{item.id} {item.version}] claims: {item.claims} Does not claim: {item.does_not_claim} Counts: {'; '.join(item.counts)}. Does not count: "
            f"{'; '.join(item.does_not_count)}."
            for item in used
        )
        told["process_integration"] += (
            " Taken out or changed: "
            + "; ".join(f"{one.id} ({one.effect}): {one.reason}" for one in trigger.exclusions)
            + "."
        )
    return told


def _how_right(trigger: Trigger, figures: Figures | None) -> str:
    if figures is None:
        return "Not measured yet. On real records only a blind sample can tell."
    old = "" if figures.version == trigger.version else f" (of an older version, {figures.version})"
    low, high = figures.precision_interval
    found, missed = figures.recall_interval
    of = f"On made-up records of {figures.people:,} people{old}, measured on {figures.measured_on}"
    right = f"of 100 it found, about {100 * figures.precision:.0f} were right ({100 * low:.0f} to {100 * high:.0f})"
    seen = f"of 100 that it should find, it found about {100 * figures.recall:.0f} ({100 * found:.0f} to {100 * missed:.0f})"
    return f"{of}: {right}; {seen}. On real records it may be less right. Only a blind sample can tell, and the force should take one."


def summarise(measured: Sequence[Measured]) -> Figures:
    """Figures from the output of `headwater measure --json`, one for each seed, pooled over their counts. Raises RuleError when
    they are of different versions or sizes, or a seed is there twice."""
    first, seeds = measured[0], [one.seed for one in measured]
    if any((one.version, one.people) != (first.version, first.people) for one in measured) or len(set(seeds)) < len(
        seeds
    ):
        raise RuleError(
            "Measurements to be pooled must be of one version of the trigger, one number of people, and each of another seed."
        )
    both, found, true = (
        sum(counts) for counts in zip(*((one.both, one.found, one.true) for one in measured), strict=True)
    )
    if not found or not true:
        raise RuleError("Nobody was found, or nobody should have been: measure with more people.")
    return Figures(
        trigger=first.trigger, version=first.version, measured_on=max(one.measured_on for one in measured), people=first.people,
        seeds=seeds, precision=both / found, precision_interval=interval(both, found), recall=both / true, recall_interval=interval(both, true),
    )  # fmt: skip
