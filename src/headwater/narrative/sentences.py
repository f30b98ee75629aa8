"""Where do sentences begin? Full stops with their exceptions, hard line ends, and the clock times of running logs.

Method: rules after the usual sources of error in reports and notes (abbreviations, decimals, initials, lists; see
Grefenstette and Tapanainen 1994), with two more for police logs: a clock time begins an entry, and a line that is broken
inside a sentence goes on in a small letter or fills its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headwater.narrative.phrases import Found
from headwater.narrative.places import Cover, Places, among
from headwater.narrative.rules import Rules
from headwater.narrative.times import DATE, behind_a_date
from headwater.narrative.words import CAPITAL, DIGIT, LETTER, SIGN, Flags, Ints, Words

FULL_LINE = 60
"""A line of at least so many characters may have been broken by its width, not by its writer."""


@dataclass(frozen=True)
class Sentences:
    """Places (word positions) at which a sentence begins, ascending; `soft` says that a stop or question mark before
    it, and nothing stronger, ends the sentence before."""

    starts: Ints
    soft: Flags
    questions: Ints  # places of question marks that end a sentence
    queries: Ints  # places of question marks that stand before what is asked
    size: int  # how many words there are

    @cached_property
    def number(self) -> Ints:
        """Which sentence each word belongs to."""
        begins = np.zeros(self.size, np.int64)
        begins[self.starts] = 1
        return np.cumsum(begins) - 1

    def without(self, answers: Flags) -> Sentences:
        """The same without the soft beginnings among `answers` (one flag for each of `starts`)."""
        keep = np.flatnonzero(~(answers & self.soft))
        return Sentences(self.starts[keep], self.soft[keep], self.questions, self.queries, self.size)

    def over(self, times: Found, mentions: Found) -> Sentences:
        """The same without the beginnings at those times that stand between the words of a mention."""
        inside = times.first[Cover(mentions, self.size).reach_around(times)]
        keep = np.flatnonzero(~Places(inside, self.size).hold(self.starts))
        return Sentences(self.starts[keep], self.soft[keep], self.questions, self.queries, self.size)


def find_sentences(words: Words, known: Ints, rules: Rules) -> Sentences:
    """The sentences of a batch of texts."""
    first_of_text = np.concatenate((np.zeros(1, np.int64), words.text_end[:-1] + 1))
    kind = rules.ends_sentence[known]
    found = np.flatnonzero(kind)
    kind = kind[found]

    stops = found[kind == 1]
    stops = stops[_ends_a_sentence(words, known, stops, rules)]
    shouts = found[kind == 2]
    questions, queries = _split_question_marks(words, found[kind == 3])
    times, passed = _times_of_entries(words, known, found[kind == 4], rules)
    lines = _hard_lines(words, known, rules)
    lines = lines[~Places(passed, len(words)).hold(lines)]

    soft = np.concatenate((stops, shouts, questions)) + 1
    begins = np.zeros(len(words) + 1, np.int8)
    begins[soft] = 1
    for hard in (first_of_text, times, lines):
        begins[hard] = 2
    starts = np.flatnonzero(begins[:-1])
    return Sentences(starts, begins[starts] == 1, questions, queries, len(words))


def _ends_a_sentence(words: Words, known: Ints, stops: Ints, rules: Rules) -> Flags:
    before = np.maximum(stops - 1, 0)
    after = np.minimum(stops + 1, len(words) - 1)
    kind_after = words.kind[after]
    touches_before = words.glued(stops)
    touches_after = words.glued(after) & (kind_after != SIGN)
    capital_after = kind_after == CAPITAL
    length_before = words.end[before] - words.start[before]
    # "home.He" without a space ends a sentence; "3.5", "e.g" and "www.x" do not.
    ends = ~touches_after | (capital_after & (length_before >= 3) & (words.kind[before] != DIGIT))
    ends &= ~(touches_before & rules.always_abbreviated[known[before]])
    small_after = ~capital_after & (kind_after != SIGN)
    ends &= ~(touches_before & rules.abbreviated[known[before]] & small_after)
    initial = touches_before & (length_before == 1) & (words.kind[before] == CAPITAL) & capital_after
    return np.asarray(ends & ~initial)


def _split_question_marks(words: Words, marks: Ints) -> tuple[Ints, Ints]:
    """Those that end a sentence, and those that stand before a word ("?DV", "? DV")."""
    after = np.minimum(marks + 1, len(words) - 1)
    word_after = (words.kind[after] != SIGN) & (marks + 1 < len(words))
    leading = ~words.glued(marks) & word_after
    # A word may touch an opening bracket or a mark before the query: "(?DV", "??DV".
    before = np.maximum(marks - 1, 0)
    leading |= word_after & words.glued(after) & (words.kind[before] == SIGN)
    return marks[~leading], marks[leading]


def _times_of_entries(words: Words, known: Ints, colons: Ints, rules: Rules) -> tuple[Ints, Ints]:
    """Where an entry of a log begins with its time, or with the date before it; and where such a time begins none, whatever line it
    begins, as no entry begins with the word behind it."""
    inner = colons[(colons > 0) & (colons + 1 < len(words))]
    hour, minute = inner - 1, inner + 1
    clock = (
        (words.kind[hour] == DIGIT)
        & (words.kind[minute] == DIGIT)
        & words.glued(inner)
        & words.glued(minute)
        & (words.end[hour] - words.start[hour] <= 2)
        & (words.end[minute] - words.start[minute] == 2)
        & (~words.glued(hour) | among(known[np.maximum(hour - 1, 0)], [rules.sign["["], rules.sign["("]]))
    )
    starts, behind = hour[clock], minute[clock] + 1
    digits = np.flatnonzero(words.kind == DIGIT)
    if not len(digits):
        return digits, digits
    length = words.end[digits] - words.start[digits]
    hrs = among(known[np.minimum(digits + 1, len(words) - 1)], [rules.sign["hrs"], rules.sign["hr"]])
    last = words.characters[words.end[digits] - 1] | 0x20
    written = (length == 4) & hrs | (length == 7) & (last == ord("s"))
    other = digits[written & ~words.glued(digits)]
    starts, behind = np.concatenate((starts, other)), np.concatenate((behind, other + 1))
    starts = starts - DATE * behind_a_date(words, starts)
    before = np.maximum(starts - 1, 0)
    bracket = among(known[before], [rules.sign["["], rules.sign["("]]) & (starts > 0)
    starts = np.where(bracket, starts - 1, starts)
    before = np.maximum(starts - 1, 0)
    inside = rules.before_a_time[known[before]] & (starts > 0)
    # "Denies 14:32 any assault": the time is put in between.
    closing = [rules.sign[sign] for sign in ("]", ")", "hrs", "hr")]
    for _ in range(2):
        behind = behind + among(known[np.minimum(behind, len(words) - 1)], closing)
    goes_on = rules.after_a_time[known[np.minimum(behind, len(words) - 1)]] & (behind < len(words))
    return starts[~(inside | goes_on)], starts[goes_on]


def _goes_on_in_capitals(after: Ints, words: Words, known: Ints, rules: Rules) -> Flags:
    """Whether a line in capitals, which never begins in a small letter, goes on with the sentence of the line before."""
    here = np.minimum(after, len(words) - 1)
    capitals = (words.kinds[words.start[here]] == CAPITAL) & (words.kinds[words.end[here] - 1] == CAPITAL)
    capitals &= words.end[here] - words.start[here] > 1
    before = known[np.maximum(here - 1, 0)]
    return np.asarray(capitals & (rules.before_a_time[before] | rules.after_a_time[known[here]]))


def _hard_lines(words: Words, known: Ints, rules: Rules) -> Ints:
    ends = np.flatnonzero((words.characters == 10) | (words.characters == 13))
    if not len(ends):
        return ends
    following = np.searchsorted(words.start, ends)
    # Of several line ends before one word only the first counts; more than one means an empty line.
    first = np.ones(len(ends), np.bool_)
    first[1:] = following[1:] != following[:-1]
    lines = ends[first]
    after = following[first]
    count = np.diff(np.concatenate((np.flatnonzero(first), [len(ends)])))
    return_and_feed = (count == 2) & (words.characters[lines] == 13)
    empty = (count > 1) & ~return_and_feed
    text = words.text[np.minimum(after, len(words) - 1)]
    begin = np.maximum(words.text_start[text], np.concatenate(([-1], lines[:-1])))
    short = lines - begin < FULL_LINE
    kind = words.kind[np.minimum(after, len(words) - 1)]
    opening = words.characters[words.start[np.minimum(after, len(words) - 1)]].astype(np.int64)
    bullet = among(opening, [ord(sign) for sign in "-*•"])
    opens = bullet | (kind != LETTER) & short & ~_goes_on_in_capitals(after, words, known, rules)
    return np.asarray(after[(empty | opens) & (after < len(words))])
