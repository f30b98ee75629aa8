"""On which days do offices work? Mondays to Fridays without the bank holidays of the nation in which the service is used."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
from django.conf import settings


@cache
def _bank_holidays(nation: str) -> holidays.HolidayBase:
    """The bank holidays of a nation of the United Kingdom (ENG, WLS, SCT, NIR), worked out year by year as they are asked for."""
    return holidays.country_holidays("GB", subdiv=nation)


def is_working_day(day: date) -> bool:
    """Whether offices work on this day."""
    return day.weekday() < 5 and day not in _bank_holidays(settings.NATION)


def add_working_days(start: date, days: int) -> date:
    """The day that many working days after `start`."""
    day = start
    while days > 0:
        day += timedelta(1)
        days -= is_working_day(day)
    return day


def next_review(held: date, every_days: int) -> date:
    """When the next review is due; a day on which nobody works moves it to the next working day."""
    due = held + timedelta(every_days)
    return due if is_working_day(due) else add_working_days(due, 1)
