"""Is the published index built again from its ranks, for all areas of England? And how many areas are of complex need?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from headwater.areas.deprivation import DOMAINS, WEIGHTS, DeprivationError, exponential, rank_of, rebuild, tenth_of
from headwater.areas.typology import classify, deprivation_facts, read_typology

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"
INDICES = {
    2019: ("imd2019_england_lsoa11.parquet", "Housing_and_Access"),
    2025: ("imd2025_england_lsoa21.parquet", "Housing_and_Services"),
}


def _published(year: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    name, housing = INDICES[year]
    if not (OPEN / name).exists():
        pytest.skip(f"the published index {name} is not on this machine")
    table = pq.read_table(OPEN / name)
    columns = ("Income", "Employment", "Education", "Health", "Crime", housing, "Environment")
    ranks = {domain: table[f"{column}_rank"].to_numpy() for domain, column in zip(DOMAINS, columns, strict=True)}
    return ranks, table["IMD_rank"].to_numpy(), table["IMD_decile"].to_numpy()


@pytest.mark.parametrize("year", INDICES)
def test_every_published_tenth_of_england_is_found_again(year: int) -> None:
    ranks, published, tenth = _published(year)
    found = rank_of(rebuild(ranks))
    assert (tenth_of(found, len(found)) == tenth).all()
    assert np.abs(found - published).max() <= 2
    assert (tenth_of(published, len(published)) == tenth).all()


def test_without_crime_the_weights_of_the_others_keep_their_shares() -> None:
    ranks, _, _ = _published(2019)
    others = {name: weight for name, weight in WEIGHTS.items() if name != "crime"}
    by_hand = sum(weight * exponential(ranks[name], 32844) for name, weight in others.items()) * 0.999 / 0.906
    assert np.allclose(rebuild(ranks, others), by_hand)
    changed = rank_of(rebuild(ranks, others)) != rank_of(rebuild(ranks))
    assert 0.5 < changed.mean() < 1


def test_the_score_is_as_published_at_its_ends() -> None:
    assert exponential([1, 32844], 32844) == pytest.approx([100, 0], abs=0.01)
    assert exponential(3284, 32844) == pytest.approx(50, abs=0.5)  # a tenth of the areas takes the upper half


@pytest.mark.parametrize(
    ("ranks", "weights", "words"),
    [
        ({"income": [1, 2]}, {"income": 1, "crime": 1}, "no ranks for crime"),
        ({"income": [1, 2]}, {"income": -1}, "not negative"),
        ({"income": [1, 2]}, {"income": 0}, "at least one"),
        ({"income": [1, 3]}, {"income": 1}, "between 1 and 2"),
        ({"income": [1, 2], "crime": [1]}, {"income": 1, "crime": 1}, "different numbers"),
    ],
)
def test_ranks_and_weights_that_cannot_be_are_told(ranks: dict, weights: dict, words: str) -> None:
    with pytest.raises(DeprivationError, match=words):
        rebuild(ranks, weights)


def test_areas_of_complex_need_are_those_of_the_rule() -> None:
    ranks, index, _ = _published(2025)
    found = classify(read_typology(), deprivation_facts(ranks, index, len(index)))
    by_hand = (tenth_of(ranks["crime"], len(index)) == 1) & (
        sum(tenth_of(r, len(index)) == 1 for r in ranks.values()) >= 4
    )
    assert ((found.label == 0) == by_hand).all()
    assert found.count()["complex"] == 1745
    assert sum(found.count().values()) == 33755


def test_a_label_says_why_and_names_the_domains_that_count() -> None:
    ranks = {name: np.array([1, 1, 40, 90, 40]) for name in DOMAINS}
    ranks["crime"] = np.array([5, 30, 1, 90, 30])
    ranks["education"] = np.array([60, 1, 40, 90, 40])
    facts = deprivation_facts(ranks, np.array([1, 2, 40, 90, 10]), 100)
    found = classify(read_typology(), facts)
    assert [found.typology.labels[n].id for n in found.label] == ["complex", "hardship", "crime", "lower", "some"]
    assert found.reason(0) == (
        "Complex policing need: crime is in the most deprived tenth of the country; at least four of the seven domains, crime among them, "
        "are in the most deprived tenth (6 are: income, employment, health, crime, housing and services, the living environment)."
    )
    assert found.reason(2) == "High crime: crime is in the most deprived tenth of the country."
    assert found.reason(3) == "Lower need: it meets none of the other labels."
    assert found.reason(4) == (
        "Some need: the whole index is in the more deprived half of the country (it is in the most deprived tenth)."
    )


def test_a_missing_fact_gives_no_label_unless_it_cannot_matter() -> None:
    facts = {
        "crime_tenth": np.array([np.nan, np.nan, 1.0]),
        "domains_in_worst_tenth": np.array([0.0, 5.0, np.nan]),
        "index_tenth": np.array([2.0, 1.0, 1.0]),
    }
    found = classify(read_typology(), facts)
    assert found.label.tolist() == [-1, -1, -1]
    assert found.reason(0) == "No label: tenth of crime not known."
    facts["crime_tenth"][0] = 4.0
    assert classify(read_typology(), facts).label.tolist() == [3, -1, -1]
