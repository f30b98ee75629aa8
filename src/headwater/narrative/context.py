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
from headwater.narrative.phrases import Found, spread
from headwater.narrative.places import Cover, Places, Ranks, among, outermost
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sections import PAST, find_section
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import DIGIT, SIGN, Flags, Ints, Words

TEXT_BACK = 3
"""How many sentences a withdrawal or an end may look back for what it speaks about."""

MODALS = ("may", "might", "could", "would", "will")

NOW = r.WITHIN + 1  # the kind under which cues of the present are kept among the stops
OBJECT = NOW + 1  # the kind of the words by which a sentence names itself what it takes back
COMMA = OBJECT + 1  # the kind of the commas behind which no "or" carries a list on
_FLAGGED = (r.NEGATED, r.HISTORICAL, r.HYPOTHETICAL, r.WITHDRAWN)


@dataclass(frozen=True)
class Status:
    """Per mention: whether each of the four statuses holds, and which cue decided it (-1 none)."""

    holds: dict[int, Flags]
    decided: dict[int, Ints]


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
    inside |= Cover(mentions.keep(~open_), size).contains(cues) & (rules.shared[cues.owner] == 0)
    inside |= Cover(mentions.keep(open_), size).contains(cues) & ~_counts_inside(cues, known, rules)
    pseudo = rules.category[cues.owner] == r.PSEUDO
    inside |= pseudo & _runs_into(cues, mentions, size) & (rules.direction[cues.owner] != r.AROUND)
    inside |= _denies_only_inside(cues, mentions, rules, size)
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
    after = np.minimum(place + 1, size - 1)
    kind = np.where((kind == r.DASH) & words.glued(after), r.NOT_PHRASE, kind)  # only one with space behind it counts
    by_kind = {number: Places(place[kind == number], size) for number in range(r.WITHIN + 1)}
    by_kind[r.STOP_CLAUSE].marked[_new_subjects(found, mentions, stops.keep(kind == r.LINK), size)] = True
    by_kind[OBJECT] = Places(found.spans(r.NAMES_WITHDRAWN).first, size)
    by_kind[NOW] = Places(cues.first[rules.category[cues.owner] == r.RECENT], size)
    by_kind[COMMA] = Places(_commas_that_end_a_list(known, sentences, rules), size)
    headings = find_section(found, mentions, sentences, words, known, rules)
    return Cues(cues.first, cues.last, cues.owner, sentences.number[cues.first], by_kind, headings), sentences


