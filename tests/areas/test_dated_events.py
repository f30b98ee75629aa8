"""Do events with a place and a day come in with every row accounted for, and does Knox's test agree with one written anew?"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from headwater.areas.dated_events import read_dated_events
from headwater.areas.measures import MeasureError
from headwater.areas.near_repeat import knox
from headwater.areas.uncertainty import count_interval


def events(folder: Path, head: str, *rows: str) -> Path:
    path = folder / "events.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def test_rows_are_events_or_set_aside_with_a_reason(tmp_path: Path) -> None:
    found = read_dated_events(
        events(
            tmp_path, "Easting,Northing,Date,Crime ID", "1,2,2017-01-03,x", "1,2,2017-01-03,x", ",2,2017-01-04,y", "5,6,no day,z",
            "7,8,2017-02-01 10:00:00,",
        )
    )  # fmt: skip
    assert (found.rows, dict(found.aside)) == (5, {"no day": 1, "no place": 1})
    assert found.occurrence == ("x", "x", "row 2")
    assert (str(found.first), str(found.last)) == ("2017-01-03", "2017-02-01")
    assert found.day.tolist()[2] - found.day.tolist()[0] == 29


def test_degrees_become_metres(tmp_path: Path) -> None:
    found = read_dated_events(
        events(
            tmp_path,
            "longitude,latitude,date",
            "-1.9,52.48,2017-01-03",
            "-1.9,52.49,2017-01-04",
            "-1.89,52.48,2017-01-09",
        )
    )
    assert found.occurrence is None
    north = math.hypot(found.x[1] - found.x[0], found.y[1] - found.y[0])
    east = math.hypot(found.x[2] - found.x[0], found.y[2] - found.y[0])
    assert north == pytest.approx(1112, abs=1)
    assert east == pytest.approx(1112 * math.cos(math.radians(52.48)), abs=2)


@pytest.mark.parametrize(("head", "rows", "words"), [
    ("month,longitude,latitude", ("2022-01-01,1,2",), "It has a month: near repeats need days"),
    ("x,y,date", ("1,2,2017-01-01", "3,4,2017-02-01", "3,4,2017-03-01"), "they tell the month only"),
    ("x,y,date", ("1,2,2017-01-01",), "too few"),
])  # fmt: skip
def test_what_cannot_tell_of_days_is_refused(tmp_path: Path, head: str, rows: tuple[str, ...], words: str) -> None:
    with pytest.raises(MeasureError, match=words):
        read_dated_events(events(tmp_path, head, *rows))


def test_knox_agrees_with_a_plain_one_that_shuffles_times_over_places() -> None:
    rng = np.random.default_rng(11)
    x, y, day = rng.uniform(0, 800, 40), rng.uniform(0, 800, 40), rng.integers(0, 30, 40).astype(float)
    name = [f"o{n % 37}" for n in range(40)]  # three rows are of an occurrence that is there already
    found = knox(x, y, day, metres=(150.0, 300.0), days=(3.0, 10.0), occurrence=name, shuffles=199, seed=5)
    x, y, day = x[:37], y[:37], day[:37]

    def table(times: np.ndarray) -> list[list[int]]:
        counts = [[0, 0], [0, 0]]
        for a in range(37):
            for b in range(a):
                far, gap = math.dist((x[a], y[a]), (x[b], y[b])), abs(times[a] - times[b])
                if far <= 300 and gap <= 10:
                    counts[int(far > 150)][int(gap > 3)] += 1
        return counts

    observed = np.array(table(day))
    shuffler = np.random.default_rng(5)
    shuffled = np.array([table(shuffler.permutation(day)) for _ in range(199)])
    assert found.pairs.tolist() == observed.tolist()
    assert found.expected == pytest.approx(shuffled.mean(axis=0), abs=1e-12)
    assert found.p == pytest.approx((1 + (shuffled >= observed).sum(axis=0)) / 200, abs=1e-12)
    assert found.removed == 3


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.36, 121.63)]
)
def test_the_interval_of_a_count_is_the_published_one(count: int, low: float, high: float) -> None:
    assert count_interval(count) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_dates_that_tell_a_month_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"3 of 3 dates of events\.csv tell a month only"):
        read_dated_events(events(tmp_path, "easting,northing,date", "1,2,2017-01", "1,2,2017-02", "1,2,2017-02"))
