"""Do posts of a ward that was drawn anew count where it lies today, none lost, with the cost told, or are they refused by name?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.areas.earlier_wards import Carrier, EarlierWards, GoneError, carry_posts, load_wards, open_wards
from headwater.areas.fit import FitError
from headwater.areas.levels import Level
from headwater.areas.planning.staffing import StaffingError, parse_staffing
from headwater.areas.redrawn import Redrawn

TODAY = Level(
    "ward", "ward", "wards", {"N1": "Ash", "N2": "Beech", "N3": "Cedar"}, {"1": "N1", "2": "N1", "3": "N2", "4": "N2", "5": "N3"},
    dict.fromkeys(("N1", "N2", "N3"), "North"),
)  # fmt: skip
WARDS = EarlierWards(
    {"O1": "Ash", "O2": "Old Mill", "O3": "Far", "N3": "Cedar"}, {"O1": ["1"], "O2": ["2", "3", "4"], "O3": ["99"], "N3": ["5"]}, "wd13", "old.csv",
)  # fmt: skip
RESIDENTS = {"1": 100.0, "2": 100.0, "3": 200.0, "4": 100.0, "5": 50.0}
CARRIER = Carrier((WARDS,), RESIDENTS)
ROLES = {"pc": "PC", "pcso": "PCSO"}


def test_a_ward_goes_whole_or_is_shared_by_residents_and_the_cost_is_told() -> None:
    found = carry_posts({"pc": {"O1": 3, "O2": 8, "N3": 2}, "pcso": {"O2": 1}}, {"pc": {"O2": 3}}, TODAY, CARRIER)
    assert found.posts == {"pc": {"N3": 2, "N1": 5, "N2": 6}, "pcso": {"N1": 0, "N2": 1}}
    assert found.fixed["pc"] == {"N1": 0, "N2": 3}, "tied posts count where most of the residents live"
    assert "12 posts of 2 wards that were drawn anew (wd13, old.csv) count where these lie today" in found.said
    assert "9 of them (75%) are of 1 that were cut apart, and are shared out among the parts by residents" in found.said
    assert "by small areas" in carry_posts({"pc": {"O2": 8}}, {}, TODAY, Carrier((WARDS,))).said


def test_posts_of_today_are_left_alone() -> None:
    posts = {"pc": {"N1": 4, "N3": 1}}
    assert carry_posts(posts, {}, TODAY, CARRIER).posts == posts
    assert not carry_posts(posts, {}, TODAY, CARRIER).said


@given(
    st.dictionaries(st.sampled_from(["O1", "O2", "N1", "N3"]), st.integers(0, 40), min_size=1),
    st.integers(0, 40),
    st.dictionaries(st.sampled_from("12345"), st.floats(1, 1e5)),
)
def test_no_post_is_lost_and_none_is_made(held: dict[str, int], tied: int, residents: dict[str, float]) -> None:
    fixed = {code: min(tied, number) for code, number in held.items()}
    found = carry_posts({"pc": held}, {"pc": fixed}, TODAY, Carrier((WARDS,), residents))
    assert sum(found.posts["pc"].values()) == sum(held.values())
    assert sum(found.fixed["pc"].values()) == sum(fixed.values())
    assert all(found.posts["pc"].get(code, 0) >= number for code, number in found.fixed["pc"].items())
    assert set(found.posts["pc"]) <= set(TODAY.names)


def test_a_ward_that_no_lookup_knows_is_refused_by_name_with_what_to_do() -> None:
    with pytest.raises(GoneError, match=r"O3, X1: there is no such ward today.*headwater areas load FILE --as wards"):
        carry_posts({"pc": {"O1": 1, "O3": 2, "X1": 1}}, {}, TODAY, CARRIER)
    with pytest.raises(GoneError, match="A, B, C, D, E and 2 more"):
        carry_posts({"pc": dict.fromkeys("ABCDEFG", 1)}, {}, TODAY, CARRIER)
    teams = Level("team", "team", "teams", {"T": "T"}, {}, {"T": "North"})
    with pytest.raises(GoneError, match="no lookup says where those of earlier teams lie"):
        carry_posts({"pc": {"O1": 1}}, {}, teams, Carrier())


def test_small_areas_of_another_year_lead_there_too() -> None:
    wards = EarlierWards({"O9": "Nine"}, {"O9": ["old"]}, "wd13", "old.csv")
    carrier = Carrier((wards,), {}, Redrawn((("old", "1"), ("old", "3")), "lookup.csv"))
    assert carry_posts({"pc": {"O9": 2}}, {}, TODAY, carrier).posts == {"pc": {"N1": 1, "N2": 1}}


def test_a_name_in_a_file_of_earlier_wards_is_that_of_the_earlier_ward() -> None:
    """Ash of today has two small areas; the earlier Ash had one, and the other one is of Old Mill."""
    moved = EarlierWards({"O1": "Beech", "O2": "Old Mill"}, {"O1": ["1", "2"], "O2": ["3", "4"]}, "wd13", "old.csv")
    carrier = Carrier((moved,), RESIDENTS)
    old = parse_staffing(b"ward,role,posts\nBeech,PC,4\nOld Mill,PC,2\n", "p.csv", TODAY, ROLES, carrier)
    assert old.posts["pc"] == {"O1": 4, "O2": 2}
    assert old.carry(TODAY, carrier).posts["pc"] == {"N1": 4, "N2": 2}
    new = parse_staffing(b"ward,role,posts\nBeech,PC,4\n", "p.csv", TODAY, ROLES, carrier)
    assert new.posts["pc"] == {"N2": 4}, "a file of today's names means today's wards"


def test_every_place_that_is_not_there_is_named() -> None:
    content = b"ward,role,posts\nAsh,PC,4\nNowhere,PC,2\nElsewhere,PC,2\nNowhere,PCSO,1\n"
    with pytest.raises(
        StaffingError, match=r"p.csv, line 3: there is no ward 'Nowhere'. Nor is there 'Elsewhere'. If wards"
    ):
        parse_staffing(content, "p.csv", TODAY, ROLES)


def test_an_earlier_lookup_is_kept_and_a_wrong_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    rows = ("LSOA11CD,WD13CD,WD13NM,LAD13NM", "1,O1,Ash,X", "1,O1,Ash,X", "2,O2,Old Mill,X", "77,O3,Far,X")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = load_wards(path, tmp_path, TODAY.of, None)
    assert (told["rows"], told["wards"], told["small_areas"], told["vintage"]) == (4, 2, 2, "wd13")
    (kept,) = open_wards(tmp_path)
    assert (kept.names, kept.areas) == ({"O1": "Ash", "O2": "Old Mill"}, {"O1": ["1"], "O2": ["2"]})
    with pytest.raises(FitError, match=r"none of the force's small areas.*--as lookup"):
        load_wards(path, tmp_path, ["nothing"], None)
    next((tmp_path / "lookups").glob("wards-*.json")).write_text("{", encoding="utf-8")
    with pytest.raises(FitError, match="damaged"):
        open_wards(tmp_path)
