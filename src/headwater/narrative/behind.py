"""Which person stands behind a mention? Each question is answered for all mentions at once: the number of the person, -1 for
none."""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.before import COUPLE, answer, beginning_at
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.words import DIGIT, Flags, Ints, Words


def person_behind(people: People, prepositions: Found, mentions: Found, found: Layers, size: int) -> Ints:
    """The person behind one of these prepositions that stands right behind the mention; -1 for none."""
    some, person = beginning_at(people, prepositions.last)
    # "From our house": a possessive alone is nobody; "asleep in the caller's porch" says only where.
    where = found.begins(r.PLACE_OF).hold(np.minimum(people.last[person] + 2, size))
    owner = people.owns[person] & (~people.named[person] | (people.role[person] == r.SUBJECT) & where)
    there = np.flatnonzero((people.role[person] != r.PROFESSIONAL) & ~owner)
    behind = np.full(size + 2, -1, np.int64)
    behind[prepositions.first[some[there]]] = person[there]
    return behind[mentions.last]


def in_brackets(people: People, mentions: Found, known: Ints, rules: Rules) -> Ints:
    """The person in brackets right behind the mention: "bowel cancer (father, 51)", "asthma (both parents)"."""
    top = len(known) - 1
    some = np.flatnonzero(known[np.minimum(mentions.last, top)] == rules.sign["("])
    last = mentions.last[some]
    person = np.minimum(people.begun.below(last), len(people.first) - 1)
    closed = among(known[np.minimum(people.last[person], top)], [rules.sign[")"], rules.sign[","]])
    fits = closed & (people.first[person] == last + 1) & people.named[person] & ~people.owns[person]
    fits &= ~among(people.role[person], [r.PROFESSIONAL, r.SUBJECT])
    return answer(mentions, some, person, fits)


def object_behind(people: People, mentions: Found, words: Words, known: Ints, rules: Rules) -> Ints:
    """The person right behind the mention when it can only be its object or its noun: "hit her", "drunk his father"."""
    person = np.minimum(people.begun.below(mentions.last), len(people.first) - 1)
    some = np.flatnonzero(people.first[person] == mentions.last)
    person = person[some]
    objects = rules.finder.book.is_one_of(("him", "her", "them", "me"))
    determined = people.named[person] & (people.last[person] - people.first[person] > 1)
    fits = objects[known[people.first[person]]] & ~people.named[person] | determined
    return answer(mentions, some, person, fits & (people.role[person] != r.PROFESSIONAL))


def named_right_behind(people: People, mentions: Found, found: Layers) -> Ints:
    """Who is named right behind the mention, unless that one tells it ("he was hit, mum said") or the mention is a passive."""
    result = np.full(len(mentions), -1, np.int64)
    person = np.minimum(people.begun.below(mentions.last), len(people.first) - 1)
    undergoing = found.ends(r.UNDERGOING).hold(mentions.first) | found.begins(r.UNDERGOING).hold(mentions.first)
    fits = (people.first[person] == mentions.last) & people.named[person] & ~people.tells[person] & ~people.owns[person]
    fits &= ~among(people.role[person], [r.PROFESSIONAL, r.SUBJECT, r.NEIGHBOUR]) & ~undergoing
    result[fits] = person[fits]
    return result


def next_door(people: People, mentions: Found, sentence: Ints, words: Words) -> Ints:
    """A neighbour's place named within six words behind the mention ("a domestic next door").

    A bare house number may be one's own, so it says nothing behind somebody of the family ("with her husband at number 3").
    """
    doors = np.flatnonzero((people.role == r.NEIGHBOUR) & ~people.tells)
    if not len(doors):
        return np.full(len(mentions), -1, np.int64)
    place = np.searchsorted(people.first[doors], mentions.last)
    person = doors[np.minimum(place, len(doors) - 1)]
    some = np.flatnonzero((place < len(doors)) & (people.first[person] - mentions.last <= 6))
    person = person[some]
    numbered = words.kind[people.last[person] - 1] == DIGIT
    own = np.maximum(person - 1, 0)
    between = (person > 0) & (people.first[own] >= mentions.first[some]) & among(people.role[own], COUPLE)
    return answer(mentions, some, person, (people.sentence[person] == sentence[some]) & ~(numbered & between))


def right_next_door(mentions: Found, known: Ints, rules: Rules) -> Flags:
    """Whether the words "next door" stand right behind the mention, so that it happens there."""
    top = len(known) - 1
    book = rules.finder.book
    following, then = known[np.minimum(mentions.last, top)], known[np.minimum(mentions.last + 1, top)]
    return np.asarray((following == book.word("next")) & (then == book.word("door")) & (mentions.last + 1 <= top))
