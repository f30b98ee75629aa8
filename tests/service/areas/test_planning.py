"""Does a plan follow from its choices, add up, and say why?"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.areas.allocation import AllocationError
from headwater.areas.deprivation import DOMAINS
from headwater.areas.levels import Level
from headwater.areas.planning import Facts, Staffing, parse_scenario, propose
from headwater.service.areas.choices import Choices, RoleChoice
from headwater.service.areas.comparing import compare
from headwater.service.areas.exports import as_csv, as_ods, sheets_of
from headwater.service.areas.result import work_out
from headwater.service.areas.staffing import StaffingError, read_staffing

CODES = tuple(f"E{number}" for number in range(12))
LEVEL = Level(
    "team", "team", "teams", {"A": "Ash", "B": "Beech", "C": "Cedar"}, {code: "ABC"[number % 3] for number, code in enumerate(CODES)},
    {"A": "North", "B": "North", "C": "South"},
)  # fmt: skip
TODAY = {"pc": {"A": 10, "B": 10, "C": 10}, "pcso": {"A": 5, "B": 5, "C": 5}}


def facts(minutes: float = 0.0) -> Facts:
    ranks = {name: np.arange(1, 13) * 1_000 for name in DOMAINS}
    work = np.full(12, minutes)
    return Facts(CODES, ranks, 32_844, np.full(12, 1_500.0), work, bool(minutes), ("made up",), (), 0.0)


def held(**fixed: dict[str, int]) -> Staffing:
    return Staffing(TODAY, fixed)


def worked(**choices: Any) -> dict[str, Any]:
    choices.setdefault("roles", {"pc": RoleChoice(30, floor=2), "pcso": RoleChoice(15)})
    return json.loads(json.dumps(work_out("T", facts(), LEVEL, Choices(**choices), held())))  # type: ignore[no-any-return]


def test_all_posts_are_given_out_and_floors_hold() -> None:
    found = worked()
    assert sum(found["posts"]["pc"].values()) == 30
    assert sum(found["posts"]["pcso"].values()) == 15
    assert min(found["posts"]["pc"].values()) >= 2
    assert sum(found["need"].values()) == pytest.approx(1)
    assert found["posts"]["pc"]["A"] > found["posts"]["pc"]["C"], "Ash has the worst ranks"
    assert all(found["why"]["pc"].values())


def test_the_reason_counts_every_post_of_the_place() -> None:
    found = worked()
    for code, posts in found["posts"]["pc"].items():
        told = [
            int(word)
            for word in found["why"]["pc"][code].partition(";")[0].replace(",", "").split()
            if word.isdecimal()
        ]
        assert sum(told) == posts


def test_a_limit_on_moves_is_kept_and_told() -> None:
    found = worked(roles={"pc": RoleChoice(30, most_moves=0)})
    away = sum(max(0, TODAY["pc"][code] - posts) for code, posts in found["posts"]["pc"].items())
    assert away == 0
    assert found["gap"] == 0
    assert any("at most 0 PC leave" in why for why in found["why"]["pc"].values())


def test_rules_that_cannot_hold_are_told_in_words() -> None:
    with pytest.raises(AllocationError, match="floors add up to 60 posts, and there are 30"):
        worked(roles={"pc": RoleChoice(30, floor=20)})


def test_fixed_posts_stay_where_they_are() -> None:
    found = work_out("T", facts(), LEVEL, Choices(roles={"pc": RoleChoice(30)}), held(pc={"C": 10}))
    assert found["posts"]["pc"]["C"] >= 10
    assert "10 tied to the place" in found["why"]["pc"]["C"]


def test_every_post_has_a_line_under_its_place() -> None:
    found = worked()
    assert set(found["each"]) == set(LEVEL.names)
    for line in compare(found, LEVEL, TODAY, "today").lines:
        held = {role: posts for role, _, posts, _ in line.cells}
        for role, posts in held.items():
            mine = [words for words in line.each if words.startswith(f"{role} ")]
            assert [words.partition(":")[0] for words in mine] == [f"{role} {number}" for number in range(1, posts + 1)]
    rows = as_csv(sheets_of(compare(found, LEVEL, TODAY, "today"), [])).decode("utf-8-sig")
    assert "PC 1: by need: its claim was the highest" in rows
    assert "; the rule of at least 2 here asks for it too." in rows
    del found["each"]
    assert not compare(found, LEVEL, TODAY, "today").lines[0].each, "kept before each post had its line"


def test_what_counts_crime_twice_says_so() -> None:
    told = work_out("T", facts(minutes=1.0), LEVEL, Choices(workload=0.5, roles={"pc": RoleChoice(30)}), None)
    assert told["double"]


def test_groups_of_residents_change_no_post() -> None:
    plain = work_out("T", facts(), LEVEL, Choices(roles={"pc": RoleChoice(30)}), None)
    told = work_out("T", facts(), LEVEL, Choices(roles={"pc": RoleChoice(30)}), None, {"x": np.arange(12.0)})
    assert told["posts"] == plain["posts"]


def test_choices_come_back_as_they_were_kept() -> None:
    one = Choices({"crime": 0.3}, 0.2, {"pc": RoleChoice(3, 1, 5, 2)}, 0.1, (0.2, 1.0), "huntington-hill", 5)
    assert Choices.from_json(json.loads(json.dumps(one.as_json()))) == one


@given(st.dictionaries(st.sampled_from("ABC"), st.integers(0, 20)))
def test_moves_lead_from_what_was_to_the_plan(before: dict[str, int]) -> None:
    found = compare(RESULT, LEVEL, {"pc": before}, "before")
    held = {code: before.get(code, 0) for code in LEVEL.names}
    by_words = {f"{LEVEL.names[code]} ({LEVEL.unit[code]})": code for code in held}
    for move in found.moves:
        if move.source:
            held[by_words[move.source]] -= move.posts
        if move.target:
            held[by_words[move.target]] += move.posts
    if any(before.values()):
        assert held == RESULT["posts"]["pc"]
    for line in found.lines:
        assert line.cells[0][3] == RESULT["posts"]["pc"][line.code] - before.get(line.code, 0)


RESULT = worked(roles={"pc": RoleChoice(30)})


def test_the_spreadsheet_is_one_and_holds_numbers_as_numbers() -> None:
    sheets = sheets_of(compare(RESULT, LEVEL, TODAY, "=today\x0b"), [("Plan", "<A & B>")])
    content = as_ods(sheets)
    assert content == as_ods(sheets)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        tree = ElementTree.fromstring(archive.read("content.xml"))  # noqa: S314 - our own bytes
    spaces = {
        "t": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "o": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    }
    assert len(tree.findall(".//t:table", spaces)) == 8
    numbers = [
        cell.get(f"{{{spaces['o']}}}value") for cell in tree.findall(".//t:table-cell[@o:value-type='float']", spaces)
    ]
    assert str(RESULT["posts"]["pc"]["A"]) in numbers
    assert "formula" not in ElementTree.tostring(tree, encoding="unicode")


def test_no_cell_of_the_table_is_a_formula() -> None:
    text = as_csv(sheets_of(compare(RESULT, LEVEL, TODAY, "today"), [("Plan", "=1+1")])).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "\n=1+1" not in text


GOOD = "area,role,posts,fixed\nA,PC,4,1\nA,pcso,2,\nB,PC,3,0\n"


def test_a_staffing_file_is_read() -> None:
    assert read_staffing(b"\xef\xbb\xbf" + GOOD.encode(), LEVEL) == [
        {"area": "A", "role": "pc", "posts": 4, "fixed": 1}, {"area": "A", "role": "pcso", "posts": 2, "fixed": 0},
        {"area": "B", "role": "pc", "posts": 3, "fixed": 0},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("area,posts\nA,4\n", "no column role"),
        ("area,role,posts\n", "no lines"),
        ("area,role,posts\nX,PC,4\n", "line 2: there is no team 'X'"),
        ("area,role,posts\nA,Sergeant,4\n", "line 2: the role is 'Sergeant'"),
        ("area,role,posts\nA,PC,4.5\n", "line 2, column posts: '4.5'"),
        ("area,role,posts\nA,PC,-1\n", "line 2, column posts: '-1'"),
        ("area,role,posts,fixed\nA,PC,1,2\n", "2 of 1 posts are fixed"),
        ("area,role,posts\nA,PC,4\nA,PC,4\n", "line 3: A has a line for PC already"),
        ("area,role,posts\nA\n", "line 2: the role is None"),
    ],
)  # fmt: skip
def test_a_staffing_file_that_cannot_be_says_where(content: str, told: str) -> None:
    with pytest.raises(StaffingError, match=told):
        read_staffing(content.encode(), LEVEL)


def test_a_staffing_file_that_is_no_text_says_so() -> None:
    with pytest.raises(StaffingError, match="UTF-8"):
        read_staffing("área".encode("latin-1"), LEVEL)


def test_the_draws_of_a_place_add_up_and_are_said() -> None:
    found = compare(worked(), LEVEL, TODAY, "today")
    for line in found.lines:
        for one in line.sure:
            assert one.same + (one.more or 0) + (one.fewer or 0) == pytest.approx(1)
            assert one.low <= one.high
            assert f"as many in {one.same:.0%} of draws" in one.words
    unsure = [line for line in found.lines if any(one.same < 0.9 for one in line.sure)]
    assert {line.code for line in found.least_sure} == {line.code for line in unsure}
    assert f"{3 - len(unsure)} of 3 places" in found.sure_words


def test_a_plan_kept_before_draws_were_counted_is_still_read() -> None:
    old = worked()
    old["sure"] = {role: {code: told[:3] for code, told in places.items()} for role, places in old["sure"].items()}
    words = compare(old, LEVEL, TODAY, "today").lines[0].sure[0].words
    assert "more in" not in words


def test_the_service_gives_what_the_command_line_gives() -> None:
    """One library: the same rules written as the command line takes them give the same posts."""
    rules = """
title: T
method: milp
need: {weights: published}
roles: {pc: {name: PC, posts: 30, floor: 2, most_moves: 3}, pcso: {name: PCSO, posts: 15}}
mix: {role: pcso, per: pc, least: 0.25, most: 1}
"""
    by_file = propose(facts(), LEVEL, parse_scenario(rules, "rules.yaml"), held())
    roles = {"pc": RoleChoice(30, floor=2, most_moves=3), "pcso": RoleChoice(15)}
    by_form = worked(roles=roles, mix=(0.25, 1.0))
    assert by_form["posts"] == {role: dict(one.posts) for role, one in by_file.results.items()}
    assert by_form["need"] == pytest.approx(dict(by_file.need))
    assert by_form["gap"] == 0


def test_a_mix_without_one_of_its_roles_is_no_rule() -> None:
    assert sum(worked(roles={"pc": RoleChoice(30)}, mix=(0.25, 1.0))["posts"]["pc"].values()) == 30
