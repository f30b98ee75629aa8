"""What do the catalogue's cue, boundary and people files say? Read once, compiled into one finder and small arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from headwater.catalogue import list_files, read_text
from headwater.narrative.finding import Finder, Owned
from headwater.narrative.patterns import PatternError, WordLists, read_pattern, split_choices
from headwater.narrative.phrases import Found, join
from headwater.narrative.places import Places
from headwater.narrative.words import Flags, Ints

FILES = ("cues.yaml", "boundaries.yaml", "people.yaml")
WORD_LISTS = ("real_words.txt",)

CATEGORIES = ("negated", "historical", "hypothetical", "withdrawn", "pseudo", "recent", "answered")
NEGATED, HISTORICAL, HYPOTHETICAL, WITHDRAWN, PSEUDO, RECENT, ANSWERED = range(7)
FORWARD, BACKWARD, AROUND = 0, 1, 2
SENTENCE, CLAUSE, PHRASE, NOUN, ITEM, LIST = range(6)
NO_LIMIT = 1 << 30  # words between a cue and a mention
BEFORE = 2  # of a cue that speaks about an earlier sentence: only a mention before it keeps it in its own

HARD, DASH, STOP_CLAUSE, STOP_PHRASE, NOT_PHRASE, VERB, LINK, WITHIN, DEFINITE, DEGREE, NEW, STATEMENT = range(12)
_SCOPES = {"sentence": SENTENCE, "clause": CLAUSE, "phrase": PHRASE, "noun": NOUN, "item": ITEM, "list": LIST}
_STOPS = {"hard": HARD, "dash": DASH, "clause": STOP_CLAUSE, "phrase": STOP_PHRASE, "not-phrase": NOT_PHRASE}
_STOPS |= {
    "verb": VERB,
    "link": LINK,
    "within": WITHIN,
    "definite": DEFINITE,
    "degree": DEGREE,
    "new": NEW,
    "statement": STATEMENT,
}

ROLES = (
    "subject",
    "mother",
    "father",
    "parent",
    "step_parent",
    "partner",
    "ex_partner",
    "sibling",
    "child",
    "grandparent",
    "relative",
    "neighbour",
    "associate",
    "stranger",
    "household",
    "unknown",
    "professional",
)
SUBJECT, PROFESSIONAL, HOUSEHOLD, NEIGHBOUR, UNKNOWN = (
    ROLES.index(role) for role in ("subject", "professional", "household", "neighbour", "unknown")
)
NEUTER, MALE, FEMALE, FIRST_PERSON = range(4)
GENDERS = {"n": NEUTER, "m": MALE, "f": FEMALE, "first": FIRST_PERSON}

# Layers of the one scan.
CUE, STOP, PERSON, PRONOUN, TELLING, TELLING_SELF, AGENT, BEARER, SUFFERER, PREPOSITION = range(10)
UNDERGOING, INFLICTING, ELSEWHERE_BEFORE, ELSEWHERE_AFTER, NAMES_WITHDRAWN = range(10, 15)
SHORT_FOR_IS, PLACE_OF, AGENT_BY, AT_HOME, LIVES_WITH, WITNESSES, IN_THE_HOUSE, BEFORE_ADJECTIVE = range(15, 23)
NOT_THEIRS, HEADING, ACCOUNT = 23, 24, 25
LAYERS = 26
MARKS = (
    *(TELLING, TELLING_SELF, PREPOSITION, UNDERGOING, INFLICTING),
    *(SHORT_FOR_IS, AGENT_BY, BEFORE_ADJECTIVE),
)
"""Layers of which is only asked where something begins or ends."""
THERE = (
    *("present", "beside", "outside", "alongside", "nearby", "watching", "waiting", "interpreting", "translating"),
    *("listening", "observing", "supporting", "accompanying"),
)
"""What is said of somebody who is only there."""
MET = ("seen", "reviewed", "attended", "attends", "came", "spoken", "assessed", "examined", "visited", "interviewed")
"""With whom somebody is seen or comes to be seen is only there."""
ACCOUNTS = ("teller before", "teller behind", "nobody", "accused before")


class RulesError(ValueError):
    """A rules file of the catalogue cannot be read; the message says where and why."""


@dataclass(frozen=True)
class CueGroup:
    """One group of cues: what it sets and how far it reaches (`words`: at most so many between)."""

    name: str
    category: int
    direction: int
    scope: int
    words: int
    text: int
    over_contrast: bool
    shared: bool
    predicate: bool
    own: bool


@dataclass(frozen=True)
class Rules:
    """The compiled rules. Arrays are indexed by the owner numbers that the finder gives."""

    finder: Finder
    marks: npt.NDArray[np.uint16]  # by word number, the last for an unknown one: a bit for each of MARKS
    layer: npt.NDArray[np.int8]  # the last, -1, is that of the owner -1
    detail: Ints  # cue: its group; stop: its kind; person: role; pronoun: 1 when possessive
    gender: Ints
    grown: Ints  # person: 1 for words that name nobody under age
    at_last: Ints  # stop: 1 when it lies at its last word
    category: Ints  # by cue group, as the next eight
    direction: Ints
    scope: Ints
    reach: Ints
    text: Ints
    over_contrast: Ints
    shared: Ints
    predicate: Flags
    own: Flags
    groups: tuple[CueGroup, ...]
    of: Ints  # role x role -> role, -1 where they do not combine
    sign: Mapping[str, int]
    # By word number, the last for an unknown word: 1 full stop, 2 exclamation mark, 3 question mark, 4 colon; and flags.
    ends_sentence: npt.NDArray[np.int8]
    always_abbreviated: Flags
    abbreviated: Flags
    before_a_time: Flags
    after_a_time: Flags
    question_group: int
    query_group: int
    exception_group: int


class Layers:
    """What the finder found in one batch of `size` words, by layer of the rules."""

    def __init__(self, simple: Found, joined: Found, known: Ints, rules: Rules) -> None:
        """`simple` are in order, `joined` in none (see `Finder.find_apart`)."""
        self._simple, self._simple_from = _by_layer(simple, rules)
        self._joined, self._joined_from = _by_layer(joined, rules)
        self._size, self._detail = len(known), rules.detail
        self._marks = rules.marks[known]
        self._spans: dict[int, Found] = {}
        self._begins: dict[int, Places] = {}
        self._ends: dict[int, Places] = {}

    def spans(self, layer: int) -> Found:
        """All of one layer, ordered by place; raises ValueError for one of MARKS, of which not all are kept."""
        if layer in MARKS:
            raise ValueError(f"Layer {layer} is one of MARKS: ask where it begins or ends, or take it out of them.")
        return self._longer(layer)

    def begins(self, layer: int) -> Places:
        """Where something of the layer begins."""
        if layer not in self._begins:
            self._begins[layer] = Places(self._longer(layer).first, self._size)
            if layer in MARKS:
                self._begins[layer].marked[: self._size] |= self._alone(layer)
        return self._begins[layer]

    def ends(self, layer: int) -> Places:
        """The places right behind something of the layer."""
        if layer not in self._ends:
            self._ends[layer] = Places(self._longer(layer).last, self._size)
            if layer in MARKS:
                self._ends[layer].marked[1 : self._size + 1] |= self._alone(layer)
        return self._ends[layer]

    @cached_property
    def verbs(self) -> Places:
        """Where a verb begins."""
        stops = self.spans(STOP)
        return Places(stops.first[self._detail[stops.owner] == VERB], self._size)

    def _longer(self, layer: int) -> Found:
        """All of one layer, but for single words that only mark a place."""
        if layer not in self._spans:
            found, joined = _of(layer, self._simple, self._simple_from), _of(layer, self._joined, self._joined_from)
            self._spans[layer] = join([found, joined]).in_order() if len(joined) else found
        return self._spans[layer]

    def _alone(self, layer: int) -> Flags:
        return np.asarray(self._marks & (1 << MARKS.index(layer)) != 0)


def _by_layer(found: Found, rules: Rules) -> tuple[Found, list[int]]:
    """The same ordered by layer, within one in the order there was; and where each layer begins. What belongs to none is gone."""
    layer = rules.layer[found.owner]
    order = np.argsort(layer, kind="stable")  # short numbers are sorted by radix
    count = np.bincount(layer.astype(np.int64) + 1, minlength=LAYERS + 1)
    return found.keep(order[count[0] :]), [0, *np.cumsum(count[1:]).tolist()]


def _of(layer: int, found: Found, begins: list[int]) -> Found:
    return Found(*(column[begins[layer] : begins[layer + 1]] for column in found.columns()))


@cache
def read_rules() -> Rules:
    """Read and compile the built-in rules; raises RulesError with the file and the pattern at fault."""
    texts = tuple(read_text("narrative", name) for name in FILES)
    content: list[dict[str, Any]] = [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]
    cues, boundaries, people = ({**file, "words": WordLists(file["words"])} for file in content)
    owners = _Owners()
    groups = [_read_group(group) for group in cues["groups"]]
    for number, entry in enumerate(cues["groups"]):
        owners.add("cues.yaml", entry["cues"], cues["words"], CUE, number)
    for entry in boundaries["groups"]:
        kind = _STOPS[entry["kind"]]
        owners.add(
            "boundaries.yaml", entry["stops"], boundaries["words"], STOP, kind, at_last=int(entry["at"] == "last")
        )
    for entry in people["roles"]:
        role = ROLES.index(entry["role"])
        owners.add(
            "people.yaml",
            entry["people"],
            people["words"],
            PERSON,
            role,
            gender=GENDERS[entry["gender"]],
            grown=int(entry.get("grown", False)),
        )
    for entry in people["pronouns"]:
        owners.add(
            "people.yaml",
            entry["people"],
            people["words"],
            PRONOUN,
            int(entry.get("possessive", False)),
            gender=GENDERS[entry["gender"]],
        )
    for layer, patterns in (
        (TELLING, people["telling"]),
        (TELLING_SELF, people["telling_of_oneself"]),
        (AGENT, people["after"]["agent"]),
        (BEARER, people["after"]["bearer"]),
        (SUFFERER, people["after"]["sufferer"]),
        (PREPOSITION, people["prepositions"]),
        (UNDERGOING, people["undergoing"]),
        (INFLICTING, people["inflicting"]),
        (ELSEWHERE_BEFORE, people["elsewhere"]["before"]),
        (ELSEWHERE_AFTER, people["elsewhere"]["after"]),
        (SHORT_FOR_IS, people["short_for_is"]),
        (PLACE_OF, people["places_of_somebody"]),
        (AGENT_BY, people["after"]["agent_only"]),
        (AT_HOME, people["at_home"]),
        (LIVES_WITH, people["lives_with_it"]),
        (WITNESSES, people["witnesses_it"]),
        (IN_THE_HOUSE, people["in_the_house"]),
        (BEFORE_ADJECTIVE, people["before_adjective"]),
    ):
        owners.add("people.yaml", patterns, people["words"], layer, 0)
    for name, patterns in people["not_theirs"].items():
        owners.add("people.yaml", patterns, people["words"], NOT_THEIRS, ROLES.index(name))
    for number, name in enumerate(("past", "family", "other")):
        owners.add("boundaries.yaml", boundaries["headings"][name], boundaries["words"], HEADING, number)
    owners.add("cues.yaml", cues["names_what_is_withdrawn"]["cues"], cues["words"], NAMES_WITHDRAWN, 0)
    for number, name in enumerate(ACCOUNTS):
        owners.add("cues.yaml", cues["accounts"][name], cues["words"], ACCOUNT, number)
    abbreviations = boundaries["abbreviations"]
    # Of "e.g." the last letter stands before the full stop.
    singles = [str(word).split(".")[-1] for word in (*abbreviations["always"], *abbreviations["before_small_letter"])]
    times = [str(word) for word in boundaries["before_a_time_in_a_sentence"]]
    times_after = [str(word) for word in boundaries["after_a_time_in_a_sentence"]]
    signs = [".", "!", "?", ":", ",", "-", "'", "s", "hrs", "hr", "[", "(", "]", ")", ";"]
    signs += ["per", "according", "or", "nor"]
    feelings = ["frightened", "scared", "afraid", "terrified", "fearful"]
    texts += tuple(read_text("narrative", name) for name in WORD_LISTS)
    finder = Finder.kept(
        texts, owners.read, [*signs, *singles, *times, *times_after, *feelings, *THERE, *MET, "with"], slips=True
    )

    def flag(words: Sequence[object]) -> Flags:
        flags = np.zeros(finder.book.size + 1, np.bool_)
        flags[[finder.book.word(str(word).split(".")[-1]) for word in words]] = True
        return flags

    ends_sentence = np.zeros(finder.book.size + 1, np.int8)
    for number, mark in enumerate(".!?:"):
        ends_sentence[finder.book.word(mark)] = number + 1
    names = [group.name for group in groups]
    bits = [1 << MARKS.index(layer) if layer in MARKS else 0 for layer in owners.layer]
    return Rules(
        finder=finder,
        marks=finder.set_apart(np.array(bits, np.uint16)),
        layer=np.array([*owners.layer, -1], np.int8),
        detail=np.array(owners.detail, np.int64),
        gender=np.array(owners.gender, np.int64),
        grown=np.array(owners.grown, np.int64),
        at_last=np.array(owners.at_last, np.int64),
        category=np.array([group.category for group in groups], np.int64),
        direction=np.array([group.direction for group in groups], np.int64),
        scope=np.array([group.scope for group in groups], np.int64),
        reach=np.array([group.words for group in groups], np.int64),
        text=np.array([group.text for group in groups], np.int64),
        over_contrast=np.array([group.over_contrast for group in groups], np.int64),
        shared=np.array([group.shared for group in groups], np.int64),
        predicate=np.array([group.predicate for group in groups], np.bool_),
        own=np.array([group.own for group in groups], np.bool_),
        groups=tuple(groups),
        of=_read_kin(people["of"]),
        sign={sign: finder.book.word(sign) for sign in signs},
        ends_sentence=ends_sentence,
        always_abbreviated=flag(abbreviations["always"]),
        abbreviated=flag(abbreviations["before_small_letter"]),
        before_a_time=flag(times),
        after_a_time=flag(times_after),
        question_group=names.index("question"),
        query_group=names.index("query mark"),
        exception_group=names.index("somebody is left out of the denial"),
    )


def rules_version(catalogue: Path | None = None) -> str:
    """A short name for the content of the rules files and of the lexicon in force: 16 hexadecimal digits."""
    texts = {item.name: item.read_text(encoding="utf-8") for item in list_files("narrative", ".yaml", catalogue)}
    digest = hashlib.sha256()
    for name in (*FILES, *WORD_LISTS):
        digest.update(read_text("narrative", name).encode())
    digest.update(texts["lexicon.yaml"].encode())
    return digest.hexdigest()[:16]


class _Owners:
    def __init__(self) -> None:
        self._written: list[tuple[str, Sequence[object], Mapping[str, Sequence[str]], int]] = []
        self.layer: list[int] = []
        self.detail: list[int] = []
        self.gender: list[int] = []
        self.grown: list[int] = []
        self.at_last: list[int] = []

    def add(
        self,
        file: str,
        patterns: Sequence[object],
        named: Mapping[str, Sequence[str]],
        layer: int,
        detail: int,
        *,
        gender: int = NEUTER,
        grown: int = 0,
        at_last: int = 0,
    ) -> None:
        number = len(self.layer)
        for column, value in (
            (self.layer, layer),
            (self.detail, detail),
            (self.gender, gender),
            (self.grown, grown),
            (self.at_last, at_last),
        ):
            column.append(value)
        self._written.append((file, patterns, named, number))

    def read(self) -> Iterator[Owned]:
        """The patterns of all that was added; raises RulesError with the file and the pattern at fault."""
        for file, patterns, named, number in self._written:
            for written in patterns:
                for choice in split_choices(str(written)):
                    try:
                        yield Owned(read_pattern(choice, named), number)
                    except PatternError as error:
                        raise RulesError(f"narrative/{file}: {error}") from error


def _read_group(entry: Mapping[str, Any]) -> CueGroup:
    name = entry.get("name", "without a name")
    if not entry.get("reason"):
        raise RulesError(f"narrative/cues.yaml, group {name}: say the reason or the source.")
    try:
        return CueGroup(
            name=name,
            category=CATEGORIES.index(entry["category"]),
            direction={"forward": FORWARD, "backward": BACKWARD, "around": AROUND}[entry["direction"]],
            scope=_SCOPES[entry["scope"]],
            words=int(entry.get("words", NO_LIMIT)),
            text=BEFORE if entry.get("text") == "before" else int(entry.get("text", False)),
            over_contrast=bool(entry.get("over_contrast", False)),
            shared=bool(entry.get("shared", False)),
            predicate=bool(entry.get("predicate", False)),
            own=bool(entry.get("own", False)),
        )
    except (KeyError, ValueError) as error:
        raise RulesError(f"narrative/cues.yaml, group {name}: {error} is missing or not known.") from error


def _read_kin(entries: Mapping[str, Mapping[str, str]]) -> Ints:
    of = np.full((len(ROLES), len(ROLES)), -1, np.int64)
    for first, seconds in entries.items():
        for second, result in seconds.items():
            where = slice(None) if second == "any" else ROLES.index(second)
            of[ROLES.index(first), where] = ROLES.index(result)
    return of
