"""How is a family of phrases written down in a catalogue file? A small pattern language over words.

drunk                     a word; lower case, found in any case
shout{s,ed,ing}           a word alone or with one of these endings
(heavy|problem) drinking  one of several
[very|heavily] drunk      one of several, or nothing
$child                    one of a named list of words (the file's `words`)
hit ..3 $child            up to three words of any kind between, within one sentence
self-harm                 a hyphen may be a hyphen, a space or nothing
can't                     an apostrophe may be left out
<num> <year> <decade>     a word that begins with a digit; 1900 to 2099; 1990s, 90s
<open> <close>            the signs "(" and ")"
<name>                    a word with a capital letter that stands in no pattern
: no <end>                (at the end only) a comma, full stop, other mark or the end of the line must follow
^od                       (at the beginning only) written in capitals
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from headwater.narrative.words import TEXT_END, split_words

MOST_CHOICES = 5_000
"""How many phrases one bracket may stand for."""

Part = tuple[tuple[str, ...], ...]
"""A run of words without a gap: one tuple of alternatives after the other; "" means that it may be left out."""

_PIECE = re.compile(
    r"\s*(?:(?P<gap>\.\.(?P<width>\d+))|(?P<one>\()|(?P<maybe>\[)|(?P<name>\$\w+)|(?P<mark><\w+>)"
    r"|(?P<bar>\|)|(?P<close>[)\]])|(?P<word>(?:\{[^}]*\}|[^\s()\[\]|<>$])+))"
)
NUMBER = "\x02"
MARKS = {"<num>": NUMBER, "<year>": "\x03", "<decade>": "\x04", "<name>": "\x05", "<open>": "(", "<close>": ")"}


class PatternError(ValueError):
    """A catalogue pattern cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Pattern:
    """One pattern, read: its parts; between part i and the next at most `gaps[i]` words of any kind."""

    written: str
    parts: tuple[Part, ...]
    gaps: tuple[int, ...]
    capitals: bool
    at_end: bool


