"""Is every word of the reader's catalogue accounted for, and does a fault in it say where it is?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from headwater.catalogue import read_text
from headwater.narrative import Lexicon, LexiconError, read
from headwater.narrative.patterns import PatternError, read_pattern, split_choices
from headwater.narrative.rules import CATEGORIES, read_rules


def content(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read_text("narrative", name))
    return loaded


def test_every_group_of_cues_has_a_category_and_a_reason() -> None:
    for group in content("cues.yaml")["groups"]:
        assert group["category"] in CATEGORIES, group["name"]
        assert len(group["reason"]) > 20, group["name"]


def test_every_boundary_has_a_reason() -> None:
    for group in content("boundaries.yaml")["groups"]:
        assert len(group["reason"]) > 20, group["name"]


def test_every_group_of_terms_has_a_source_and_every_concept_a_meaning() -> None:
    for concept, entry in content("lexicon.yaml")["concepts"].items():
        assert entry["meaning"].endswith("."), concept
        for group in entry["groups"]:
            assert group["source"], (concept, group["name"])


def test_names_of_groups_are_unique() -> None:
    names = [group["name"] for group in content("cues.yaml")["groups"]]
    assert len(names) == len(set(names))
    for concept, entry in content("lexicon.yaml")["concepts"].items():
        names = [group["name"] for group in entry["groups"]]
        assert len(names) == len(set(names)), concept


def test_the_rules_can_be_read() -> None:
    assert len(read_rules().groups) == len(content("cues.yaml")["groups"])


def test_a_force_may_bring_its_own_lexicon(tmp_path: Path) -> None:
    lexicon = write_lexicon(tmp_path, terms=["(rat|badger) [in the] house"])
    table = read(["No badger in the house."], Lexicon.from_catalogue(lexicon))
    assert [(row["concept"], row["negated"]) for row in table.to_pylist()] == [("vermin", True)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"terms": ["(rat"]}, "vermin"),
        ({"terms": ["[rat]"]}, "vermin"),
        ({"terms": ["rat <end>"]}, "vermin"),
        ({"terms": ["$unheard"]}, "unheard"),
        ({"source": ""}, "say where the terms come from"),
        ({"bears": "nobody"}, "bears"),
    ],
)
def test_a_fault_in_a_lexicon_says_where_it_is(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        Lexicon.from_catalogue(write_lexicon(tmp_path, **change))


def write_lexicon(
    folder: Path, *, terms: list[str] | None = None, source: str = "dictionaries", bears: str = "state"
) -> Path:
    (folder / "narrative").mkdir()
    groups = [{"name": "animals", "source": source, "terms": terms or ["rat"]}]
    entry = {"vermin": {"meaning": "Animals.", "bears": bears, "groups": groups}}
    (folder / "narrative" / "lexicon.yaml").write_text(yaml.safe_dump({"concepts": entry}), "utf-8")
    return folder


def test_a_pattern_stands_for_what_it_says() -> None:
    pattern = read_pattern("shout{s,ed} [very] loud ..3 (him|her)")
    assert pattern.parts == ((("shout", "shouts", "shouted"), ("", "very"), ("loud",)), (("him", "her"),))
    assert pattern.gaps == (3,)
    assert read_pattern("self-harm").parts == ((("self-harm", "self harm", "selfharm"),),)
    assert read_pattern("^od").capitals
    assert read_pattern("no <end>").at_end
    assert split_choices("(a ..2 b|^c)") == ["a ..2 b", "^c"]


@pytest.mark.parametrize(
    "written", ["..2 a", "a ..2", "(a", "a)", "(a ..2 b) c", "$nothing", "<day>", "(|a)", "[a]", ""]
)
def test_a_pattern_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(PatternError):
        read_pattern(written)


def test_a_number_that_a_term_spells_out_is_a_number_all_the_same() -> None:
    for number in ("2", "3", "7", "20", "136"):
        table = read([f"{number} years ago he was drunk."]).to_pylist()
        assert [row["historical"] for row in table] == [True], number
