"""Which addresses must not be printed, and how are they taken out of quoted words?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache

from headwater.areas.address import ABBREVIATIONS, spell_out
from headwater.engine import Engine

WITHHELD = "address withheld"
_KINDS = "|".join(
    sorted({word for name, shorts in ABBREVIATIONS.items() for word in (name, *shorts)}, key=lambda w: (-len(w), w))
)
_KIND = re.compile(_KINDS, re.IGNORECASE)
_NUMBERED = re.compile(rf"\W*(?:(?:{_KINDS})\W+)?\d*\w?\W*", re.IGNORECASE)
_POSTCODE = re.compile(r"\s*([A-Za-z]{1,2}\d[A-Za-z\d]?)\s*(\d[A-Za-z]{2})\s*")
_BETWEEN = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:'\w+)?")


class Secrets:
    """Words of protected addresses in the order in which they are masked, ready to be looked for in many texts.

    A large force has tens of thousands, and a text names one of them or none: those whose first letters the text holds are
    found first, and no other is looked at. One record stands in the packages of several people: what was found in a text is
    remembered for a while.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words, self._more = list(words), list[str]()
        self._begins: dict[int, dict[str, list[tuple[int, str]]]] = {}
        self._met: dict[str, list[str]] = {}

    def plus(self, more: Iterable[str]) -> Secrets:
        """These, and after them a few more."""
        both = copy(self)  # What is ready of the many is shared.
        both._more = [*self._more, *more]
        return both

    def met(self, squeezed: str) -> list[str]:
        """Those of which a squeezed text holds a key, in their order; and those that were put behind with `plus`."""
        found = self._met.get(squeezed)
        if found is None:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            found = self._met[squeezed] = self._meet(squeezed)
        return found + self._more

    def _meet(self, squeezed: str) -> list[str]:
        if not self._begins:
            for number, secret in enumerate(self._words):
                for key, _ in _looked_for(secret):
                    begin = key[:_BEGINS]
                    self._begins.setdefault(len(begin), {}).setdefault(begin, []).append((number, key))
        found = set()
        for length, begins in self._begins.items():
            if len(begins) < len(squeezed) // 4:  # Of few it is quicker to look for each.
                held: Iterable[str] = [begin for begin in begins if begin in squeezed]
            else:
                held = {squeezed[place : place + length] for place in range(len(squeezed) - length + 1)} & begins.keys()
            found |= {number for begin in held for number, key in begins[begin] if key in squeezed}
        return [self._words[number] for number in sorted(found)]


_BEGINS = 5
"""By how many of its first letters a key is found."""

_REMEMBERED = 20_000
"""So many texts are remembered, with which protected addresses they name."""


@dataclass(frozen=True)
class Protected:
    """Lines and postcodes of protected addresses and refuges, by person and by event to whom they are known."""

    of_person: dict[str, set[str]] = field(default_factory=dict)
    of_event: dict[str, set[str]] = field(default_factory=dict)

    def everywhere(self) -> Secrets:
        """All that may not be printed beside anybody, the longest first."""
        found = set().union(*self.of_person.values(), *self.of_event.values())
        return Secrets(sorted(found, key=lambda words: (-len(words), words)))

    def known_to(self, people: Iterable[str], events: Iterable[str]) -> list[str]:
        """All that may not be printed beside these people and events, the longest first."""
        found: set[str] = set()
        for person in people:
            found |= self.of_person.get(person, set())
        for event in events:
            found |= self.of_event.get(event, set())
        return sorted(found, key=lambda words: (-len(words), words))


def prepare_protection(engine: Engine) -> None:
    """Make table `protected_place` (address_key): places that any record calls protected or a refuge.

    One system marks an address and another does not: what one protects is protected everywhere, and a search that looks
    back at an earlier day keeps what was protected since, because it is read today. `address_place` of
    `headwater.areas.prepare_addresses` and the identity tables must be there.
    """
    marked = "(coalesce(a.protected, false) OR coalesce(a.premises = 'refuge', false))"
    engine.create(
        "protected_place",
        f"""
        SELECT p.address_key FROM address_record a JOIN address_place p USING (address_record_id)
        WHERE p.address_key IS NOT NULL AND {marked}
        UNION
        SELECT s.address_key
        FROM (SELECT uprn, {spell_out("line")} AS spelled, replace(upper(postcode), ' ', '') AS postcode FROM later_address_record a WHERE {marked}) x
        JOIN address_place s ON s.uprn = x.uprn OR (s.spelled = x.spelled AND (s.postcode = x.postcode OR s.postcode IS NULL))
        WHERE s.address_key IS NOT NULL
        """,
    )
    # The same place with or without the name of its house or its flat: one line holds the other, in one postcode.
    engine.create(
        "protected_place",
        """
        SELECT address_key FROM protected_place UNION
        SELECT s.address_key FROM (
            SELECT DISTINCT spelled, postcode FROM address_place SEMI JOIN protected_place USING (address_key)
            WHERE postcode IS NOT NULL AND spelled IS NOT NULL
        ) x JOIN address_place s ON s.postcode = x.postcode AND (contains(x.spelled, s.spelled) OR contains(s.spelled, x.spelled))
        WHERE s.address_key IS NOT NULL
        """,
    )


