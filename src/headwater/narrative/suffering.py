"""Who suffers it? Of what is done to somebody, or happens between two, the one who undergoes it (see `whom.py`)."""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.before import (
    COUPLE,
    OUTSIDERS,
    Near,
    fill,
    nearest_before,
    outsider_at_the_beginning,
    possessor_at_the_beginning,
)
from headwater.narrative.behind import named_right_behind, person_behind
from headwater.narrative.lexicon import Mentions
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import Places, among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words


def find_sufferer(
    person: Ints,
    suffered: Flags,
    between: Flags,
    near: Near,
    people: People,
    found: Layers,
    named: Mentions,
    agent: Ints,
    after_bearer: Ints,
    anybody: Flags,
    sentences: Sentences,
    words: Words,
    known: Ints,
    rules: Rules,
) -> None:
    """Write into `person` who undergoes each mention that is `suffered`; `between` are those that happen between two.

    `agent` and `after_bearer` are the persons behind "by" and "in"; `anybody` says which people may be meant at all.
    """
    mentions, inside, begins = named.spans, named.inside, near.begins
    within_first, within_last, preceding = near.within_first, near.within_last, near.preceding
    after_sufferer = person_behind(people, found.spans(r.SUFFERER), mentions, found, len(words))
    # "Mum was hit by her": the one at the mention's beginning undergoes it.
    within_end = people.last[np.maximum(within_first, 0)]
    by_last = found.ends(r.AGENT).hold(people.first[np.maximum(within_last, 0)])
    passive = found.begins(r.UNDERGOING).hold(within_end) & (~inside | (within_first == within_last))
    passive |= by_last
    fill(person, suffered & begins & passive & ~named.doer & (within_first >= 0), within_first)
    # "Violence between mum and her ex": the first of the couple.
    couple = found.ends(r.SUFFERER).hold(people.first[np.maximum(within_first, 0)])
    # "Frightened of him": he is the one who is feared.
    book = rules.finder.book
    feared = book.is_one_of(("frightened", "scared", "afraid", "terrified", "fearful"))[known[mentions.first]]
    fill(person, between & inside & couple & ~feared, within_first)
    # "Hits mum": the last person inside, unless that is who did it ("was hit by dad").
    for candidate in (within_last, within_first):
        begin = people.first[np.maximum(candidate, 0)]
        agent_inside = found.ends(r.AGENT).hold(begin)
        agent_inside |= feared & (known[np.maximum(begin - 1, 0)] == book.word("of"))
        fill(person, suffered & inside & ~agent_inside, candidate)
    # "Dad punched | Nasreen": a name right behind a verb is its object.
    fill(person, suffered & ~inside, named_right_behind(people, mentions, found))
    # "Mum's | partner is smashing up the house": whose partner it is.
    fill(person, suffered & named.doer, possessor_at_the_beginning(people, mentions))
    # "A couple in the street | were fighting": outsiders in whom or with whom the mention begins.
    fill(person, suffered, outsider_at_the_beginning(people, mentions))
    next_door_inside = people.role[np.maximum(within_first, 0)] == r.NEIGHBOUR
    fill(person, between & ~inside & next_door_inside & (within_first >= 0), within_first)
    # "Heard him being hit through the wall": what is heard from a neighbour's place happens there.
    fill(person, suffered & _is_heard(mentions, sentences, near.sentence, known, rules), near.door)
    fill(person, suffered, after_sufferer)
    fill(person, suffered & _undergoes(found, people, preceding, mentions), preceding)
    households = after_bearer >= 0
    households &= people.role[np.maximum(after_bearer, 0)] == r.HOUSEHOLD
    fill(person, suffered & households, after_bearer)
    fill(person, suffered, near.door)
    near_role = people.role[np.maximum(preceding, 0)]
    # "A stranger | grabbed her bottom": an outsider who does it to the one whom the text is about.
    last_inside = np.maximum(within_last, 0)
    her = ~people.named[last_inside] & (people.gender[last_inside] == r.FEMALE)
    her &= people.gender[np.maximum(preceding, 0)] != r.FEMALE
    to_subject = (within_last >= 0) & ((people.role[last_inside] == r.SUBJECT) | her)
    fill(person, suffered & (preceding >= 0) & among(near_role, OUTSIDERS) & ~to_subject, preceding)
    tellers = nearest_before(people, mentions, near.sentence, anybody, with_tellers=True)
    # "Mum and her boyfriend fight": the first of those who do it to each other.
    together = (within_first >= 0) & _both_do_it(people, within_first, within_last, known, rules)
    fill(person, between & ~inside & together, within_first)
    # What happens between two adults is about either; the nearest named one, even who tells it or does it.
    for candidate in (preceding, tellers, agent):
        grown = among(people.role[np.maximum(candidate, 0)], COUPLE)
        fill(person, between & grown & (candidate >= 0), candidate)
    alone = begins & ~named.doer & (within_first >= 0) & (within_first == within_last)
    alone &= among(people.role[np.maximum(within_first, 0)], COUPLE)
    fill(person, between & alone, within_first)


def _undergoes(found: Layers, people: People, preceding: Ints, mentions: Found) -> Flags:
    """Whether the person before the mention is said to undergo it, and not to inflict it."""
    begin, end = people.last[np.maximum(preceding, 0)], mentions.first
    undergoing = ~found.begins(r.UNDERGOING).none_between(begin, end)
    # The mention's own words may begin with the passive ("was hit").
    undergoing |= found.begins(r.UNDERGOING).hold(mentions.first) & (mentions.last - mentions.first > 1)
    inflicting = ~found.begins(r.INFLICTING).none_between(begin, end)
    return np.asarray((preceding >= 0) & undergoing & ~inflicting)


def _is_heard(mentions: Found, sentences: Sentences, sentence: Ints, known: Ints, rules: Rules) -> Flags:
    """Whether somebody hears it: a verb of hearing stands before the mention in its sentence."""
    verbs = ("hear", "hears", "heard", "hearing", "overheard")
    heard = Places(rules.finder.book.find_words(verbs, known), len(known))
    return ~heard.none_between(sentences.starts[np.maximum(sentence, 0)], mentions.first)


def _both_do_it(people: People, first: Ints, last: Ints, known: Ints, rules: Rules) -> Flags:
    """Whether the persons inside a mention are a couple joined by "and", or one word for both ("parents")."""
    here, there = np.maximum(first, 0), np.maximum(last, 0)
    joins = rules.finder.book.is_one_of(("and", "&", "with"))
    joined = joins[known[np.minimum(people.last[here], len(known) - 1)]] & (first != last)
    between = known[np.maximum(people.first[here] - 1, 0)] == rules.finder.book.word("between")
    both = (people.role[here] == r.ROLES.index("parent")) & (~people.follows[here] | between)
    return np.asarray(among(people.role[here], COUPLE) & among(people.role[there], COUPLE) & (joined | both))
