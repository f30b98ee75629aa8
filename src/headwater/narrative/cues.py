"""Which cues count, and what ends their reach? A cue inside a mention, a longer cue or a name says nothing of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.phrases import Found
from headwater.narrative.places import Cover, Places, outermost
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sections import find_section
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import DIGIT, SIGN, Flags, Ints, Words

MODALS = ("may", "might", "could", "would", "will")

NOW = r.STATEMENT + 1  # the kind under which cues of the present are kept among the stops
OBJECT = NOW + 1  # the kind of the words by which a sentence names itself what it takes back
COMMA = OBJECT + 1  # the kind of the commas behind which no "or" carries a list on
_BE = ("is", "are", "was", "were", "has", "have")
LIST_WORDS = 20
"""How many words behind a comma the "or" of its list may come."""


@dataclass(frozen=True)
class Cues:
    """Cues in force, ordered by place, and the places that end scopes, by kind."""

    first: Ints
    last: Ints
    group: Ints
    sentence: Ints
    stops: dict[int, Places]
    headings: Found  # per mention the heading that it stands under


def gather_cues(
    found: Layers,
    mentions: Found,
    open_: Flags,
    words: Words,
    known: Ints,
    sentences: Sentences,
    rules: Rules,
    years: Ints | None,
) -> tuple[Cues, Sentences]:
    """Cues that count: not inside a mention (unless their group is `shared`), not inside a longer cue; and the stops that are
    not inside a cue.

    Inside a mention that is open, denials, the past and modals count all the same: "her partner has never hit her".
    `years` is the year in which each text was written, 0 for unknown: a year that is not before it is not the past.
    The sentences come back without the beginnings between a question and its answer.
    """
    size = len(words)
    cues = found.spans(r.CUE)
    cues = Found(cues.first, cues.last, rules.detail[cues.owner])
    if len(sentences.questions) or len(sentences.queries):
        asked = _marks_as_cues(sentences, rules)
        cues = Found(*(np.concatenate(pair) for pair in zip(cues.columns(), asked.columns(), strict=True))).in_order()
    inside = Cover(found.spans(r.PERSON), size).contains(cues) | Cover(found.spans(r.NOT_THEIRS), size).contains(cues)
    begins, covered = Places(mentions.first, size), Cover(mentions, size)
    closed = Cover(mentions.keep(~open_), size) if open_.any() else covered
    inside |= closed.contains(cues) & (rules.shared[cues.owner] == 0)
    if open_.any():
        inside |= Cover(mentions.keep(open_), size).contains(cues) & ~_counts_inside(cues, known, rules)
    pseudo = np.flatnonzero((rules.category[cues.owner] == r.PSEUDO) & (rules.direction[cues.owner] != r.AROUND))
    inside[pseudo] |= _runs_into(cues.keep(pseudo), begins, covered)
    inside |= _denies_only_inside(cues, begins, rules, size)
    cues = cues.keep(~inside)
    cues = cues.keep(outermost(cues, size) | _denies_behind_a_withdrawal(cues, rules, size))
    # What begins inside a pseudo cue belongs to it: "never denied | denied that".
    pseudo = rules.category[cues.owner] == r.PSEUDO
    swallowed = Cover(cues.keep(pseudo), size)
    forward = ~pseudo & (rules.direction[cues.owner] == r.FORWARD)
    # … and of forward cues what is equal to one, and a denial that ends in one: "had | no difficulty describing".
    gone = swallowed.reach_over(cues.first) | forward & swallowed.contains(cues)
    gone |= forward & (rules.category[cues.owner] == r.NEGATED) & swallowed.reach_over(cues.last)
    gone |= _says_it_of_what_came_before(cues, forward, words, rules)
    cues = cues.keep(~gone)
    if years is not None:
        cues = cues.keep(_is_past(cues, words, rules, years))

    over_cues = Cover(cues, size)
    sentences = sentences.without(over_cues.reach_over(sentences.starts))
    stops = found.spans(r.STOP)
    # A stop inside a cue is none, but that a cue of the present begins a clause of its own: "who presents with".
    over_others = Cover(cues.keep(rules.category[cues.owner] != r.RECENT), size)
    stops = stops.keep(~over_others.contains_strictly(stops))
    # A stop that closes behind a time cue is of its clause: ", who once was | in prison".
    past = Places(cues.first[rules.category[cues.owner] == r.HISTORICAL], size)
    closes = (rules.at_last[stops.owner] == 1) & ~past.none_between(stops.first + 1, stops.last)
    stops = stops.keep(~closes)
    kind = rules.detail[stops.owner]
    place = np.where(rules.at_last[stops.owner] == 1, stops.last - 1, stops.first)
    goes_on = Places(stops.first[kind == r.NOT_PHRASE], size)
    on = goes_on.hold(stops.first) | goes_on.hold(place)
    kind = np.where((kind == r.STOP_PHRASE) & on, r.NOT_PHRASE, kind)
    # "Skin dry, no rash, | petechiae, or purpura": the comma behind the denied thing ends nothing that an "or" carries on.
    verbs = Places(place[kind == r.VERB], size)
    closing = (kind == r.STOP_CLAUSE) & (rules.at_last[stops.owner] == 1) | (kind == r.DEGREE)
    commas = np.flatnonzero(closing & (known[place] == rules.sign[","]))
    to_or, to_comma_or = _are_carried_on(place[commas], known, verbs, over_cues, sentences, rules)
    kind[commas[np.where(kind[commas] == r.DEGREE, to_comma_or, to_or)]] = r.NOT_PHRASE
    kind[kind == r.DEGREE] = r.STOP_CLAUSE
    # "A history of falls, and | bruises were found": of a subject and its verb behind ", and" the past says nothing.
    told = np.flatnonzero((kind == r.STOP_CLAUSE) & (rules.at_last[stops.owner] == 1))
    told = told[rules.finder.book.is_one_of(_BE)[known[place[told]]] & (known[stops.first[told]] == rules.sign[","])]
    told = stops.first[told[rules.finder.book.is_one_of(("and",))[known[stops.first[told] + 1]]]]
    # Only a dash with space behind it counts.
    dashes = np.flatnonzero(kind == r.DASH)
    kind[dashes[words.glued(np.minimum(place[dashes] + 1, size - 1))]] = r.NOT_PHRASE
    by_kind = {
        number: Places(place[kind == number], size)
        for number in range(r.STATEMENT + 1)
        if number not in (r.VERB, r.DEGREE)
    }
    by_kind[r.VERB] = verbs
    by_kind[r.STOP_CLAUSE].marked[_new_subjects(found, mentions, stops.keep(kind == r.LINK), size)] = True
    by_kind[r.STOP_PHRASE].marked[_told_next(found, mentions, size)] = True
    by_kind[r.NEW].marked[told] = True
    by_kind[OBJECT] = Places(found.spans(r.NAMES_WITHDRAWN).first, size)
    by_kind[NOW] = Places(cues.first[rules.category[cues.owner] == r.RECENT], size)
    by_kind[COMMA] = Places(_commas_that_end_a_list(known, sentences, rules), size)
    headings = find_section(found, mentions, sentences, words, known, rules)
    return Cues(cues.first, cues.last, cues.owner, sentences.number[cues.first], by_kind, headings), sentences


def _marks_as_cues(sentences: Sentences, rules: Rules) -> Found:
    places = np.concatenate((sentences.questions, sentences.queries))
    owner = np.full(len(places), rules.question_group, np.int64)
    owner[len(sentences.questions) :] = rules.query_group
    return Found(places, places + 1, owner)


def _counts_inside(cues: Found, known: Ints, rules: Rules) -> Flags:
    """Whether a cue counts inside an open mention: forward denials, the past, and modals ("might hurt her")."""
    category = rules.category[cues.owner]
    modal = (category == r.HYPOTHETICAL) & rules.finder.book.is_one_of(MODALS)[known[cues.first]]
    counts = (category == r.NEGATED) | (category == r.HISTORICAL) | modal
    return np.asarray(counts & (rules.direction[cues.owner] == r.FORWARD))


def _runs_into(cues: Found, begins: Places, covered: Cover) -> Flags:
    """Whether a mention overlaps each cue: "no food" is no pseudo cue when "food" is what is looked for. One that begins with
    the cue does not count: "tearful and withdrawn"."""
    return ~begins.none_between(cues.first + 1, cues.last) | covered.reach_over(cues.first)


def _says_it_of_what_came_before(cues: Found, forward: Flags, words: Words, rules: Rules) -> Flags:
    """ "Alcohol nil, smoking 20 a day": where the same words can deny what stands before or behind them, a sign behind them
    says that it is what stands before."""
    denial = rules.category[cues.owner] == r.NEGATED
    backward = np.flatnonzero(denial & (rules.direction[cues.owner] == r.BACKWARD))
    behind = np.minimum(cues.last[backward], len(words) - 1)
    closes = np.isin(words.characters[words.start[behind]], [ord(sign) for sign in ",;.)"])
    backward = backward[(words.kind[behind] == SIGN) & closes]
    if not len(backward):
        return np.zeros(len(cues), np.bool_)
    ends = Places(cues.last[backward], len(words))
    begins = Places(cues.first[backward], len(words))
    return np.asarray(denial & forward & begins.hold(cues.first) & ends.hold(cues.last))


def _denies_behind_a_withdrawal(cues: Found, rules: Rules, size: int) -> Flags:
    """Whether a denial ends words that take back what was said before: "correction: | not stabbed" denies what follows, too."""
    category, backward = rules.category[cues.owner], rules.direction[cues.owner] == r.BACKWARD
    ends = Places(cues.last[(category == r.WITHDRAWN) & backward], size)
    denial = (category == r.NEGATED) & (rules.direction[cues.owner] == r.FORWARD)
    return np.asarray(denial & ends.hold(cues.last))


def _denies_only_inside(cues: Found, begins: Places, rules: Rules, size: int) -> Flags:
    """Whether a denial runs into a mention and its denying word stands there: "has no" before "no fixed abode".

    "No problems with" before "problems with drink" is different: the shorter cue "no" stands before the mention. What denies
    something before it ("the knife | was not used") is none where a mention begins in it: "has not | used heroin".
    """
    category = rules.category[cues.owner]
    denial = category == r.NEGATED
    looks_back = rules.direction[cues.owner] == r.BACKWARD
    few = np.flatnonzero(
        (denial | (category == r.HYPOTHETICAL) & looks_back) & (rules.direction[cues.owner] != r.AROUND)
    )
    few = few[~begins.none_between(cues.first[few] + 1, cues.last[few])]
    latest = np.full(size + 2, -1, np.int64)
    np.maximum.at(latest, cues.last[denial], cues.first[denial])
    latest = np.maximum.accumulate(latest)
    mention = begins.last_before(cues.last[few])
    result = np.zeros(len(cues), np.bool_)
    result[few] = looks_back[few] | (latest[np.maximum(mention, 0)] < cues.first[few])
    return result


def _is_past(cues: Found, words: Words, rules: Rules, years: Ints) -> Flags:
    """False for a time cue whose year is not before the year of writing."""
    good = np.ones(len(cues), np.bool_)
    dated = np.flatnonzero(rules.category[cues.owner] == r.HISTORICAL)
    year_at = cues.last[dated] - 1
    four = (words.end[year_at] - words.start[year_at] == 4) & (words.kind[year_at] == DIGIT)
    dated, year_at = dated[four], year_at[four]
    number = np.zeros(len(dated), np.int64)
    for place in range(4):
        number = number * 10 + words.characters[words.start[year_at] + place] - ord("0")
    written = years[words.text[cues.first[dated]]]
    good[dated] = (written == 0) | (number < written)
    return good


def _new_subjects(found: Layers, mentions: Found, links: Found, size: int) -> Ints:
    """Links before a person whom a mention follows at once: "not drunk, dad | hit him" begins a new clause."""
    people = found.spans(r.PERSON)
    acting = Places(people.first[Places(mentions.first, size).hold(people.last)], size)
    return links.first[acting.hold(links.last)]


def _told_next(found: Layers, mentions: Found, size: int) -> Ints:
    """Where a person begins between two mentions, without a sign or a link: in "no injuries | mum upset" (a log without
    signs) the second thing is told of mum."""
    people = found.spans(r.PERSON)
    between = Places(mentions.first, size).hold(people.last) & Places(mentions.last, size).hold(people.first)
    return people.first[between]


def _commas_that_end_a_list(known: Ints, sentences: Sentences, rules: Rules) -> Ints:
    """ "Not drunk, violent or rude" is one list; in "do not enter, | dog loose" no "or" joins what follows (CGEL 15.2)."""
    commas = np.flatnonzero(known == rules.sign[","])
    joins = rules.finder.book.find_words(("or", "nor"), known)
    if not len(joins):
        return commas
    next_ = joins[np.minimum(np.searchsorted(joins, commas), len(joins) - 1)]
    goes_on = (next_ > commas) & (sentences.number[next_] == sentences.number[commas])
    return np.asarray(commas[~goes_on], np.int64)


def _are_carried_on(
    commas: Ints, known: Ints, verbs: Places, over_cues: Cover, sentences: Sentences, rules: Rules
) -> tuple[Flags, Flags]:
    """Whether an "or" or "nor" comes behind each comma in its clause, with no verb between; and whether one does that has a
    comma before it. The "or" of a cue ("may or may not") joins nothing."""
    joins = np.flatnonzero(rules.finder.book.is_one_of(("or", "nor"))[known])
    joins = joins[~over_cues.reach_over(joins)]
    if not len(joins) or not len(commas):
        return np.zeros(len(commas), np.bool_), np.zeros(len(commas), np.bool_)
    next_ = joins[np.minimum(np.searchsorted(joins, commas), len(joins) - 1)]
    near = (next_ > commas) & (next_ - commas <= LIST_WORDS)
    near &= sentences.number[next_] == sentences.number[commas]
    near &= verbs.none_between(commas, np.maximum(next_, commas))
    return near, near & (next_ - 1 > commas) & (known[next_ - 1] == rules.sign[","])
