"""Where do thousands of phrases occur in a batch of words? One automaton over words, walked from all places at once.

The automaton is a table of steps (state, word) → state. All places whose word begins some phrase enter together; each
round looks up the next word of those that are still in, so a batch costs as many array look-ups as the longest phrase
has words. (Aho and Corasick 1975 keep one state for one place; here every place starts anew, which arrays do better.)
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.narrative.patterns import NUMBER, Part, code_phrases
from headwater.narrative.spelling import code_slips
from headwater.narrative.words import TEXT_END, Codes, Flags, Ints, Words, split_words

# Odd, as are their upper halves, so that multiplying loses nothing; and without a pattern in their bits.
_MIX, _MIX_OTHER = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
LAX = -1  # the gluing of a phrase that does not care about white space around its signs


class CodeTable:
    """A map from whole codes to small numbers that answers for whole arrays; -1 for a code it does not hold.

    Every code lies in one of two slots (cuckoo hashing: Pagh and Rodler 2004), so that two look-ups answer whatever it is, and
    one where the first slot is empty. Codes of 32 bits take half the space: the table of steps, which is looked into at random,
    then stays in the processor's cache.
    """

    def __init__(self, codes: npt.NDArray[Any], numbers: Ints) -> None:
        """`codes` are all different, of 64 or of 32 bits; those looked for later are of the same kind."""
        size = 1 << max(4, (5 * len(codes) // 2).bit_length())
        slot = None
        while slot is None:
            number = np.int32 if not len(numbers) or int(numbers.max()) < 1 << 31 else np.int64
            self._make_empty(size, codes.dtype, _unused(codes), np.dtype(number))
            slot = _choose_slots(self._slot(codes, _MIX), self._slot(codes, _MIX_OTHER), size)
            size *= 2
        self._codes[slot], self._numbers[slot] = codes, numbers

    def _make_empty(self, size: int, kind: np.dtype[Any], empty: int, number: np.dtype[Any]) -> None:
        self._empty = kind.type(empty)
        self._codes, self._numbers = np.full(size, self._empty, kind), np.full(size, -1, number)
        self._shift = kind.type(8 * kind.itemsize - (size - 1).bit_length())

    def _slot(self, codes: npt.NDArray[Any], mix: int) -> Ints:
        """The highest bits of each code times `mix` (multiplicative hashing: Knuth 1973, 6.4)."""
        factor = self._codes.dtype.type(mix >> 32 if self._codes.dtype == np.uint32 else mix)
        slot: Ints = ((codes * factor) >> self._shift).astype(np.int64)
        return slot

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that it holds (see `from_arrays`)."""
        slot = (self._codes != self._empty).nonzero()[0]  # most slots are empty
        return {
            "slot": slot.astype(np.int32),
            "codes": self._codes[slot],
            "numbers": self._numbers[slot],
            "size": np.array([len(self._codes), int(self._empty)], np.uint64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> CodeTable:
        """The table that gave these arrays."""
        table = cls.__new__(cls)
        size, empty = arrays["size"].tolist()
        table._make_empty(size, arrays["codes"].dtype, empty, arrays["numbers"].dtype)
        table._codes[arrays["slot"]], table._numbers[arrays["slot"]] = arrays["codes"], arrays["numbers"]
        return table

    @classmethod
    def of(cls, entries: dict[int, int]) -> CodeTable:
        """The table of a dictionary."""
        codes = np.fromiter(entries.keys(), np.uint64, len(entries))
        return cls(codes, np.fromiter(entries.values(), np.int64, len(entries)))

    def __len__(self) -> int:
        return int(np.count_nonzero(self._codes != self._empty))

    def find(self, codes: npt.NDArray[Any]) -> Ints:
        """The number of each code, or -1."""
        slot = self._slot(codes, _MIX)
        there = self._codes.take(slot)
        found = self._numbers.take(slot).astype(np.int64)
        other = (there != codes).nonzero()[0]
        found[other] = -1
        # What is held has filled its first slot, or found it filled.
        other = other.take((there.take(other) != self._empty).nonzero()[0])
        wanted = codes.take(other)
        slot = self._slot(wanted, _MIX_OTHER)
        hit = (self._codes.take(slot) == wanted).nonzero()[0]
        found[other.take(hit)] = self._numbers.take(slot.take(hit))
        return found


_MOST_ROUNDS = 100
"""After so many rounds a table is taken to be too small."""


def _choose_slots(first: Ints, second: Ints, size: int) -> Ints | None:
    """One of its two slots for each, so that no two share one; None where that does not come about.

    All begin in their first slot. Whoever comes later pushes out who is there, and who is pushed out goes to the other slot.
    """
    slot = first.copy()
    holder = np.full(size, -1, np.int64)
    waiting = np.arange(len(first))
    for _ in range(_MOST_ROUNDS):
        if not len(waiting):
            return slot
        wanted = slot[waiting]
        before = holder[wanted]
        holder[wanted] = waiting
        stays = holder[wanted] == waiting
        pushed_out = before[stays]
        waiting = np.concatenate((waiting[~stays], pushed_out[pushed_out >= 0]))
        slot[waiting] = first[waiting] + second[waiting] - slot[waiting]
    return None


def _unused(codes: npt.NDArray[Any]) -> int:
    """A number that is none of the codes."""
    taken = set(codes[codes <= len(codes)].tolist())
    return next(number for number in range(len(codes) + 1) if number not in taken)


@dataclass(frozen=True)
class Found:
    """Phrases found: word positions `first` (inclusive) and `last` (exclusive), and the number of the phrase's owner."""

    first: Ints
    last: Ints
    owner: Ints

    def __len__(self) -> int:
        return len(self.first)

    def keep(self, which: Ints | Flags) -> Found:
        """Those that `which` (flags or positions) names."""
        chosen = which.nonzero()[0] if which.dtype == np.bool_ else which
        if len(chosen) == len(self) and which.dtype == np.bool_:
            return self  # all of them
        # These places are inside; without a check of that numpy takes them faster.
        return Found(*(column.take(chosen, mode="clip") for column in self.columns()))

    def columns(self) -> tuple[Ints, Ints, Ints]:
        """First, last and owner."""
        return self.first, self.last, self.owner

    def in_order(self) -> Found:
        """The same, ordered by first, last and owner."""
        length = self.last - self.first
        if not len(self):
            return self
        if self.first.max() >> 28 or length.max() >> 14 or self.owner.max() >> 21:
            return self.keep(np.lexsort((self.owner, self.last, self.first)))
        # One packed number is sorted several times faster than three columns, and a stable sort uses the order there is.
        packed = self.first << 35 | length << 21 | self.owner
        packed.sort(kind="stable")
        first = packed >> 35
        return Found(first, first + (packed >> 21 & (1 << 14) - 1), packed & (1 << 21) - 1)


def join(several: Sequence[Found]) -> Found:
    """All of several, one behind the other."""
    first, last, owner = zip(*(found.columns() for found in several), strict=True)
    return Found(np.concatenate(first), np.concatenate(last), np.concatenate(owner))


@dataclass(frozen=True)
class Entry:
    """A run of words to find, whose it is, and whether white space must stand exactly where it is written."""

    part: Part
    owner: int
    exact: bool = False


class PhraseBook:
    """All phrases as one deterministic automaton over words. Several owners may share a phrase."""

    def __init__(
        self, entries: Iterable[Entry], words: Iterable[str] = (), *, parts_from: int | None = None, slips: bool = False
    ) -> None:
        """`words` are single words to be known (see `word`) although no phrase may hold them; with `slips` a misspelt
        word is known as the word that it stands for. Owners from the number `parts_from` on own parts of something longer, which
        `scan` gives apart."""
        with _no_collection():
            network = _Network(entries, words)
            steps, endings = network.determine()
        self._vocabulary = CodeTable.of(network.vocabulary)
        # Apart, so that the table that every word is looked up in stays small.
        self._slips = CodeTable(*network.slips()) if slips else CodeTable.of({})
        keys = np.fromiter(steps.keys(), np.int64, len(steps))
        states = np.fromiter(steps.values(), np.int64, len(steps))
        begins = keys < 1 << 32
        self._first = np.full(len(network.vocabulary) + 1, -1, np.int64)  # the last answers for word -1, unknown
        self._first[keys[begins]] = states[begins]
        self._state_count = np.array([len(endings)], np.int64)
        self._steps = CodeTable(self._step_codes(keys[~begins] >> 32, keys[~begins] & 0xFFFFFFFF), states[~begins])
        flat = [ending for one in endings for ending in one]
        # The endings of a state ascend by owner, so that those of parts come last.
        self._ending_count = np.array([len(ending) for ending in endings], np.int64)
        self._ending_from = np.cumsum(self._ending_count) - self._ending_count
        self._part_count = np.zeros(len(endings), np.int64)
        if parts_from is not None:
            self._part_count[:] = [sum(owner >= parts_from for owner, _ in ending) for ending in endings]
        self._ending_owner = np.array([owner for owner, _ in flat], np.int64)
        self._ending_glue = np.array([glue for _, glue in flat], np.int64)
        self._prepare()

    _COLUMNS = ("first", "state_count", "ending_count", "ending_from", "part_count", "ending_owner", "ending_glue")
    _TABLES = ("vocabulary", "slips", "steps")

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that it holds (see `from_arrays`)."""
        arrays = {name: getattr(self, "_" + name) for name in self._COLUMNS}
        for table in self._TABLES:
            arrays |= {f"{table}.{name}": array for name, array in getattr(self, "_" + table).to_arrays().items()}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> PhraseBook:
        """The book that gave these arrays."""
        book = cls.__new__(cls)
        for name in cls._COLUMNS:
            setattr(book, "_" + name, arrays[name])
        for table in cls._TABLES:
            columns = {name: arrays[f"{table}.{name}"] for name in ("slot", "codes", "numbers", "size")}
            setattr(book, "_" + table, CodeTable.from_arrays(columns))
        book._prepare()
        return book

    def _prepare(self) -> None:
        """What follows from the columns, and what was asked before."""
        self._asked: dict[str, int] = {}
        self._asked_for: dict[tuple[str, ...], Flags] = {}
        self._alone = self._first
        self._has_slips = len(self._slips) > 0
        self._count_endings()

    def _count_endings(self) -> None:
        self._exact = bool((self._ending_glue != LAX).any())
        self._whole_count = self._ending_count - self._part_count
        self._ends = self._ending_count > 0
        self._ends_part = self._part_count > 0

    def _step_codes(self, state: Ints, word: Ints) -> npt.NDArray[Any]:
        """One code for each state and word; that of the word -1, unknown, is that of no step."""
        width = self.size + 1
        code = state * width + word + 1
        return code.astype(np.uint32) if int(self._state_count[0]) * width < 1 << 32 else code.view(np.uint64)

    @property
    def size(self) -> int:
        """How many words the book knows."""
        return len(self._first) - 1

    def word(self, text: str) -> int:
        """The vocabulary number of one word, -1 when the book does not hold it."""
        if text not in self._asked:
            self._asked[text] = int(self._vocabulary.find(np.array(code_phrases([text])[0][0][:1], np.uint64))[0])
        return self._asked[text]

    def is_one_of(self, words: tuple[str, ...]) -> Flags:
        """By vocabulary number whether it is that of one of these words; the last answers for -1, unknown: it is not."""
        if words not in self._asked_for:
            flags = np.zeros(self.size + 1, np.bool_)
            flags[[self.word(word) for word in words]] = True
            flags[-1] = False
            self._asked_for[words] = flags
        return self._asked_for[words]

    def find_words(self, words: tuple[str, ...], known: Ints) -> Ints:
        """Where one of these few words stands, ascending; faster than `is_one_of` for all places of a batch."""
        found = np.zeros(len(known), np.bool_)
        for word in words:
            if self.word(word) >= 0:
                found |= known == self.word(word)
        return np.flatnonzero(found)

    def set_apart(self, bits: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
        """From now on `scan` leaves out what a single word says of an owner that has a bit in `bits`; by word number the bits of
        all these owners, the last for -1, unknown. Everyday words are much of what is found, and often only a mark is wanted."""
        words = np.flatnonzero(self._first >= 0)
        state = self._first[words]
        counts = self._ending_count[state]
        row, ending = expand(self._ending_from[state], counts)
        owner, glue = self._ending_owner[ending], self._ending_glue[ending]
        bit = np.append(bits, np.zeros(self._ending_owner.max(initial=0) + 1, np.uint16))[owner]
        alone = np.zeros(self.size + 1, np.uint16)
        np.bitwise_or.at(alone, words[row], bit)
        # Each word gets a state of its own for what it says alone.
        self._alone = self._first.copy()
        self._alone[words] = len(self._ending_count) + np.arange(len(words))
        rest = np.flatnonzero(bit == 0)
        count = np.bincount(row[rest], minlength=len(words))
        begin = len(self._ending_owner) + np.cumsum(count) - count
        self._ending_count = np.concatenate((self._ending_count, count))
        self._ending_from = np.concatenate((self._ending_from, begin))
        self._part_count = np.concatenate((self._part_count, self._part_count[state]))
        self._ending_owner = np.concatenate((self._ending_owner, owner[rest]))
        self._ending_glue = np.concatenate((self._ending_glue, glue[rest]))
        self._count_endings()
        return alone

    def look_up(self, codes: Codes) -> Ints:
        """The vocabulary number of each word, -1 for an unknown one."""
        known = self._vocabulary.find(codes)
        if self._has_slips:
            unknown = np.flatnonzero(known < 0)
            known[unknown] = self._slips.find(codes[unknown])
        return known

    def scan(self, words: Words, known: Ints, begins: Ints | None = None) -> tuple[Found, Found]:
        """All occurrences of whole phrases, by first, last and owner; and where parts of something longer end, one row for
        each place: in place of the owner stands the state that `parts_of` knows. `known` is what `look_up` gave for the words.
        Of phrases that begin at one of the places `begins`, ascending, where these are given."""
        state = self._first[known if begins is None else known[begins]]
        some = np.flatnonzero(state >= 0)
        began = some if begins is None else begins[some]
        state, ending = state[some], self._alone[known[began]]
        firsts, lasts, states = [], [], []
        depth = 1
        while len(began):
            ends = np.flatnonzero(self._ends[ending])
            if len(ends):
                firsts.append(began[ends])
                lasts.append(firsts[-1] + depth)
                states.append(ending[ends])
            at = began + depth
            if len(at) and at[-1] >= len(known):
                inside = np.flatnonzero(at < len(known))
                began, state, at = began[inside], state[inside], at[inside]
            word = known[at]
            state = self._steps.find(self._step_codes(state, word))
            good = np.flatnonzero(state >= 0)
            began, state = began[good], state[good]
            ending = state
            depth += 1
        if not firsts:
            empty = np.zeros(0, np.int64)
            return Found(empty, empty, empty), Found(empty, empty, empty)
        first, last, state = np.concatenate(firsts), np.concatenate(lasts), np.concatenate(states)
        # Each round is in order, so a stable sort only merges them; and of those that begin together the shorter come first.
        order = np.argsort(first, kind="stable")
        first, last, state = first[order], last[order], state[order]
        counts = self._whole_count[state]
        row, picked = expand(self._ending_from[state], counts)
        whole = Found(first[row], last[row], self._ending_owner[picked])
        if self._exact:
            whole = whole.keep(_glued_as_written(words, whole, self._ending_glue[picked]))
        return whole, Found(first, last, state).keep(self._ends_part[state])

    def parts_of(self, ended: Found) -> Found:
        """The parts that end in the states which `scan` found, by first, last and owner."""
        counts = self._part_count[ended.owner]
        row, picked = expand(self._ending_from[ended.owner] + self._whole_count[ended.owner], counts)
        return Found(ended.first[row], ended.last[row], self._ending_owner[picked])

    def gather_parts(self, bits: Codes, parts_from: int) -> Codes:
        """By state the bits of all parts that end there; `bits` are those of each part, from the owner `parts_from` on."""
        every = np.arange(len(self._part_count))
        ended = self.parts_of(Found(every, every, every))
        gathered = np.zeros(len(every), np.uint64)
        np.bitwise_or.at(gathered, ended.first, bits[ended.owner - parts_from])
        return gathered


def expand(low: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """0, 0, … (counts[0] times), 1, …; and low[0], low[0]+1, … (counts[0] of them), low[1], …

    What `numpy.repeat` gives, in a third of the time where the counts differ from one to the next.
    """
    if not len(counts):
        return counts, counts
    end = np.cumsum(counts)
    row = np.cumsum(np.bincount(end[:-1], minlength=end[-1])[: end[-1]])
    place = (low - end + counts)[row]
    place += np.arange(len(place))
    return row, place


def spread(low: Ints, counts: Ints) -> Ints:
    """low[0], low[0]+1, … (counts[0] of them), low[1], …"""
    return expand(low, counts)[1]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the search for rings among objects: of the many small sets made here none is in one."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Network:
    """The entries as a non-deterministic network of states; state 0 begins them all."""

    def __init__(self, entries: Iterable[Entry], words: Iterable[str]) -> None:
        entries = list(entries)
        self.vocabulary: dict[int, int] = {}
        phrases = list(dict.fromkeys(choice for entry in entries for piece in entry.part for choice in piece if choice))
        coded = dict(zip(phrases, code_phrases(phrases), strict=True))
        self._phrases = phrases
        self._moves: list[dict[int, set[int]]] = [{}]
        self._skips: list[set[int]] = [set()]
        self._ends: dict[int, tuple[int, int]] = {}
        self._last: dict[int, int] = {}  # by owner the state that ends its phrases, where white space does not matter
        # A number that some phrase spells out ("section 3") is a number all the same.
        number = code_phrases([NUMBER])[0][0][0]
        spelled = {word for phrase in phrases for word in phrase.split() if word.isdigit()}
        self._alike = {number: [codes[0] for codes, _ in code_phrases(sorted(spelled)) if len(codes) == 1]}
        for entry in entries:
            self._add(entry, coded)
        for codes, _ in code_phrases(list(words)):
            self._number(codes[0])

    def slips(self) -> tuple[Codes, Ints]:
        """The code of each slip and the number of the word that it stands for."""
        written = sorted(set(re.findall(r"[^\W\d_]+", "\n".join(self._phrases).lower())))
        codes, meant = code_slips(written)
        first = split_words(written)
        number = np.array(
            [self.vocabulary.get(code, -1) for code in first.code[first.code != TEXT_END].tolist()] or [-1]
        )
        good = (number[meant] >= 0) & ~np.isin(codes, np.fromiter(self.vocabulary, np.uint64, len(self.vocabulary)))
        return codes[good], number[meant[good]]

    def _number(self, code: int) -> int:
        return self.vocabulary.setdefault(code, len(self.vocabulary))

    def _state(self) -> int:
        self._moves.append({})
        self._skips.append(set())
        return len(self._moves) - 1

    def _add(self, entry: Entry, coded: dict[str, tuple[list[int], int]]) -> None:
        state = self._state()
        self._skips[0].add(state)
        glue = LAX
        for place, piece in enumerate(entry.part):
            if place == len(entry.part) - 1 and not entry.exact:
                following = self._last.get(entry.owner, -1)
                if following < 0:
                    following = self._last[entry.owner] = self._state()
            else:
                following = self._state()
            inner: dict[tuple[int, int], int] = {}  # choices that begin alike share their states
            for choice in piece:
                if not choice:
                    self._skips[state].add(following)
                    continue
                codes, glued = coded[choice]
                if entry.exact:
                    glue = glued
                here = state
                for depth, code in enumerate(codes):
                    if depth == len(codes) - 1:
                        there = following
                    else:
                        there = inner.get((here, code), -1)
                        if there < 0:
                            there = inner[here, code] = self._state()
                    for one in (code, *self._alike[code]) if code in self._alike else (code,):
                        moves, number = self._moves[here], self._number(one)
                        if number in moves:
                            moves[number].add(there)
                        else:
                            moves[number] = {there}
                    here = there
            state = following
        self._ends[state] = (entry.owner, glue)

    def determine(self) -> tuple[dict[int, int], list[list[tuple[int, int]]]]:
        """Steps (state << 32 | word) → state, and for each state whose phrases end there (subset construction)."""
        begin = self._close({0})
        known = {begin: 0}
        waiting = [begin]
        steps: dict[int, int] = {}
        endings: list[list[tuple[int, int]]] = []
        for group in waiting:  # grows while it is walked
            number = known[group]
            endings.append(sorted({self._ends[state] for state in group if state in self._ends}))
            if len(group) == 1:
                moves = self._moves[next(iter(group))]
            else:
                moves = {}
                own: set[int] = set()  # the words whose targets are a set made here, which may grow
                for state in group:
                    for word, targets in self._moves[state].items():
                        if word not in moves:
                            moves[word] = targets
                        elif word in own:
                            moves[word] |= targets
                        else:
                            moves[word] = moves[word] | targets
                            own.add(word)
            reached_from: dict[int, int] = {}  # many words lead to one and the same single state
            for word, targets in moves.items():
                only = next(iter(targets)) if len(targets) == 1 else -1
                there = reached_from.get(only, -1)
                if there < 0:
                    reached = self._close(targets)
                    there = known.setdefault(reached, len(known))
                    if there == len(waiting):
                        waiting.append(reached)
                    if only >= 0:
                        reached_from[only] = there
                steps[number << 32 | word] = there
        return steps, endings

    def _close(self, states: set[int]) -> frozenset[int]:
        waiting = [state for state in states if self._skips[state]]
        if not waiting:
            return frozenset(states)
        found = set(states)
        while waiting:
            for skipped in self._skips[waiting.pop()]:
                if skipped not in found:
                    found.add(skipped)
                    waiting.append(skipped)
        return frozenset(found)


def _glued_as_written(words: Words, found: Found, glue: Ints) -> Flags:
    """Whether each occurrence has white space exactly where its literal has it."""
    good = np.ones(len(found), np.bool_)
    length = found.last - found.first
    here, inner = np.flatnonzero((length > 1) & (glue != LAX)), 1
    while len(here):
        wanted = (glue[here] >> min(inner - 1, 62)) & 1
        good[here] &= words.glued(found.first[here] + inner) == wanted.astype(np.bool_)
        inner += 1
        here = here[length[here] > inner]
    return good
