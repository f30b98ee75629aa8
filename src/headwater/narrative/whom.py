"""Whom is a mention about? Of the persons that a text names, the one who bears, does or suffers what is said.

Method: ConText's experiencer (Harkema and others 2009), widened from "patient or other" to roles: the nearest person
before the mention in its sentence who is neither telling it nor the object of a preposition; the person inside the
mention or behind "by", "in", "on" first. What is done to somebody is about the one to whom it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.lexicon import BETWEEN, LIVED_WITH, STATE, SUFFERED, Mentions
from headwater.narrative.people import STEPS_BACK, People
from headwater.narrative.phrases import Found
from headwater.narrative.places import Cover, Places, among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sections import FAMILY, find_section
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import DIGIT, Flags, Ints, Words

_OWNS_NEAR = 2
"""How many words may stand between "mother's" and what is hers: "mother's heavy drinking"."""

_IN_THE_HOUSE = 5
"""How many words may stand between a mention and the part of the house that it is found in."""

_LIVES_WITH_IT = 3
"""How many words may stand between "exposed to" and what somebody is exposed to."""


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
    sentences: Sentences,
    words: Words,
    known: Ints,
    rules: Rules,
) -> Whom:
    """The role that each mention is about."""
    mentions, inside, bears = named.spans, named.inside, borne.bears
    count, size = len(mentions), len(words)
    lived_with = (bears == LIVED_WITH) | (bears == BETWEEN)
    bears = np.where(bears == LIVED_WITH, STATE, bears)
    person = np.full(count, -1, np.int64)
    if len(people.first) and count:
        sentence = sentences.number[mentions.first]
        suffered = (bears == SUFFERED) | (bears == BETWEEN)
        people_inside = Cover(mentions, size).contains(Found(people.first, people.last, people.role))
        # "A serving prisoner at …": the words of a mention that name the one the text is about say what somebody is.
        predicate = people_inside & people.named & (people.role == r.SUBJECT)
        # "Brought in by his mother with fever": who does what the subject undergoes does not bear what follows.
        agents = found.ends(r.AGENT_BY).hold(people.first)
        agents = agents & people.follows | _is_the_source(people, known, rules)
        preceding = _nearest_before(people, mentions, sentence, ~predicate & ~agents, with_tellers=False)
        after_bearer = _person_behind(people, found.spans(r.BEARER), mentions, size)
        after_sufferer = _person_behind(people, found.spans(r.SUFFERER), mentions, size)
        within_first, within_last = _within(people, mentions)

        state = ~suffered
        # "Mum drinks": a person at its beginning; one further in is somebody else ("placed with foster carers").
        begins = people.first[np.maximum(within_first, 0)] == mentions.first
        _fill(person, state & (bears == STATE), _at_the_beginning(people, mentions, predicate))
        # "Problems with mum's drinking": the words of the mention name whose they are.
        owner_inside = np.maximum(within_first, 0)
        hers = (within_first >= 0) & people.owns[owner_inside] & people.named[owner_inside]
        _fill(person, state & (bears == STATE) & hers, within_first)
        passive = found.ends(r.UNDERGOING).hold(mentions.first)
        agent = _person_behind(people, found.spans(r.AGENT), mentions, size)
        _fill(person, state, np.where(passive & (agent >= 0), -1, after_bearer))
        owner = _owner_before(people, found, mentions, sentence)
        _fill(person, state & (people.last[np.maximum(owner, 0)] + 2 == mentions.first), owner)
        described = _described(people, found, mentions, sentences, size)
        _fill(person, state & (bears == STATE), described)
        objects = _object_behind(people, mentions, words, known, rules)
        _fill(person, state & (bears == STATE), objects)
        next_door = _next_door(people, mentions, sentence, words)
        _fill(person, state, next_door)
        _fill(person, state, _right_before(people, mentions, found, words, known, rules))
        _fill(person, state, _who_has_it(people, mentions, found, known, rules))
        _fill(person, state, _whose_own(people, mentions, known, rules))
        # "Dad | hears voices": a verb of telling that is part of what is told tells nothing.
        _fill(person, state & (bears == STATE), _teller_right_before(people, mentions))
        _fill(person, state & (owner > preceding), owner)
        _fill(person, state, _first_of_several(people, preceding, words, known, rules))
        # "Mum's house stinks of weed": whose place it is, where the place is what the sentence is about.
        owners = np.flatnonzero(people.named & people.owns & ~people.follows & (people.role != r.PROFESSIONAL))
        _fill(person, state & (bears == STATE), _last_before(owners, people, mentions, sentence))

        if suffered.any():
            # "Mum was hit by her": the one at the mention's beginning undergoes it.
            within_end = people.last[np.maximum(within_first, 0)]
            by_last = found.ends(r.AGENT).hold(people.first[np.maximum(within_last, 0)])
            passive = found.begins(r.UNDERGOING).hold(within_end) & (~inside | (within_first == within_last))
            passive |= by_last
            _fill(person, suffered & begins & passive & ~named.doer & (within_first >= 0), within_first)
            # "Violence between mum and her ex": the first of the couple.
            couple = found.ends(r.SUFFERER).hold(people.first[np.maximum(within_first, 0)])
            # "Frightened of him": he is the one who is feared.
            book = rules.finder.book
            fears = [book.word(word) for word in ("frightened", "scared", "afraid", "terrified", "fearful")]
            feared = (known[mentions.first] >= 0) & among(known[mentions.first], fears)
            _fill(person, (bears == BETWEEN) & inside & couple & ~feared, within_first)
            # "Hits mum": the last person inside, unless that is who did it ("was hit by dad").
            for candidate in (within_last, within_first):
                begin = people.first[np.maximum(candidate, 0)]
                agent_inside = found.ends(r.AGENT).hold(begin)
                agent_inside |= feared & (known[np.maximum(begin - 1, 0)] == book.word("of"))
                _fill(person, suffered & inside & ~agent_inside, candidate)
            # "Dad punched | Nasreen": a name right behind a verb is its object.
            _fill(person, suffered & ~inside, _named_right_behind(people, mentions, found))
            # "Mum's | partner is smashing up the house": whose partner it is.
            _fill(person, suffered & named.doer, _possessor_at_the_beginning(people, mentions))
            # "A couple in the street | were fighting": outsiders in whom or with whom the mention begins.
            _fill(person, suffered, _outsider_at_the_beginning(people, mentions))
            next_door_inside = people.role[np.maximum(within_first, 0)] == r.NEIGHBOUR
            _fill(person, (bears == BETWEEN) & ~inside & next_door_inside & (within_first >= 0), within_first)
            # "Heard him being hit through the wall": what is heard from a neighbour's place happens there.
            _fill(person, suffered & _is_heard(mentions, sentences, sentence, known, rules), next_door)
            _fill(person, suffered, after_sufferer)
            undergoes = _undergoes(found, people, preceding, mentions)
            _fill(person, suffered & undergoes, preceding)
            households = after_bearer >= 0
            households &= people.role[np.maximum(after_bearer, 0)] == r.HOUSEHOLD
            _fill(person, suffered & households, after_bearer)
            _fill(person, suffered, next_door)
            near_role = people.role[np.maximum(preceding, 0)]
            # "A stranger | grabbed her bottom": an outsider who does it to the one whom the text is about.
            last_inside = np.maximum(within_last, 0)
            her = ~people.named[last_inside] & (people.gender[last_inside] == r.FEMALE)
            her &= people.gender[np.maximum(preceding, 0)] != r.FEMALE
            to_subject = (within_last >= 0) & ((people.role[last_inside] == r.SUBJECT) | her)
            _fill(person, suffered & (preceding >= 0) & among(near_role, _OUTSIDERS) & ~to_subject, preceding)
            tellers = _nearest_before(people, mentions, sentence, ~predicate, with_tellers=True)
            # "Mum and her boyfriend fight": the first of those who do it to each other.
            together = (within_first >= 0) & _both_do_it(people, within_first, within_last, known, rules)
            _fill(person, (bears == BETWEEN) & ~inside & together, within_first)
            # What happens between two adults is about either; the nearest named one, even who tells it or does it.
            for candidate in (preceding, tellers, agent):
                grown = among(people.role[np.maximum(candidate, 0)], _COUPLE)
                _fill(person, (bears == BETWEEN) & grown & (candidate >= 0), candidate)
            alone = begins & ~named.doer & (within_first >= 0) & (within_first == within_last)
            alone &= among(people.role[np.maximum(within_first, 0)], _COUPLE)
            _fill(person, (bears == BETWEEN) & alone, within_first)
        role = np.where(person >= 0, people.role[np.maximum(person, 0)], r.SUBJECT)
        is_object = suffered & inside & ((person == within_first) | (person == within_last)) | state & (
            objects >= 0
        ) & (person == objects)
        role = _object_pronouns(people, mentions, is_object, person, preceding, role, words)
        elided = _elided_subject(people, found, mentions, sentence, sentences, person, state, words, rules)
        role = np.where(elided >= 0, people.role[np.maximum(elided, 0)], role)
        person = np.where(elided >= 0, elided, person)
        first = np.where(person >= 0, people.first[np.maximum(person, 0)], -1)
        last = np.where(person >= 0, people.last[np.maximum(person, 0)], -1)
    else:
        role = np.full(count, r.SUBJECT, np.int64)
        first, last = np.full((2, count), -1, np.int64)
    role = np.where(role == r.PROFESSIONAL, r.SUBJECT, role)
    of_child = borne.children[words.text[mentions.first]] if len(borne.children) else np.zeros(count, np.bool_)
    in_house = of_child & lived_with & (first < 0)
    at_home = _at_home(found, mentions, (role == r.SUBJECT) & lived_with, in_house, bears, sentences, size)
    for kind, place in at_home:
        role = np.where(place >= 0, r.HOUSEHOLD, role)
        spans = found.spans(kind)
        first = np.where(place >= 0, _pick(spans.first, place), first)
        last = np.where(place >= 0, _pick(spans.last, place), last)
    # No child is in prison or has a partner who beats it: in a text about one, it is somebody of the home.
    role = np.where(of_child & borne.grown & (role == r.SUBJECT), r.HOUSEHOLD, role)
    role, first, last = _somebody_elses(found, mentions, role, first, last, sentences, words, rules)
    if count:
        # Under "FAMILY HISTORY:" what is nobody's by name is a relative's.
        headings = find_section(found, mentions, sentences, words, known, rules)
        family = (headings.owner == FAMILY) & (role == r.SUBJECT) & (first < 0)
        role = np.where(family, r.ROLES.index("relative"), role)
        first, last = np.where(family, headings.first, first), np.where(family, headings.last, last)
        # "Violence between the parents | next door."
        there = _right_next_door(mentions, known, rules)
        role = np.where(there, r.NEIGHBOUR, role)
        first, last = np.where(there, mentions.last, first), np.where(there, mentions.last + 2, last)
    return Whom(role, first, last, _lives_elsewhere(people, found, mentions, role, sentences, words))


_OUTSIDERS = [r.NEIGHBOUR, r.ROLES.index("stranger"), r.ROLES.index("associate")]

_COUPLE = [
    r.ROLES.index(role) for role in ("mother", "father", "parent", "step_parent", "partner", "ex_partner", "household")
]


def _pick(values: Ints, which: Ints) -> Ints:
    return values[np.maximum(which, 0)] if len(values) else np.full(len(which), -1, np.int64)


def _at_the_beginning(people: People, mentions: Found, predicate: Flags) -> Ints:
    """The person in whom the mention begins, but for one whom it fills to the end: "(his) mum drinks", "drunken (father)",
    not "(his) foster carer"."""
    place = people.begun.up_to(mentions.first) - 1
    person = np.maximum(place, 0)
    fits = (place >= 0) & (people.last[person] > mentions.first) & (people.last[person] != mentions.last)
    return np.where(fits & ~people.owns[person] & ~predicate[person], place, -1)


def _possessor_at_the_beginning(people: People, mentions: Found) -> Ints:
    """The owner of the person in whom each mention begins, an outsider's too; -1 for none."""
    place = people.begun.up_to(mentions.first) - 1
    person, owner = np.maximum(place, 0), np.maximum(place - 1, 0)
    fits = (place > 0) & (people.last[person] > mentions.first) & people.owns[owner] & people.named[owner]
    fits &= people.first[owner] == people.first[person]
    return np.where(fits, owner, -1)


