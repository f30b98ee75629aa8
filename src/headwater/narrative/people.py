"""Which persons does a text name? Roles seen from the one it is written about, possessives put together, pronouns resolved.

A pronoun stands for the last named person of its gender in this sentence or the one before; "mum's brother" is one person
and "her partner" is seen through the one who has him.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.background import Background, NamedPeople, find_names
from headwater.narrative.phrases import Found
from headwater.narrative.places import Cover, Places, Ranks, among, outermost
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.sentences import Sentences
from headwater.narrative.words import Flags, Ints, Words

STEPS_BACK = 6
"""How many persons a pronoun may pass over while it looks for one of its gender."""


@dataclass(frozen=True)
class People:
    """The persons of a batch, ordered by place; pronouns among them with the role of whom they stand for."""

    first: Ints
    last: Ints
    role: Ints
    gender: Ints
    named: Flags
    tells: Flags
    owns: Flags  # "mother's …" where what follows is no person and no verb ("mother's in prison")
    follows: Flags  # the object of a preposition
    sentence: Ints
    size: int  # how many words there are

    @cached_property
    def begun(self) -> Ranks:
        """How many persons have begun before a place."""
        return Ranks(self.first, self.size)

    @cached_property
    def ended(self) -> Ranks:
        """How many persons have ended before a place."""
        return Ranks(self.last, self.size)


def find_people(
    found: Layers,
    mentions: Found,
    words: Words,
    known: Ints,
    sentences: Sentences,
    rules: Rules,
    background: Background,
) -> People:
    """The persons that the texts name, possessives put together and pronouns resolved."""
    size = len(words)
    named = found.spans(r.PERSON)
    named = named.keep(outermost(named, size))
    named = named.keep(_first_of_equals(named))
    named = named.keep(~_says_what_somebody_is(named, known, rules))
    # "Ex-smoker": the prefix of a noun is nobody.
    behind = np.minimum(named.last, size - 1)
    prefix = (named.last - named.first == 1) & (known[named.first] == rules.finder.book.word("ex"))
    named = named.keep(~(prefix & (known[behind] == rules.sign["-"]) & words.glued(behind)))
    pronouns = found.spans(r.PRONOUN)
    pronouns = pronouns.keep(~Cover(named, size).contains(pronouns))

    role, gender = rules.detail[named.owner], rules.gender[named.owner]
    if len(background.minors):
        of_child = background.minors[words.text[named.first]]
        role = np.where((rules.grown[named.owner] == 1) & of_child, r.UNKNOWN, role)
    # Where the record names the one it is about, "a lad" is somebody new (CGEL 5.6.2, the indefinite article).
    if background.names.name:
        articles = rules.finder.book.is_one_of(("a", "an", "another"))
        new = articles[known[named.first]] & np.isin(words.text[named.first], background.names.text)
        role = np.where(new & (role == r.SUBJECT), r.UNKNOWN, role)
    called = find_names(words, known, background.names, mentions, rules.finder.capitalised)
    first, last, role, gender = _with_names(named, role, gender, called, size)
    owners = []
    for _ in range(2):
        (first, last, role, gender), gone = _put_possessives_together(first, last, role, gender, words, known, rules)
        owners.append(gone)
    role = _seen_through_possessor(first, last, role, gender, sentences.number[first], words, known, rules)
    # Whose person somebody is can be meant by a pronoun: "mum's boyfriend hits her".
    plain = len(first)
    first, last, role, gender = (
        np.concatenate(columns) for columns in zip((first, last, role, gender), *owners, strict=True)
    )
    possessor = np.arange(len(first)) >= plain
    order = np.lexsort((last, first))
    first, last, role, gender = first[order], last[order], role[order], gender[order]
    possessor = possessor[order]
    sentence = sentences.number[first]

    wanted_gender = rules.gender[pronouns.owner]
    speaks = found.begins(r.TELLING).hold(last) | found.begins(r.TELLING_SELF).hold(last)
    speaks |= known[np.minimum(last, size - 1)] == rules.sign[":"]
    # "Parents report that he …": of several neither is meant by "he" or "she".
    several = (gender == r.NEUTER) & ((words.characters[np.maximum(words.end[last - 1], 1) - 1] | 0x20) == ord("s"))
    # "A friend fears that he …": who tells it speaks of another, where no word says that it is one of that sex.
    may_mean = np.where(several | (gender == r.NEUTER) & speaks & among(role, _TELL_OF_OTHERS), _SEVERAL, gender)
    stands_for = _antecedents(
        pronouns.first, wanted_gender, sentences.number[pronouns.first], first, role, may_mean, sentence, words, speaks
    )
    pronoun_role = np.where(stands_for >= 0, role[stands_for] if len(role) else r.SUBJECT, r.SUBJECT)
    if len(pronouns) and len(first):
        # "She says that mum's boyfriend hurts her": rather whom the sentence began with than the possessor.
        where = sentences.number[pronouns.first]
        opening = np.searchsorted(where, where)
        same = possessor[stands_for] & (stands_for >= 0) & (wanted_gender[opening] == wanted_gender)
        # A possessive does not begin the sentence as its subject: "her friend's boyfriend hits her".
        same &= (pronouns.first[opening] < first[stands_for]) & (rules.detail[pronouns.owner[opening]] != 1)
        pronoun_role = np.where(same, pronoun_role[opening], pronoun_role)
        opening = np.minimum(np.searchsorted(sentence, where), len(first) - 1)
        same = possessor[stands_for] & (stands_for >= 0) & (opening < stands_for) & (role[opening] == r.SUBJECT)
        same &= (gender[opening] == wanted_gender) | (gender[opening] == r.NEUTER)
        pronoun_role = np.where(same, r.SUBJECT, pronoun_role)
    if len(pronouns) and len(first):
        # "His brother found him": the object is not the subject of its own verb (principle B of binding theory, Chomsky 1981).
        objects = rules.finder.book.is_one_of(("him", "them"))[known[pronouns.first]]
        near = pronouns.first - last[stands_for] <= 1
        pronoun_role = np.where(objects & near & (stands_for >= 0), r.SUBJECT, pronoun_role)
        # "Mum drinks; the patient herself does not": the reflexive belongs to the noun that it stands behind.
        own = rules.finder.book.is_one_of(("himself", "herself"))[known[pronouns.first]]
        ends = np.full(size + 2, -1, np.int64)
        ends[last] = role
        pronoun_role = np.where(own & (ends[pronouns.first] >= 0), ends[pronouns.first], pronoun_role)
    all_first = np.concatenate((first, pronouns.first))
    order = np.argsort(all_first, kind="stable")
    possessor = np.concatenate((possessor, np.zeros(len(pronouns), np.bool_)))[order]
    all_first = all_first[order]
    all_last = np.concatenate((last, pronouns.last))[order]
    is_named = np.concatenate((np.ones(len(first), np.bool_), np.zeros(len(pronouns), np.bool_)))[order]
    possessive = np.concatenate((np.zeros(len(first), np.int64), rules.detail[pronouns.owner]))[order]

    apostrophe = _apostrophe_s(all_last, known, rules)
    short_for_is = apostrophe & found.begins(r.SHORT_FOR_IS).hold(np.minimum(all_last + 2, size))
    verb = np.where(short_for_is, all_last + 2, all_last)
    tells = found.begins(r.TELLING).hold(verb) & ~found.begins(r.TELLING_SELF).hold(verb)
    follows = found.ends(r.PREPOSITION).hold(all_first)
    some = np.flatnonzero(follows)
    behind = all_last[some]
    follows[some] = ~_is(words, known, behind, rules, ("who", "which")) & ~_ends_in_ing(words, behind)
    owns = (possessive == 1) | apostrophe & ~short_for_is | possessor
    # "A friend of mum's": the double genitive names the friend (CGEL 5.16.3).
    before = np.maximum(all_first - 1, 0)
    of_hers = (known[before] == rules.finder.book.word("of")) & Places(all_last, size).hold(before) & apostrophe
    owns &= ~of_hers
    all_role = np.concatenate((role, pronoun_role))[order]
    # "A victim of", "the child of": the words say what somebody is, not who.
    owns |= is_named & (all_role == r.SUBJECT) & _is(words, known, all_last, rules, ("of",))
    return People(
        all_first,
        all_last,
        all_role,
        np.concatenate((gender, wanted_gender))[order],
        is_named,
        tells,
        owns,
        follows,
        sentences.number[all_first],
        size,
    )


_TELL_OF_OTHERS = [r.ROLES.index(name) for name in ("associate", "neighbour", "stranger")]
_SEVERAL = 9  # the gender of a noun in the plural, while a pronoun looks for one
_PARTNERS = [r.ROLES.index("partner"), r.ROLES.index("ex_partner")]


def _ends_in_ing(words: Words, at: Ints) -> Flags:
    """Whether a word is an "-ing" form: in "about mum drinking" mum is its subject, not the preposition's object."""
    end = words.end[np.minimum(at, len(words) - 1)]
    ending = [words.characters[np.maximum(end - back, 0)] | 0x20 for back in (3, 2, 1)]
    return np.asarray((ending[0] == ord("i")) & (ending[1] == ord("n")) & (ending[2] == ord("g")))


