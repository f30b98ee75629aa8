"""How far is an area from another label, in ranks? Small cases worked out by hand, and the labels themselves as the judge of many."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from headwater.areas.closeness import Closeness
from headwater.areas.deprivation import DOMAINS
from headwater.areas.typology import Typology, TypologyError, classify, deprivation_facts, parse_typology, read_typology

COUNTRY = 1000
"""The most deprived tenth ends at rank 100, the more deprived half at 500; 10 ranks are close."""


def closeness(*areas: dict[str, float], typology: Typology | None = None, country: int = COUNTRY) -> Closeness:
    """How close areas are, each given by the ranks that are not 900."""
    ranks = {domain: np.array([float(one.get(domain, 900)) for one in areas]) for domain in DOMAINS}
    index = np.array([float(one.get("index", 900)) for one in areas])
    return Closeness(
        classify(typology or read_typology(), deprivation_facts(ranks, index, country)), ranks, index, country
    )


def name_of(found: Closeness, area: int = 0) -> str:
    return found.found.typology.labels[int(found.found.label[area])].id


def test_an_area_with_the_first_label_says_how_near_it_is_to_losing_it() -> None:
    four = {"crime": 40, "income": 95, "health": 10, "education": 20}
    found = closeness(four, {**four, "employment": 1}, {**four, "employment": 96, "crime": 98})
    assert [name_of(found, area) for area in range(3)] == ["complex"] * 3
    assert np.isinf(found.to_gain).all()
    # Exactly four: the nearest to the end goes (95 to 101). With five, two must go, income 6 and crime 61; crime alone is as far: the first.
    # In the third crime itself is nearest (98 to 101).
    assert found.to_lose.tolist() == [6, 61, 3]
    assert found.say(0) == (
        "It would lose its own label, Complex policing need, 6 ranks away: with income 6 ranks less deprived (now rank 95 of 1,000) it would no "
        "longer be so that at least four of the seven domains, crime among them, are in the most deprived tenth. It would then be: High crime. "
        "That is close: at most 10 ranks."
    )
    assert "with crime 61 ranks less deprived (now rank 40 of 1,000) it would" in found.say(1)
    assert found.say(1).endswith("It would then be: Hardship without high crime.")
    assert found.is_close().tolist() == [True, False, True]


def test_an_area_says_how_near_it_is_to_a_label_before_its_own() -> None:
    found = closeness(
        {"crime": 111, "income": 1, "health": 1, "education": 140, "employment": 130, "index": 200},
        {"income": 1, "health": 1, "education": 1, "employment": 1, "crime": 105},
        {"index": 501},
    )
    assert [name_of(found, area) for area in range(3)] == ["some", "hardship", "lower"]
    # High crime needs crime alone (111 to 100); complex need and hardship need two domains more as well (employment 30, crime 11).
    assert found.to_gain.tolist() == [11, 5, 1]
    assert found.to_lose.tolist() == [301, 100, np.inf]
    assert found.say(0).startswith(
        "Nearest label before its own: High crime, 11 ranks away. That would take crime 11 ranks more deprived (now rank 111 of 1,000)."
    )
    assert found.say(1).startswith("Nearest label before its own: Complex policing need, 5 ranks away.")
    assert found.say(2) == (
        "Nearest label before its own: Some need, 1 rank away. That would take the whole index 1 rank more deprived (now rank 501 of 1,000). "
        "That is close: at most 10 ranks."
    )
    assert found.is_close().tolist() == [False, True, True]


def test_the_way_is_as_far_as_the_rank_that_must_change_most() -> None:
    found = closeness({"income": 1, "health": 1, "education": 130, "employment": 120, "housing": 190, "index": 400})
    assert found.to_gain[0] == 30
    assert "Hardship without high crime, 30 ranks away" in found.say(0)
    assert (
        "take education 30 ranks more deprived (now rank 130 of 1,000) and employment 20 ranks more deprived (now rank 120 of 1,000)."
        in found.say(0)
    )


def test_an_area_without_a_label_is_near_to_none() -> None:
    ranks = {domain: np.array([100.0]) for domain in DOMAINS}
    facts = {name: np.array([np.nan]) for name in deprivation_facts(ranks, np.array([100]), COUNTRY)}
    found = Closeness(classify(read_typology(), facts), ranks, np.array([100]), COUNTRY)
    assert (found.say(0), found.is_close().tolist()) == ("", [False])


def test_parts_of_ranks_are_judged_as_tenths_are() -> None:
    found = closeness({"index": 500.4}, {"index": 499.6})
    assert [name_of(found, area) for area in range(2)] == ["lower", "some"]
    assert (found.to_gain[0], found.to_lose[1]) == (1, 1)


def own(*criteria: dict[str, object]) -> Typology:
    """A typology of two labels, the first by these criteria."""
    rules = [{"id": f"rule{at}", "label": f"rule {at} holds", **one} for at, one in enumerate(criteria)]
    labels = [
        {"id": "first", "name": "First", "means": "By rule.", "criteria": rules},
        {"id": "rest", "name": "Rest", "means": "The others."},
    ]
    return parse_typology(
        yaml.safe_dump({"id": "own", "title": "Own", "version": "1", "purpose": "planning", "source": "Made up.", "labels": labels}), "own"
    )  # fmt: skip


def test_rules_of_ones_own_may_ask_for_less_deprivation() -> None:
    rule = own({"fact": "crime_tenth", "at_least": 3}, {"fact": "domains_in_worst_tenth", "at_least": 6})
    found = closeness(
        dict.fromkeys(DOMAINS, 1),  # crime must go from 1 to 201
        dict.fromkeys(DOMAINS, 1) | {"crime": 300, "health": 150},  # health from 150 to 100
        dict.fromkeys(DOMAINS, 1) | {"crime": 201},  # is lost when crime goes to 200
        typology=rule,
    )
    assert found.to_gain.tolist() == [200, 50, np.inf]
    assert found.to_lose.tolist() == [np.inf, np.inf, 1]
    assert "crime 1 rank more deprived" in found.say(2)
    few = closeness({"crime": 90, "income": 98, "health": 99}, typology=own({"fact": DOMAINS_RULE, "at_most": 1}))
    assert few.to_gain[0] == 3  # two of three must leave: health from 99, income from 98
    assert "income 3 ranks less deprived" in few.say(0)
    assert "health 2 ranks less deprived" in few.say(0)


DOMAINS_RULE = "domains_in_worst_tenth"


def test_what_no_area_can_meet_is_near_to_none() -> None:
    never = own({"fact": "crime_tenth", "at_most": 1}, {"fact": DOMAINS_RULE, "at_most": 0})
    found = closeness({"crime": 101}, typology=never)
    assert (found.say(0), found.is_close().tolist()) == ("", [False])
    always = closeness({"crime": 5}, typology=own({"fact": "crime_tenth", "at_most": 10}))
    assert (always.say(0), always.is_close().tolist()) == ("", [False])


def test_a_fact_that_is_no_tenth_is_told() -> None:
    found = classify(own({"fact": "residents", "at_most": 10}), {"residents": np.array([5.0])})
    one = {domain: np.array([1.0]) for domain in DOMAINS}
    with pytest.raises(TypologyError, match="residents is no tenth"):
        Closeness(found, one, np.array([1.0]), COUNTRY).is_close()


@given(
    st.lists(st.lists(st.integers(1, 60), min_size=8, max_size=8), min_size=1, max_size=12),
    st.integers(0, 60),
)
def test_the_labels_change_just_when_that_many_ranks_are_moved(rows: list[list[int]], moved: int) -> None:
    """The published rules ask for deprivation alone: if any change of at most `moved` ranks gives an earlier label, then all ranks that much
    lower do, and if any takes the own label away, then all that much higher do."""
    country, table = 60, np.array(rows)

    def label(shift: int) -> np.ndarray:
        there = np.clip(table + shift, 1, country)
        ranks = dict(zip(DOMAINS, there[:, :7].T, strict=True))
        return classify(read_typology(), deprivation_facts(ranks, there[:, 7], country)).label

    areas = [dict(zip((*DOMAINS, "index"), row, strict=True)) for row in rows]
    found = closeness(*areas, country=country)
    assert ((found.to_gain <= moved) == (label(-moved) < label(0))).all()
    assert ((found.to_lose <= moved) == (label(moved) > label(0))).all()