def _outsider_at_the_beginning(people: People, mentions: Found) -> Ints:
    place = people.begun.up_to(mentions.first) - 1
    person = np.maximum(place, 0)
    fits = (place >= 0) & (people.last[person] > mentions.first) & among(people.role[person], _OUTSIDERS)
    return np.where(fits & ~people.owns[person], place, -1)


def _right_before(people: People, mentions: Found, found: Layers, words: Words, known: Ints, rules: Rules) -> Ints:
    """The person whom the mention follows at once, an object too: "a letter from dad | in prison"; not "left by mum | drunk"."""
    place = people.ended.up_to(mentions.first) - 1
    person = np.maximum(place, 0)
    objects = [rules.finder.book.word(word) for word in ("him", "them", "me")]
    fits = (place >= 0) & (people.last[person] == mentions.first) & ~people.owns[person]
    # "Visits him | in prison": a pronoun of the object needs no preposition.
    fits &= people.follows[person] & people.named[person] | among(known[people.first[person]], objects)
    fits &= ~found.ends(r.AGENT_BY).hold(people.first[person])
    fits &= (people.role[person] != r.PROFESSIONAL) & (words.text[people.first[person]] == words.text[mentions.first])
    # "A friend of the family": the preposition belongs to the person before it.
    fits &= people.last[np.maximum(person - 1, 0)] != people.first[person] - 1
    return np.where(fits, place, -1)


