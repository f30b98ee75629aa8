"""How are labelled sentences written down, and how well does the reader label them? Used by the tests and by hand.

A line of a `.jsonl` file here holds a sentence with its terms marked: `[[drunk|no:mother]]` is a term with labels
n (negated), h (historical), y (hypothetical), w (withdrawn), o (about somebody else, with whom), e (who lives
elsewhere). `[[drunk|:mother@alcohol_misuse]]` names the concept too: the catalogue's lexicon should find it there, and
"o" follows from the role. The label x says that the words are no mention of that concept: "[[orange juice|x@alcohol_misuse]]".
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.narrative import Lexicon, read_detail

FLAGS = {"n": "negated", "h": "historical", "y": "hypothetical", "w": "withdrawn", "o": "other"}
NOTHING, ELSEWHERE = "x", "e"
_MARK = re.compile(r"\[\[(?P<term>[^|\]]+)\|(?P<labels>[nhywoxe]*)(?::(?P<about>\w+))?(?:@(?P<concept>\w+))?\]\]")


@dataclass(frozen=True)
class Term:
    """One marked term: where it stands in the plain text, and what it should be read as."""

    start: int
    end: int
    words: str
    flags: frozenset[str]
    about: str | None
    concept: str | None = None
    nothing: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence."""

    phenomenon: str
    style: str
    text: str
    terms: tuple[Term, ...]


def read_labelled(name: str) -> list[Sentence]:
    """The sentences of one file beside this one."""
    return [parse(row["phenomenon"], row["style"], row["text"]) for row in _rows(name)]


def read_gold(half: str) -> list[Sentence]:
    """The sentences of one half of `gold.jsonl`: "open", or "untouched", of which only figures may be looked at."""
    rows = [row for row in _rows("gold.jsonl") if row["half"] == half]
    return [parse(row["phenomenon"], row["style"], row["text"]) for row in rows]


def _rows(name: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, (Path(__file__).parent / name).read_text("utf-8").splitlines())


def parse(phenomenon: str, style: str, marked: str) -> Sentence:
    """A sentence without its marks, and the marks."""
    plain, terms, position = "", [], 0
    for mark in _MARK.finditer(marked):
        plain += marked[position : mark.start()]
        labels = set(mark["labels"])
        if mark["concept"] and mark["about"] not in (None, "subject"):
            labels.add("o")
        terms.append(
            Term(
                len(plain),
                len(plain) + len(mark["term"]),
                mark["term"],
                frozenset(FLAGS[letter] for letter in labels if letter in FLAGS),
                mark["about"],
                mark["concept"],
                NOTHING in labels,
                ELSEWHERE in labels,
            )
        )
        plain += mark["term"]
        position = mark.end()
    return Sentence(phenomenon, style, plain + marked[position:], tuple(terms))


def label(sentences: list[Sentence]) -> list[tuple[Sentence, Term, frozenset[str], str]]:
    """Each term with the flags and the role that the reader gives it; every term is one concept of its own."""
    terms = sorted({term.words.lower() for sentence in sentences for term in sentence.terms})
    table = read_detail([s.text for s in sentences], Lexicon.from_terms({term: [term] for term in terms}))
    found = {(row["text"], row["start"], row["end"]): row for row in table.to_pylist()}
    return [
        (sentence, term, *_meant(found[number, term.start, term.end]))
        for number, sentence in enumerate(sentences)
        for term in sentence.terms
    ]


def _meant(row: dict[str, Any]) -> tuple[frozenset[str], str]:
    flags = {name for name in ("negated", "historical", "hypothetical", "withdrawn") if row[name]}
    return frozenset(flags | ({"other"} if row["experiencer"] == "other" else set())), row["about"]


