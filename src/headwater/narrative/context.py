"""How is a mention meant? Cues reach over mentions of their sentence until something ends their scope.

The method is ConText's (Harkema and others 2009), itself after NegEx (Chapman and others 2001): a cue, a direction, a
scope and what ends it, for three statuses and a fourth, withdrawn. Differences: scopes end at clause boundaries that
are recognised from closed word classes (a link and a subject, a link and a verb, a reason); verbs that presuppose their
complement do not negate it; a question and its answer belong together. All of it works on arrays of mentions and cues,
without a loop over texts; which words do what is in `catalogue/narrative/`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.finding import contained, outermost
from headwater.narrative.phrases import Found, spread
from headwater.narrative.rules import Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import DIGIT, Flags, Ints, Words

TEXT_BACK = 3
"""How many sentences a withdrawal may look back for what it withdraws."""

NOW = r.LINK + 1  # the kind under which cues of the present are kept among the stops
_FLAGGED = (r.NEGATED, r.HISTORICAL, r.HYPOTHETICAL, r.WITHDRAWN)


@dataclass(frozen=True)
class Status:
    """Per mention: whether each of the four statuses holds, and which cue decided it (-1 none)."""

    holds: dict[int, Flags]
    decided: dict[int, Ints]


@dataclass(frozen=True)
class Cues:
    """Cues in force, and the places that end scopes, by kind (ascending)."""

    first: Ints
    last: Ints
    group: Ints
    sentence: Ints
    stops: dict[int, Ints]


def gather_cues(
    found: Found, mentions: Found, words: Words, sentences: Sentences, rules: Rules, years: Ints | None
) -> tuple[Cues, Sentences]:
    """Cues that count: not inside a mention, not inside a longer cue; and the stops that are not inside a cue.

    `years` is the year in which each text was written, 0 for unknown: a year that is not before it is not the past.
    """
    layer = rules.layer[found.owner]
    cues = found.keep(layer == r.CUE)
    group = rules.detail[cues.owner]
    asked = _marks_as_cues(sentences, rules)
    first = np.concatenate((cues.first, asked.first))
    last = np.concatenate((cues.last, asked.last))
    group = np.concatenate((group, asked.owner))
    order = np.lexsort((group, last, first))
    cues = Found(first[order], last[order], group[order])
    people = found.keep(layer == r.PERSON)
    for other in (mentions, people):
        cues = cues.keep(~contained(cues.first, cues.last, other.first, other.last, or_equal=True))
    cues = cues.keep(~_pseudo_over_a_mention(cues, mentions, rules))
    cues = cues.keep(outermost(cues))
    cues = cues.keep(~_begins_in_a_pseudo(cues, rules))
    if years is not None:
        cues = cues.keep(_is_past(cues, words, rules, years))

    sentences = sentences.without(cues.first, cues.last)
    stops = found.keep(layer == r.STOP)
    stops = stops.keep(~contained(stops.first, stops.last, cues.first, cues.last, or_equal=False))
    kind = rules.detail[stops.owner]
    place = np.where(rules.at_last[stops.owner] == 1, stops.last - 1, stops.first)
    by_kind = {number: np.unique(place[kind == number]) for number in range(r.LINK + 1)}
    goes_on = stops.first[kind == r.NOT_PHRASE]
    by_kind[r.STOP_CLAUSE] = np.union1d(by_kind[r.STOP_CLAUSE], _new_subjects(found, mentions, rules))
    closes = (kind == r.STOP_PHRASE) & ~np.isin(stops.first, goes_on)
    by_kind[r.STOP_PHRASE] = np.unique(place[closes])
    by_kind[r.DASH] = _standing_free(by_kind[r.DASH], words)
    by_kind[NOW] = np.unique(cues.first[rules.category[cues.owner] == r.RECENT])
    return Cues(cues.first, cues.last, cues.owner, sentences.of(cues.first), by_kind), sentences


def judge(cues: Cues, mentions: Found, sentences: Sentences, words: Words, known: Ints, rules: Rules) -> Status:
    """The status of every mention."""
    sentence = sentences.of(mentions.first)
    low = np.searchsorted(cues.sentence, sentence, side="left")
    counts = np.searchsorted(cues.sentence, sentence, side="right") - low
    mention = np.repeat(np.arange(len(mentions)), counts)
    cue = spread(low, counts)
    category = rules.category[cues.group[cue]]
    matters = (category <= r.WITHDRAWN) | (category == r.ANSWERED)
    mention, cue = mention[matters], cue[matters]
    group = cues.group[cue]
    category = rules.category[group]
    start, end = mentions.first[mention], mentions.last[mention]
    cue_first, cue_last = cues.first[cue], cues.last[cue]
    forward = rules.direction[group] == r.FORWARD

    # A cue may overlap the mention's edge ("no problems with | problems with drink").
    reaches = np.where(forward, cue_first < start, (cue_last > end) & (cue_first >= start))
    low_edge = np.where(forward, np.minimum(cue_last, start), end)
    high_edge = np.where(forward, start, np.maximum(cue_first, end))
    reaches &= np.where(forward, cue_last <= end, True)
    scope = rules.scope[group]
    after_comma = (scope == r.SENTENCE) & forward & (known[np.minimum(low_edge, len(known) - 1)] == rules.sign[","])
    from_edge = low_edge + after_comma

    # A retraction comes after a contrast more often than not: "alleged neglect but has since retracted".
    takes_back = ~forward & (category == r.WITHDRAWN)
    reaches &= takes_back | _none_between(cues.stops[r.HARD], low_edge, high_edge)
    reaches &= ~forward | _none_between(cues.stops[r.DASH], low_edge + 1, high_edge)
    reaches &= (scope == r.SENTENCE) | _none_between(cues.stops[r.STOP_CLAUSE], from_edge, high_edge)
    reaches &= (scope != r.PHRASE) | ~forward | _none_between(cues.stops[r.STOP_PHRASE], low_edge + 1, high_edge)
    past = (category == r.HISTORICAL) & forward
    reaches &= ~past | _none_between(cues.stops[NOW], low_edge, high_edge)
    reaches &= high_edge - low_edge <= rules.reach[group]
    backward_denial = ~forward & (category == r.NEGATED)
    reaches &= ~backward_denial | _is_its_subject(cues, sentences, sentence[mention], start, low_edge, high_edge)

    kept = np.flatnonzero(reaches)
    mention, cue, category = mention[kept], cue[kept], category[kept]
    distance = (high_edge - low_edge)[kept]
    holds: dict[int, Flags] = {}
    decided: dict[int, Ints] = {}
    for number in (*_FLAGGED, r.ANSWERED):
        which = np.flatnonzero(category == number)
        nearest = which[np.lexsort((cue[which], distance[which], mention[which]))]
        hit, place = np.unique(mention[nearest], return_index=True)
        decided[number] = np.full(len(mentions), -1, np.int64)
        decided[number][hit] = cue[nearest[place]]
        holds[number] = decided[number] >= 0
    # An answered question is no question any more.
    answered = holds.pop(r.ANSWERED) & _decided_by(decided[r.HYPOTHETICAL], cues, rules.question_group)
    holds[r.HYPOTHETICAL] &= ~answered
    decided[r.HYPOTHETICAL][answered] = -1
    del decided[r.ANSWERED]
    _look_back(cues, mentions, sentence, words, rules, holds, decided)
    return Status(holds, decided)


def _marks_as_cues(sentences: Sentences, rules: Rules) -> Found:
    places = np.concatenate((sentences.questions, sentences.queries))
    owner = np.full(len(places), rules.question_group, np.int64)
    owner[len(sentences.questions) :] = rules.query_group
    return Found(places, places + 1, owner)


def _pseudo_over_a_mention(cues: Found, mentions: Found, rules: Rules) -> Flags:
    """A pseudo cue that runs into a mention is none: "no food" when "food" is what is looked for."""
    place = np.searchsorted(mentions.last, cues.first, side="right")
    inside = np.minimum(place, len(mentions) - 1)
    over = (place < len(mentions)) & (mentions.first[inside] < cues.last)
    return np.asarray(over & (rules.category[cues.owner] == r.PSEUDO))


def _begins_in_a_pseudo(cues: Found, rules: Rules) -> Flags:
    """What begins inside a pseudo cue belongs to it: "never denied | denied that"."""
    pseudo = cues.keep(rules.category[cues.owner] == r.PSEUDO)
    if not len(pseudo):
        return np.zeros(len(cues), np.bool_)
    before = np.searchsorted(pseudo.first, cues.first, side="left") - 1
    reach = np.maximum.accumulate(pseudo.last)
    return np.asarray((before >= 0) & (reach[np.maximum(before, 0)] > cues.first))


def _is_past(cues: Found, words: Words, rules: Rules, years: Ints) -> Flags:
    """False for a time cue whose year is not before the year of writing."""
    good = np.ones(len(cues), np.bool_)
    dated = np.flatnonzero(rules.category[cues.owner] == r.HISTORICAL)
    year_at = cues.last[dated] - 1
    four = (words.end[year_at] - words.start[year_at] == 4) & (words.kind(year_at) == DIGIT)
    dated, year_at = dated[four], year_at[four]
    number = np.zeros(len(dated), np.int64)
    for place in range(4):
        number = number * 10 + words.characters[words.start[year_at] + place] - ord("0")
    written = years[words.text_of(cues.first[dated])]
    good[dated] = (written == 0) | (number < written)
    return good


def _new_subjects(found: Found, mentions: Found, rules: Rules) -> Ints:
    """Links before a person whom a mention follows at once: "not drunk, dad | hit him" begins a new clause."""
    layer = rules.layer[found.owner]
    people = found.first[(layer == r.PERSON) & np.isin(found.last, mentions.first)]
    stops = found.keep(layer == r.STOP)
    links = stops.keep(rules.detail[stops.owner] == r.LINK)
    return np.asarray(links.first[np.isin(links.last, people)])


def _standing_free(places: Ints, words: Words) -> Ints:
    """Dashes and colons with white space behind them: those between two joined words or in a time are none."""
    after = np.minimum(places + 1, len(words) - 1)
    return places[~words.glued(after)]


def _none_between(places: Ints, low: Ints, high: Ints) -> Flags:
    return np.asarray(np.searchsorted(places, high) <= np.searchsorted(places, low))


def _is_its_subject(cues: Cues, sentences: Sentences, sentence: Ints, start: Ints, low: Ints, high: Ints) -> Flags:
    """Whether a negative predicate can have the mention as its subject.

    Not when another finite verb stands between them. Not when the mention is the object of an earlier verb and a comma
    or "and" stands between: "had chest pain and infarction was excluded".
    """
    verbs = cues.stops[r.VERB]
    clear = _none_between(verbs, low, high)
    begin = sentences.starts[np.maximum(sentence, 0)]
    hard = cues.stops[r.HARD]
    before = np.searchsorted(hard, start) - 1
    turned = np.where(before >= 0, hard[before] if len(hard) else 0, 0)
    is_object = ~_none_between(verbs, np.maximum(begin, turned), start)
    linked = ~_none_between(cues.stops[r.LINK], low, high)
    return np.asarray(clear & ~(is_object & linked))


def _decided_by(decided: Ints, cues: Cues, group: int) -> Flags:
    if not len(cues.group):
        return np.zeros(len(decided), np.bool_)
    return np.asarray((decided >= 0) & (cues.group[np.maximum(decided, 0)] == group))


def _look_back(
    cues: Cues,
    mentions: Found,
    sentence: Ints,
    words: Words,
    rules: Rules,
    holds: dict[int, Flags],
    decided: dict[int, Ints],
) -> None:
    """ "He later retracted this": a withdrawal without a mention of its own speaks about the sentence before."""
    if not len(cues.group) or not len(mentions):
        return
    places = np.flatnonzero(rules.text[cues.group] == 1)
    own = np.searchsorted(sentence, cues.sentence[places], side="right") > np.searchsorted(
        sentence, cues.sentence[places], side="left"
    )
    places = places[~own]
    before = np.searchsorted(sentence, cues.sentence[places], side="left") - 1
    places, before = places[before >= 0], before[before >= 0]
    same = words.text_of(mentions.first[before]) == words.text_of(cues.first[places])
    near = cues.sentence[places] - sentence[before] <= TEXT_BACK
    places, spoken = places[same & near], sentence[before[same & near]]
    low = np.searchsorted(sentence, spoken, side="left")
    counts = np.searchsorted(sentence, spoken, side="right") - low
    hit = spread(low, counts)
    holds[r.WITHDRAWN][hit] = True
    decided[r.WITHDRAWN][hit] = np.repeat(places, counts)