def _who_has_it(people: People, mentions: Found, found: Layers, known: Ints, rules: Rules) -> Ints:
    """ "Born to a mother with | diabetes": "with" behind an object describes it, unless it came along ("by", "with")."""
    place = np.searchsorted(people.last, mentions.first - 1, side="right") - 1
    person = np.maximum(place, 0)
    word = rules.finder.book.word
    fits = (place >= 0) & (people.last[person] == mentions.first - 1) & people.named[person] & ~people.owns[person]
    fits &= known[np.maximum(mentions.first - 1, 0)] == word("with")
    fits &= people.follows[person] & (people.role[person] != r.PROFESSIONAL)
    before = known[np.maximum(people.first[person] - 1, 0)]
    fits &= ~np.isin(before, [word(one) for one in ("by", "with", "from", "without", "at")])
    return np.where(fits, place, -1)


def _whose_own(people: People, mentions: Found, known: Ints, rules: Rules) -> Ints:
    """ "Worried about her own | palpitations": whom the possessive stands for."""
    place = np.searchsorted(people.last, mentions.first - 1, side="right") - 1
    person = np.maximum(place, 0)
    fits = (place >= 0) & (people.last[person] == mentions.first - 1) & people.owns[person] & ~people.named[person]
    fits &= known[np.maximum(mentions.first - 1, 0)] == rules.finder.book.word("own")
    return np.where(fits, place, -1)


