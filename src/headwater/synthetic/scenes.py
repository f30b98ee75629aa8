"""What do all kinds of happening need? Drawing people, days and words; saying what is true and what only seems so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.chances import OFFENCES, RATES
from headwater.synthetic.geography import Texts
from headwater.synthetic.ledger import Ledger
from headwater.synthetic.lives import Lives, Spells
from headwater.synthetic.phrases import ABOUT_CODE, CONCEPT
from headwater.synthetic.population import END_DAY, NOBODY, OPEN, People
from headwater.synthetic.residence import Addresses, Places, Stays

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TRAP_CONCEPTS = (
    ("alcohol_misuse", 0.19), ("drug_misuse", 0.19), ("domestic_abuse", 0.21), ("physical_abuse", 0.11), ("sexual_abuse", 0.06),
    ("neglect", 0.05), ("mental_ill_health", 0.05), ("suicide_attempt", 0.03), ("imprisonment", 0.05), ("exploitation", 0.03),
    ("emotional_abuse", 0.02), ("homelessness", 0.01),
)  # fmt: skip
TRAP_STATUSES = (
    ("negated", 0.34), ("historical", 0.15), ("hypothetical", 0.16), ("withdrawn", 0.1), ("neighbour", 0.1),
    ("other_person", 0.09), ("lives_elsewhere", 0.06),
)  # fmt: skip


class Scene:
    """The stage for all happenings: the people, where they live, what goes wrong, and the ledger to write into."""

    def __init__(
        self, people: People, stays: Stays, addresses: Addresses, places: Places, lives: Lives, ledger: Ledger, heads: Ints,
        rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self.people, self.stays, self.addresses, self.places = people, stays, addresses, places
        self.lives, self.ledger, self.rng, self.household_heads = lives, ledger, rng, heads
        count = len(people)
        noise = rng.normal(size=(3, count))
        # A third of people come to notice at all; a few do often.
        met = rng.random(count) < np.clip(0.36 + 0.10 * people.adversity, 0.08, 0.85)
        self.victim_weight = met * np.exp(0.55 * people.adversity + 0.75 * noise[0])
        offends = rng.random(count) < np.clip(0.05 + 0.035 * people.adversity, 0.006, 0.4)
        self.offender_weight = offends * np.exp(0.7 * people.adversity + 0.9 * noise[1])
        self.offender_weight *= np.where(people.sex == 0, 1.0, 0.25)
        young = people.born > END_DAY - 18 * 365
        child_met = young & (rng.random(count) < np.clip(0.22 + 0.08 * people.adversity, 0.04, 0.7))
        self.child_weight = child_met * np.exp(0.5 * people.adversity + 0.5 * noise[2])
        self.old_weight = np.where(met & (people.born < -30 * 365), np.where(people.born < -62 * 365, 4.0, 0.6), 0.0)
        self._minors_by_household()
        elders = np.concatenate([people.mother[people.adult], people.father[people.adult]])
        self.grandparents = np.unique(elders[elders >= 0])
        self._substance = _by_person(lives.substance, count)

    # Drawing ---------------------------------------------------------------------------------------------------------

    def times(self, name: str) -> int:
        """How often an ordinary happening comes in this force."""
        return round(RATES[name] * len(self.people) / 100_000)

    def days(self, count: int) -> Ints:
        """Days of the five years, a little more in later years, sorted."""
        return np.sort((END_DAY * self.rng.random(count) ** 0.93).astype(np.int64))

    def minutes(self, day: Ints, hour: float = 15.0, spread: float = 5.0) -> Ints:
        """Minutes from the first day: on each day about `hour`, give or take `spread` hours."""
        of_day = (self.rng.normal(hour, spread, len(day)) * 60).astype(np.int64) % 1440
        return day * 1440 + of_day

    def draw(self, weight: Floats, day: Ints, low: int = 10, high: int = 120) -> Ints:
        """A living person of `low` to `high` years for each day, by weight; NOBODY where three draws found none."""
        upto = np.cumsum(weight)
        drawn = np.full(len(day), NOBODY, dtype=np.int64)
        if upto[-1] <= 0:
            return drawn
        for _ in range(4):
            empty = np.flatnonzero(drawn < 0)
            person = np.minimum(
                np.searchsorted(upto, self.rng.random(len(empty)) * upto[-1], side="right"), len(weight) - 1
            )
            fits = self.alive(person, day[empty]) & self._between(person, day[empty], low, high)
            drawn[empty[fits]] = person[fits]
        return drawn

    def _between(self, person: Ints, day: Ints, low: int, high: int) -> Bools:
        age = self.people.age(person, day)
        result: Bools = (age >= low) & (age < high)
        return result

    def alive(self, person: Ints, day: Ints) -> Bools:
        """Whether each is somebody, born and not dead, on the day."""
        known = person >= 0
        safe = np.maximum(person, 0)
        result: Bools = known & (self.people.born[safe] <= day) & (self.people.died[safe] > day)
        return result

    def among(self, options: Sequence[tuple[str, float]] | Sequence[str], count: int) -> Texts:
        """`count` words drawn from options, with their chances where given."""
        names = [option if isinstance(option, str) else option[0] for option in options]
        weights = np.array([1.0 if isinstance(option, str) else option[1] for option in options])
        result: Texts = np.array(names, dtype=object)[
            self.rng.choice(len(names), size=count, p=weights / weights.sum())
        ]
        return result

    def offence(self, name: str, count: int) -> tuple[Texts, Texts]:
        """Codes and titles of offences of a kind."""
        options = OFFENCES[name]
        weights = np.array([option[2] for option in options])
        place = self.rng.choice(len(options), size=count, p=weights / weights.sum())
        codes = np.array([option[0] for option in options], dtype=object)
        titles = np.array([option[1] for option in options], dtype=object)
        return codes[place], titles[place]

    def hit(self, count: int, chance: float | Floats) -> Bools:
        """A coin for each row."""
        result: Bools = self.rng.random(count) < chance
        return result

    # Households ------------------------------------------------------------------------------------------------------

    def _minors_by_household(self) -> None:
        stays = self.stays
        minor = np.flatnonzero((self.people.born > -18 * 366)[stays.person])
        order = np.lexsort((stays.start[minor], self.people.born[stays.person[minor]], stays.household[minor]))
        self._minor = minor[order]
        self._minor_house = stays.household[self._minor]

    def children_with(self, person: Ints, day: Ints, most: int = 4) -> Ints:
        """The children (under 18) who live with each person on a day: a row per person, NOBODY where fewer."""
        found = np.full((len(person), most), NOBODY, dtype=np.int64)
        if len(person) == 0:
            return found
        house = self.stays.household[self.stays.find(np.maximum(person, 0), day)]
        low = np.searchsorted(self._minor_house, house, side="left")
        high = np.searchsorted(self._minor_house, house, side="right")
        filled = np.zeros(len(person), dtype=np.int64)
        for step in range(int(min((high - low).max(initial=0), 24))):
            row = low + step
            inside = (row < high) & (person >= 0)
            stay = self._minor[np.minimum(row, len(self._minor) - 1)]
            child = self.stays.person[stay]
            fits = inside & (self.stays.start[stay] <= day) & (self.stays.end[stay] > day) & (filled < most)
            fits &= (self.people.age(child, day) < 18) & (self.people.born[child] <= day) & (child != person)
            place = np.flatnonzero(fits)
            found[place, filled[place]] = child[place]
            filled[place] += 1
        return found

    def misuse(self, person: Ints, day: Ints) -> Ints:
        """What each person misuses on a day: 0 nothing, 1 alcohol, 2 drugs, 3 both."""
        safe = np.maximum(person, 0)
        kind, start, end = self._substance
        result: Ints = np.where((person >= 0) & (start[safe] <= day) & (end[safe] >= day), kind[safe], 0)
        return result

    # Saying ----------------------------------------------------------------------------------------------------------

    def tell(
        self, event: Ints, field: str, bank: str, subject: Ints, minute: Ints, place: Ints, chance: float = 1.0
    ) -> None:
        """Add an ordinary sentence, or one of a particular record, to some of the texts."""
        there = np.flatnonzero(self.hit(len(event), chance))
        tid = self.ledger.choose(bank, len(there))
        self.ledger.say(event[there], field, tid, subject=subject[there], minute=minute[there], place=place[there])

    def state(
        self, event: Ints, field: str, register: str, concept: str | Texts, *, subject: Ints, minute: Ints, place: Ints,
        about: str | Ints = "subject", about_person: Ints | None = None, chance: float = 1.0,
    ) -> Ints:  # fmt: skip
        """Add a true statement to some texts; returns the rows that got one.

        Where the person spoken of does not live with the subject that day, the statement says nothing of the
        household and counts as a trap.
        """
        there = np.flatnonzero(self.hit(len(event), chance))
        if len(there) == 0:
            return there
        names = [f"true:{name}:{register}" for name in CONCEPT]
        if isinstance(concept, str):
            which = np.full(len(there), CONCEPT[concept], dtype=np.int64)
        else:
            which = np.array([CONCEPT[str(name)] for name in concept[there].tolist()], dtype=np.int64)
        tid = self.ledger.choose(names, len(there), which)
        person = subject if about_person is None else about_person
        code = np.full(len(event), ABOUT_CODE[about]) if isinstance(about, str) else about
        day = minute // 1440
        elsewhere = (
            (subject >= 0) & (person >= 0) & (person != subject) & ~self.stays.live_together(subject, person, day)
        )
        # A person in prison, or who has died, is of the household still; so is the child itself.
        for kept in ("imprisonment", "bereavement"):
            elsewhere &= which_is_not(which, kept, there, len(event))
        self.ledger.say(
            event[there], field, tid, subject=subject[there], minute=minute[there], place=place[there],
            about=code[there], about_person=person[there], elsewhere=elsewhere[there],
        )  # fmt: skip
        return there

    def mislead(
        self, event: Ints, field: str, register: str, *, subject: Ints, minute: Ints, place: Ints, chance: float
    ) -> None:
        """Add a sentence that seems to say something and does not: denied, long ago, feared, withdrawn, of others."""
        there = np.flatnonzero(self.hit(len(event), chance))
        count = len(there)
        if count == 0:
            return
        subject, minute, place = subject[there], minute[there], place[there]
        day = minute // 1440
        statuses = [name for name, _ in TRAP_STATUSES]
        concepts = [name for name, _ in TRAP_CONCEPTS]
        status = self.rng.choice(len(statuses), size=count, p=_shares(TRAP_STATUSES))
        concept = self.rng.choice(len(concepts), size=count, p=_shares(TRAP_CONCEPTS))
        apart = statuses.index("lives_elsewhere")
        # Only of a parent who is in truth not at home, and not of prison, where the parent is elsewhere by nature.
        father = np.where(subject >= 0, self.people.father[np.maximum(subject, 0)], NOBODY)
        at_home = self.stays.live_together(subject, father, day)
        status = np.where((status == apart) & (at_home | (concept == concepts.index("imprisonment"))), 0, status)
        child = (subject >= 0) & (self.people.age(np.maximum(subject, 0), day) < 18)
        role = self.rng.random(count)
        about = np.where(
            child,
            np.select([role < 0.35, role < 0.55, role < 0.65], [ABOUT_CODE["mother"], ABOUT_CODE["father"], ABOUT_CODE["step_parent"]], ABOUT_CODE["subject"]),
            np.where(subject < 0, ABOUT_CODE["unknown"], np.where(role < 0.3, ABOUT_CODE["partner"], ABOUT_CODE["subject"])),
        )  # fmt: skip
        # What is said of an abused child is said of the child.
        of_child = np.isin(
            concept,
            [
                concepts.index(name)
                for name in ("physical_abuse", "sexual_abuse", "neglect", "emotional_abuse", "exploitation")
            ],
        )
        about = np.where(of_child & (subject >= 0), ABOUT_CODE["subject"], about)
        person = self.relative(subject, about, day)
        sex = np.where(person >= 0, self.people.sex[np.maximum(person, 0)], self.usual_sex(about, subject))
        banks = [f"{one}:{other}:{register}" for one in statuses for other in concepts]
        tid = self.ledger.choose(banks, count, status * len(concepts) + concept)
        elsewhere = (person >= 0) & (person != subject) & ~self.stays.live_together(subject, person, day)
        self.ledger.say(
            event[there], field, tid, subject=subject, minute=minute, place=place,
            about=about, about_person=person, sex=sex, elsewhere=elsewhere,
        )  # fmt: skip

    def relative(self, subject: Ints, about: Ints, day: Ints) -> Ints:
        """Who is meant by mother, father, step-parent, partner of each subject; NOBODY where no one of the force is."""
        people, safe = self.people, np.maximum(subject, 0)
        found = np.select(
            [about == ABOUT_CODE[name] for name in ("subject", "mother", "father", "step_parent", "partner")],
            [subject, people.mother[safe], people.father[safe], people.step_parent[safe], people.partner[safe]],
            NOBODY,
        )
        result: Ints = np.where((subject >= 0) & self.alive(found, day), found, NOBODY)
        return result

    def usual_sex(self, about: Ints, subject: Ints) -> Ints:
        """The sex of somebody of whom no more is known than what they are to the subject."""
        sex = self.rng.integers(0, 2, len(about))
        sex[about == ABOUT_CODE["mother"]] = 1
        sex[np.isin(about, [ABOUT_CODE["father"], ABOUT_CODE["step_parent"]])] = 0
        partner = about == ABOUT_CODE["partner"]
        result: Ints = np.where(partner & (subject >= 0), 1 - self.people.sex[np.maximum(subject, 0)], sex)
        return result


def which_is_not(which: Ints, concept: str, there: Ints, count: int) -> Bools:
    """A mask over all `count` rows: False where the row of `there` states the concept."""
    mask = np.ones(count, dtype=bool)
    mask[there[which == CONCEPT[concept]]] = False
    return mask


def _shares(options: Sequence[tuple[str, float]]) -> Floats:
    weights = np.array([option[1] for option in options])
    result: Floats = weights / weights.sum()
    return result


def _by_person(spells: Spells, count: int) -> tuple[Ints, Ints, Ints]:
    kind = np.zeros(count, dtype=np.int64)
    start, end = np.full(count, OPEN, dtype=np.int64), np.full(count, -OPEN, dtype=np.int64)
    kind[spells.person], start[spells.person], end[spells.person] = spells.kind, spells.start, spells.end
    return kind, start, end


def flags_of(*columns: tuple[str, Bools]) -> Texts:
    """Marks joined by a pipe, each where its column is true."""
    result = np.full(len(columns[0][1]), "", dtype=object)
    for name, mask in columns:
        result = np.where(mask, np.where(result == "", name, result + "|" + name), result)
    return result
