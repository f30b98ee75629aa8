"""Is it about the household, about somebody else's, or about one who lives elsewhere? What the text says of homes."""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.before import OUTSIDERS, pick
from headwater.narrative.lexicon import BETWEEN
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import Places, among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words

_IN_THE_HOUSE = 5
"""How many words may stand between a mention and the part of the house that it is found in."""

_LIVES_WITH_IT = 3
"""How many words may stand between "exposed to" and what somebody is exposed to."""


def find_at_home(
    found: Layers, mentions: Found, open_: Flags, in_house: Flags, bears: Ints, sentences: Sentences, size: int
) -> list[tuple[int, Ints]]:
    """Where it happens in the home, or the one that the text is about lives with it: then it is about the household.

    Per kind of words the place of those that say so, -1 for none. What somebody does, suffers or is in their own person
    is not widened by the place alone: "he was hit at home" stays about him.
    """
    if not (open_ | in_house).any():
        return []
    home = found.spans(r.AT_HOME)
    result = []
    at = np.searchsorted(home.first, mentions.first)
    inside = (at < len(home)) & (pick(home.last, np.minimum(at, len(home) - 1)) <= mentions.last)
    behind = np.searchsorted(home.first, mentions.last)
    gap = pick(home.first, np.minimum(behind, len(home) - 1)) - mentions.last
    near = (behind < len(home)) & (gap >= 0) & (gap <= 1)
    place = np.where(inside, at, np.where(near, behind, -1))
    result.append((r.AT_HOME, np.where(open_ & (bears == BETWEEN), place, -1)))
    number = sentences.number[mentions.first]
    for kind, where, reach in (
        (r.LIVES_WITH, open_, _LIVES_WITH_IT),
        (r.WITNESSES, open_ & (bears == BETWEEN), _LIVES_WITH_IT),
        (r.IN_THE_HOUSE, open_ & in_house, _IN_THE_HOUSE),
    ):
        spans = found.spans(kind)
        before = np.searchsorted(spans.last, mentions.first, side="right") - 1
        last = pick(spans.last, before)
        near = (before >= 0) & (mentions.first - last <= reach) & (sentences.number[np.maximum(last - 1, 0)] == number)
        place = np.where(where & near, before, -1)
        if len(spans):  # "hears them fighting": the mention's own words say so
            begin = np.minimum(np.searchsorted(spans.first, mentions.first), len(spans) - 1)
            place = np.where((place < 0) & where & (spans.first[begin] == mentions.first), begin, place)
        if kind == r.IN_THE_HOUSE and len(spans):
            after = np.minimum(np.searchsorted(spans.first, mentions.last), len(spans) - 1)
            gap = spans.first[after] - mentions.last
            near = (gap >= 0) & (gap <= reach) & (sentences.number[spans.first[after]] == number)
            place = np.where((place < 0) & where & near, after, place)
        result.append((kind, place))
    return result


def find_somebody_elses(
    found: Layers,
    mentions: Found,
    role: Ints,
    first: Ints,
    last: Ints,
    sentences: Sentences,
    words: Words,
    rules: Rules,
) -> tuple[Ints, Ints, Ints]:
    """ "…; not connected with this family", "caller is only a neighbour": the same sentence, or the next one that holds no
    mention of its own, says that it is not about the one whom the text is about, nor that one's family."""
    spans = found.spans(r.NOT_THEIRS)
    if not len(spans) or not len(mentions):
        return role, first, last
    sentence = sentences.number[mentions.first]
    spoken = sentences.number[spans.first]
    own = sentence[np.minimum(np.searchsorted(sentence, spoken), len(sentence) - 1)] == spoken
    near = own | (words.text[sentences.starts[np.maximum(spoken - 1, 0)]] == words.text[spans.first])
    spans, spoken = spans.keep(near), np.where(own, spoken, spoken - 1)[near]
    order = np.argsort(spoken, kind="stable")
    spans, spoken = spans.keep(order), spoken[order]
    some = np.flatnonzero(Places(spoken, len(sentences.starts)).hold(sentence) & ~among(role, OUTSIDERS))
    which = np.searchsorted(spoken, sentence[some])
    role, first, last = role.copy(), first.copy(), last.copy()
    role[some], first[some], last[some] = rules.detail[spans.owner[which]], spans.first[which], spans.last[which]
    return role, first, last


def lives_elsewhere(
    people: People, found: Layers, mentions: Found, role: Ints, sentences: Sentences, words: Words
) -> Flags:
    """Whether the text says anywhere that the person of this role does not live with the subject."""
    result = role == r.NEIGHBOUR
    if not len(people.first) or not len(mentions):
        return np.asarray(result)
    before = found.spans(r.ELSEWHERE_BEFORE)
    person = np.searchsorted(people.first, before.first, side="right") - 1
    inside = (person >= 0) & (people.last[np.maximum(person, 0)] >= before.last)
    following = np.minimum(np.searchsorted(people.first, before.last), len(people.first) - 1)
    adjacent = people.first[following] == before.last
    behind = np.where(inside, person, np.where(adjacent, following, -1))

    after = found.spans(r.ELSEWHERE_AFTER)
    last = np.searchsorted(people.last, after.first, side="right") - 1
    same = (last >= 0) & (people.sentence[np.maximum(last, 0)] == sentences.number[after.first])
    ahead = np.where(same, last, -1)

    who = np.concatenate((behind, ahead))
    who = who[who >= 0]
    roles = len(r.ROLES)
    far = Places(words.text[people.first[who]] * roles + people.role[who], (int(words.text[-1]) + 1) * roles)
    return np.asarray(result | far.hold(words.text[mentions.first] * roles + role) & (role != r.SUBJECT))