def score(sentences: list[Sentence]) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 for each flag; for "about", the share of terms with the right role thrice."""
    return _figures([(term, flags, about) for _, term, flags, about in label(sentences)])


def _figures(read: list[tuple[Term, frozenset[str], str]]) -> dict[str, tuple[float, float, float]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    right = 0
    for term, flags, about in read:
        for flag in FLAGS.values():
            counts[flag][0] += flag in term.flags and flag in flags
            counts[flag][1] += flag not in term.flags and flag in flags
            counts[flag][2] += flag in term.flags and flag not in flags
        right += about == (term.about or "subject")
    result = {}
    for flag, (hit, false, missed) in counts.items():
        precision, recall = hit / max(hit + false, 1), hit / max(hit + missed, 1)
        result[flag] = (precision, recall, 2 * hit / max(2 * hit + false + missed, 1))
    result["about"] = (right / max(len(read), 1),) * 3
    return result


def misread(sentences: list[Sentence]) -> list[str]:
    """What the reader gets wrong, a line each, for people."""
    return [
        f"{s.phenomenon}: {s.text!r} {term.words!r} should be {sorted(term.flags)} {term.about or 'subject'}, "
        f"is {sorted(flags)} {about}"
        for s, term, flags, about in label(sentences)
        if flags != term.flags or about != (term.about or "subject")
    ]


@dataclass(frozen=True)
class Recall:
    """How well the catalogue's lexicon finds what is marked, and how what it finds is read."""

    found: dict[str, float]
    """By concept: the share of marked mentions at which a mention of that concept is found; all together under "all"."""
    quiet: float
    """The share of the words that are no mention (x) at which none is found."""
    figures: dict[str, tuple[float, float, float]]
    """Of what was found: as `score`."""
    elsewhere: float
    """Of what was found: the share for which it is read rightly whether that person lives elsewhere."""


def recall(sentences: list[Sentence]) -> Recall:
    """The figures with the catalogue's lexicon."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    quiet, read, elsewhere = [], [], []
    for _, term, row in _with_catalogue(sentences):
        if term.nothing:
            quiet.append(row is None)
            continue
        for name in (str(term.concept), "all"):
            counts[name][0] += row is not None
            counts[name][1] += 1
        if row is not None:
            read.append((term, *_meant(row)))
            elsewhere.append(row["elsewhere"] == (term.elsewhere or term.about == "neighbour"))
    return Recall(
        {name: hit / total for name, (hit, total) in sorted(counts.items())},
        sum(quiet) / max(len(quiet), 1),
        _figures(read),
        sum(elsewhere) / max(len(elsewhere), 1),
    )


def overlooked(sentences: list[Sentence]) -> list[str]:
    """What the reader gets wrong with the catalogue's lexicon, a line each, for people."""
    lines = []
    for sentence, term, row in _with_catalogue(sentences):
        begin = f"{sentence.text!r} [{term.words}] {term.concept}"
        if (row is None) != term.nothing:
            lines.append(f"{begin}: " + ("not found" if row is None else f"should not be found: {row}"))
        elif row is not None:
            flags, about = _meant(row)
            wanted = (sorted(term.flags), term.about or "subject", term.elsewhere or term.about == "neighbour")
            is_ = (sorted(flags), about, row["elsewhere"])
            if wanted != is_:
                lines.append(f"{begin}: should be {wanted}, is {is_}, cue {row['cue']!r}")
    return lines


def _with_catalogue(sentences: list[Sentence]) -> Iterator[tuple[Sentence, Term, dict[str, Any] | None]]:
    """Each marked term with the mention of its concept that overlaps it most, None without one."""
    rows: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in read_detail([sentence.text for sentence in sentences]).to_pylist():
        rows[row["text"], row["concept"]].append(row)
    for number, sentence in enumerate(sentences):
        for term in sentence.terms:
            near = [
                (min(row["end"], term.end) - max(row["start"], term.start), -row["start"], row)
                for row in rows[number, str(term.concept)]
            ]
            best = max(near, key=lambda entry: entry[:2], default=(0, 0, None))
            yield sentence, term, best[2] if best[0] > 0 else None