def judge(
    cues: Cues, mentions: Found, open_: Flags, sentences: Sentences, words: Words, known: Ints, rules: Rules
) -> Status:
    """The status of every mention."""
    sentence = sentences.number[mentions.first]
    in_sentence = Ranks(cues.sentence, len(sentences.starts))
    low = in_sentence.below(sentence)
    counts = in_sentence.up_to(sentence) - low
    mention = np.repeat(np.arange(len(mentions)), counts)
    cue = spread(low, counts)
    category = rules.category[cues.group[cue]]
    goes_on = (category == r.RECENT) & (rules.direction[cues.group[cue]] != r.FORWARD)
    matters = (category <= r.WITHDRAWN) | (category == r.ANSWERED) | goes_on
    mention, cue = mention[matters], cue[matters]
    group = cues.group[cue]
    start, end = mentions.first[mention], mentions.last[mention]
    cue_first, cue_last = cues.first[cue], cues.last[cue]
    direction = rules.direction[group]
    forward, around = direction == r.FORWARD, direction == r.AROUND

    # What stands in the gap of a cue is what it speaks of: "not touched | a drink | in six years".
    holds_it = (cue_first < start) & (cue_last > end) & ((direction != r.BACKWARD) | (category[matters] == r.WITHDRAWN))
    # A cue may overlap the mention's edge ("no problems with | problems with drink").
    before = ((cue_first < start) | open_[mention] & (cue_first < end)) & (cue_last <= end)
    reaches = np.where(forward, before, (cue_last > end) & (cue_first > start) & ~around) | holds_it
    low_edge = np.where(forward, np.minimum(cue_last, start), end)
    high_edge = np.where(forward, start, np.maximum(cue_first, end))
    near = np.flatnonzero(reaches & (high_edge - low_edge <= rules.reach[group]) | holds_it)
    # From here on only the pairs that face each other.
    mention, cue, group, start, forward = mention[near], cue[near], group[near], start[near], forward[near]
    holds_it = holds_it[near]
    low_edge = np.where(holds_it, mentions.last[mention], low_edge[near])
    high_edge = np.where(holds_it, low_edge, high_edge[near])
    category = rules.category[group]
    scope = rules.scope[group]
    reaches = np.ones(len(near), np.bool_)
    after_comma = (scope == r.SENTENCE) & forward & (known[np.minimum(low_edge, len(known) - 1)] == rules.sign[","])
    from_edge = low_edge + after_comma

    # A retraction comes after a contrast more often than not: "alleged neglect but has since retracted".
    takes_back = ~forward & (category == r.WITHDRAWN) | (rules.over_contrast[group] == 1)
    reaches &= takes_back | cues.stops[r.HARD].none_between(low_edge, high_edge)
    reaches &= ~forward | cues.stops[r.DASH].none_between(low_edge + 1, high_edge)
    reaches &= (scope == r.SENTENCE) | cues.stops[r.STOP_CLAUSE].none_between(from_edge, high_edge)
    inside_subject = rules.predicate[group] | cues.stops[r.WITHIN].none_between(from_edge, high_edge)
    reaches &= (scope == r.SENTENCE) | inside_subject
    reaches &= (
        ((scope != r.PHRASE) & (scope != r.ITEM))
        | ~forward
        | cues.stops[r.STOP_PHRASE].none_between(low_edge + 1, high_edge)
    )
    reaches &= (scope != r.LIST) | cues.stops[COMMA].none_between(low_edge + 1, high_edge)
    reaches &= ((scope != r.NOUN) & (scope != r.ITEM)) | cues.stops[r.VERB].none_between(low_edge, high_edge)
    past = (category == r.HISTORICAL) & forward
    reaches &= ~past | cues.stops[NOW].none_between(low_edge, high_edge)
    backward_denial = ~forward & (category == r.NEGATED) & (rules.over_contrast[group] == 0)
    reaches &= ~backward_denial | _is_its_subject(cues, sentences, sentence[mention], start, low_edge, high_edge)

    kept = np.flatnonzero(reaches)
    mention, cue, category = mention[kept], cue[kept], category[kept]
    distance = (high_edge - low_edge)[kept]
    # The farthest first, so that the nearest is written last and stays; of equals the first in the text.
    order = np.lexsort((-cue, -distance))
    nearest = np.full((r.ANSWERED + 1, len(mentions)), -1, np.int64)
    nearest[category[order], mention[order]] = cue[order]
    decided = {number: nearest[number] for number in _FLAGGED}
    holds = {number: nearest[number] >= 0 for number in _FLAGGED}
    # An answered question is no question any more, whether with yes or with no.
    answered = (nearest[r.ANSWERED] >= 0) & _decided_by(decided[r.HYPOTHETICAL], cues, rules.question_group)
    if len(cues.group):
        denial, supposed = decided[r.NEGATED], decided[r.HYPOTHETICAL]
        denied_by, supposed_by = np.maximum(denial, 0), np.maximum(supposed, 0)
        no_forward = rules.direction[cues.group[denied_by]] != r.FORWARD
        # "Do not | think it is angina" denies it.
        after = cues.first[supposed_by] - cues.first[denied_by]
        no_forward |= (after > 0) & (cues.first[supposed_by] <= cues.last[denied_by])
        answered |= (denial >= 0) & (supposed >= 0) & no_forward
    holds[r.HYPOTHETICAL] &= ~answered
    decided[r.HYPOTHETICAL][answered] = -1
    # What goes on is not past, whatever date it has.
    still = nearest[r.RECENT] >= 0
    holds[r.HISTORICAL] &= ~still
    decided[r.HISTORICAL][still] = -1
    _under_headings(cues, mentions, sentence, sentences, holds, decided)
    _look_back(cues, mentions, sentence, sentences, words, rules, holds, decided)
    # What was said and is taken back is neither a supposition nor the past, nor another denial.
    for number in (r.NEGATED, r.HYPOTHETICAL, r.HISTORICAL):
        gone = holds[r.WITHDRAWN]
        if number == r.NEGATED:
            gone = gone & ~_says_what_is_right(cues, rules, decided)
        holds[number] &= ~gone
        decided[number][gone] = -1
    return Status(holds, decided)


