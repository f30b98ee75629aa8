"""Can two loads of the lake, laid side by side, tell of a single event in an area?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.cli.areas.standing import let_stand
from headwater.records import Lake, LakeError
from headwater.triggers.counting.disclosure import Register, read_disclosure_rule
from tests.cli.conftest import Copied, Run
from tests.triggers.world import Home, Part, Who, World

RULE = read_disclosure_rule()


def lake(folder: Path) -> Lake:
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    return Lake.open(folder / "data" / "lake")


def test_a_number_stands_until_five_events_have_changed(tmp_path: Path) -> None:
    def load(
        calls: dict[str, float], minutes: dict[str, float] | None = None, months: int = 12
    ) -> tuple[dict[str, float], int]:
        counts = {"calls": calls, "officer_minutes": minutes or {area: 10 * number for area, number in calls.items()}}
        found, standing = let_stand(lake(tmp_path), RULE, counts, months)
        assert found["officer_minutes"] == pytest.approx({area: 10 * number for area, number in found["calls"].items()})
        return found["calls"], standing

    assert load({"A": 7, "B": 40}) == ({"A": 7, "B": 40}, 0)
    assert load({"A": 8, "B": 36}) == ({"A": 7, "B": 40}, 4), "two numbers of calls, and of the minutes that they make"
    assert load({"A": 7, "B": 35})[0] == {"A": 7, "B": 35}
    assert load({"B": 35})[0] == {"A": 0, "B": 35}, "seven that are gone are more than five"
    assert load({"A": 4, "B": 35})[0] == {"A": 0, "B": 35}, "whether anybody came is not told either"
    assert load({"A": 8, "B": 36}, months=1)[0] == {"A": 8, "B": 36}, "another length of time is another number"


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_whatever_change_is_seen_is_that_of_five_events(counts: list[int]) -> None:
    """The steps of the register itself, day after day."""
    register, stood = Register(RULE), None
    for count in counts:
        stands = register.settle("areas, calls, 12 months", "A", count)
        assert abs(stands - count) < RULE.smallest
        if stood is not None and stands != stood:
            assert abs(stands - stood) >= RULE.smallest
        stood = stands


def test_a_register_that_cannot_be_read_lets_nothing_through(tmp_path: Path) -> None:
    let_stand(lake(tmp_path), RULE, {"calls": {"A": 7.0}}, 12)
    (path,) = (tmp_path / "data" / "lake").rglob("published.json")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(LakeError, match="no number may be published"):
        let_stand(lake(tmp_path), RULE, {"calls": {"A": 7.0}}, 12)


SOMEBODY = Who("Ana", "Madeup", "1990-01-01")


def seven_crimes(world: World) -> None:
    for day in range(1, 8):
        world.crime(f"2017-02-{day:02}", Part(SOMEBODY, "victim"), scene=Home("1 Made-up Street", "DY1 1AA"))


def test_loading_the_lake_again_says_that_numbers_stand(run: Run, copy_searched: Copied, tmp_path: Path) -> None:
    copy_searched(seven_crimes, tmp_path)
    assert "stand as they were" not in run("areas", "load", "--lake").out
    assert "stand as they were" not in run("areas", "load", "--lake").out, "nothing has changed"
    said = run("areas", "load", "--lake", "--from", "2016-02-10", "--to", "2017-02-06")
    assert "1 counted" not in said.out
    assert "numbers of small areas stand as they were counted before" in said.out
