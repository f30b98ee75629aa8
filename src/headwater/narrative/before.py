"""Which person stands before a mention, inside it or at its beginning? Each question is answered for all mentions at once.

An answer is the number of the person, -1 for none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import Places, among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words

OUTSIDERS = [r.NEIGHBOUR, r.ROLES.index("stranger"), r.ROLES.index("associate")]

COUPLE = [
    r.ROLES.index(role) for role in ("mother", "father", "parent", "step_parent", "partner", "ex_partner", "household")
]

_OWNS_NEAR = 2
"""How many words may stand between "mother's" and what is hers: "mother's heavy drinking"."""


@dataclass(frozen=True)
class Near:
    """Per mention what several questions ask for: its sentence, whether it begins with a person, the person nearest before
    it, the first and last one inside it, and the neighbour's place named behind it."""

    sentence: Ints
    begins: Flags
    preceding: Ints
    within_first: Ints
    within_last: Ints
    door: Ints


def pick(values: Ints, which: Ints) -> Ints:
    """The value of each number; of all -1 when there are no values."""
    return values[np.maximum(which, 0)] if len(values) else np.full(len(which), -1, np.int64)


def fill(person: Ints, where: Flags, candidate: Ints) -> None:
    """Give those of `where` that have no person yet the candidate, if there is one."""
    open_ = where & (person < 0) & (candidate >= 0)
    person[open_] = candidate[open_]


def may_be_meant(people: People, among: Flags) -> Flags:
    """Which of those people can bear anything: no professional, and no owner of what follows."""
    best = among & (people.role != r.PROFESSIONAL)
    return np.asarray(best & (~people.owns | ~people.named | (people.role == r.NEIGHBOUR)))


def nearest_before(people: People, mentions: Found, sentence: Ints, among: Flags, *, with_tellers: bool) -> Ints:
    """The nearest person before the mention in its sentence: rather one who is not the object of a preposition."""
    best = may_be_meant(people, among)
    if not with_tellers:
        best &= ~people.tells
    free = np.flatnonzero(best & ~people.follows)
    bound = np.flatnonzero(best)
    first_choice = last_before(free, people, mentions, sentence)
    return np.where(first_choice >= 0, first_choice, last_before(bound, people, mentions, sentence))


def last_before(which: Ints, people: People, mentions: Found, sentence: Ints) -> Ints:
    if not len(which):
        return np.full(len(mentions), -1, np.int64)
    latest = np.full(len(people.first) + 1, -1, np.int64)
    latest[which + 1] = which
    person = np.maximum.accumulate(latest)[people.ended.up_to(mentions.first)]
    return np.where((person >= 0) & (people.sentence[person] == sentence), person, -1)


def inside_of(people: People, mentions: Found) -> tuple[Ints, Ints]:
    """The first and the last person wholly inside each mention, -1 for none."""
    low = people.begun.below(mentions.first)
    high = people.ended.up_to(mentions.last) - 1
    fits = high >= low
    return np.where(fits, low, -1), np.where(fits, high, -1)


def answer(mentions: Found, some: Ints, person: Ints, fits: Flags) -> Ints:
    """By mention the person, of `some` those that fit; -1 for all others."""
    result = np.full(len(mentions), -1, np.int64)
    result[some[fits]] = person[fits]
    return result


def covering(people: People, at: Ints) -> tuple[Ints, Ints]:
    """Which of these places are inside a person or its beginning, and who that is."""
    place = people.begun.up_to(at) - 1
    some = np.flatnonzero((place >= 0) & (people.last[np.maximum(place, 0)] > at))
    return some, place[some]


def at_the_beginning(people: People, mentions: Found, predicate: Flags) -> Ints:
    """The person in whom the mention begins, but for one whom it fills to the end: "(his) mum drinks", "drunken (father)",
    not "(his) foster carer"."""
    some, person = covering(people, mentions.first)
    fits = (people.last[person] != mentions.last[some]) & ~people.owns[person] & ~predicate[person]
    return answer(mentions, some, person, fits)


def possessor_at_the_beginning(people: People, mentions: Found) -> Ints:
    """The owner of the person in whom each mention begins, an outsider's too; -1 for none."""
    some, person = covering(people, mentions.first)
    owner = np.maximum(person - 1, 0)
    fits = (person > 0) & people.owns[owner] & people.named[owner] & (people.first[owner] == people.first[person])
    return answer(mentions, some, owner, fits)


def outsider_at_the_beginning(people: People, mentions: Found) -> Ints:
    some, person = covering(people, mentions.first)
    return answer(mentions, some, person, among(people.role[person], OUTSIDERS) & ~people.owns[person])


def beginning_at(people: People, at: Ints) -> tuple[Ints, Ints]:
    """At which of these places a person begins, and who that is: the longest of several."""
    place = people.begun.up_to(at) - 1
    some = np.flatnonzero((place >= 0) & (people.first[np.maximum(place, 0)] == at))
    return some, place[some]


def ending_at(people: People, at: Ints) -> tuple[Ints, Ints]:
    """Which of these places are right behind a person, and who that is."""
    place = people.ended.up_to(at) - 1
    some = np.flatnonzero((place >= 0) & (people.last[np.maximum(place, 0)] == at))
    return some, place[some]


