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
from headwater.narrative.asyndeton import stands_behind_the_list
from headwater.narrative.cues import COMMA, NOW, OBJECT, Cues
from headwater.narrative.denials import Accounts
from headwater.narrative.phrases import Found, expand, spread
from headwater.narrative.places import Ranks
from headwater.narrative.rules import Rules
from headwater.narrative.sections import PAST
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words

TEXT_BACK = 3
"""How many sentences a withdrawal or an end may look back for what it speaks about."""

WORDS_OF_AN_ITEM = 3
"""How many words an item of a list of short ones has at most, with its comma."""
_OF_ALL = ("all", "both")
"""What says a thing of everything named before it: "abuse by dad, grooming by uncle all denied"."""
_JOINTS = ("and", "or", "nor", "&", "/")
_FINITE = (
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "did",
    "does",
    "do",
    "could",
    "can",
    "cannot",
    "would",
    "will",
)

BETWEEN_ARTICLE_AND_NOUN = 2
"""An article and one adjective may stand before the noun: "from the old | wound"."""

_FLAGGED = (r.NEGATED, r.HISTORICAL, r.HYPOTHETICAL, r.WITHDRAWN)

_SUBJECTS = ("he", "she", "they", "we", "it")
_CLOSING = (",", "then", "out", "in", "off", "up", "down", "away", "back", "home", "again", "over", "around")
"""What stands at the end of a clause, right before the subject of the next one."""

_NOBODY = np.iinfo(np.int64).max  # behind every distance and cue


@dataclass(frozen=True)
class Status:
    """Per mention: whether each of the four statuses holds, and which cue decided it (-1 none)."""

    holds: dict[int, Flags]
    decided: dict[int, Ints]


def judge(
    cues: Cues,
    mentions: Found,
    open_: Flags,
    accounts: Accounts,
    sentences: Sentences,
    words: Words,
    known: Ints,
    rules: Rules,
) -> Status:
    """The status of every mention."""
    sentence = sentences.number[mentions.first]
    matters = np.flatnonzero(_matter(cues, rules))
    in_sentence = Ranks(cues.sentence[matters], len(sentences.starts))
    low = in_sentence.below(sentence)
    counts = in_sentence.up_to(sentence) - low
    mention, cue = expand(low, counts)
    cue = matters[cue]
    group = cues.group[cue]
    start, end = mentions.first[mention], mentions.last[mention]
    cue_first, cue_last = cues.first[cue], cues.last[cue]
    direction = rules.direction[group]
    forward, around = direction == r.FORWARD, direction == r.AROUND

    # What stands in the gap of a cue is what it speaks of: "not touched | a drink | in six years".
    holds_it = (
        (cue_first < start) & (cue_last > end) & ((direction != r.BACKWARD) | (rules.category[group] == r.WITHDRAWN))
    )
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
    reaches &= (category != r.NEGATED) | ~stands_behind_the_list(cues, mentions, cue, start, len(words), rules)
    reaches &= (scope != r.LIST) | cues.stops[COMMA].none_between(low_edge + forward, high_edge)
    of_a_noun = (scope == r.NOUN) | (scope == r.ITEM)
    reaches &= ~of_a_noun | cues.stops[r.VERB].none_between(low_edge, high_edge)
    phrases = np.flatnonzero(reaches & forward & (of_a_noun | (scope == r.PHRASE)))
    after_article = np.maximum(start[phrases] - BETWEEN_ARTICLE_AND_NOUN, low_edge[phrases])
    there = (category[phrases] == r.NEGATED) & (scope[phrases] != r.NOUN)
    there &= ~cues.stops[r.DEFINITE].none_between(after_article, start[phrases])
    there |= of_a_noun[phrases] & ~cues.stops[r.NEW].none_between(low_edge[phrases], high_edge[phrases])
    reaches[phrases[there]] = False
    past = (category == r.HISTORICAL) & forward
    reaches &= ~past | cues.stops[NOW].none_between(low_edge, high_edge)
    backward_denial = ~forward & (category == r.NEGATED) & (rules.over_contrast[group] == 0)
    reaches &= ~backward_denial | _is_its_subject(cues, sentences, sentence[mention], start, low_edge, high_edge)
    # Of a time or a doubt at the end only where no verb says whose it is: "headache, appendectomy 1998".
    behind = np.flatnonzero(reaches & ~forward & (category <= r.HYPOTHETICAL) & (rules.over_contrast[group] == 0))
    denial = category[behind] == r.NEGATED
    whole = np.minimum(sentences.starts[np.maximum(sentence[mention[behind]], 0)], high_edge[behind])
    asked = denial | cues.stops[r.VERB].none_between(whole, high_edge[behind])
    behind, denial = behind[asked], denial[asked]
    reaches[behind[_has_a_nearer_subject(low_edge[behind], high_edge[behind], denial, known, rules)]] = False

    supposes_all = forward & (scope == r.SENTENCE) & (category == r.HYPOTHETICAL)
    reaches &= ~supposes_all | ~_is_asserted_behind(start, from_edge, known, rules)

    own = np.flatnonzero(reaches & rules.own[group])
    if len(own):
        stands, taken_back = accounts.weigh(
            mention[own], cues.first[cue[own]], mentions, sentences, words, known, rules
        )
        reaches[own[stands]] = False
        category[own[taken_back]] = r.WITHDRAWN

    kept = np.flatnonzero(reaches)
    mention, cue, category = mention[kept], cue[kept], category[kept]
    distance = (high_edge - low_edge)[kept]
    # Of those of one status the nearest; of equals the first in the text.
    least = np.full((r.ANSWERED + 1) * len(mentions), _NOBODY, np.int64)
    np.minimum.at(least, category * len(mentions) + mention, distance << 32 | cue)
    nearest = np.where(least == _NOBODY, -1, least & 0xFFFFFFFF).reshape(r.ANSWERED + 1, len(mentions))
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


