"""Which words name which concept? The catalogue's lexicon, or a list of terms that a caller hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from headwater.catalogue import list_files, read_text
from headwater.narrative.finding import Finder, Owned
from headwater.narrative.patterns import Pattern, PatternError, WordLists, read_pattern, split_choices
from headwater.narrative.phrases import Found, join
from headwater.narrative.times import find_times
from headwater.narrative.words import Flags, Ints, Words

STATE, SUFFERED, OWN, BETWEEN, LIVED_WITH = range(5)
_BEARS = {"state": STATE, "suffered": SUFFERED, "own": OWN, "between": BETWEEN, "lived_with": LIVED_WITH}


class LexiconError(ValueError):
    """A lexicon cannot be used; the message says where and what to do."""


@dataclass(frozen=True)
class Mentions:
    """Where concepts are named: spans; the number of each one's concept; whether the person inside it is the one
    concerned; whether its own words say that it is over; whether cues between its words count; whether the person inside it
    is the one who does it. `times` are those of a log, where there are any."""

    spans: Found
    concept: Ints
    inside: Flags
    over: Flags
    open: Flags
    doer: Flags
    times: Found | None = None

    def keep(self, which: Ints) -> Mentions:
        """Those at these positions."""
        return Mentions(
            self.spans.keep(which),
            self.concept[which],
            self.inside[which],
            self.over[which],
            self.open[which],
            self.doer[which],
        )


class Lexicon:
    """Concepts and how they are said. Make one with `from_terms` or `from_catalogue`."""

    def __init__(
        self,
        concepts: Sequence[str],
        bears: Sequence[int],
        groups: Sequence[_Group],
        grown: Sequence[bool] = (),
        *,
        slips: bool = False,
        text: str | None = None,
    ) -> None:
        """`text` is what the groups were read from, where that alone decides: the finder is then kept for the next time."""
        self.concepts = tuple(concepts)
        self.names = pa.array(self.concepts, pa.string())
        self.rank = np.argsort(sorted(range(len(concepts)), key=concepts.__getitem__))
        self.bears = np.array(list(bears) or [STATE], np.int64)
        self.grown = np.array(list(grown) or [False] * len(self.bears))
        self._groups = list(groups)
        # An owner is a group of terms, so that each hit knows its concept and what the group says of it.
        self._concept = np.array([group.concept for group in groups] or [0], np.int64)
        self._inside = np.array([group.inside for group in groups] or [False])
        self._historical = np.array([group.historical for group in groups] or [False])
        self._swallow = np.array([group.swallow for group in groups] or [False])
        self._swallows = bool(self._swallow.any())
        self._open = np.array([group.open for group in groups] or [False])
        self._doer = np.array([group.doer for group in groups] or [False])

        def patterns() -> Iterator[Owned]:
            for number, group in enumerate(groups):
                yield from (Owned(pattern, number, group.exact) for pattern in group.patterns())

        if text is None:
            self._finder = Finder(patterns(), slips=slips)
        else:
            self._finder = Finder.kept((text, read_text("narrative", "real_words.txt")), patterns, slips=slips)

    @classmethod
    def from_terms(cls, terms: Mapping[str, Sequence[str]]) -> Lexicon:
        """A lexicon of literal terms, for example `{"alcohol": ["drunk", "in drink"]}`.

        A term is found as whole words, in any case, its white space standing for any white space. Raises LexiconError
        for an empty term or one that is not a string.
        """
        groups = []
        for number, (concept, literals) in enumerate(terms.items()):
            if isinstance(literals, str):
                raise LexiconError(f"Concept {concept!r} has one string; give a list of terms: [{literals!r}].")
            patterns = []
            for literal in literals:
                if not isinstance(literal, str) or not literal.strip():
                    raise LexiconError(f"Concept {concept!r} has the term {literal!r}. Give words, or leave it out.")
                patterns.append(Pattern(literal, (((literal,),),), (), False, False))
            groups.append(_Group(number, partial(list, patterns), exact=True))
        return cls(tuple(terms), [STATE] * len(terms), groups)

    @classmethod
    def from_catalogue(cls, catalogue: Path | None = None) -> Lexicon:
        """The catalogue's lexicon; a force's own `narrative/lexicon.yaml` in `catalogue` replaces the built-in one.

        Raises LexiconError, with the concept and the pattern, when a file cannot be read.
        """
        if catalogue is None:
            return _built_in()
        texts = {item.name: item.read_text(encoding="utf-8") for item in list_files("narrative", ".yaml", catalogue)}
        return _read(texts["lexicon.yaml"])

    def find(self, words: Words) -> Mentions:
        """The mentions, ordered by place; of those of one concept that overlap only the leftmost, longest."""
        known = self._finder.know(words)
        raw = self._finder.find(words, known)
        times = find_times(words)
        across = self._finder.find_across(words, known, times) if len(times) else times
        if len(across):
            raw = join([raw, across]).in_order()
        keep = np.ones(len(raw), np.bool_)
        meet = np.flatnonzero(_overlap(raw))
        if len(meet):
            some = raw.keep(meet)
            keep[meet] = False
            keep[meet[_longest(some, self._concept[some.owner], self._swallow[some.owner], len(words))]] = True
        if self._swallows:
            keep &= ~self._swallow[raw.owner]
        raw = raw.keep(keep)
        owner = raw.owner
        return Mentions(
            raw,
            self._concept[owner],
            self._inside[owner],
            self._historical[owner],
            self._open[owner],
            self._doer[owner],
            times if len(times) else None,
        )


class _Group:
    def __init__(
        self,
        concept: int,
        patterns: Callable[[], Sequence[Pattern]],
        *,
        exact: bool = False,
        inside: bool = False,
        historical: bool = False,
        swallow: bool = False,
        open: bool = False,
        doer: bool = False,
    ) -> None:
        self.concept, self.patterns, self.exact = concept, patterns, exact
        self.inside, self.historical, self.swallow = inside, historical, swallow
        self.open, self.doer = open, doer


def _overlap(raw: Found) -> Flags:
    """Which occurrences, ordered by first, overlap another one, of whatever concept."""
    meets = np.zeros(len(raw), np.bool_)
    if len(raw) > 1:
        meets[1:] = raw.first[1:] < np.maximum.accumulate(raw.last)[:-1]
        meets[:-1] |= raw.first[1:] < raw.last[:-1]
    return meets


def _longest(raw: Found, concept: Ints, swallow: Flags, size: int) -> Ints:
    """Which to keep: within each concept, of occurrences that overlap, the leftmost and there the longest; one of equals.

    Each concept gets a stretch of its own on one long line, so that one pass serves all.
    """
    first, last = concept * (size + 1) + raw.first, concept * (size + 1) + raw.last
    order = _in_order(first, last, swallow)
    # Words that look alike take away what runs into them: "had been | drinking | milk".
    latest = np.maximum.accumulate(np.where(swallow[order], last[order], -1)) if len(order) else order
    until = np.searchsorted(first[order], last[order], side="left") - 1
    order = order[swallow[order] | (latest[np.maximum(until, 0)] <= last[order])]
    # Of those that begin together only the first, the longest, can be kept.
    begins = np.ones(len(order), np.bool_)
    begins[1:] = first[order[1:]] != first[order[:-1]]
    order = order[begins]
    first, last = first[order], last[order]
    alone = np.ones(len(order) + 1, np.bool_)
    alone[1:-1] = first[1:] >= np.maximum.accumulate(last)[:-1]
    keep = alone[:-1].copy()
    # Only where several overlap is there something to choose, from left to right.
    end = -1
    for place in np.flatnonzero(~(alone[:-1] & alone[1:])).tolist():
        keep[place] = first[place] >= end
        if keep[place]:
            end = last[place]
    return np.sort(order[keep])


def _in_order(first: Ints, last: Ints, swallow: Flags) -> Ints:
    """Where each begins, the longest first, of equals what only looks alike."""
    length = last - first
    if not len(first) or first.max() >> 30 or length.max() >> 11 or len(first) >> 21:
        return np.lexsort((~swallow, -last, first))
    # Sorting one packed number is several times faster than sorting by three columns.
    packed = np.sort(
        first << 33 | ((1 << 11) - length) << 22 | (~swallow).astype(np.int64) << 21 | np.arange(len(first))
    )
    return packed & (1 << 21) - 1


@cache
def _built_in() -> Lexicon:
    return _read(read_text("narrative", "lexicon.yaml"))


def _read(text: str) -> Lexicon:
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    named = WordLists(content.get("words", {}))
    concepts, bears, groups, grown = [], [], [], []
    for number, (concept, entry) in enumerate(content["concepts"].items()):
        concepts.append(concept)
        if entry.get("bears") not in _BEARS:
            raise LexiconError(f"Concept {concept}: `bears` is {entry.get('bears')!r}; use one of {', '.join(_BEARS)}.")
        bears.append(_BEARS[entry["bears"]])
        grown.append(bool(entry.get("grown")))
        for group in entry["groups"]:
            if not group.get("source"):
                raise LexiconError(f"Concept {concept}, group {group.get('name')!r}: say where the terms come from.")
            patterns = partial(_read_terms, concept, tuple(map(str, group["terms"])), named)
            groups.append(
                _Group(
                    number,
                    patterns,
                    inside=bool(group.get("inside")),
                    historical=bool(group.get("historical")),
                    swallow=bool(group.get("swallow")),
                    open=bool(group.get("open")),
                    doer=bool(group.get("doer")),
                )
            )
    return Lexicon(concepts, bears, groups, grown, slips=True, text=text)


def _read_terms(concept: str, terms: Sequence[str], named: Mapping[str, Sequence[str]]) -> list[Pattern]:
    return [_read_term(concept, choice, named) for term in terms for choice in split_choices(term)]


def _read_term(concept: str, term: str, named: Mapping[str, Sequence[str]]) -> Pattern:
    try:
        pattern = read_pattern(term, named)
    except PatternError as error:
        raise LexiconError(f"Concept {concept}: {error}") from error
    if pattern.at_end:
        raise LexiconError(f"Concept {concept}: pattern {term!r} uses <end>; only cues may.")
    return pattern