def _is_the_source(people: People, known: Ints, rules: Rules) -> Flags:
    """ "Per wife, …", "according to his mother": who says it."""
    word = rules.finder.book.word
    before, second = known[np.maximum(people.first - 1, 0)], known[np.maximum(people.first - 2, 0)]
    return np.asarray((before == word("per")) | (before == word("to")) & (second == word("according")))


def _teller_right_before(people: People, mentions: Found) -> Ints:
    """Who would be telling, were the verb right behind not the beginning of the mention itself."""
    place = people.ended.up_to(mentions.first) - 1
    person = np.maximum(place, 0)
    fits = (place >= 0) & (people.last[person] == mentions.first) & people.tells[person] & people.named[person]
    fits &= ~people.owns[person] & ~people.follows[person] & (people.role[person] != r.PROFESSIONAL)
    return np.where(fits, place, -1)


def _owner_before(people: People, found: Layers, mentions: Found, sentence: Ints) -> Ints:
    """Whose the mention is: "mother's heavy drinking", "mum's breath smelt of drink"; not "left mum's address drunk"."""
    owners = np.flatnonzero(people.named & people.owns & (people.role != r.PROFESSIONAL))
    owner = _last_before(owners, people, mentions, sentence)
    end = np.minimum(people.last[np.maximum(owner, 0)] + 2, mentions.first)
    near = mentions.first - end <= _OWNS_NEAR
    places = found.spans(r.PLACE_OF).first
    near &= np.searchsorted(places, end) == np.searchsorted(places, mentions.first)
    return np.where((owner >= 0) & near, owner, -1)


