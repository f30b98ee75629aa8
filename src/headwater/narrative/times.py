"""Where does a log put its time between the words? "DOMESTIC 22:31 VIOLENCE", "MENTAL 14:02:33 OP11 HEALTH", "DOMESTIC [12/03/2016 21.04]
VIOLENCE": the date, the clock and the code of the operator behind it are passed over within a term, as the end of a line is."""

from __future__ import annotations

import numpy as np

from headwater.narrative.phrases import Found
from headwater.narrative.words import CAPITAL, DIGIT, SIGN, Flags, Ints, Words

LONGEST_CODE = 8
"""How many letters and figures the code of an operator or a unit has at most."""


DATE = 5
"""Of so many words is a date: 12/03/2016."""


def behind_a_date(words: Words, places: Ints) -> Flags:
    """Whether a date in figures, day or year first, stands right before each place: its three numbers with "/", "-" or "." between them."""
    first = places - DATE
    is_one = first >= 0
    first = np.maximum(first, 0)
    for part in range(DATE):
        place = first + part
        is_one &= (words.kind[place] == DIGIT) if part % 2 == 0 else _is_sign(words, place, "/-.")
        if part:
            is_one &= words.glued(place)
    longest = np.maximum(words.end[first] - words.start[first], words.end[first + 4] - words.start[first + 4])
    return np.asarray(is_one & (longest <= 4) & (words.text[first] == words.text[_at(words, places)]))


def find_times(words: Words) -> Found:
    """The clock times between words of one text, with the brackets, "hrs" and the code that belong to them, by place; of no
    owner (0)."""
    first = np.flatnonzero(words.kind == DIGIT)
    first = first[(first > 0) & (first + 2 < len(words))]
    length = words.end[first] - words.start[first]
    # Of most figures it is plain that they are no time.
    colon = (words.characters[words.end[first]] == ord(":")) | (words.characters[words.end[first]] == ord("."))
    may_be = np.flatnonzero((length <= 2) & colon | (length == 4) | (length == 7))
    if not len(may_be):
        return Found(may_be, may_be, may_be)
    first, length = first[may_be], length[may_be]
    # The minutes and seconds of a time begin none of their own.
    clock = (length <= 2) & _behind_colon(words, first) & ~(words.glued(first) & _is_sign(words, first - 1, ":."))
    third = clock & _behind_colon(words, np.minimum(first + 2, len(words) - 1))
    hours = (length == 7) & _ends(words, first, "hrs")
    before = (length == 4) & _is(words, first + 1, "hrs")
    last = first + np.select([third, clock, before], [5, 3, 2], 1)
    time = np.flatnonzero(clock | hours | before)
    first, last = first[time], last[time]
    last += _is(words, last, "hrs")
    first = first - DATE * behind_a_date(words, first)
    opening, closing = _is_sign(words, first - 1, "[("), _is_sign(words, last, "])")
    first, last = first - opening, last + closing
    last += _is_a_code(words, last)
    before, behind = np.maximum(first - 1, 0), _at(words, last)
    between = (words.kind[before] != SIGN) & (words.kind[behind] != SIGN) & (first > 0)
    return Found(first, last, np.zeros(len(first), np.int64)).keep(between)


def _at(words: Words, places: Ints) -> Ints:
    return np.minimum(places, len(words) - 1)


def _is_sign(words: Words, places: Ints, signs: str) -> Flags:
    characters = words.characters[words.start[_at(words, places)]]
    found = np.zeros(len(places), np.bool_)
    for sign in signs:
        found |= characters == ord(sign)
    return found


def _behind_colon(words: Words, places: Ints) -> Flags:
    """Whether ":" or "." and two figures follow each word without a space."""
    colon, figures = _at(words, places + 1), _at(words, places + 2)
    two = (words.kind[figures] == DIGIT) & (words.end[figures] - words.start[figures] == 2)
    return np.asarray(two & _is_sign(words, colon, ":.") & words.glued(colon) & words.glued(figures))


def _ends(words: Words, places: Ints, letters: str) -> Flags:
    """Whether each word ends in these small letters, in any case."""
    end = words.end[_at(words, places)]
    fits = np.ones(len(places), np.bool_)
    for back, letter in enumerate(reversed(letters), 1):
        fits &= (words.characters[np.maximum(end - back, 0)] | 0x20) == ord(letter)
    return fits


def _is(words: Words, places: Ints, letters: str) -> Flags:
    place = _at(words, places)
    return np.asarray((words.end[place] - words.start[place] == len(letters)) & _ends(words, places, letters))


def _is_a_code(words: Words, places: Ints) -> Flags:
    """Whether each word is capitals and then figures: "OP11", "CH12"."""
    place = _at(words, places)
    code = (words.kind[place] == CAPITAL) & (words.kinds[words.end[place] - 1] == DIGIT)
    return np.asarray(code & (words.end[place] - words.start[place] <= LONGEST_CODE))
