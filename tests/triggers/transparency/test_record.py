"""Is every field of the standard answered, or does it say who must answer it? And can a child read the public version?"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.rules.indicator import RuleError, read_indicators
from headwater.triggers.transparency import Figures, describe, read_figures

STANDARD = Path(__file__).parents[4] / "shared" / "domain" / "codes" / "atrs_fields.csv"
FIGURES = Figures(
    trigger="tipt", version="4", measured_on="2026-11-25", people=1000, seeds=[1], precision=0.97, precision_interval=(0.9, 0.99),
    recall=0.9, recall_interval=(0.8, 0.95),
)  # fmt: skip


def test_the_fields_are_those_of_the_standard_in_its_order() -> None:
    if not STANDARD.exists():
        pytest.skip("the published list of fields is not here")
    wanted = [(row["ref"], row["attribute"]) for row in csv.DictReader(STANDARD.open(encoding="utf-8"))]
    record = describe(read_triggers()["tipt"], read_indicators(), None, public=True)
    assert [(field.ref, field.name) for field in record.fields] == wanted


@pytest.mark.parametrize("trigger", sorted(read_triggers()))
def test_every_field_is_answered_or_says_who_must(trigger: str) -> None:
    record = describe(read_triggers()[trigger], read_indicators(), None, public=True)
    for field in record.fields:
        assert field.answer
        assert field.missing == field.answer.startswith("Not yet answered. To be answered by ")
    assert not next(field for field in record.fields if field.name == "human_decisions").missing


def test_measured_figures_are_said_with_what_they_were_measured_on() -> None:
    record = describe(read_triggers()["tipt"], read_indicators(), FIGURES, public=True)
    told = next(field.answer for field in record.fields if field.name == "risk_description")
    assert "On made-up records of 1,000 people" in told
    assert "of 100 it found, about 97 were right (90 to 99)" in told
    old = describe(read_triggers()["tipt"], read_indicators(), FIGURES.model_copy(update={"version": "3"}), public=True)
    assert "of an older version, 3" in next(field.answer for field in old.fields if field.name == "risk_description")


def test_the_full_version_has_every_rule_and_the_public_one_has_none() -> None:
    trigger, indicators = read_triggers()["tipt"], read_indicators()
    full, public = (describe(trigger, indicators, None, public=public).model_dump_json() for public in (False, True))
    for name in trigger.indicators:
        assert f"[{name} " in full
        assert f"[{name} " not in public


def test_a_force_answers_what_only_it_knows(tmp_path: Path) -> None:
    (tmp_path / "transparency").mkdir()
    (tmp_path / "transparency" / "force.yaml").write_text("organisation: A made-up force\n", encoding="utf-8")
    record = describe(read_triggers()["tipt"], read_indicators(), None, public=True, catalogue=tmp_path)
    assert next(field for field in record.fields if field.name == "organisation").answer == "A made-up force"
    (tmp_path / "transparency" / "force.yaml").write_text("colour: blue\n", encoding="utf-8")
    with pytest.raises(RuleError, match="colour is none"):
        describe(read_triggers()["tipt"], read_indicators(), None, public=True, catalogue=tmp_path)


def test_the_shipped_figures_are_of_triggers_that_there_are() -> None:
    for name in read_triggers():
        figures = read_figures(name)
        assert figures is None or figures.trigger == name
    with pytest.raises(RuleError, match="holds no figures"):
        read_figures("tipt", [Path(__file__)])


def measured(folder: Path, seed: int, **other: object) -> Path:
    content = {
        "trigger": "tipt", "version": "4", "measured_on": f"2026-11-{seed:02}", "people": 1000, "seed": seed, "both": 90, "found": 100, "true": 120,
        "precision": 0.9, "note": "made up",
    }  # fmt: skip
    path = folder / f"{seed}-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(content | other), encoding="utf-8")
    return path


def test_what_measure_printed_for_each_seed_is_pooled_over_its_counts(tmp_path: Path) -> None:
    figures = read_figures("tipt", [measured(tmp_path, 1), measured(tmp_path, 2, both=10, found=100, true=80)])
    assert figures is not None
    assert (figures.precision, figures.recall, figures.seeds) == (0.5, 0.5, [1, 2])
    assert figures.measured_on == "2026-11-02"
    assert figures.precision_interval[0] < 0.5 < figures.precision_interval[1]


def test_measurements_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    for other in ({"version": "3"}, {"people": 2000}):
        with pytest.raises(RuleError, match="to be pooled must be"):
            read_figures("tipt", [measured(tmp_path, 1), measured(tmp_path, 2, **other)])
    once = measured(tmp_path, 3)
    with pytest.raises(RuleError, match="each of another seed"):
        read_figures("tipt", [once, once])
    with pytest.raises(RuleError, match="holds figures of repeat_calls, not of tipt"):
        read_figures("tipt", [measured(tmp_path, 1, trigger="repeat_calls")])
    with pytest.raises(RuleError, match="Nobody was found"):
        read_figures("tipt", [measured(tmp_path, 1, both=0, found=0)])


def test_public_words_are_short() -> None:
    """Reading age: Flesch-Kincaid grade of the answers that are plain text, at most that of a pupil of 13 or so."""
    record = describe(read_triggers()["tipt"], read_indicators(), None, public=True)
    plain = (
        "process_integration", "provided_information", "human_decisions", "data_collection", "risk_mitigation", "data_access_and_storage",
        "data_access_terms",
    )  # fmt: skip
    text = " ".join(field.answer for field in record.fields if field.name in plain)
    sentences = [part for part in re.split(r"[.!?:;]\s", text) if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    assert grade < 7.5, grade
    assert json.loads(record.model_dump_json())["public"]
