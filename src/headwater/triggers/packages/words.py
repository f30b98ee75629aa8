"""How is a fact said? Dates, ages, sureness and handling in the words that a reader sees; `not known`, never blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from headwater.triggers.packages.package import EvidenceItem, Quote, RecordReference

NOT_KNOWN = "not known"

STRENGTH = {"strong": "Strong evidence", "moderate": "Moderate evidence", "weak": "Weak evidence"}
SURENESS = {"recorded": "Recorded", "disclosed": "Told us", "suspected": "Suspected"}
ONE_PERSON = {
    "certain": "Certain",
    "likely": "Likely, not certain",
    "doubtful": "Doubtful: check this first",
}
AT_HOME = {
    "stated": "A record states it",
    "likely": "Likely: from addresses and dates",
    "uncertain": "Uncertain: check before you rely on it",
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say_day(day: date | None) -> str:
    """`7 March 2017`, or `not known`. Does not depend on the machine's locale."""
    return NOT_KNOWN if day is None else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_some_day(day: date | None) -> str:
    """`7 March 2017`, or `a day not known`, for the middle of a sentence."""
    return "a day not known" if day is None else say_day(day)


_NUMBERS = (
    "None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
)  # fmt: skip


def say_number(number: int) -> str:
    """A small number as a word, to begin a sentence: `Two`; others in figures."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def say_name(row: Mapping[str, Any]) -> str:
    """The given and family name of a row, or `not known`."""
    return " ".join(case_name(part) for part in (row["given_name"], row["family_name"]) if part) or NOT_KNOWN


def case_name(name: str) -> str:
    """A name that a system wrote in capitals or small letters throughout, written as a name."""
    return name.title() if name.isupper() or name.islower() else name


def name_once(records: Iterable[RecordReference]) -> list[RecordReference]:
    """The records, each reference of a source once: several rows of one crime are one crime to a reader."""
    return list({(record.source, record.reference): record for record in reversed(list(records))}.values())[::-1]


def say_month(day: date) -> str:
    """`Mar 2017`, for the axis of a picture."""
    return f"{MONTHS[day.month - 1][:3]} {day.year}"


ADULT = 18
"""Years of age from which nobody is a child."""


def say_age(years: int | None) -> str:
    """`14 years`, `1 year`, `under 1 year`, or `not known`."""
    if years is None:
        return NOT_KNOWN
    if years == 0:
        return "under 1 year"
    return "1 year" if years == 1 else f"{years} years"


def reckon_age(birth: date | None, on: date) -> int | None:
    """Whole years between a day of birth and another day, or None."""
    return None if birth is None else on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def say_count(number: int, one: str, many: str) -> str:
    """`1 draft`, `2,310 drafts`, `no drafts`."""
    if number == 0:
        return f"no {many}"
    return f"1 {one}" if number == 1 else f"{number:,} {many}"


def say_room(size: int) -> str:
    """Room on a disk, in the larger unit that fits: `12 kB`, `340 MB`, `4.1 GB`."""
    if size < 1_000_000:
        return f"{size / 1_000:,.0f} kB"
    return f"{size / 1_000_000:,.0f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:,.1f} GB"


def say_list(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`, or `not known` for none."""
    if not words:
        return NOT_KNOWN
    if len(words) == 1:
        return words[0]
    return ", ".join(words[:-1]) + " and " + words[-1]


def say_or_not_known(text: str | None) -> str:
    """The text itself, or `not known` when there is none."""
    return text if text and text.strip() else NOT_KNOWN


def say_handling(handling: str) -> str:
    """An intelligence report's grades in words: `graded 2/B/C by 3x5x2`, or `handle as most restrictive`."""
    scheme, _, grades = handling.removeprefix("intelligence:").partition(":")
    return f"graded {grades} by {scheme}" if grades else f"handle as {scheme.replace('-', ' ')}"


def capitalise(text: str) -> str:
    """The text with a capital first letter; the rest is left as it is."""
    return text[:1].upper() + text[1:]


def uncapitalise(text: str) -> str:
    """The text with a small first letter, to go on within a sentence; an abbreviation such as `TV` is left alone."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def split_quote(quote: Quote) -> tuple[str, str, str]:
    """The passage in three: before the words to highlight, the words, after them."""
    return quote.text[: quote.start], quote.text[quote.start : quote.end], quote.text[quote.end :]


def may_quote(item: EvidenceItem) -> bool:
    """Whether the words of this evidence may be printed: never when intelligence is among its records.

    The package must hold no such quote in the first place; a page refuses it all the same.
    """
    return item.handling == "ordinary" and all(record.source != "intelligence" for record in item.records)


def order_by_date(items: list[EvidenceItem], counts: bool | None = None) -> list[EvidenceItem]:
    """Newest first, undated last; ties by the day of recording, then by id. With `counts` those only that are counted, or are not."""
    chosen = (item for item in items if counts is None or item.counts is counts)
    return sorted(chosen, key=lambda item: (*_newest_first(item), item.evidence_id))


def _newest_first(item: EvidenceItem) -> tuple[bool, int, int]:
    day = item.occurred_on
    return day is None, -day.toordinal() if day else 0, -item.recorded_on.toordinal()