def _first_of_equals(found: Found) -> Flags:
    keep = np.ones(len(found), np.bool_)
    keep[1:] = (found.first[1:] != found.first[:-1]) | (found.last[1:] != found.last[:-1])
    return keep


def _says_what_somebody_is(named: Found, known: Ints, rules: Rules) -> Flags:
    """ "Since I was a baby", "as a child": the noun of a predicate names nobody anew."""
    article = rules.finder.book.is_one_of(("a", "an"))[known[named.first]]
    be = rules.finder.book.is_one_of(("was", "were", "is", "am", "are", "been", "being", "be", "as"))
    return np.asarray(article & (named.first > 0) & be[known[np.maximum(named.first - 1, 0)]])


def _with_names(found: Found, role: Ints, gender: Ints, names: NamedPeople, size: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The persons that words name and those of the record who are called by name, in order of place."""
    free = (
        np.flatnonzero(~Cover(found, size).contains(Found(names.at, names.at + 1, names.role)))
        if len(found)
        else np.arange(len(names.at))
    )
    first = np.concatenate((found.first, names.at[free]))
    order = np.argsort(first, kind="stable")
    last = np.concatenate((found.last, names.at[free] + 1))
    return (
        first[order], last[order], np.concatenate((role, names.role[free]))[order], np.concatenate((gender, names.gender[free]))[order],
    )  # fmt: skip


def _put_possessives_together(
    first: Ints, last: Ints, role: Ints, gender: Ints, words: Words, known: Ints, rules: Rules
) -> tuple[tuple[Ints, Ints, Ints, Ints], tuple[Ints, Ints, Ints, Ints]]:
    """ "mum's brother": the second person takes over, its role seen through the first. Answers who stays and who goes."""
    if len(first) < 2:
        none = first[:0]
        return (first, last, role, gender), (none, none, none, none)
    between = first[1:] - last[:-1]
    near = np.flatnonzero((between == 2) | (between == 0))
    end = last[near]
    apostrophe = (between[near] == 2) & _apostrophe_s(end, known, rules)
    written_together = (between[near] == 0) & ((words.characters[words.end[end - 1] - 1] | 0x20) == ord("s"))
    joins = near[(apostrophe | written_together) & (rules.of[role[near], role[near + 1]] >= 0)]
    if len(joins) > 1:  # the first of a chain goes first
        joins = joins[np.concatenate(([True], np.diff(joins) > 1))]
    gone = (first[joins], last[joins], role[joins], gender[joins])
    first, role = first.copy(), role.copy()
    first[joins + 1] = first[joins]
    # The partner of a mother is taken for a man, of a father for a woman, where no word says otherwise.
    partners = among(role[joins + 1], _PARTNERS) & (gender[joins + 1] == r.NEUTER)
    other_sex = np.select([gender[joins] == r.FEMALE, gender[joins] == r.MALE], [r.MALE, r.FEMALE], r.NEUTER)
    gender = gender.copy()
    gender[joins[partners] + 1] = other_sex[partners]
    role[joins + 1] = rules.of[role[joins], role[joins + 1]]
    keep = np.ones(len(first), np.bool_)
    keep[joins] = False
    return (first[keep], last[keep], role[keep], gender[keep]), gone


def _apostrophe_s(end: Ints, known: Ints, rules: Rules) -> Flags:
    top = len(known) - 1
    mark = known[np.minimum(end, top)] == rules.sign["'"]
    letter = known[np.minimum(end + 1, top)] == rules.sign["s"]
    return np.asarray(mark & letter)


def _seen_through_possessor(
    first: Ints, last: Ints, role: Ints, gender: Ints, sentence: Ints, words: Words, known: Ints, rules: Rules
) -> Ints:
    """ "Mother and her partner", "father hit his son": a partner or child of the last named relative."""
    close = among(role, [r.ROLES.index(name) for name in ("partner", "ex_partner", "child")])
    book = rules.finder.book
    his, her, their = (book.word(word) for word in ("his", "her", "their"))
    begin = known[first]
    # "Mum's family: her own father": said of the last named relative too.
    second = known[np.minimum(first + 1, len(known) - 1)]
    close |= (second == book.word("own")) & (role != r.SUBJECT)
    close &= among(begin, [his, her, their]) & (last - first >= 2)
    places = np.flatnonzero(close)
    if not len(places):
        return role
    wanted = np.where(begin[places] == his, r.MALE, np.where(begin[places] == her, r.FEMALE, r.NEUTER))
    owner = _antecedents(first[places], wanted, sentence[places], first, role, gender, sentence, words)
    seen = np.where(owner >= 0, rules.of[role[owner], role[places]], -1)
    # A neighbour or friend who comes first in the sentence owns what follows; the subject changes nothing.
    role = role.copy()
    role[places] = np.where(seen >= 0, seen, role[places])
    return role


def _antecedents(
    at: Ints,
    wanted: Ints,
    sentence: Ints,
    first: Ints,
    role: Ints,
    gender: Ints,
    person_sentence: Ints,
    words: Words,
    speaks: Flags | None = None,
) -> Ints:
    """The last named person before each place that fits the gender, in this sentence or the one before; else -1."""
    chosen = np.full(len(at), -1, np.int64)
    if not len(first) or not len(at):
        return chosen
    text = words.text[at]
    person_text = words.text[first]
    sexed = among(wanted, [r.MALE, r.FEMALE])
    may_be_meant = ~among(role, [r.PROFESSIONAL, r.UNKNOWN, r.HOUSEHOLD])
    before = np.searchsorted(first, at, side="left") - 1
    # "Dad was hit by his ex, but he lives elsewhere": one of just this gender in the sentence before one of either.
    for strict in (True, False):
        open_ = np.flatnonzero(sexed) if strict else np.flatnonzero(chosen < 0)
        for step in range(STEPS_BACK):
            here = before[open_] - step
            near = (here >= 0) & (person_text[here] == text[open_])
            near &= sentence[open_] - person_sentence[here] <= (0 if strict else 1)
            open_, here = open_[near], here[near]
            if not len(open_):
                break
            fits = gender[here] == wanted[open_]
            if not strict:
                fits |= (wanted[open_] == r.NEUTER) | (gender[here] == r.NEUTER)
                if speaks is not None:  # "I" is whoever is said to speak
                    fits = np.where(wanted[open_] == r.FIRST_PERSON, speaks[here], fits)
            fits &= may_be_meant[here]
            chosen[open_[fits]] = here[fits]
            open_ = open_[~fits]
    # "I": safe only where the same sentence names who speaks, before or after.
    speaker = np.flatnonzero((wanted == r.FIRST_PERSON) & (chosen < 0))
    after = np.minimum(np.searchsorted(first, at[speaker]), len(first) - 1)
    same = (person_sentence[after] - sentence[speaker] <= 0) & (first[after] > at[speaker])
    same &= ~among(role[after], [r.PROFESSIONAL, r.UNKNOWN, r.HOUSEHOLD])
    if speaks is not None:
        same &= speaks[after]
    chosen[speaker[same]] = after[same]
    elsewhere = np.flatnonzero((wanted == r.FIRST_PERSON) & (chosen >= 0))
    other = person_sentence[chosen[elsewhere]] != sentence[elsewhere]
    chosen[elsewhere[other]] = -1
    return chosen


def _is(words: Words, known: Ints, at: Ints, rules: Rules, names: tuple[str, ...]) -> Flags:
    wanted = rules.finder.book.is_one_of(names)
    comma = rules.sign[","]
    here = known[np.minimum(at, len(words) - 1)]
    next_ = known[np.minimum(at + 1, len(words) - 1)]
    return np.asarray(wanted[here] | (here == comma) & wanted[next_])
