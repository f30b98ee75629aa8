"""Can a planner bring the rules of the command line, and does the plan keep, show and obey them?"""

from __future__ import annotations

import io
from typing import Any

import pytest

from headwater.areas.planning import ScenarioError
from headwater.service.areas.rule_file import choices_of, read_rules
from tests.service.areas.test_planning import LEVEL, facts, held
from tests.service.areas.test_plans import PLANNER, choices, staffing
from tests.service.conftest import Town, version_in

RULES = """
title: More for the east
need: {weights: published}
roles:
  pc: {name: PC, posts: 850, floor: 2}
  pcso: {name: PCSO, posts: 340}
units:
  - {unit: Birmingham East, role: pc, floor: 170}
places:
  - {place: DY07, role: pc, floor: 9}
fixed:
  - {place: DY07, role: pcso, posts: 3, why: the officer of the school}
"""
SMALL = "title: T\nroles: {pc: {name: PC, posts: 30}}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: [", "rules.yaml is no YAML"),
        ("just words", "rules.yaml, the file: "),
        ("title: T\nroles: {pc: {name: PC}}\n", r"roles.pc.posts: Field required"),
        (SMALL + "banana: 1\n", "banana: there is no rule of this name"),
        (SMALL + "most_moves: 3\n", "Write method: milp"),
        ("title: T\nroles: {sergeant: {name: S, posts: 3}}\n", "'sergeant' is no role of a plan. Write pc or pcso"),
        ("title: T\nroles: {pc: {name: PC, posts: 1000000000}}\n", r"roles.pc.posts: the number is larger than 20,000"),
        (SMALL + "need: {weights: {income: .inf}}\n", r"need.weights.income: the number is larger"),
        (SMALL + "need: {weights: {}}\n", "need.weights: there is none"),
        (SMALL + 'fixed: [{place: A, role: pc, why: "\\0"}]\n', "a sign that cannot be printed"),
        ("[" * 5_000, "cannot be read as rules"),
        ("? {a: 1}\n: 2\n", "rules.yaml"),
        (SMALL + "#" * 64_000, "larger than 64 kB"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_says_where_and_what_to_write(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        read_rules(text.encode(), "rules.yaml")


def test_a_file_that_is_no_text_says_so() -> None:
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_rules("título: T".encode("latin-1"), "rules.yaml")


def test_the_rules_of_a_file_come_back_as_they_were_kept_and_give_the_same_posts() -> None:
    from headwater.areas.planning import propose
    from headwater.service.areas.choices import Choices
    from headwater.service.areas.result import work_out

    text = SMALL + "units: [{unit: South, role: pc, floor: 20}]\nneed: {weights: {income: 3, crime: 1}}\n"
    told, kept = read_rules(text.encode(), "rules.yaml")
    one = choices_of(told, kept, "rules.yaml", 5)
    assert one.weights == {"income": 0.75, "crime": 0.25}
    assert Choices.from_json(one.as_json()) == one
    found = work_out("T", facts(), LEVEL, one, held())
    assert found["posts"]["pc"] == dict(propose(facts(), LEVEL, told, held()).results["pc"].posts)
    assert found["posts"]["pc"]["C"] >= 20
    assert "Shifts, leave" in " ".join(found["not_in_it"]), "the file names nothing, so the plan says what it lacks"


def send(town: Town, address: str, rules: str = "", **more: Any) -> Any:
    client = town.client(PLANNER)
    told = choices(town, version=version_in(client.get(address).content.decode()), **more)
    if rules:
        file = io.BytesIO(rules.encode())
        file.name = "east.yaml"
        told["rules"] = file
    return client.post(address, told)


def made(town: Town) -> Any:
    from headwater.service.areas.models import Plan

    assert send(town, "/areas/plans/add/", RULES, staffing=staffing(town).pk).status_code == 302
    return Plan.objects.latest("id")


@pytest.mark.service
def test_a_plan_obeys_the_file_and_shows_it(town_with_measures: Town) -> None:
    from headwater.areas.teams import read_teams
    from headwater.service.areas.atlas import read_atlas

    town, plan = town_with_measures, made(town_with_measures)
    unit = read_atlas().levels["team"].unit
    assert sum(posts for code, posts in plan.posts["pc"].items() if unit[code] == "Birmingham East") >= 170
    assert plan.posts["pc"]["DY07"] >= 9
    page = town.client(PLANNER).get(f"/areas/plans/{plan.pk}/").content.decode()
    name = read_teams().teams["DY07"].name
    for words in (
        "the file east.yaml", "Birmingham East at least 170 PC", f"{name} at least 9 PC",
        f"3 PCSO in {name}: the officer of the school", "PCSO 1: tied to the place: the officer of the school.",
        "unit: Birmingham East, role: pc, floor: 170", f"Each post in {name}",
    ):  # fmt: skip
        assert words in page, words
    rows = town.client(PLANNER).get(f"/areas/plans/{plan.pk}/export/csv/").content.decode("utf-8-sig")
    assert "Birmingham East at least 170 PC" in rows
    assert "PCSO 1: tied to the place: the officer of the school." in rows
    assert town.client(PLANNER).get(f"/areas/plans/{plan.pk}/export/pdf/").content.startswith(b"%PDF")


@pytest.mark.service
def test_the_file_stays_until_it_is_taken_away_or_another_comes(town_with_measures: Town) -> None:
    from headwater.service.areas.models import Plan

    town, plan = town_with_measures, made(town_with_measures)
    address = f"/areas/plans/{plan.pk}/change/"
    now = {"pcso_floor": "0", "pc_posts": "850", "name": "Renamed"}
    assert send(town, address, **now).status_code == 302
    kept = Plan.objects.get(pk=plan.pk)
    assert (kept.name, kept.choices["rules_name"], kept.posts) == ("Renamed", "east.yaml", plan.posts)
    answer = send(town, address, **(now | {"pc_posts": "900"}))
    assert answer.status_code == 422
    assert "they come from east.yaml, and something else was set below" in answer.content.decode()
    assert send(town, address, RULES.replace("170", "180"), **now).status_code == 302
    assert "floor: 180" in Plan.objects.get(pk=plan.pk).choices["rules"]
    assert send(town, address, **(now | {"pc_posts": "900", "without_rules": "on"})).status_code == 302
    free = Plan.objects.get(pk=plan.pk)
    assert free.choices["rules"] == ""
    assert sum(free.posts["pc"].values()) == 900


@pytest.mark.service
@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (RULES.replace("Birmingham East", "Atlantis"), "name the unit 'Atlantis'"),
        (RULES.replace("DY07", "nowhere"), "There is no team 'nowhere'"),
        (RULES + "level: ward\n", "it gives posts to each ward, and this plan to each team"),
        (RULES + "method: milp\nmost_moves: 5\n", "A limit on moves needs the posts of today"),
        (RULES.replace("published", "published, workload: 0.5"), "No minutes of work are known"),
        (RULES.replace("floor: 170", "floor: 900"), "850"),
        ("title: [", "A file of rules: east.yaml is no YAML"),
    ],
)  # fmt: skip
def test_rules_that_cannot_hold_are_told_above_the_form_and_nothing_is_kept(
    town_with_measures: Town, rules: str, told: str
) -> None:
    from headwater.service.areas.models import Plan

    answer = send(town_with_measures, "/areas/plans/add/", rules)
    assert answer.status_code == 422
    faults = [str(fault) for _, fault in answer.context["form"].summary]
    assert len(faults) == 1
    assert told in faults[0], faults
    assert not Plan.objects.exists()
