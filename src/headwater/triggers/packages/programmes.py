"""Which kinds of help might fit? Programmes with their criteria, as data; each criterion met, not met or not known, with reasons."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from headwater.catalogue import read_text
from headwater.criteria import Criteria, CriteriaError, Fact, fails, judge
from headwater.triggers.packages.package import CriterionFound, EvidenceKind, ProgrammeFit
from headwater.triggers.rules.indicator import RuleError, Strict

_SEEN = {
    "household_domestic_abuse": "domestic_abuse", "exploitation": "exploitation", "repeat_missing": "missing", "school_exclusion": "excluded",
    "serious_violence": "violence", "bereavement": "bereaved", "household_imprisonment": "parent_jailed",
}  # fmt: skip
"""Which indicator's counted evidence makes which fact true. That there is none makes it not known, never false."""


class Programme(Strict):
    """One kind of help and who fits it."""

    about: str
    criteria: Criteria


@lru_cache
def read_programmes(catalogue: Path | None = None) -> tuple[Programme, ...]:
    """The force's programmes, or the built-in ones; raises RuleError that names the programme and the fault."""
    own = catalogue / "programmes.yaml" if catalogue else None
    text = own.read_text("utf-8") if own and own.is_file() else read_text("programmes.yaml")
    try:
        content = yaml.safe_load(text)
        return tuple(
            Programme(
                about=row["about"],
                criteria=Criteria.model_validate(
                    {
                        "id": row["id"], "title": row["title"], "version": str(row.get("version", "1")), "purpose": "welfare", "facts": content["facts"],
                        "criteria": row["criteria"],
                    }
                ),
            )
            for row in content["programmes"]
        )  # fmt: skip
    except (yaml.YAMLError, KeyError, TypeError, ValidationError, CriteriaError) as fault:
        raise RuleError(f"programmes.yaml: {str(fault).splitlines()[0]}. See the built-in file for the form.") from None


def fit_programmes(
    programmes: tuple[Programme, ...],
    *,
    age: int | None,
    in_area: bool | None,
    open_plan: tuple[str, date] | None,
    kinds: list[EvidenceKind],
    as_of: date,
) -> list[ProgrammeFit]:
    """How each programme fits what is on record: those that may fit first, in the order of the catalogue; those that do not are
    left out. `open_plan` is the plan in words and since when; None is not known, because no system holds every plan."""
    facts: dict[str, Fact] = {"age": Fact(age, "date of birth on record", as_of)}
    if in_area is not None:
        facts["lives_here"] = Fact(in_area, "newest home on record", as_of)
    if open_plan is not None:
        facts["open_plan"] = Fact(True, open_plan[0], open_plan[1])
    for kind in kinds:
        days = [item.occurred_on for item in kind.items if item.counts and item.occurred_on]
        if kind.indicator in _SEEN and days:
            facts[_SEEN[kind.indicator]] = Fact(True, kind.title, max(days))
    found = []
    for programme in programmes:
        if fails(programme.criteria, facts, as_of):
            continue
        judgement = judge(programme.criteria, facts, as_of)
        needed = [
            one for one in judgement.findings if one.answer == "met" and not one.criterion.startswith(("young", "here"))
        ]
        if not needed and any(one.criterion in ("need", "abuse", "loss", "jailed") for one in judgement.findings):
            continue  # Nothing on record speaks for it.
        found.append(
            ProgrammeFit(
                title=programme.criteria.title, about=programme.about, version=judgement.version,
                criteria=[
                    CriterionFound(label=one.label, answer=one.answer, reasons=list(one.reasons), ask=list(one.questions)) for one in judgement.findings
                ],
            )
        )  # fmt: skip
    return found