def _matter(cues: Cues, rules: Rules) -> Flags:
    """Which cues can decide a status: not those that only take others away, nor those of the present that begin a clause."""
    category = rules.category[cues.group]
    goes_on = (category == r.RECENT) & (rules.direction[cues.group] != r.FORWARD)
    return np.asarray((category <= r.WITHDRAWN) | (category == r.ANSWERED) | goes_on)


def _is_asserted_behind(start: Ints, edge: Ints, known: Ints, rules: Rules) -> Flags:
    """ "If mum goes out, he | screams": behind the condition a pronoun with the mention as its verb, and no modal between, tells
    what somebody does."""
    subject = rules.finder.book.is_one_of(_SUBJECTS)[known[np.maximum(start - 1, 0)]]
    closed = rules.finder.book.is_one_of(_CLOSING)[known[np.maximum(start - 2, 0)]]
    return np.asarray(subject & closed & (start - 2 >= edge))


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


def _has_a_nearer_subject(low: Ints, high: Ints, denial: Flags, known: Ints, rules: Rules) -> Flags:
    """ "Bruises, | fracture not seen", "chest pain with | infarct excluded": what a line says last is said of what it names last.

    Not when "and" or "or" joins the two, or when both are items of a list of short ones ("fever, cough, chills denied").
    """
    pairs = len(low)
    pair, at = np.repeat(np.arange(pairs), high - low), spread(low, high - low)
    word, last = known[at], np.full(pairs, -1, np.int64)
    comma = word == rules.sign[","]
    np.maximum.at(last, pair[comma], at[comma])
    commas = np.bincount(pair[comma], minlength=pairs)
    joint = rules.finder.book.is_one_of(_JOINTS)[word] & (at > last[pair])
    joined = np.bincount(pair[joint], minlength=pairs) > 0
    with_ = (word == rules.finder.book.word("with")) & (at < high[pair] - 1)
    first = known[np.minimum(high, len(known) - 1)]
    bare = denial & ~rules.finder.book.is_one_of(_FINITE)[first]
    of_short_ones = (commas > 1) & (high - low <= WORDS_OF_AN_ITEM * commas)
    all_ = rules.finder.book.is_one_of(_OF_ALL)
    of_all = denial & (all_[first] | all_[known[np.maximum(high - 1, 0)]])
    behind_a_comma = (commas > 0) & (last < high - 1) & ~joined & ~of_short_ones & ~of_all & (first != rules.sign[","])
    return np.asarray(behind_a_comma | bare & (np.bincount(pair[with_], minlength=pairs) > 0))


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
