"""Where is it kept what happened and who would record it? Events, people in them and sentences, before any fault is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headwater.synthetic.phrases import ABOUT_CODE, Sentences
from headwater.synthetic.population import NOBODY, People
from headwater.synthetic.residence import Addresses, Stays

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

CRIME, INCIDENT, CUSTODY, MISSING, NOTICE, INTELLIGENCE, CHILDREN = range(7)
SOURCES = (
    "crime", "command_and_control", "custody", "missing", "protection_notice", "intelligence", "childrens_services",
)  # fmt: skip
FIELDS = ("mo", "log", "notes", "circumstances", "return", "narrative", "voice", "text")
FIELD = {name: number for number, name in enumerate(FIELDS)}


class Ledger:
    """Collects rows of all sources. An event's number is its place among all events; no row is ever changed."""

    def __init__(
        self, people: People, stays: Stays, addresses: Addresses, sentences: Sentences, rng: np.random.Generator
    ) -> None:
        self.people = people
        self.stays = stays
        self.addresses = addresses
        self.sentences = sentences
        self.rng = rng
        self.event_count = 0
        self.occurrence_count = 0
        self._events: list[pl.DataFrame] = []
        self._people: list[pl.DataFrame] = []
        self._said: list[pl.DataFrame] = []
        self._harms: list[pl.DataFrame] = []
        self._starts = np.array([bank[0] for bank in sentences.banks.values()], dtype=np.int64)
        self._sizes = np.array([bank[1] for bank in sentences.banks.values()], dtype=np.int64)
        self._bank = {name: number for number, name in enumerate(sentences.banks)}

    def occur(self, count: int) -> Ints:
        """Numbers for `count` new occurrences: things that happened, each told by one record or several."""
        self.occurrence_count += count
        return np.arange(self.occurrence_count - count, self.occurrence_count, dtype=np.int64)

    def event(self, source: int, occurrence: Ints, minute: Ints, place: Ints, **columns: Any) -> Ints:
        """Record one event per occurrence; `minute` counts from the first day, `place` is an address or NOBODY."""
        count = len(occurrence)
        number = np.arange(self.event_count, self.event_count + count, dtype=np.int64)
        self.event_count += count
        self._events.append(
            pl.DataFrame(
                {
                    "event": number,
                    "source": np.full(count, source, dtype=np.int64),
                    "occurrence": occurrence,
                    "minute": minute.astype(np.int64),
                    "place": place.astype(np.int64),
                    **{name: _column(value, count) for name, value in columns.items()},
                }
            )
        )
        return number

    def person(self, event: Ints, person: Ints, role: str | Texts, **columns: Any) -> None:
        """Put one person into each event (rows with NOBODY are left out)."""
        there = np.flatnonzero(person >= 0)
        if len(there) == 0:
            return
        full = {name: _column(value, len(event)) for name, value in columns.items()}
        self._people.append(
            pl.DataFrame(
                {
                    "event": event[there],
                    "person": person[there].astype(np.int64),
                    "role": _column(role, len(event)).gather(there),
                    **{name: value.gather(there) for name, value in full.items()},
                }
            )
        )

    def choose(self, bank: str | list[str], count: int, which: Ints | None = None) -> Ints:
        """Sentences drawn from one bank, or for each row from the bank numbered in `which`."""
        names = [bank] if isinstance(bank, str) else bank
        numbers = np.array([self._bank.get(name, -1) for name in names], dtype=np.int64)
        here = numbers[np.zeros(count, dtype=np.int64) if which is None else which]
        size = np.where(here >= 0, self._sizes[here], 0)
        drawn = self._starts[here] + (self.rng.random(count) * size).astype(np.int64)
        result: Ints = np.where(size > 0, drawn, -1)
        return result

    def say(
        self,
        event: Ints,
        field: str,
        tid: Ints,
        *,
        subject: Ints,
        minute: Ints,
        place: Ints,
        about: str | Ints = "subject",
        about_person: Ints | None = None,
        sex: Ints | None = None,
        elsewhere: Bools | None = None,
    ) -> None:
        """Add one sentence to each event's text. `subject` is whom the text is about, or the person at its centre.

        `about` and `about_person` say whose adversity the sentence states. Rows with tid -1 are left out.
        """
        count = len(event)
        person = subject if about_person is None else about_person
        about_code = np.full(count, ABOUT_CODE[about]) if isinstance(about, str) else about
        if sex is None:
            sex = np.where(person >= 0, self.people.sex[np.maximum(person, 0)], self.rng.integers(0, 2, count))
        age = np.where(subject >= 0, self.people.age(np.maximum(subject, 0), minute // 1440), 20)
        there = np.flatnonzero(tid >= 0)
        named = (about_code == 0) | ((person >= 0) & (self.rng.random(count) < 0.12))
        self._said.append(
            pl.DataFrame(
                {
                    "event": event[there],
                    "field_no": np.full(len(there), FIELD[field], dtype=np.int64),
                    "tid": tid[there],
                    "about": about_code[there].astype(np.int64),
                    "about_person": person[there].astype(np.int64),
                    "named": named[there],
                    "sex": sex[there].astype(np.int64),
                    "elsewhere": (np.zeros(count, dtype=bool) if elsewhere is None else elsewhere)[there],
                    "subject": subject[there].astype(np.int64),
                    "place": place[there].astype(np.int64),
                    "minute": minute[there].astype(np.int64),
                    "age": age[there].astype(np.int64),
                }
            )
        )

    def harm(self, person: Ints, kind: str, day: Ints, event: Ints | None, shown_by: str) -> None:
        """Note that a record shows (or, with no event, that none shows) that a harm of a kind came to a person."""
        there = np.flatnonzero(person >= 0)
        self._harms.append(
            pl.DataFrame(
                {
                    "person": person[there].astype(np.int64),
                    "kind": pl.Series([kind] * len(there), dtype=pl.String),
                    "day": day[there].astype(np.int64),
                    "event": (np.full(len(person), NOBODY) if event is None else event)[there].astype(np.int64),
                    "shown_by": pl.Series([shown_by] * len(there), dtype=pl.String),
                }
            )
        )

    def home(self, person: Ints, minute: Ints) -> Ints:
        """The address of each person at each minute (of nobody: NOBODY)."""
        row = self.stays.find(np.maximum(person, 0), minute // 1440)
        result: Ints = np.where(person >= 0, self.stays.address[row], NOBODY)
        return result

    def events(self) -> pl.DataFrame:
        """All events."""
        return pl.concat(self._events, how="diagonal")

    def involved(self) -> pl.DataFrame:
        """All people in events, in the order in which they were put in."""
        return pl.concat(self._people, how="diagonal").with_row_index("order")

    def said(self) -> pl.DataFrame:
        """All sentences, by event and field, in the order in which they were said."""
        return pl.concat(self._said).with_row_index("order").sort("event", "field_no", "order")

    def harms(self) -> pl.DataFrame:
        """All harms."""
        if not self._harms:
            return pl.DataFrame(
                schema={
                    "person": pl.Int64,
                    "kind": pl.String,
                    "day": pl.Int64,
                    "event": pl.Int64,
                    "shown_by": pl.String,
                }
            )
        return pl.concat(self._harms)


def _column(value: Any, count: int) -> pl.Series:
    """A value, or an array of values, as a column of `count` rows."""
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return pl.Series(value.tolist(), dtype=pl.String)
        return pl.Series(value)
    if isinstance(value, pl.Series):
        return value
    return pl.Series([value] * count, dtype=pl.String if isinstance(value, str) or value is None else None)
