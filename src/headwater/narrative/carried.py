"""Who is meant where the sentence names nobody? What a pronoun or a left-out subject carries over from before."""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.before import covering
from headwater.narrative.people import STEPS_BACK, People
from headwater.narrative.phrases import Found
from headwater.narrative.places import among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words


def object_pronouns(
    people: People, mentions: Found, where: Flags, person: Ints, preceding: Ints, role: Ints, words: Words
) -> Ints:
    """ "Father hit him": the pronoun is not the one who hits (principle B of binding theory, Chomsky 1981)."""
    pronoun = np.flatnonzero(where & (person >= 0))
    pronoun = pronoun[~people.named[person[pronoun]]]
    if not len(pronoun):
        return role
    inside, who = covering(people, mentions.first[pronoun])
    acts = who != person[pronoun[inside]]
    agent = preceding[pronoun]
    agent[inside[acts]] = who[acts]
    agent_role = np.where(agent >= 0, people.role[np.maximum(agent, 0)], -1)
    same = pronoun[(agent_role == role[pronoun]) & (role[pronoun] != r.SUBJECT)]
    if not len(same):
        return role
    named = np.flatnonzero(people.named & ~among(people.role, [r.PROFESSIONAL, r.UNKNOWN, r.HOUSEHOLD]))
    role = role.copy()
    excluded = role[same]
    at = people.first[person[same]]
    gender = people.gender[person[same]]
    sentence = people.sentence[person[same]]
    text = words.text[at]
    role[same] = r.SUBJECT
    place = np.searchsorted(people.first[named], at) - 1
    # Whom the sentence began with comes first, when the text is about that one.
    opening = np.searchsorted(people.sentence, sentence)
    open_ = ~people.named[opening] | (people.role[opening] != r.SUBJECT)
    open_ |= (people.gender[opening] != gender) & (people.gender[opening] != r.NEUTER)
    for _ in range(STEPS_BACK):
        here = named[np.maximum(place, 0)] if len(named) else np.zeros(len(same), np.int64)
        near = (place >= 0) & (sentence - people.sentence[here] <= 1) & (words.text[people.first[here]] == text)
        open_ &= near
        fits = (gender == r.NEUTER) | (people.gender[here] == gender) | (people.gender[here] == r.NEUTER)
        fits &= people.role[here] != excluded
        role[same[open_ & fits]] = people.role[here][open_ & fits]
        open_ &= ~fits
        place = place - 1
    return role


def elided_subject(
    people: People,
    found: Layers,
    mentions: Found,
    sentence: Ints,
    sentences: Sentences,
    person: Ints,
    state: Flags,
    words: Words,
    rules: Rules,
) -> Ints:
    """ "Mother at scene. Appears drunk.": a sentence that begins with its verb goes on about the person before."""
    result = np.full(len(mentions), -1, np.int64)
    begin = sentences.starts[np.maximum(sentence, 0)]
    places = np.flatnonzero(state & (person < 0) & found.verbs.hold(begin))
    if not len(places):
        return result
    usable = np.flatnonzero((people.role != r.PROFESSIONAL) & ~people.tells & ~people.owns)
    if not len(usable):
        return result
    before = np.searchsorted(people.first[usable], begin[places]) - 1
    candidate = usable[np.maximum(before, 0)]
    fits = (before >= 0) & (people.sentence[candidate] == sentence[places] - 1)
    fits &= words.text[people.first[candidate]] == words.text[mentions.first[places]]
    result[places[fits]] = candidate[fits]
    return result