def _says_what_is_right(cues: Cues, rules: Rules, decided: dict[int, Ints]) -> Flags:
    """ "Correction: | no seizure" says itself, right behind the words that take back, what is so."""
    if not len(cues.group):
        return np.zeros(len(decided[r.NEGATED]), np.bool_)
    back, denial = np.maximum(decided[r.WITHDRAWN], 0), np.maximum(decided[r.NEGATED], 0)
    both = (decided[r.WITHDRAWN] >= 0) & (decided[r.NEGATED] >= 0)
    forward = rules.direction[cues.group[back]] == r.FORWARD
    return np.asarray(both & forward & (cues.last[back] == cues.first[denial]))


def _under_headings(
    cues: Cues,
    mentions: Found,
    sentence: Ints,
    sentences: Sentences,
    holds: dict[int, Flags],
    decided: dict[int, Ints],
) -> None:
    """What stands under a heading of the past is past, unless its sentence says before it that it is now."""
    under = np.flatnonzero((cues.headings.owner == PAST) & ~holds[r.HISTORICAL])
    if not len(under):
        return
    begin = np.maximum(sentences.starts[np.maximum(sentence[under], 0)], cues.headings.last[under])
    under = under[cues.stops[NOW].none_between(begin, mentions.first[under])]
    holds[r.HISTORICAL][under] = True
    # The heading is shown where it is a cue, too.
    first = cues.headings.first[under]
    place = np.minimum(np.searchsorted(cues.first, first), max(len(cues.first) - 1, 0))
    is_cue = cues.first[place] == first if len(cues.first) else np.zeros(len(under), np.bool_)
    decided[r.HISTORICAL][under[is_cue]] = place[is_cue]


def _marks_as_cues(sentences: Sentences, rules: Rules) -> Found:
    places = np.concatenate((sentences.questions, sentences.queries))
    owner = np.full(len(places), rules.question_group, np.int64)
    owner[len(sentences.questions) :] = rules.query_group
    return Found(places, places + 1, owner)


def _counts_inside(cues: Found, known: Ints, rules: Rules) -> Flags:
    """Whether a cue counts inside an open mention: forward denials, the past, and modals ("might hurt her")."""
    category = rules.category[cues.owner]
    modals = [rules.finder.book.word(word) for word in MODALS]
    modal = (category == r.HYPOTHETICAL) & among(known[cues.first], modals)
    counts = (category == r.NEGATED) | (category == r.HISTORICAL) | modal
    return np.asarray(counts & (rules.direction[cues.owner] == r.FORWARD))


def _runs_into(cues: Found, mentions: Found, size: int) -> Flags:
    """Whether a mention overlaps each cue: "no food" is no pseudo cue when "food" is what is looked for. One that begins with
    the cue does not count: "tearful and withdrawn"."""
    begins = Places(mentions.first, size)
    return ~begins.none_between(cues.first + 1, cues.last) | Cover(mentions, size).reach_over(cues.first)


def _says_it_of_what_came_before(cues: Found, forward: Flags, words: Words, rules: Rules) -> Flags:
    """ "Alcohol nil, smoking 20 a day": where the same words can deny what stands before or behind them, a sign behind them
    says that it is what stands before."""
    denial = rules.category[cues.owner] == r.NEGATED
    behind = np.minimum(cues.last, len(words) - 1)
    closes = words.kind[behind] == SIGN
    closes &= np.isin(words.characters[words.start[behind]], [ord(sign) for sign in ",;.)"])
    backward = np.flatnonzero(denial & (rules.direction[cues.owner] == r.BACKWARD) & closes)
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


