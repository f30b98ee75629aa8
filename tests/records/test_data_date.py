"""From which day does a search look when nobody says so?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.engine import DuckDBEngine
from headwater.records import Lake, LakeError, as_of_default, load
from headwater.records.current import newest_day_believed
from tests.records.samples import crime_file, crime_row

LAST = date(2017, 3, 30)
THREE_YEARS = {LAST - timedelta(days=back): 20 for back in range(3 * 365)}


def test_it_is_the_newest_day_of_steady_records() -> None:
    assert newest_day_believed(THREE_YEARS) == LAST


@pytest.mark.parametrize("day", [date(2017, 4, 30), date(2071, 3, 3), date(2099, 12, 31), date(2100, 1, 1)])
@pytest.mark.parametrize("rows", [1, 9])
def test_slips_into_the_future_do_not_move_it(day: date, rows: int) -> None:
    assert newest_day_believed(THREE_YEARS | {day: rows}) == LAST


def test_a_default_date_does_not_move_it_however_often_it_is_written() -> None:
    assert newest_day_believed(THREE_YEARS | {date(2099, 12, 31): 5000}) == LAST
    assert newest_day_believed(THREE_YEARS | {date(1900, 1, 1): 5000}) == LAST


def test_plans_that_begin_later_do_not_move_it() -> None:
    ahead = {LAST + timedelta(days=days): 1 for days in range(10, 90, 3)}
    assert newest_day_believed(THREE_YEARS | ahead) == LAST


def test_a_new_load_of_a_later_month_moves_it() -> None:
    later = {LAST + timedelta(days=days): 15 for days in range(1, 31)}
    assert newest_day_believed(THREE_YEARS | later) == LAST + timedelta(days=30)


def test_a_long_history_in_one_file_does_not_pull_it_back() -> None:
    decades = {LAST - timedelta(days=back): 2 for back in range(30 * 365)}
    assert newest_day_believed(decades) == LAST


def test_in_a_lake_of_few_rows_the_newest_day_is_taken_as_it_is() -> None:
    assert newest_day_believed({date(2016, 3, 4): 2, date(2016, 6, 30): 1}) == date(2016, 6, 30)


@given(st.dictionaries(st.dates(date(2010, 1, 1), date(2020, 1, 1)), st.integers(1, 500), min_size=1, max_size=60))
def test_it_is_always_a_day_on_which_something_was_recorded(days: dict[date, int]) -> None:
    assert newest_day_believed(days) in days


def test_rows_that_were_set_aside_do_not_count(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake")
    with pytest.raises(LakeError, match="holds no records yet"):
        as_of_default(lake)
    refused = crime_row("C", REPORTED_AT="01/06/2016 10:00", PERSON_SEQ="two")
    rows = [crime_row("A"), crime_row("B", REPORTED_AT="05/03/2016 10:00"), refused]
    with DuckDBEngine() as engine:
        assert load(lake, [crime_file(tmp_path, *rows)], engine=engine).batches[0].quarantined == 1
    assert as_of_default(lake) == date(2016, 3, 5)