def _described(people: People, found: Layers, mentions: Found, sentences: Sentences, size: int) -> Ints:
    """ "Her alcoholic mother", "drunken parents": the noun that the mention stands before as an adjective does."""
    at = np.full(size + 2, -1, np.int64)
    at[people.first] = np.where(people.named & (people.role != r.PROFESSIONAL), np.arange(len(people.first)), -1)
    opens = found.ends(r.BEFORE_ADJECTIVE).hold(mentions.first)
    opens |= Places(sentences.starts, size).hold(mentions.first)
    return np.where(opens, at[mentions.last], -1)


def _first_of_several(people: People, person: Ints, words: Words, known: Ints, rules: Rules) -> Ints:
    """ "Dad and his mates are drunk": of several the first, unless the verb has one subject only."""
    result = person.copy()
    ands = [rules.finder.book.word(word) for word in ("and", "&")]
    singular = [rules.finder.book.word(word) for word in ("is", "was", "has", "does")]
    for _ in range(2):
        here = np.maximum(result, 1)
        if len(people.first) < 2:
            return result
        before = here - 1
        fits = (result >= 1) & (people.last[before] == people.first[here] - 1)
        fits &= among(known[np.maximum(people.first[here] - 1, 0)], ands)
        # "He and his dad are drunk": it is about somebody else too, who is the one kept.
        fits &= ~among(people.role[before], [r.PROFESSIONAL, r.SUBJECT]) & ~people.tells[before] & ~people.owns[before]
        next_ = np.minimum(people.last[here], len(words) - 1)
        fits &= ~among(known[next_], singular) & ~people.tells[here]
        result = np.where(fits, before, result)
    return result


def _both_do_it(people: People, first: Ints, last: Ints, known: Ints, rules: Rules) -> Flags:
    """Whether the persons inside a mention are a couple joined by "and", or one word for both ("parents")."""
    here, there = np.maximum(first, 0), np.maximum(last, 0)
    joins = [rules.finder.book.word(word) for word in ("and", "&", "with")]
    joined = among(known[np.minimum(people.last[here], len(known) - 1)], joins) & (first != last)
    between = known[np.maximum(people.first[here] - 1, 0)] == rules.finder.book.word("between")
    both = (people.role[here] == r.ROLES.index("parent")) & (~people.follows[here] | between)
    return np.asarray(among(people.role[here], _COUPLE) & among(people.role[there], _COUPLE) & (joined | both))


