"""To which person does a verb go back, over a clause put in between or over the object of the verb before it?

English leaves the subject out of a second verb joined by "and" (CGEL 15.3, coordination of verb phrases), and puts a relative
clause between a subject and its verb (CGEL 12.1). The person nearest before the mention is then not the one who is meant.
"""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import Places
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints

_FROM_OBJECT_TO_LINK = 4
"""How many words may stand between the object of the first verb and the "and" before the second: "nursed him through it and"."""

_RELATIVE = ("who", "whom", "whose", "which")


def find_subject(
    people: People,
    nearest: Ints,
    usable: Flags,
    mentions: Found,
    found: Layers,
    sentences: Sentences,
    known: Ints,
    rules: Rules,
) -> Ints:
    """The person whom the verb of each mention goes back to, given the `nearest` one before it (-1 for none).

    `usable` says which people may be meant.
    """
    if not len(people.first):
        return nearest
    before = _usable_before(people, usable)
    # Only where another one stands before the nearest in its sentence is there a choice.
    some = np.flatnonzero((nearest >= 0) & (before[nearest] >= 0))
    few, mentions = nearest[some], mentions.keep(some)
    clauses = _relative_clauses(known, rules)
    few = _over_a_relative_clause(people, few, before, mentions, clauses, found.verbs, sentences, known, rules)
    result = nearest.copy()
    result[some] = _over_an_object(people, few, before, mentions, clauses, found, known, rules)
    return result


def _usable_before(people: People, usable: Flags) -> Ints:
    """For each person the last usable one before in the same sentence, -1 for none."""
    latest = np.full(len(usable) + 1, -1, np.int64)
    latest[1:] = np.where(usable, np.arange(len(usable)), -1)
    before = np.maximum.accumulate(latest)[:-1]
    return np.where((before >= 0) & (people.sentence[before] == people.sentence), before, -1)


def _relative_clauses(known: Ints, rules: Rules) -> tuple[Ints, Ints]:
    """Where the clauses behind ", who" begin (their pronoun) and end (the next comma, or the last word of the batch)."""
    comma = rules.sign[","]
    relative = rules.finder.book.find_words(_RELATIVE, known)
    relative = relative[(known[relative - 1] == comma) | (known[relative - 2] == comma)]
    commas = np.flatnonzero(known == comma)
    return relative, np.append(commas, len(known) - 1)[np.searchsorted(commas, relative)]


def _behind_its_clause(behind: Ints, relative: Ints, closing: Ints) -> Ints:
    """The place behind a person, or that of the comma behind the person's own relative clause."""
    if not len(relative):
        return behind
    place = np.minimum(np.searchsorted(relative, behind), len(relative) - 1)
    own = (relative[place] >= behind) & (relative[place] - behind <= 2)
    return np.where(own, closing[place], behind)


def _over_a_relative_clause(
    people: People,
    nearest: Ints,
    before: Ints,
    mentions: Found,
    clauses: tuple[Ints, Ints],
    verbs: Places,
    sentences: Sentences,
    known: Ints,
    rules: Rules,
) -> Ints:
    """ "Her brother, with whom she shares a room, is | depressed": the clause between commas has its own subject."""
    comma = rules.sign[","]
    relative, closing = clauses
    if not len(relative):
        return nearest
    person = np.maximum(nearest, 0)
    clause = np.maximum(np.searchsorted(relative, people.first[person], side="right") - 1, 0)
    begin, end = relative[clause], closing[clause]
    inside = (nearest >= 0) & (begin < people.first[person]) & (people.first[person] < end) & (end < mentions.first)
    inside &= (known[end] == comma) & (sentences.number[begin] == sentences.number[end])
    inside &= ~verbs.none_between(end + 1, np.minimum(end + 3, people.size))
    # The person before the clause; of several inside it each leads to the one before.
    outer = person
    for _ in range(2):
        outer = np.where(
            (outer >= 0) & (people.first[np.maximum(outer, 0)] > begin), before[np.maximum(outer, 0)], outer
        )
    found = inside & (outer >= 0) & (people.first[np.maximum(outer, 0)] < begin)
    return np.where(found, outer, nearest)


def _over_an_object(
    people: People,
    nearest: Ints,
    before: Ints,
    mentions: Found,
    clauses: tuple[Ints, Ints],
    found: Layers,
    known: Ints,
    rules: Rules,
) -> Ints:
    """ "Dad hit mum and was | arrested": behind "and" the second verb has the subject of the first, not its object."""
    book = rules.finder.book
    person = np.maximum(nearest, 0)
    subject = before[person]
    behind = _behind_its_clause(people.last[person], *clauses)
    joined = Places(book.find_words(("and", "but", "then"), known), people.size)
    link = joined.last_before(mentions.first)
    fits = (nearest >= 0) & (subject >= 0) & (link >= behind) & (link - behind <= _FROM_OBJECT_TO_LINK)
    # An object stands behind its verb, and before the link or a preposition.
    subject_at = np.maximum(subject, 0)
    fits &= (people.last[subject_at] < people.first[person]) & ~people.follows[person]
    opens = known[np.maximum(people.first[person] - 1, 0)]
    fits &= ~book.is_one_of(_BEFORE_A_SUBJECT)[opens]
    fits &= (behind == link) | (behind == link - 1) | found.begins(r.PREPOSITION).hold(behind)
    next_ = np.minimum(np.maximum(link, 0) + 1, people.size)
    fits &= (next_ == mentions.first) | found.verbs.hold(next_) | found.verbs.hold(np.minimum(next_ + 1, people.size))
    return np.where(fits, subject, nearest)


_BEFORE_A_SUBJECT = (
    ",",
    ":",
    "and",
    "but",
    "or",
    "that",
    "because",
    "when",
    "while",
    "if",
    "as",
    "where",
    "then",
    "so",
    "says",
    "said",
    "-",
)
