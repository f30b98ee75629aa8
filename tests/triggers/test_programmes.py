"""Which help does a package point to, and does it say what is met, not met and not known?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from headwater.criteria import Criteria, CriteriaError, Criterion, FactDefinition
from headwater.triggers.packages.package import EvidenceKind
from headwater.triggers.packages.programmes import fit_programmes, read_programmes
from headwater.triggers.rules.indicator import RuleError
from tests.triggers.test_holds import an_item

ON = date(2017, 3, 31)


def kinds(*indicators: str) -> list[EvidenceKind]:
    return [
        EvidenceKind(
            indicator=name, title=name.title(), claims="", does_not_claim="", items=[an_item(1, name, 30, 1, False)]
        )
        for name in indicators
    ]


def fits(age: int | None, *indicators: str, **more: object) -> dict[str, dict[str, str]]:
    given = {"in_area": True, "open_plan": None} | more
    found = fit_programmes(read_programmes(), age=age, kinds=kinds(*indicators), as_of=ON, **given)  # type: ignore[arg-type]
    return {fit.title: {one.label: one.answer for one in fit.criteria} for fit in found}


def test_a_programme_is_named_only_when_something_on_record_speaks_for_it() -> None:
    assert set(fits(12)) == {"Early help plan"}
    assert "Support after a death" in fits(12, "bereavement")
    assert "Mentor for a young person" in fits(12, "exploitation")


def test_what_no_record_says_is_not_known_and_becomes_a_question() -> None:
    found = fit_programmes(
        read_programmes(), age=12, in_area=True, open_plan=None, kinds=kinds("repeat_missing"), as_of=ON
    )
    mentor = next(fit for fit in found if "Mentor" in fit.title)
    wants = next(one for one in mentor.criteria if one.label == "wants a mentor")
    assert wants.answer == "not known"
    assert wants.ask == ["Who has asked the young person, and does he or she want it?"]
    need = next(one for one in mentor.criteria if one.label.startswith("is exploited"))
    assert need.answer == "met"
    assert any(
        "Missing again and again is on record: yes (Repeat_Missing, 2017-03-01)" in reason for reason in need.reasons
    )


def test_an_open_plan_or_an_age_takes_a_programme_out() -> None:
    assert "Early help plan" not in fits(12, open_plan=("A child-in-need plan", date(2017, 1, 1)))
    assert fits(22, "exploitation", "bereavement") == {}
    assert "Early help plan" in fits(None), "an age that is not known rejects nobody"


def test_no_fact_serves_a_purpose_that_it_does_not_declare() -> None:
    fact = FactDefinition(
        name="wants_it", type="boolean", meaning="Wants it", question="Wants it?", purposes=("welfare",)
    )
    with pytest.raises(CriteriaError, match="'wants_it' may not be used for 'disposal', only for welfare"):
        Criteria(
            id="x",
            title="X",
            version="1",
            purpose="disposal",
            facts=[fact],
            criteria=[Criterion(id="a", label="A", judged="wants_it")],
        )


def test_a_force_s_own_programmes_replace_the_built_in_and_a_fault_is_named(tmp_path: Path) -> None:
    text = "programmes: [{id: x, title: X, about: Y, criteria: [{id: a, label: A, test: age <}]}]\nfacts: []\n"
    (tmp_path / "programmes.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=r"programmes\.yaml"):
        read_programmes(tmp_path)
