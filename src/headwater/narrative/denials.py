"""Whose account does a denial take back? "Child says dad hit him, dad denies this" leaves the child's account as it was.

A denial that looks back ("denies this", "denied it") is the word of the one who denies. It takes back what that one told
before, and negates what nobody is said to tell ("asked about self-harm, he denies this"). Where somebody else tells it, or the
one who denies is the one accused, the account stands: it is an allegation, made and denied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.before import pick
from headwater.narrative.lexicon import BETWEEN, SUFFERED
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words

TELLINGS = 3
"""How many tellings before a denial are looked at, from the last one back."""

_NEAR = 3
"""How many words may stand between a person and the verb of telling, or the mention of what the person does."""

_BEFORE_A_CHANGE = ("but", "and", "now", "later", "since", "then", "subsequently", "also")
_UNDERGOES = ("was", "were", "is", "been", "being", "be", "gets", "got", "getting")


@dataclass(frozen=True)
class Accounts:
    """What is needed to know who tells what: the people of a batch, what else was found, and what each mention `bears`."""

    people: People
    found: Layers
    bears: Ints

    def weigh(
        self,
        mention: Ints,
        denial: Ints,
        mentions: Found,
        sentences: Sentences,
        words: Words,
        known: Ints,
        rules: Rules,
    ) -> tuple[Flags, Flags]:
        """For each pair of a `mention` and the place of a `denial` behind it: whether the account stands in spite of it, and
        whether the one who told it takes it back."""
        first, last = mentions.first[mention], mentions.last[mention]
        begin = sentences.starts[sentences.number[first]]
        denier = self._last_person(denial, last)
        link = [rules.finder.book.word(word) for word in _BEFORE_A_CHANGE]
        place = np.maximum(denial[:, None] - np.arange(1, _NEAR + 1), 0)
        joined = ((place >= last[:, None]) & among(known[place.ravel()], link).reshape(place.shape)).any(axis=1)
        # "Father kicked him and | denied it": the one who denies is the one of the verb before.
        accused = self._does_it(denier, (denier >= 0) | joined, first, last, begin, words, known, rules)

        # All tellings before the denial, one pair of each with a denial.
        told = self.found.spans(r.ACCOUNT)
        at = np.searchsorted(told.first, denial) - np.arange(1, TELLINGS + 1)[:, None]
        step, pair = np.nonzero((at >= 0) & (pick(told.first, at.ravel()).reshape(at.shape) >= begin))
        at = at[step, pair]
        kind = rules.detail[told.owner[at]]
        before, behind = self._person_before(told.first[at], begin[pair]), self._person_behind(told.last[at])
        same = self._is_the_same(np.where(kind == 1, behind, before), denier[pair], words)
        both = self._both_pronouns(np.where(kind == 1, behind, before), denier[pair])
        stand = (kind <= 1) & ~(same & (joined[pair] | both))
        stand |= (kind == 2) & accused[pair]
        stand |= (kind == 3) & ((before < 0) | self._is_the_same(before, denier[pair], words))
        stands = accused & among(self.bears[mention], (SUFFERED, BETWEEN))
        stands[pair[stand]] = True
        taken_back = np.zeros(len(mention), np.bool_)
        taken_back[pair[(kind <= 1) & same]] = True
        return stands, taken_back & ~stands

    def _last_person(self, before: Ints, behind: Ints) -> Ints:
        """The last person before a place and behind another one, -1 for none."""
        person = self.people.ended.up_to(before) - 1
        there = person >= 0
        there[there] = self.people.first[person[there]] >= behind[there]
        return np.where(there, person, -1)

    def _person_before(self, at: Ints, begin: Ints) -> Ints:
        """Who stands right before a word of telling, in the sentence that begins at `begin`."""
        person = self._last_person(at, begin)
        near = person >= 0
        near[near] = at[near] - self.people.last[person[near]] <= _NEAR
        return np.where(near, person, -1)

    def _person_behind(self, at: Ints) -> Ints:
        """Who stands right behind "according to"."""
        person = self.people.begun.below(at)
        near = person < len(self.people.first)
        near[near] = self.people.first[person[near]] - at[near] <= 1
        return np.where(near, person, -1)

    def _is_the_same(self, one: Ints, other: Ints, words: Words) -> Flags:
        """Whether two people may be one; a telling or a denial whose subject is left out (-1) is nobody else's."""
        same = np.ones(len(one), np.bool_)
        both = np.flatnonzero((one >= 0) & (other >= 0))
        a, b = one[both], other[both]
        people = self.people
        sexes = people.gender[a] != people.gender[b]
        sexes &= among(people.gender[a], (r.MALE, r.FEMALE)) & among(people.gender[b], (r.MALE, r.FEMALE))
        named = people.named[a] & people.named[b] & (people.role[a] == r.SUBJECT)
        other_word = words.code[people.last[a] - 1] != words.code[people.last[b] - 1]
        same[both] = (people.role[a] == people.role[b]) & ~sexes & ~(named & other_word)
        return same

    def _both_pronouns(self, one: Ints, other: Ints) -> Flags:
        pronoun = np.append(~self.people.named, False)  # the last answers for nobody, -1
        return np.asarray(pronoun[one] & pronoun[other])

    def _does_it(
        self, denier: Ints, told: Flags, first: Ints, last: Ints, begin: Ints, words: Words, known: Ints, rules: Rules
    ) -> Flags:
        """Whether the one who denies is said to have done it: as the subject before the mention or in it, or behind "by".
        `told` says whose subject is known, or left out (-1) because it is that of the verb before."""
        word = rules.finder.book.word
        subject = self._last_person(np.minimum(first + 1, last), begin)
        near = subject >= 0
        near[near] = first[near] - self.people.last[subject[near]] <= _NEAR
        passive = among(known[first], [word(one) for one in _UNDERGOES])
        passive |= among(known[np.maximum(first - 1, 0)], [word(one) for one in _UNDERGOES])
        does = near & ~passive & told & self._is_the_same(np.where(near, subject, -1), denier, words)
        # "Assaulted | by dad", "| assault by dad".
        by_word = word("by")
        behind = np.where(known[np.minimum(last, len(known) - 1)] == by_word, self._person_behind(last + 1), -1)
        inside = self._last_person(last, first)
        inside = np.where(known[np.maximum(pick(self.people.first, inside) - 1, 0)] == by_word, inside, -1)
        agent = np.maximum(behind, inside)
        by = (agent >= 0) & (denier >= 0)
        return np.asarray(does | by & self._is_the_same(agent, denier, words))
