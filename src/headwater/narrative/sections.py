"""Under which heading does each word stand? "PAST MEDICAL HISTORY: 1. Asthma. 2. Gout." puts more than one sentence into the past.

A heading is one of the catalogue's, or any words in capitals, at the beginning of a sentence and before a colon or the end of
the line. Its section goes on to the next heading or to an empty line that is not right below it. Method: section headings as
context (Denny and others 2008, AMIA Annual Symposium 156-160; ConText, Harkema and others 2009).
"""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.phrases import Found
from headwater.narrative.places import Places
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import CAPITAL, LETTER, Flags, Ints, Words

PAST, FAMILY, OTHER = range(3)

_IN_CAPITALS = 6
"""How many words in capitals may stand before the colon of a heading that the catalogue does not know."""


def find_section(
    found: Layers, mentions: Found, sentences: Sentences, words: Words, known: Ints, rules: Rules
) -> Found:
    """Per mention the heading under which it stands: its first word, the place behind it and its kind (-1 for none)."""
    nothing = np.full(len(mentions), -1, np.int64)
    headings = found.spans(r.HEADING)
    headings = headings.keep(_stand_as_headings(headings, sentences, words, known, rules))
    kind = rules.detail[headings.owner]
    if not len(mentions) or not ((kind == PAST) | (kind == FAMILY)).any():
        return Found(nothing, nothing, nothing)
    # A section ends at any heading and at an empty line; marks of its own kind stand there.
    ends = np.concatenate((_in_capitals(sentences, words, known, rules), _below_empty_lines(words, headings)))
    ends = ends[~Places(headings.first, len(words)).hold(ends)]
    first = np.concatenate((headings.first, ends))
    last = np.concatenate((headings.last, ends))
    kind = np.concatenate((kind, np.full(len(ends), OTHER, np.int64)))
    order = np.lexsort((-last, first))
    first, last, kind = first[order], last[order], kind[order]
    place = np.searchsorted(last, mentions.first, side="right") - 1
    at = np.maximum(place, 0)
    stands = (place >= 0) & (kind[at] != OTHER) & (words.text[first[at]] == words.text[mentions.first])
    return Found(*(np.where(stands, values[at], -1) for values in (first, last, kind)))


def _stand_as_headings(headings: Found, sentences: Sentences, words: Words, known: Ints, rules: Rules) -> Flags:
    """Whether a sentence begins with each, and a colon or a new sentence follows it."""
    begins = np.zeros(len(words) + 2, np.bool_)
    begins[sentences.starts] = True
    behind = known[np.minimum(headings.last, len(words) - 1)]
    return np.asarray(begins[headings.first] & ((behind == rules.sign[":"]) | begins[headings.last]))


def _in_capitals(sentences: Sentences, words: Words, known: Ints, rules: Rules) -> Ints:
    """Sentences that begin with a few words in capitals and a colon: "PLAN:", "REVIEW OF SYSTEMS:"."""
    first = words.kinds[words.start[sentences.starts]]
    last = words.kinds[words.end[sentences.starts] - 1]
    starts = sentences.starts[(first == CAPITAL) & (last == CAPITAL)]
    open_ = np.ones(len(starts), np.bool_)
    headed = np.zeros(len(starts), np.bool_)
    for step in range(1, _IN_CAPITALS + 1):
        at = np.minimum(starts + step, len(words) - 1)
        headed |= open_ & (known[at] == rules.sign[":"])
        open_ &= (words.kinds[words.start[at]] == CAPITAL) & (words.kinds[words.end[at] - 1] != LETTER)
    return np.asarray(starts[headed])


def _below_empty_lines(words: Words, headings: Found) -> Ints:
    """The words below an empty line, but for those right below a heading."""
    feeds = np.flatnonzero(words.characters == 10)
    if len(feeds) < 2:
        return feeds[:0]
    following = np.searchsorted(words.start, feeds)
    twice = np.flatnonzero(following[1:] == following[:-1])
    below = np.unique(following[twice + 1])
    below = below[below < len(words)]
    behind = Places(headings.last, len(words))
    return np.asarray(below[~behind.hold(below) & ~behind.hold(below - 1)])
