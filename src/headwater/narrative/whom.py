"""Whom is a mention about? Of the persons that a text names, the one who bears, does or suffers what is said.

Method: ConText's experiencer (Harkema and others 2009), widened from "patient or other" to roles: the nearest person
before the mention in its sentence who is neither telling it nor the object of a preposition; the person inside the
mention or behind "by", "in", "on" first. What is done to somebody is about the one to whom it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.before import (
    Near,
    at_the_beginning,
    described,
    fill,
    first_of_several,
    inside_of,
    is_a_companion,
    is_the_source,
    last_before,
    may_be_meant,
    nearest_before,
    owner_before,
    pick,
    right_before,
    teller_right_before,
    who_has_it,
    whose_own,
)
from headwater.narrative.behind import in_brackets, next_door, object_behind, person_behind, right_next_door
from headwater.narrative.carried import elided_subject, object_pronouns
from headwater.narrative.clauses import find_subject
from headwater.narrative.exceptions import left_out
from headwater.narrative.household import find_at_home, find_somebody_elses, lives_elsewhere
from headwater.narrative.lexicon import BETWEEN, LIVED_WITH, STATE, SUFFERED, Mentions
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import Cover
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sections import FAMILY
from headwater.narrative.sentences import Sentences
from headwater.narrative.suffering import find_sufferer
from headwater.narrative.words import Flags, Ints, Words


@dataclass(frozen=True)
class Whom:
    """Per mention: the role it is about, the words that decided it (from `first` to `last`, -1 none), and whether that one
    lives elsewhere."""

    role: Ints
    first: Ints
    last: Ints
    elsewhere: Flags


@dataclass(frozen=True)
class Borne:
    """How each mention's concept is borne (see the lexicon), whether no child bears it, and, per text, whether the text is
    about a child (empty: not known)."""

    bears: Ints
    grown: Flags
    children: Flags


def attribute(
    people: People,
    found: Layers,
    named: Mentions,
    borne: Borne,
    headings: Found,
    sentences: Sentences,
    words: Words,
    known: Ints,
    rules: Rules,
) -> Whom:
    """The role that each mention is about. `headings` are those that the mentions stand under."""
    mentions, bears = named.spans, borne.bears
    count, size = len(mentions), len(words)
    lived_with = (bears == LIVED_WITH) | (bears == BETWEEN)
    bears = np.where(bears == LIVED_WITH, STATE, bears)
    role = np.full(count, r.SUBJECT, np.int64)
    first, last = np.full((2, count), -1, np.int64)
    # Most questions are about persons: they are asked of mentions in texts that name any.
    names_people = np.zeros(len(words.text_start), np.bool_)
    names_people[words.text[people.first]] = True
    some = np.flatnonzero(names_people[words.text[mentions.first]])
    if len(some):
        found_out = _find_persons(people, found, named.keep(some), bears[some], sentences, words, known, rules)
        role[some], first[some], last[some] = found_out
    role = np.where(role == r.PROFESSIONAL, r.SUBJECT, role)
    of_child = borne.children[words.text[mentions.first]] if len(borne.children) else np.zeros(count, np.bool_)
    in_house = of_child & lived_with & (first < 0)
    at_home = find_at_home(found, mentions, (role == r.SUBJECT) & lived_with, in_house, bears, sentences, size)
    for kind, place in at_home:
        role = np.where(place >= 0, r.HOUSEHOLD, role)
        spans = found.spans(kind)
        first = np.where(place >= 0, pick(spans.first, place), first)
        last = np.where(place >= 0, pick(spans.last, place), last)
    # No child is in prison or has a partner who beats it: in a text about one, it is somebody of the home.
    role = np.where(of_child & borne.grown & (role == r.SUBJECT), r.HOUSEHOLD, role)
    role, first, last = find_somebody_elses(found, mentions, role, first, last, sentences, words, rules)
    if count:
        # Under "FAMILY HISTORY:" what is nobody's by name is a relative's.
        family = (headings.owner == FAMILY) & (role == r.SUBJECT) & (first < 0)
        role = np.where(family, r.ROLES.index("relative"), role)
        first, last = np.where(family, headings.first, first), np.where(family, headings.last, last)
        # "Violence between the parents | next door."
        there = right_next_door(mentions, known, rules)
        role = np.where(there, r.NEIGHBOUR, role)
        first, last = np.where(there, mentions.last, first), np.where(there, mentions.last + 2, last)
    return Whom(role, first, last, lives_elsewhere(people, found, mentions, role, sentences, words))


def _find_persons(
    people: People,
    found: Layers,
    named: Mentions,
    bears: Ints,
    sentences: Sentences,
    words: Words,
    known: Ints,
    rules: Rules,
) -> tuple[Ints, Ints, Ints]:
    """Whom each mention is about, as far as words for persons say: role, and the words (from, to; -1 for none)."""
    mentions, inside, size = named.spans, named.inside, len(words)
    person = np.full(len(mentions), -1, np.int64)
    sentence = sentences.number[mentions.first]
    suffered = (bears == SUFFERED) | (bears == BETWEEN)
    state = ~suffered
    # "A serving prisoner at …": the words of a mention that name the one the text is about say what somebody is.
    predicate = people.named & (people.role == r.SUBJECT)
    some = np.flatnonzero(predicate)
    predicate[some] = Cover(mentions, size).contains(Found(people.first, people.last, people.role).keep(some))
    # "Brought in by his mother with fever": who does what the subject undergoes does not bear what follows.
    agents = found.ends(r.AGENT_BY).hold(people.first)
    agents = (
        agents & people.follows | is_the_source(people, known, rules) | is_a_companion(people, mentions, known, rules)
    )
    preceding = nearest_before(people, mentions, sentence, ~predicate & ~agents, with_tellers=False)
    usable = may_be_meant(people, ~predicate & ~agents)
    preceding = find_subject(people, preceding, usable, mentions, found, sentences, known, rules)
    within_first, within_last = inside_of(people, mentions)
    begins = people.first[np.maximum(within_first, 0)] == mentions.first
    door = next_door(people, mentions, sentence, words)
    near = Near(sentence, begins, preceding, within_first, within_last, door)
    objects = object_behind(people, mentions, words, known, rules)
    agent = person_behind(people, found.spans(r.AGENT), mentions, found, size)
    after_bearer = person_behind(people, found.spans(r.BEARER), mentions, found, size)
    at_beginning = at_the_beginning(people, mentions, predicate)
    _find_bearer(
        person, state, bears == STATE, near, people, found, mentions, agent, after_bearer, objects, at_beginning,
        sentences, words, known, rules,
    )  # fmt: skip
    if suffered.any():
        find_sufferer(
            person, suffered, bears == BETWEEN, near, people, found, named, agent, after_bearer, ~predicate,
            sentences, words, known, rules,
        )  # fmt: skip
    role = np.where(person >= 0, people.role[np.maximum(person, 0)], r.SUBJECT)
    is_object = suffered & inside & ((person == within_first) | (person == within_last)) | state & (objects >= 0) & (
        person == objects
    )
    role = object_pronouns(people, mentions, is_object, person, preceding, role, words)
    elided = elided_subject(people, found, mentions, sentence, sentences, person, state, words, rules)
    role = np.where(elided >= 0, people.role[np.maximum(elided, 0)], role)
    person = np.where(elided >= 0, elided, person)
    # "No one was drunk except | the mother".
    excepted = left_out(people, found, mentions, rules)
    role = np.where(excepted >= 0, people.role[np.maximum(excepted, 0)], role)
    person = np.where(excepted >= 0, excepted, person)
    first = np.where(person >= 0, people.first[np.maximum(person, 0)], -1)
    last = np.where(person >= 0, people.last[np.maximum(person, 0)], -1)
    return role, first, last


def _find_bearer(
    person: Ints,
    state: Flags,
    borne_alone: Flags,
    near: Near,
    people: People,
    found: Layers,
    mentions: Found,
    agent: Ints,
    after_bearer: Ints,
    objects: Ints,
    at_beginning: Ints,
    sentences: Sentences,
    words: Words,
    known: Ints,
    rules: Rules,
) -> None:
    """Write into `person` who bears or does each mention that is a `state`; `borne_alone` are those of one person only.

    The other arrays are the persons behind "by", behind "in", right behind the mention, and at its beginning.
    """
    fill(person, state, in_brackets(people, mentions, known, rules))
    # "Mum drinks": a person at its beginning; one further in is somebody else ("placed with foster carers").
    fill(person, state & borne_alone, at_beginning)
    # "Problems with mum's drinking": the words of the mention name whose they are.
    owner_inside = np.maximum(near.within_first, 0)
    hers = (near.within_first >= 0) & people.owns[owner_inside] & people.named[owner_inside]
    fill(person, state & borne_alone & hers, near.within_first)
    passive = found.ends(r.UNDERGOING).hold(mentions.first)
    fill(person, state, np.where(passive & (agent >= 0), -1, after_bearer))
    owner = owner_before(people, found, mentions, near.sentence)
    fill(person, state & (people.last[np.maximum(owner, 0)] + 2 == mentions.first), owner)
    fill(person, state & borne_alone, described(people, found, mentions, sentences, len(words)))
    fill(person, state & borne_alone, objects)
    fill(person, state, near.door)
    fill(person, state, right_before(people, mentions, found, words, known, rules))
    fill(person, state, who_has_it(people, mentions, found, known, rules))
    fill(person, state, whose_own(people, mentions, known, rules))
    # "Dad | hears voices": a verb of telling that is part of what is told tells nothing.
    fill(person, state & borne_alone, teller_right_before(people, mentions))
    fill(person, state & (owner > near.preceding), owner)
    fill(person, state, first_of_several(people, near.preceding, words, known, rules))
    # "Mum's house stinks of weed": whose place it is, where the place is what the sentence is about.
    owners = np.flatnonzero(people.named & people.owns & ~people.follows & (people.role != r.PROFESSIONAL))
    fill(person, state & borne_alone, last_before(owners, people, mentions, near.sentence))
