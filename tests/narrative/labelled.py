"""How are labelled sentences written down, and how well does the reader label them? Used by the tests and by hand.

A line of `labelled.jsonl` or `held_out.jsonl` holds a sentence with its terms marked: `[[drunk|no:mother]]` is a term
with labels n (negated), h (historical), y (hypothetical), w (withdrawn), o (about somebody else, with whom).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from headwater.narrative import Lexicon, read_detail

FLAGS = {"n": "negated", "h": "historical", "y": "hypothetical", "w": "withdrawn", "o": "other"}
_MARK = re.compile(r"\[\[(?P<term>[^|\]]+)\|(?P<labels>[nhywo]*)(?::(?P<about>\w+))?\]\]")


@dataclass(frozen=True)
class Term:
    """One marked term: where it stands in the plain text, and what it should be read as."""

    start: int
    end: int
    words: str
    flags: frozenset[str]
    about: str | None


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence."""

    phenomenon: str
    style: str
    text: str
    terms: tuple[Term, ...]


def read_labelled(name: str) -> list[Sentence]:
    """The sentences of one file beside this one."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [parse(row["phenomenon"], row["style"], row["text"]) for row in map(json.loads, lines)]


def parse(phenomenon: str, style: str, marked: str) -> Sentence:
    """A sentence without its marks, and the marks."""
    plain, terms, position = "", [], 0
    for mark in _MARK.finditer(marked):
        plain += marked[position : mark.start()]
        flags = frozenset(FLAGS[letter] for letter in mark["labels"])
        terms.append(Term(len(plain), len(plain) + len(mark["term"]), mark["term"], flags, mark["about"]))
        plain += mark["term"]
        position = mark.end()
    return Sentence(phenomenon, style, plain + marked[position:], tuple(terms))


def label(sentences: list[Sentence]) -> list[tuple[Sentence, Term, frozenset[str], str]]:
    """Each term with the flags and the role that the reader gives it; every term is one concept of its own."""
    terms = sorted({term.words.lower() for sentence in sentences for term in sentence.terms})
    table = read_detail([s.text for s in sentences], Lexicon.from_terms({term: [term] for term in terms}))
    found = {(row["text"], row["start"], row["end"]): row for row in table.to_pylist()}
    labelled = []
    for number, sentence in enumerate(sentences):
        for term in sentence.terms:
            row = found[number, term.start, term.end]
            flags = {name for name in ("negated", "historical", "hypothetical", "withdrawn") if row[name]}
            flags |= {"other"} if row["experiencer"] == "other" else set()
            labelled.append((sentence, term, frozenset(flags), row["about"]))
    return labelled


def score(sentences: list[Sentence]) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 for each flag; for "about", the share of terms with the right role thrice."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    right = total = 0
    for _, term, flags, about in label(sentences):
        for flag in FLAGS.values():
            counts[flag][0] += flag in term.flags and flag in flags
            counts[flag][1] += flag not in term.flags and flag in flags
            counts[flag][2] += flag in term.flags and flag not in flags
        right += about == (term.about or "subject")
        total += 1
    result = {}
    for flag, (hit, false, missed) in counts.items():
        precision, recall = hit / max(hit + false, 1), hit / max(hit + missed, 1)
        result[flag] = (precision, recall, 2 * hit / max(2 * hit + false + missed, 1))
    result["about"] = (right / total,) * 3
    return result


def misread(sentences: list[Sentence]) -> list[str]:
    """What the reader gets wrong, a line each, for people."""
    return [
        f"{s.phenomenon}: {s.text!r} {term.words!r} should be {sorted(term.flags)} {term.about or 'subject'}, "
        f"is {sorted(flags)} {about}"
        for s, term, flags, about in label(sentences)
        if flags != term.flags or about != (term.about or "subject")
    ]