class WordLists(dict[str, Sequence[str]]):
    """The named lists of a file; what each stands for is worked out once."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        super().__init__(lists)
        self.phrases: dict[str, tuple[str, ...]] = {}


def read_pattern(written: str, named: Mapping[str, Sequence[str]] | None = None) -> Pattern:
    """What `written` stands for; raises PatternError when it is not well formed or a bracket holds too many phrases."""
    text = written.strip()
    capitals = text.startswith("^")
    text = text[1:] if capitals else text
    at_end = text.endswith("<end>")
    text = text.removesuffix("<end>") if at_end else text
    tokens = list(_cut(text, written))
    parts: list[Part] = []
    gaps: list[int] = []
    current: list[tuple[str, ...]] = []
    position = 0
    while position < len(tokens):
        kind, value = tokens[position]
        if kind == "gap":
            if not current:
                raise PatternError(f"Pattern {written!r}: a gap needs words before it.")
            parts.append(_close(current, written))
            gaps.append(int(value))
            current = []
            position += 1
        else:
            choices, position = _read_piece(tokens, position, written, named or {})
            current.append(choices)
    parts.append(_close(current, written))
    return Pattern(written, tuple(parts), tuple(gaps), capitals, at_end)


def split_choices(written: str) -> list[str]:
    """The patterns in a pattern that is one bracket of choices, so that each may hold gaps or its own "^"."""
    if not written.startswith("("):
        return [written]
    depth = 0
    cuts = [0]
    for place, character in enumerate(written):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and place < len(written) - 1:
            return [written]
        if character == "|" and depth == 1:
            cuts.append(place)
    if depth:
        return [written]  # `read_pattern` says what is wrong
    ends = [*cuts[1:], len(written) - 1]
    return [
        choice.strip()
        for low, high in zip(cuts, ends, strict=True)
        for choice in split_choices(written[low + 1 : high].strip())
    ]


def _cut(text: str, written: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _PIECE.match(text, position)
        if not found or found.end() == position:
            raise PatternError(f"Pattern {written!r}: cannot read it from {text[position:]!r} on.")
        kind = str(found.lastgroup if found.lastgroup != "width" else "gap")
        tokens.append((kind, found.group("width") if kind == "gap" else found.group(kind)))
        position = found.end()
    return tokens


def _read_piece(
    tokens: list[tuple[str, str]], position: int, written: str, named: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], int]:
    kind, value = tokens[position]
    if kind == "word":
        return _spell_word(value), position + 1
    if kind == "mark":
        if value not in MARKS:
            raise PatternError(
                f"Pattern {written!r}: {value} is not known; use <num>, <year>, <decade>, <name>, <open> or <close>, <end> at the end."
            )
        return (MARKS[value],), position + 1
    if kind == "name":
        if value[1:] not in named:
            raise PatternError(f"Pattern {written!r}: there is no list of words called {value[1:]!r}.")
        kept = named.phrases if isinstance(named, WordLists) else {}
        if value not in kept:
            inner = [
                phrase
                for item in named[value[1:]]
                for part in read_pattern(str(item), named).parts
                for phrase in _join(list(part), written)
            ]
            kept[value] = tuple(dict.fromkeys(inner))
        return kept[value], position + 1
    if kind in ("one", "maybe"):
        choices: list[str] = [""] if kind == "maybe" else []
        branch: list[tuple[str, ...]] = []
        position += 1
        while position < len(tokens):
            kind_here, _ = tokens[position]
            if kind_here in ("bar", "close"):
                choices.extend(_join(branch, written))
                branch = []
                position += 1
                if kind_here == "close":
                    return tuple(dict.fromkeys(choices)), position
            elif kind_here == "gap":
                raise PatternError(f"Pattern {written!r}: a gap cannot stand inside brackets.")
            else:
                piece, position = _read_piece(tokens, position, written, named)
                branch.append(piece)
        raise PatternError(f"Pattern {written!r}: a bracket is not closed.")
    raise PatternError(f"Pattern {written!r}: {value!r} stands where a word should.")


@lru_cache(1 << 14)
def _spell_word(word: str) -> tuple[str, ...]:
    if word.isalpha():
        return (word,)
    pieces: list[list[str]] = []
    for text in re.split(r"(\{[^}]*\})", word):
        if text.startswith("{"):
            pieces.append(["", *(ending.strip() for ending in text[1:-1].split(","))])
        elif text:
            pieces.append([text])
    spelled = ["".join(choice) for choice in itertools.product(*pieces)]
    variants: list[str] = []
    for one in spelled:
        forms = [one]
        if re.search(r"\w-\w", one):
            forms = [form for separator in ("-", " ", "") for form in [re.sub(r"(?<=\w)-(?=\w)", separator, one)]]
        for form in forms:
            variants.append(form)
            if re.search(r"\w'\w|\w'$", form):
                variants.append(form.replace("'", ""))
    return tuple(dict.fromkeys(variants))


def _close(pieces: list[tuple[str, ...]], written: str) -> Part:
    if not pieces or all("" in piece for piece in pieces):
        raise PatternError(f"Pattern {written!r}: a part of it can be empty.")
    return tuple(pieces)


def _join(pieces: list[tuple[str, ...]], written: str) -> tuple[str, ...]:
    if len(pieces) == 1 and "" not in pieces[0]:
        return pieces[0]
    size = math.prod(len(piece) for piece in pieces)
    if size > MOST_CHOICES:
        raise PatternError(f"Pattern {written!r}: a bracket stands for {size} phrases. Write it as two patterns.")
    joined = (" ".join(word for word in choice if word) for choice in itertools.product(*pieces))
    phrases = tuple(dict.fromkeys(joined))
    if not phrases or "" in phrases:
        raise PatternError(f"Pattern {written!r}: a choice in a bracket is empty; use [ ] for what may be left out.")
    return phrases


def code_phrases(phrases: Sequence[str]) -> list[tuple[list[int], int]]:
    """The word codes of each phrase, and its gluing: bit i is set when word i+1 touches word i (first 62 words)."""
    if not phrases:
        return []
    words = split_words(phrases)
    first = np.searchsorted(words.text, np.arange(len(phrases) + 1))
    # Few words touch the one before them, so only those are walked.
    place = np.flatnonzero(words.glued(np.arange(len(words))) & (words.code != TEXT_END))
    phrase = words.text[place]
    glue: dict[int, int] = {}
    for number, bit in zip(phrase.tolist(), (place - first[phrase] - 1).tolist(), strict=True):
        if bit < 62:
            glue[number] = glue.get(number, 0) | 1 << bit
    codes = words.code.tolist()
    edges = itertools.pairwise(first.tolist())
    return [(codes[low : high - 1], glue.get(number, 0)) for number, (low, high) in enumerate(edges)]