def _denies_only_inside(cues: Found, mentions: Found, rules: Rules, size: int) -> Flags:
    """Whether a denial runs into a mention and its denying word stands there: "has no" before "no fixed abode".

    "No problems with" before "problems with drink" is different: the shorter cue "no" stands before the mention. What denies
    something before it ("the knife | was not used") is none where a mention begins in it: "has not | used heroin".
    """
    category = rules.category[cues.owner]
    denial = category == r.NEGATED
    starts = Places(mentions.first, size)
    looks_back = rules.direction[cues.owner] == r.BACKWARD
    runs_into = (denial | (category == r.HYPOTHETICAL) & looks_back) & ~starts.none_between(cues.first + 1, cues.last)
    latest = np.full(size + 2, -1, np.int64)
    np.maximum.at(latest, cues.last[denial], cues.first[denial])
    latest = np.maximum.accumulate(latest)
    mention = starts.last_before(cues.last)
    runs_into &= rules.direction[cues.owner] != r.AROUND
    return np.asarray(runs_into & (looks_back | (latest[np.maximum(mention, 0)] < cues.first)))


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


def _commas_that_end_a_list(known: Ints, sentences: Sentences, rules: Rules) -> Ints:
    """ "Not drunk, violent or rude" is one list; in "do not enter, | dog loose" no "or" joins what follows (CGEL 15.2)."""
    commas = np.flatnonzero(known == rules.sign[","])
    joins = np.flatnonzero(among(known, [rules.sign["or"], rules.sign["nor"]]))
    if not len(joins):
        return commas
    next_ = joins[np.minimum(np.searchsorted(joins, commas), len(joins) - 1)]
    goes_on = (next_ > commas) & (sentences.number[next_] == sentences.number[commas])
    return commas[~goes_on]


def _is_its_subject(cues: Cues, sentences: Sentences, sentence: Ints, start: Ints, low: Ints, high: Ints) -> Flags:
    """Whether a negative predicate can have the mention as its subject.

    Not when another finite verb stands between them. Not when the mention is the object of an earlier verb and a comma
    or "and" stands between: "had chest pain and infarction was excluded".
    """
    verbs = cues.stops[r.VERB]
    clear = verbs.none_between(low, high)
    begin = sentences.starts[np.maximum(sentence, 0)]
    turned = cues.stops[r.HARD].last_before(start)
    is_object = ~verbs.none_between(np.maximum(begin, turned), start)
    linked = ~cues.stops[r.LINK].none_between(low, high)
    return np.asarray(clear & ~(is_object & linked))


def _decided_by(decided: Ints, cues: Cues, group: int) -> Flags:
    if not len(cues.group):
        return np.zeros(len(decided), np.bool_)
    return np.asarray((decided >= 0) & (cues.group[np.maximum(decided, 0)] == group))


def _look_back(
    cues: Cues,
    mentions: Found,
    sentence: Ints,
    sentences: Sentences,
    words: Words,
    rules: Rules,
    holds: dict[int, Flags],
    decided: dict[int, Ints],
) -> None:
    """ "He later retracted this", "that all stopped in 2019": a withdrawal or an end without a mention of its own speaks about
    the sentence before, unless it says itself what is taken back ("he retracted the claim that …")."""
    if not len(cues.group) or not len(mentions):
        return
    places = np.flatnonzero(rules.text[cues.group])
    here = cues.sentence[places]
    low, high = np.searchsorted(sentence, here, side="left"), np.searchsorted(sentence, here, side="right")
    # Some let what stands behind them be: "has since diagnosed | impetigo" takes back what was said before.
    high = np.where(
        rules.text[cues.group[places]] == r.BEFORE, np.searchsorted(mentions.first, cues.first[places]), high
    )
    places = places[high <= low]
    end = np.append(sentences.starts, sentences.size)
    here = cues.sentence[places]
    places = places[cues.stops[OBJECT].none_between(end[here], end[here + 1])]
    before = np.searchsorted(sentence, cues.sentence[places], side="left") - 1
    places, before = places[before >= 0], before[before >= 0]
    same = words.text[mentions.first[before]] == words.text[cues.first[places]]
    near = cues.sentence[places] - sentence[before] <= TEXT_BACK
    places, spoken = places[same & near], sentence[before[same & near]]
    low = np.searchsorted(sentence, spoken, side="left")
    counts = np.searchsorted(sentence, spoken, side="right") - low
    hit = spread(low, counts)
    category = np.repeat(rules.category[cues.group[places]], counts)
    for number in (r.HISTORICAL, r.WITHDRAWN):
        chosen = hit[category == number]
        holds[number][chosen] = True
        decided[number][chosen] = np.repeat(places, counts)[category == number]