def _at_home(
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
    inside = (at < len(home)) & (_pick(home.last, np.minimum(at, len(home) - 1)) <= mentions.last)
    behind = np.searchsorted(home.first, mentions.last)
    gap = _pick(home.first, np.minimum(behind, len(home) - 1)) - mentions.last
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
        last = _pick(spans.last, before)
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


def _somebody_elses(
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
    own = np.isin(spoken, sentence)
    near = own | (words.text[sentences.starts[np.maximum(spoken - 1, 0)]] == words.text[spans.first])
    spans, spoken = spans.keep(near), np.where(own, spoken, spoken - 1)[near]
    order = np.argsort(spoken, kind="stable")
    place = np.minimum(np.searchsorted(spoken[order], sentence), max(len(order) - 1, 0))
    which = order[place] if len(order) else place
    hit = (len(order) > 0) & (_pick(spoken, which) == sentence) & ~among(role, _OUTSIDERS)
    return (
        np.where(hit, rules.detail[_pick(spans.owner, which)], role),
        np.where(hit, _pick(spans.first, which), first),
        np.where(hit, _pick(spans.last, which), last),
    )


def _fill(person: Ints, where: Flags, candidate: Ints) -> None:
    open_ = where & (person < 0) & (candidate >= 0)
    person[open_] = candidate[open_]


def _nearest_before(people: People, mentions: Found, sentence: Ints, among: Flags, *, with_tellers: bool) -> Ints:
    """The nearest person before the mention in its sentence: rather one who is not the object of a preposition."""
    best = among & (people.role != r.PROFESSIONAL)
    best &= ~people.owns | ~people.named | (people.role == r.NEIGHBOUR)
    if not with_tellers:
        best &= ~people.tells
    free = np.flatnonzero(best & ~people.follows)
    bound = np.flatnonzero(best)
    first_choice = _last_before(free, people, mentions, sentence)
    return np.where(first_choice >= 0, first_choice, _last_before(bound, people, mentions, sentence))


def _last_before(which: Ints, people: People, mentions: Found, sentence: Ints) -> Ints:
    if not len(which):
        return np.full(len(mentions), -1, np.int64)
    latest = np.full(len(people.first) + 1, -1, np.int64)
    latest[which + 1] = which
    person = np.maximum.accumulate(latest)[people.ended.up_to(mentions.first)]
    return np.where((person >= 0) & (people.sentence[person] == sentence), person, -1)


def _within(people: People, mentions: Found) -> tuple[Ints, Ints]:
    """The first and the last person wholly inside each mention, -1 for none."""
    low = people.begun.below(mentions.first)
    high = people.ended.up_to(mentions.last) - 1
    fits = high >= low
    return np.where(fits, low, -1), np.where(fits, high, -1)


def _person_behind(people: People, prepositions: Found, mentions: Found, size: int) -> Ints:
    """The person behind one of these prepositions that stands right behind the mention; -1 for none."""
    person_at = np.full(size + 2, -1, np.int64)
    # "From our house": a possessive alone is nobody.
    nobody = (people.role == r.PROFESSIONAL) | (people.owns & ~people.named)
    person_at[people.first] = np.where(nobody, -1, np.arange(len(people.first)))
    behind = np.full(size + 2, -1, np.int64)
    there = person_at[prepositions.last] >= 0
    behind[prepositions.first[there]] = person_at[prepositions.last[there]]
    return behind[mentions.last]


def _object_behind(people: People, mentions: Found, words: Words, known: Ints, rules: Rules) -> Ints:
    """The person right behind the mention when it can only be its object or its noun: "hit her", "drunk his father"."""
    result = np.full(len(mentions), -1, np.int64)
    person = np.minimum(people.begun.below(mentions.last), len(people.first) - 1)
    book = rules.finder.book
    objects = [book.word(word) for word in ("him", "her", "them", "me")]
    determined = people.named[person] & (people.last[person] - people.first[person] > 1)
    fits = among(known[people.first[person]], objects) & ~people.named[person] | determined
    fits &= (people.first[person] == mentions.last) & (people.role[person] != r.PROFESSIONAL)
    result[fits] = person[fits]
    return result


def _next_door(people: People, mentions: Found, sentence: Ints, words: Words) -> Ints:
    """A neighbour's place named within six words behind the mention ("a domestic next door").

    A bare house number may be one's own, so it says nothing behind somebody of the family ("with her husband at number 3").
    """
    result = np.full(len(mentions), -1, np.int64)
    doors = np.flatnonzero((people.role == r.NEIGHBOUR) & ~people.tells)
    if not len(doors):
        return result
    place = np.searchsorted(people.first[doors], mentions.last)
    person = doors[np.minimum(place, len(doors) - 1)]
    fits = (place < len(doors)) & (people.sentence[person] == sentence) & (people.first[person] - mentions.last <= 6)
    numbered = words.kind[people.last[person] - 1] == DIGIT
    own = people.role[np.maximum(person - 1, 0)]
    between = (person > 0) & (people.first[np.maximum(person - 1, 0)] >= mentions.first) & among(own, _COUPLE)
    fits &= ~(numbered & between)
    result[fits] = person[fits]
    return result


def _named_right_behind(people: People, mentions: Found, found: Layers) -> Ints:
    """Who is named right behind the mention, unless that one tells it ("he was hit, mum said") or the mention is a passive."""
    result = np.full(len(mentions), -1, np.int64)
    person = np.minimum(people.begun.below(mentions.last), len(people.first) - 1)
    undergoing = found.ends(r.UNDERGOING).hold(mentions.first) | found.begins(r.UNDERGOING).hold(mentions.first)
    fits = (people.first[person] == mentions.last) & people.named[person] & ~people.tells[person] & ~people.owns[person]
    fits &= ~among(people.role[person], [r.PROFESSIONAL, r.SUBJECT, r.NEIGHBOUR]) & ~undergoing
    result[fits] = person[fits]
    return result


def _is_heard(mentions: Found, sentences: Sentences, sentence: Ints, known: Ints, rules: Rules) -> Flags:
    """Whether somebody hears it: a verb of hearing stands before the mention in its sentence."""
    verbs = [rules.finder.book.word(word) for word in ("hear", "hears", "heard", "hearing", "overheard")]
    heard = Places(np.flatnonzero((known >= 0) & among(known, verbs)), len(known))
    return ~heard.none_between(sentences.starts[np.maximum(sentence, 0)], mentions.first)


def _right_next_door(mentions: Found, known: Ints, rules: Rules) -> Flags:
    """Whether the words "next door" stand right behind the mention, so that it happens there."""
    top = len(known) - 1
    book = rules.finder.book
    following, then = known[np.minimum(mentions.last, top)], known[np.minimum(mentions.last + 1, top)]
    return np.asarray((following == book.word("next")) & (then == book.word("door")) & (mentions.last + 1 <= top))


def _undergoes(found: Layers, people: People, preceding: Ints, mentions: Found) -> Flags:
    """Whether the person before the mention is said to undergo it, and not to inflict it."""
    begin, end = people.last[np.maximum(preceding, 0)], mentions.first
    undergoing = ~found.begins(r.UNDERGOING).none_between(begin, end)
    # The mention's own words may begin with the passive ("was hit").
    undergoing |= found.begins(r.UNDERGOING).hold(mentions.first) & (mentions.last - mentions.first > 1)
    inflicting = ~found.begins(r.INFLICTING).none_between(begin, end)
    return np.asarray((preceding >= 0) & undergoing & ~inflicting)


def _object_pronouns(
    people: People, mentions: Found, where: Flags, person: Ints, preceding: Ints, role: Ints, words: Words
) -> Ints:
    """ "Father hit him": the pronoun is not the one who hits (principle B of binding theory, Chomsky 1981)."""
    covering = people.begun.up_to(mentions.first) - 1
    acts = (covering >= 0) & (people.last[np.maximum(covering, 0)] > mentions.first) & (covering != person)
    preceding = np.where(acts, covering, preceding)
    pronoun = np.flatnonzero(where & (person >= 0) & ~people.named[np.maximum(person, 0)])
    if not len(pronoun):
        return role
    agent = preceding[pronoun]
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


def _elided_subject(
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
    stops = found.spans(r.STOP)
    verbs = Places(stops.first[rules.detail[stops.owner] == r.VERB], len(words))
    places = np.flatnonzero(state & (person < 0) & verbs.hold(begin))
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


def _lives_elsewhere(
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
