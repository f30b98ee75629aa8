"""Do rules, posts of today and facts give the posts that they should, with a line for each, and clear words where they cannot?"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from headwater.areas.allocation import AllocationError
from headwater.areas.deprivation import DOMAINS, exponential
from headwater.areas.levels import Level
from headwater.areas.measures import keep_counts, read_measure_sets
from headwater.areas.need import Recipe, need_of
from headwater.areas.planning import (
    Facts,
    FactsError,
    Proposal,
    ScenarioError,
    StaffingError,
    explain_posts,
    labels_of,
    made_of,
    open_scenario,
    open_shelf,
    parse_scenario,
    propose,
    read_scenario,
    read_staffing,
    save_scenario,
    say_recipe,
    split_posts,
    sum_up,
    sureness_of,
)
from headwater.areas.teams import read_teams

LEVEL = Level(
    "ward", "ward", "wards", {"a": "Ashton", "b": "Bridge", "c": "Castle"}, {"1": "a", "2": "b", "3": "c"}, {"a": "North", "b": "North", "c": "South"}
)  # fmt: skip
ROLES = {"pc": "PC", "pcso": "PCSO"}


def facts(minutes: tuple[float, ...] = (0, 0, 0)) -> Facts:
    work = np.array(minutes, np.float64)
    return Facts(
        ("1", "2", "3"), {name: np.array([5, 5, 5]) for name in DOMAINS}, 10, np.array([3000.0, 2000.0, 1000.0]), work, bool(work.sum()),
        ("made up",), (), 0.0,
    )  # fmt: skip


def run(rules: str, today: Path | None = None, minutes: tuple[float, ...] = (0, 0, 0)) -> Proposal:
    staffing = read_staffing(today, LEVEL, ROLES) if today else None
    return propose(facts(minutes), LEVEL, parse_scenario("title: T\n" + rules, "t.yaml"), staffing)


def staffing(folder: Path, *lines: str) -> Path:
    path = folder / "staffing.csv"
    path.write_text("\n".join(("team,role,posts,fixed", *lines)) + "\n", encoding="utf-8")
    return path


def test_posts_follow_residents_where_deprivation_is_equal_and_each_has_its_line() -> None:
    proposal = run("roles: {pc: {name: PC, posts: 10, floor: 1}}")
    posts = proposal.results["pc"].posts
    assert posts == {"a": 5, "b": 3, "c": 2}
    for place, number in posts.items():
        lines = explain_posts(proposal, place)["pc"]
        assert len(lines) == number
        assert "at least 1" in lines[0]
        # Castle with one post and Ashton with four have the same claim on the next: a sixth by 1.5 and a half by 4.5.
        said = {
            "a": "its claim, 1.11, and that of Castle were equal",
            "b": "its claim was the highest",
            "c": "its claim was the highest",
        }
        assert said[place] in lines[-1]


def test_workload_draws_posts_to_where_the_work_is() -> None:
    rules = "need: {workload: 1}\nroles: {pc: {name: PC, posts: 10}}"
    assert run(rules, minutes=(0, 0, 600)).results["pc"].posts == {"a": 0, "b": 0, "c": 10}
    with pytest.raises(FactsError, match="no officers' minutes"):
        run(rules)


def test_fixed_posts_floors_of_a_place_and_of_a_unit_are_kept_and_told() -> None:
    proposal = run(
        "roles: {pc: {name: PC, posts: 10}}\nfixed: [{place: castle, role: pc, why: school}]\n"
        "places: [{place: b, role: pc, floor: 4}]\nunits: [{unit: South, role: pc, floor: 3}]"
    )
    assert proposal.results["pc"].posts == {"a": 3, "b": 4, "c": 3}
    assert explain_posts(proposal, "c")["pc"][0] == "PC 1: tied to the place: school."
    assert "by the rule of at least 3 in South: need alone would not bring it" in explain_posts(proposal, "c")["pc"][2]


def test_a_limit_on_moves_holds_and_each_post_that_departs_from_need_says_why(tmp_path: Path) -> None:
    today = staffing(tmp_path, "a,PC,1,0", "b,PC,3,0", "Castle,pc,6,0")
    proposal = run("method: milp\nroles: {pc: {name: PC, posts: 10, most_moves: 2}}", today)
    result = proposal.results["pc"]
    assert proposal.coupled is not None
    assert sum(move.posts for move in result.moves) <= 2
    assert sum(result.posts.values()) == 10
    lines = explain_posts(proposal, "c")["pc"]
    assert sum(not line.startswith("Not") for line in lines) == result.posts["c"] > 2
    assert "need alone would not bring it" in lines[-1]
    assert any(line.startswith("Not PC") for line in explain_posts(proposal, "a")["pc"])
    # Two may leave Castle, which has six today and would have two by need.
    assert sum_up(proposal, "pc")["c"] == (
        "2 by need, 2 by rules that tie posts together; without rules that tie posts together 2, here 4: at most 2 PC leave where they are today."
    )


def test_rules_that_cannot_hold_are_named() -> None:
    with pytest.raises(AllocationError, match=r"at least 4 PC in Ashton.*10 PC in all"):
        run("roles: {pc: {name: PC, posts: 10, floor: 4}}")
    with pytest.raises(AllocationError, match="for one PC"):
        run(
            "method: milp\nroles: {pc: {name: PC, posts: 9, floor: 1}, pcso: {name: PCSO, posts: 3}}\n"
            "mix: {role: pcso, per: pc, least: 1, most: 2}"
        )


@pytest.mark.parametrize(("rules", "words"), [
    ("roles: {pc: {name: PC, posts: -1}}", "roles.pc.posts"),
    ("roles: {pc: {name: PC, posts: 1, most_moves: 1}}", "method: milp"),
    ("roles: {pc: {name: PC, posts: 1}}\nunits: [{unit: North, role: pcso}]", "'pcso'"),
    ("roles: [", "no YAML"),
    ("rolls: {}", "rolls|roles"),
    ("roles: {pc: {name: PC, posts: 1}}\nunites: []", "unites: there is no rule of this name. Known here: fixed, level"),
    ("roles: {pc: {name: PC, posts: 1, flor: 2}}", "roles.pc.flor: there is no rule of this name.*floor"),
])  # fmt: skip
def test_a_fault_in_the_rules_says_where(rules: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        run(rules)


def test_a_file_that_holds_no_rules_is_told_so() -> None:
    with pytest.raises(ScenarioError, match=r"staffing\.csv, the file: this is no list of rules"):
        parse_scenario("area,role,posts\na,PC,3\n", "staffing.csv")


def test_a_place_or_unit_that_is_not_there_is_named() -> None:
    with pytest.raises(ScenarioError, match="Did you mean Ashton"):
        run("roles: {pc: {name: PC, posts: 1}}\nfixed: [{place: Asht, role: pc, why: x}]")
    with pytest.raises(ScenarioError, match="the units are North, South"):
        run("roles: {pc: {name: PC, posts: 1}}\nunits: [{unit: East, role: pc}]")


@pytest.mark.parametrize(("line", "words"), [
    ("z,PC,1,0", "line 2: there is no ward 'z'"),
    ("a,chief,1,0", "line 2: the role is 'chief'"),
    ("a,PC,some,0", "line 2, column posts: 'some'"),
    ("a,PC,1,2", "2 of 1 posts are fixed"),
])  # fmt: skip
def test_a_fault_in_the_staffing_file_says_which_line(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(StaffingError, match=words):
        read_staffing(staffing(tmp_path, line), LEVEL, ROLES)


def test_a_place_twice_and_an_empty_staffing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StaffingError, match="line 3: Ashton has a line for PC already"):
        read_staffing(staffing(tmp_path, "a,PC,1,0", "Ashton,PC,1,0"), LEVEL, ROLES)
    with pytest.raises(StaffingError, match="no lines"):
        read_staffing(staffing(tmp_path), LEVEL, ROLES)


@pytest.mark.parametrize(("need", "crime"), [
    ("", True), ("need: {workload: 0}\n", True), ("need: {workload: 0.4}\n", False), ("need: {workload: 0.4, weights: published}\n", True),
    ("need: {weights: without_crime}\n", False), ("need: {weights: {income: 1}}\n", False),
])  # fmt: skip
def test_crime_counts_once_where_the_rules_name_no_weights(need: str, crime: bool) -> None:
    recipe = parse_scenario(f"title: T\n{need}roles: {{pc: {{name: PC, posts: 1}}}}", "t").need.recipe()
    assert (recipe.weights.get("crime", 0) > 0) is crime
    assert ("crime is in it" in say_recipe(recipe)) is crime


def test_a_places_need_is_the_product_of_what_it_is_said_to_be_made_of() -> None:
    """Two small areas in Ashton: 1,000 people at rank 1 of 10 (score 100) and 1,000 at rank 10; 2,000 at rank 10 in Bridge."""
    level = dataclasses.replace(LEVEL, of={"1": "a", "2": "a", "3": "b"})
    two = dataclasses.replace(
        facts((60, 0, 180)), ranks={"income": np.array([1, 10, 10])}, residents=np.array([1000.0, 1000.0, 2000.0])
    )
    low = exponential([10], 10)[0]
    found = made_of(two, level, Recipe({"income": 3.0}), "a", 0.5)
    assert (found.residents, found.residents_share) == (2000, 0.5)
    assert found.hardship == pytest.approx((100 + low) / 2)
    assert found.hardship_of_all == pytest.approx((100 + 3 * low) / 4)
    assert found.minutes_share == pytest.approx(60 / 240)
    recipe = Recipe({"income": 3.0}, 0)
    need = need_of(two.at(level), recipe, 3)[0]
    alone = made_of(two, level, recipe, "a", need)
    assert alone.hardship is not None
    assert alone.residents_share * alone.hardship / alone.hardship_of_all == pytest.approx(need)
    assert alone.minutes_share is None
    assert "2,000 residents (50.00% of the force's), mean hardship 51 against 27 over the force." in alone.in_words()
    assert made_of(two, level, recipe, "c", 0.0).hardship is None


def test_crime_that_counts_twice_is_told() -> None:
    rules = "need: {workload: 0.5, weights: published}\nroles: {pc: {name: PC, posts: 10}}"
    assert any("Crime counts twice" in line for line in run(rules, minutes=(1, 1, 1)).not_in_model)
    once = run(rules.replace("published", "without_crime"), minutes=(1, 1, 1))
    assert not any("Crime counts twice" in line for line in once.not_in_model)


def test_what_was_left_out_is_told() -> None:
    few = dataclasses.replace(facts((1, 1, 1)), left_out=("4",), minutes_outside=60.0)
    told = propose(
        few, LEVEL, parse_scenario("title: T\nneed: {workload: 0.5}\nroles: {pc: {name: PC, posts: 3}}", "t")
    )
    assert any("1 small areas without ranks" in line for line in told.not_in_model)
    assert any("60 minutes" in line for line in told.not_in_model)


def test_the_example_of_the_catalogue_is_well_formed() -> None:
    assert set(read_scenario().roles) == {"pc", "pcso"}


def test_without_an_index_the_answer_says_what_to_load(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="headwater areas load"):
        labels_of(open_shelf(tmp_path))


def test_a_post_that_the_staffing_file_ties_says_so(tmp_path: Path) -> None:
    proposal = run(
        "roles: {pc: {name: PC, posts: 10}}\nfixed: [{place: c, role: pc, why: school}]", staffing(tmp_path, "c,PC,3,1")
    )
    lines = explain_posts(proposal, "c")["pc"]
    assert lines[:2] == ["PC 1: tied to the place: school.", "PC 2: tied to the place, as the posts of today say."]


def test_a_team_of_several_places_and_a_limit_on_all_moves_are_kept(tmp_path: Path) -> None:
    today = staffing(tmp_path, "a,PC,2,0", "b,PC,2,0", "c,PC,6,0", "a,PCSO,0,0", "b,PCSO,0,0", "c,PCSO,4,0")
    rules = (
        "method: milp\nroles: {pc: {name: PC, posts: 10}, pcso: {name: PCSO, posts: 4}}\nmost_moves: 3\n"
        "teams: [{name: the river team, places: [Bridge, Castle], floor: 10, ceiling: 11}]"
    )
    proposal = run(rules, today)
    assert sum(move.posts for one in proposal.results.values() for move in one.moves) <= 3
    assert 10 <= sum(one.posts["b"] + one.posts["c"] for one in proposal.results.values()) <= 11
    with pytest.raises(ScenarioError, match="teams and most_moves tie posts together"):
        run(rules.replace("method: milp\n", ""), today)
    with pytest.raises(ScenarioError, match="no ward 'Bank'"):
        run(rules.replace("Bridge", "Bank"), today)


def test_a_proposal_says_how_much_it_depends_on_its_weights() -> None:
    proposal = run("roles: {pc: {name: PC, posts: 10, floor: 1}}")
    sure = sureness_of(proposal, facts(), draws=50)["pc"]
    assert sure.posts.tolist() == list(proposal.results["pc"].posts.values())
    assert (sure.same == 1).all()  # the domains say the same of each area here, so no weight matters


def test_groups_have_the_posts_of_where_they_live_and_one_that_nobody_belongs_to_is_left_out() -> None:
    groups = {"all": np.array([3000.0, 2000.0, 1000.0]), "here": np.array([0.0, 500.0, 500.0]), "nobody": np.zeros(3)}
    split = split_posts(groups, facts(), LEVEL, {"a": 10}, {"a": 6, "b": 3, "c": 1})
    assert [(one.group, one.residents) for one in split] == [("all", 6000), ("here", 1000)]
    assert split[0].proposed == pytest.approx(10 / 6000 * 10_000)
    assert split[1].proposed == pytest.approx((3 / 2000 + 1 / 1000) / 2 * 10_000)
    assert split[1].today == 0


def test_a_kept_scenario_does_not_change_and_stands_beside_another(tmp_path: Path) -> None:
    proposal = run("roles: {pc: {name: PC, posts: 10}}")
    save_scenario(tmp_path, "april", proposal)
    kept = open_scenario(tmp_path, "april", LEVEL)
    assert kept.posts == {"pc": dict(proposal.results["pc"].posts)}
    assert parse_scenario(yaml.safe_dump(kept.rules), "kept") == proposal.scenario
    for work, words in (
        (lambda: save_scenario(tmp_path, "april", proposal), "does not change"),
        (lambda: save_scenario(tmp_path, "../x", proposal), "no name for a scenario"),
        (lambda: open_scenario(tmp_path, "may", LEVEL), "There are: april"),
        (
            lambda: open_scenario(tmp_path, "april", dataclasses.replace(LEVEL, id="npu")),
            "to each ward, and these rules to each npu",
        ),
        (
            lambda: open_scenario(tmp_path, "april", dataclasses.replace(LEVEL, names={"a": "A"})),
            "posts in b, c: there is no such ward today",
        ),
    ):
        with pytest.raises(ScenarioError, match=words):
            work()


def test_posts_that_rest_on_work_say_how_little_of_the_force_it_speaks_for() -> None:
    rules = parse_scenario("title: T\nneed: {workload: 0.5}\nroles: {pc: {name: PC, posts: 10}}", "t.yaml")
    every = dataclasses.replace(facts((5, 5, 5)), events_without_area=1234)
    told = propose(every, LEVEL, rules).not_in_model
    assert (
        "Work counts in 3 of 3 small areas; about 1,230 events without a small area in their record count nowhere."
        in told
    )
    many = tuple(str(number) for number in range(20))
    few = Facts(
        many, {name: np.full(20, 5) for name in DOMAINS}, 10, np.full(20, 100.0), np.array([9.0] * 4 + [0.0] * 16), True, (), (), 0.0, 3
    )  # fmt: skip
    assert few.say_work() == (
        "Work counts in 4 of 20 small areas; a few events without a small area in their record count nowhere. "
        "All posts that work brings go to these few: let work count less, or load records of more areas."
    )
    assert few.has_little_work()
    assert not every.has_little_work()
    assert facts().say_work() == ""
    no_work = parse_scenario("title: T\nneed: {workload: 0}\nroles: {pc: {name: PC, posts: 10}}", "t.yaml")
    assert not any("Work counts in" in line for line in propose(every, LEVEL, no_work).not_in_model)


def test_two_claims_are_said_so_that_they_differ_and_equal_ones_as_equal() -> None:
    # The claims of a (three times the need of c) and b on their next post differ in the fourth decimal place only.
    near = dataclasses.replace(facts(), residents=np.array([3000.0, 2999.0, 1000.0]))
    rules = parse_scenario("title: T\nroles: {pc: {name: PC, posts: 1}}", "t.yaml")
    line = explain_posts(propose(near, LEVEL, rules), "a")["pc"][0]
    won, lost = re.search(r"highest, ([\d.]+) against ([\d.]+) of Bridge", line).groups()  # type: ignore[union-attr]
    assert float(won) > float(lost)
    assert len(won.partition(".")[2]) == 4
    same = dataclasses.replace(facts(), residents=np.array([3000.0, 3000.0, 1000.0]))
    assert "and that of Bridge were equal" in explain_posts(propose(same, LEVEL, rules), "a")["pc"][0]


def test_a_unit_in_place_of_a_place_is_told_with_places_of_it() -> None:
    with pytest.raises(
        ScenarioError, match=r"North is a unit and no ward\. Name one of its wards, such as Ashton, Bridge"
    ):
        run("roles: {pc: {name: PC, posts: 1}}\nfixed: [{place: north, role: pc, why: x}]")


def test_floors_of_many_places_that_are_too_many_are_one_plain_sum() -> None:
    many = {f"w{number:02}": f"Ward {number}" for number in range(20)}
    level = Level("ward", "ward", "wards", many, {code: code for code in many}, dict.fromkeys(many, "North"))
    force = Facts(
        tuple(many), {name: np.full(20, 5) for name in DOMAINS}, 10, np.full(20, 100.0), np.zeros(20), False, (), (), 0.0
    )  # fmt: skip
    with pytest.raises(AllocationError) as told:
        propose(force, level, parse_scenario("title: T\nroles: {pc: {name: PC, posts: 50, floor: 4}}", "t.yaml"))
    assert (
        str(told.value) == "PC: The floors add up to 80 posts, and there are 50. Lower floors, or give 30 posts more."
    )


@pytest.mark.parametrize(("elsewhere", "said"), [(0, "0.0"), (3, "nan")])
def test_no_event_is_none_unless_the_areas_may_be_of_another_year(tmp_path: Path, elsewhere: int, said: str) -> None:
    codes = sorted(read_teams().areas)
    counts = {"calls": {codes[0]: 97.0, **({"E01999999": float(elsewhere)} if elsewhere else {})}}
    keep_counts(tmp_path, read_measure_sets()["demand"], counts, {"counted": 97 + elsewhere})
    shelf = open_shelf(tmp_path)
    assert str(shelf.kept["demand"].of("calls", [codes[1]])[0]) == said
    assert shelf.kept["demand"].of("calls", [codes[0]])[0] == 97