def right_before(people: People, mentions: Found, found: Layers, words: Words, known: Ints, rules: Rules) -> Ints:
    """The person whom the mention follows at once, an object too: "a letter from dad | in prison"; not "left by mum | drunk"."""
    some, person = ending_at(people, mentions.first)
    begin = people.first[person]
    objects = rules.finder.book.is_one_of(("him", "them", "me"))
    # "Visits him | in prison": a pronoun of the object needs no preposition.
    fits = people.follows[person] & people.named[person] | objects[known[begin]]
    fits &= ~people.owns[person] & ~found.ends(r.AGENT_BY).hold(begin)
    fits &= (people.role[person] != r.PROFESSIONAL) & (words.text[begin] == words.text[mentions.first[some]])
    # "A friend of the family": the preposition belongs to the person before it.
    fits &= people.last[np.maximum(person - 1, 0)] != begin - 1
    return answer(mentions, some, person, fits)


def teller_right_before(people: People, mentions: Found) -> Ints:
    """Who would be telling, were the verb right behind not the beginning of the mention itself."""
    some, person = ending_at(people, mentions.first)
    fits = people.tells[person] & people.named[person]
    fits &= ~people.owns[person] & ~people.follows[person] & (people.role[person] != r.PROFESSIONAL)
    return answer(mentions, some, person, fits)


def who_has_it(people: People, mentions: Found, found: Layers, known: Ints, rules: Rules) -> Ints:
    """ "Born to a mother with | diabetes": "with" behind an object describes it, unless it came along ("by", "with")."""
    some, person = ending_at(people, mentions.first - 1)
    fits = people.named[person] & ~people.owns[person]
    fits &= known[np.maximum(mentions.first[some] - 1, 0)] == rules.finder.book.word("with")
    fits &= people.follows[person] & (people.role[person] != r.PROFESSIONAL)
    before = known[np.maximum(people.first[person] - 1, 0)]
    fits &= ~rules.finder.book.is_one_of(("by", "with", "from", "without", "at"))[before]
    return answer(mentions, some, person, fits)


def whose_own(people: People, mentions: Found, known: Ints, rules: Rules) -> Ints:
    """ "Worried about her own | palpitations": whom the possessive stands for."""
    some, person = ending_at(people, mentions.first - 1)
    fits = people.owns[person] & ~people.named[person]
    fits &= known[np.maximum(mentions.first[some] - 1, 0)] == rules.finder.book.word("own")
    return answer(mentions, some, person, fits)


def owner_before(people: People, found: Layers, mentions: Found, sentence: Ints) -> Ints:
    """Whose the mention is: "mother's heavy drinking", "mum's breath smelt of drink"; not "left mum's address drunk"."""
    owners = np.flatnonzero(people.named & people.owns & (people.role != r.PROFESSIONAL))
    owner = last_before(owners, people, mentions, sentence)
    some = np.flatnonzero(owner >= 0)
    person, first = owner[some], mentions.first[some]
    end = np.minimum(people.last[person] + 2, first)
    places = found.spans(r.PLACE_OF).first
    near = (first - end <= _OWNS_NEAR) & (np.searchsorted(places, end) == np.searchsorted(places, first))
    return answer(mentions, some, person, near)


def described(people: People, found: Layers, mentions: Found, sentences: Sentences, size: int) -> Ints:
    """ "Her alcoholic mother", "drunken parents": the noun that the mention stands before as an adjective does."""
    some, person = beginning_at(people, mentions.last)
    first = mentions.first[some]
    opens = found.ends(r.BEFORE_ADJECTIVE).hold(first) | Places(sentences.starts, size).hold(first)
    return answer(mentions, some, person, opens & people.named[person] & (people.role[person] != r.PROFESSIONAL))


def first_of_several(people: People, person: Ints, words: Words, known: Ints, rules: Rules) -> Ints:
    """ "Dad and his mates are drunk": of several the first, unless the verb has one subject only."""
    result = person.copy()
    ands = rules.finder.book.is_one_of(("and", "&"))
    singular = rules.finder.book.is_one_of(("is", "was", "has", "does"))
    some = np.flatnonzero(person >= 1)
    for _ in range(2):
        here, before = result[some], result[some] - 1
        joined = np.flatnonzero(people.last[before] == people.first[here] - 1)
        some, here, before = some[joined], here[joined], before[joined]
        fits = ands[known[people.first[here] - 1]]
        # "He and his dad are drunk": it is about somebody else too, who is the one kept.
        fits &= ~among(people.role[before], [r.PROFESSIONAL, r.SUBJECT]) & ~people.tells[before] & ~people.owns[before]
        next_ = np.minimum(people.last[here], len(words) - 1)
        fits &= ~singular[known[next_]] & ~people.tells[here]
        some = some[fits]
        result[some] = before[fits]
        some = some[result[some] >= 1]
    return result


def is_the_source(people: People, known: Ints, rules: Rules) -> Flags:
    """ "Per wife, …", "according to his mother": who says it."""
    word = rules.finder.book.word
    before, second = known[np.maximum(people.first - 1, 0)], known[np.maximum(people.first - 2, 0)]
    return np.asarray((before == word("per")) | (before == word("to")) & (second == word("according")))


def is_a_companion(people: People, mentions: Found, known: Ints, rules: Rules) -> Flags:
    """ "With her aunt present", "seen with mum fortnightly": who is only there. Of whom the mention is said at once ("seen with
    dad | drunk") is not."""
    word, top = rules.finder.book.word, len(known) - 1
    some = np.flatnonzero(known[np.maximum(people.first - 1, 0)] == word("with"))
    first, last = people.first[some], people.last[some]
    next_, third = known[np.minimum(last, top)], known[np.minimum(last + 2, top)]
    there = rules.finder.book.is_one_of(r.THERE)[next_] | (next_ == word("in")) & (third == word("room"))
    met = rules.finder.book.is_one_of(r.MET)[known[np.maximum(first - 2, 0)]]
    there |= met & (next_ != word("who")) & ~Places(mentions.first, len(known)).hold(last)
    companion = np.zeros(len(people.first), np.bool_)
    companion[some] = there
    return companion