def find_protected(engine: Engine) -> Protected:
    """The words of every protected address, by the people who live or lived there and the events that name it."""
    engine.create(
        "secret",
        """
        SELECT a.address_record_id, a.line, a.postcode, a.event_id, a.person_record_id, p.person_id
        FROM address_record a SEMI JOIN (
            SELECT address_record_id FROM address_place SEMI JOIN protected_place USING (address_key) UNION
            SELECT address_record_id FROM address_record WHERE coalesce(protected, false) OR coalesce(premises = 'refuge', false)
        ) USING (address_record_id)
        LEFT JOIN person p ON p.person_record_id = a.person_record_id
        """,
    )
    rows = engine.fetch(
        """
        SELECT DISTINCT line, postcode, person_id, NULL AS event_id FROM secret WHERE person_id IS NOT NULL
        UNION SELECT line, postcode, NULL, event_id FROM secret WHERE event_id IS NOT NULL
        UNION SELECT s.line, s.postcode, NULL, i.event_id FROM secret s JOIN involvement i USING (person_record_id)
        UNION SELECT s.line, s.postcode, NULL, e.event_id FROM secret s JOIN event e USING (address_record_id)
        ORDER BY ALL
        """
    ).to_pylist()
    people: dict[str, set[str]] = defaultdict(set)
    events: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        words = {word for word in (row["line"], row["postcode"]) if word}
        if row["person_id"]:
            people[row["person_id"]] |= words
        if row["event_id"]:
            events[row["event_id"]] |= words
    return Protected(dict(people), dict(events))


def mask(text: str, secrets: Iterable[str] | Secrets) -> str:
    """The text with each protected address written "[address withheld]", however it is abbreviated, spaced or cased.

    Of a line the street's own name is enough to be taken out, with number, flat and kind of street around it; a postcode
    with or without its space. Rather too much is masked than too little.
    """
    if not text:
        return text
    squeezed = _squeeze(text)
    for secret in secrets.met(squeezed) if isinstance(secrets, Secrets) else secrets:
        for key, pattern in _looked_for(secret):
            if key in squeezed:
                text = _compiled(pattern).sub(f"[{WITHHELD}]", text)
    return text


def names_any(text: str, secrets: Secrets) -> bool:
    """Whether `mask` could change this text or a part of it."""
    squeezed = _squeeze(text)
    return any(key in squeezed for secret in secrets.met(squeezed) for key, _ in _looked_for(secret))


def _squeeze(text: str) -> str:
    return _BETWEEN.sub("", text.lower())


@lru_cache(maxsize=65536)
def _looked_for(secret: str) -> tuple[tuple[str, str], ...]:
    """The street of a line, and the name of the house before it when it has one: each a key that a text must hold when it is
    squeezed, so that most texts need no more than one look, and the pattern, which few texts need."""
    names = [part for part in secret.split(",")[:-1] if not _NUMBERED.fullmatch(part)]
    return (_key_and_pattern(secret), *(_key_and_pattern(name) for name in names))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _key_and_pattern(secret: str) -> tuple[str, str]:
    postcode = _POSTCODE.fullmatch(secret)
    if postcode:
        return (postcode[1] + postcode[2]).lower(), rf"\b{postcode[1]}\s*{postcode[2]}\b"
    street = secret.rsplit(",", 1)[-1]
    words = [word for word in _WORDS.findall(street) if len(word) > 1]
    while len(words) > 1 and _KIND.fullmatch(words[-1]):
        words.pop()
    if not words:
        return _squeeze(secret), re.escape(secret)
    # Between any two letters there may be a space: "Yew Tree" and "Yewtree" are one.
    name = r"[\W_]?".join(re.escape(letter) for letter in "".join(words))
    return (
        "".join(words).lower(),
        rf"(?:\b(?:flat|flt|fl|room|rm|apartment|apt)\W+\w+\W+)?(?:\b\d+\w?\W+)?\b{name}\b(?:\W+(?:{_KINDS})\b)?",
    )
