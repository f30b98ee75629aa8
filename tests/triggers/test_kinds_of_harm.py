"""Each kind of harm that came with the wider catalogue: what counts, and every trap that looks like it.

Everybody in these stories is made up. Every story is seen from 31 March 2017.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.rules.indicator import read_indicators
from tests.triggers.world import (
    Found,
    Home,
    Part,
    Who,
    World,
    a_family,
    a_home,
    child_of_the_home,
    father,
    mother,
    present,
    suspect,
    victim,
)

world = World()
STORIES: list[tuple[str, Who, str, set[str]]] = []
"""What the story is about, the child, the indicator, and the strengths that it must find: none for a trap."""


def expect(what: str, child: Who, indicator: str, *strengths: str) -> None:
    STORIES.append((what, child, indicator, set(strengths)))


_FIRST = ("Quor", "Thistle", "Yax", "Wimble", "Gos", "Penny", "Ulver", "Jack", "Ormes", "Zeal")
_SECOND = ("ham", "croft", "ditch", "moor", "pike", "stow", "wold", "mere", "garth", "thwaite")
_COUNT = itertools.count()


def family() -> tuple[Who, Who]:
    """A mother and a child of ten or eleven, like no other of this module."""
    number = next(_COUNT)
    name = f"{_FIRST[number % 10]}{_SECOND[number // 10]}"
    woman, child = a_family(name, born=(date(2005, 6, 1) + timedelta(days=3 * number)).isoformat())
    given = f"{_SECOND[number % 10].title()}{_FIRST[(number // 10 + 3) % 10].lower()}"
    return woman, child.but(given=given)


def told(
    what: str, indicator: str, text: str, *strengths: str, voice: str = "", grade: str = "AMBER", parent: bool = True
) -> Who:
    """A notice about a child at home with its mother."""
    woman, child = family()
    world.notice("2016-05-05", child, *([mother(woman)] if parent else []), text=text, voice=voice, grade=grade)
    expect(what, child, indicator, *strengths)
    return child


# Neglect and emotional abuse.

for what, kind in (("a plan for neglect", "CP_NEGLECT"), ("a plan for emotional abuse", "CP_EMOTIONAL")):
    _, planned = family()
    world.plan("2016-09-09", planned, kind)
    expect(what, planned, "neglect" if kind == "CP_NEGLECT" else "emotional_abuse", "strong")
    expect(f"{what} is no other kind", planned, "emotional_abuse" if kind == "CP_NEGLECT" else "neglect")
_, cruel = family()
world.crime("2016-05-05", victim(cruel), code="11A")
expect("a crime of cruelty", cruel, "neglect", "strong")
_, cancelled = family()
world.crime("2016-05-05", victim(cancelled), code="11A", status="CANCELLED")
expect("a cancelled crime", cancelled, "neglect")
_, sister_planned = family()
sister = Who("Sisterly", sister_planned.family, "2009-01-01", "F", sister_planned.home)
world.plan("2016-09-09", sister_planned, "CP_NEGLECT")
world.notice("2016-01-01", sister, child_of_the_home(sister_planned, "SIBLING"), text="Seen at home.")
expect("a plan for a sibling", sister, "neglect")
once_parent, once = family()
world.notice("2016-05-05", once, mother(once_parent), boxes=("NEGLECT",))
expect("one mark for neglect", once, "neglect", "weak")
twice_parent, twice = family()
for day in ("2016-05-05", "2016-09-09"):
    world.notice(day, twice, mother(twice_parent), boxes=("NEGLECT",))
expect("two marks for neglect", twice, "neglect", "weak", "moderate")
told("words say so", "neglect", "The child is badly neglected.", "moderate")
told("an untidy home", "neglect", "The home was cluttered but safe and there was food in the cupboards.")
told("denied", "neglect", "There were no signs of neglect.")
told("the child is called names", "emotional_abuse", "Mum calls him a waste of space every day.", "moderate")
told("an officer saw no concern", "emotional_abuse", "Mum calls him a waste of space every day.", "weak", grade="GREEN")

# Mental ill health and attempts to die, of an adult at home.

told(
    "mother unwell and assessed",
    "household_mental_ill_health",
    "Mum has been diagnosed with schizophrenia.",
    "moderate",
)
told("the child's own health", "household_mental_ill_health", "The child is depressed and under CAMHS.")
told("years ago", "household_mental_ill_health", "Mum had a breakdown ten years ago, nothing since.")
told("denied", "household_mental_ill_health", "Mum has no mental health problems.")
told("a neighbour", "household_mental_ill_health", "The neighbour has schizophrenia.")
told("an attempt", "household_suicide_attempt", "Dad took an overdose last night.", "moderate")
told("a fear of it", "household_suicide_attempt", "School are worried that dad might take an overdose one day.")
told("the child's own attempt", "household_suicide_attempt", "The child took an overdose.")
s136_parent, s136 = family()
world.notice("2016-01-01", s136, mother(s136_parent), text="Seen at home.")
world.custody("2016-03-03", s136_parent, disposal="S136_HOSP")
expect("a detention under section 136", s136, "household_mental_ill_health", "moderate")
mark_parent, marked = family()
world.notice("2016-01-01", marked, mother(mark_parent), text="Seen at home.")
world.custody("2016-03-03", mark_parent, markers="MH_SEEN")
expect("a mark alone", marked, "household_mental_ill_health", "weak")

# Deaths.

told("the child's father died", "bereavement", "His dad passed away at Christmas.", "moderate")
told("the child says so", "bereavement", "Seen at home.", "moderate", voice="My dad died and nobody talks about it.")
told("a battery", "bereavement", "His phone battery died so he could not call home.")
killed_mother, killed = family()
killed_father = Who("Fatherly", killed.family, "1975-01-05", "M", killed.home)
world.notice("2015-05-05", killed, mother(killed_mother), father(killed_father), text="Seen at home.")
world.crime("2016-05-05", victim(killed_father), code="1-4.1-4.10-4.2")
expect("a parent was killed", killed, "bereavement", "strong")
_, stranger_killed = family()
world.crime(
    "2016-05-05", victim(Who("Some", "Bodyelse", "1960-01-01", "M")), Part(stranger_killed, "suspect"), code="4.8"
)
expect("somebody else was killed", stranger_killed, "bereavement")

# Exploitation.

_, exploited = family()
world.crime("2016-05-05", victim(exploited), code="71")
expect("a crime of exploitation", exploited, "exploitation", "strong")
expect("which is not told twice", exploited, "sexual_abuse")
told("a notice marked so", "exploitation", "Seen at home.") and world.rows["notice"][-1].update(boxes=["CSE"])
STORIES[-1][3].add("moderate")
told("words say so", "exploitation", "He is being criminally exploited and running drugs for a gang.", "moderate")
told("a parent's debt for her own use", "exploitation", "Mum owes money to dealers for her own use.")
told("bruises that nobody explains", "exploitation", "He has had several unexplained injuries this year.")
_, carries = family()
world.crime("2016-05-05", Part(carries, "suspect"), code="92A")
expect("a suspect and nothing more", carries, "exploitation")

# Other young people.


def hit_by(
    what: str,
    born: str,
    *strengths: str,
    code: str = "8N",
    scene: Home | None = None,
    both: bool = False,
    kin: bool = False,
) -> None:
    _, child = family()
    child = child.but(nominal=f"N-{child.family}").at(scene or child.home)
    other = Who(
        "Othery", child.family if kin else "Elsewherely", born, "M", child.home if kin else a_home("Peer Street")
    )
    if kin:
        world.notice("2016-01-01", child, child_of_the_home(other, "SIBLING"), text="Seen at home.")
    world.crime("2016-05-05", victim(child), suspect(other), code=code, scene=scene or a_home("Park Road"))
    if both:
        world.crime("2016-05-05", victim(other), suspect(child), code=code, scene=a_home("Park Road"))
    expect(what, child, "peer_victimisation", *strengths)


hit_by("one of the same age", "2005-05-05", "moderate")
hit_by("robbed by one", "2003-05-05", "moderate", code="34B")
hit_by("by a grown man", "1980-05-05")
hit_by("by one five years older", "2001-01-01")
hit_by("a brother", "2005-05-05", kin=True)
hit_by("both are suspects", "2005-05-05", both=True)
hit_by("in a children's home", "2005-05-05", scene=a_home("Staffed House", premises="CARE_HOME"))
_, unknown = family()
world.crime("2016-05-05", victim(unknown), code="8N")
expect("nobody known did it", unknown, "peer_victimisation")

# Serious violence.

_, wounded = family()
world.crime("2016-05-05", victim(wounded), code="5D")
expect("the victim of a wounding", wounded, "serious_violence", "strong")
_, saw_knife = family()
world.crime(
    "2016-05-05", victim(Who("Any", "Bodyelse", "1990-01-01", "M")), present(saw_knife), code="8N", flags="KNIFE"
)
expect("saw a knife used", saw_knife, "serious_violence", "moderate")
_, saw_blow = family()
world.crime("2016-05-05", victim(Who("Any", "Bodyother", "1991-01-01", "M")), present(saw_blow), code="8N")
expect("saw a blow", saw_blow, "serious_violence")
_, held_knife = family()
world.crime("2016-05-05", victim(Who("Any", "Bodythird", "1992-01-01", "M")), Part(held_knife, "suspect"), code="5D")
expect("a suspect", held_knife, "serious_violence")

# School and home.

_, for_good = family()
world.council("2016-05-05", for_good, "EXCLUSION", "PERMANENT")
expect("excluded for good", for_good, "school_exclusion", "moderate")
_, for_a_time = family()
world.council("2016-05-05", for_a_time, "EXCLUSION", "FIXED")
expect("once for a time", for_a_time, "school_exclusion", "weak")
_, again = family()
for day in ("2016-05-05", "2017-02-02"):
    world.council(day, again, "EXCLUSION", "FIXED")
expect("twice in a year", again, "school_exclusion", "weak", "moderate")
_, far_apart = family()
for day in ("2015-05-05", "2016-06-06"):
    world.council(day, far_apart, "EXCLUSION", "FIXED")
expect("twice in more than a year", far_apart, "school_exclusion", "weak")
hostel_parent, in_hostel = family()
hostel = a_home("Hostel Lane", premises="HOSTEL")
world.notice("2016-05-05", in_hostel.at(hostel), mother(hostel_parent.at(hostel)), text="Seen there.")
expect("a hostel", in_hostel.at(hostel), "homelessness", "moderate")
refuge_parent, in_refuge = family()
refuge = a_home("Hidden Lane", premises="REFUGE", protected=True)
world.notice("2016-05-05", in_refuge.at(refuge), mother(refuge_parent.at(refuge)), text="Seen there.")
expect("a refuge is not named", in_refuge.at(refuge), "homelessness")
told("the family is homeless", "homelessness", "The family are homeless and sleeping in a car.", "moderate")
told("rough sleepers in the street", "homelessness", "The neighbour complained about rough sleepers.")

# What protects.

told("does well at school", "school_attendance", "He does well in class and likes sport.", "moderate")
told("an aunt whom he trusts", "trusted_adult", "He has a close relationship with his aunt.", "moderate")
told("a hospital trust", "trusted_adult", "Referred to the NHS trust.")
_, helped = family()
world.plan("2016-05-05", helped, "EARLY_HELP", lead="A made-up team")
expect("a service helps", helped, "engaged_service", "moderate")
stay_parent, stays = family()
for day in ("2013-01-01", "2016-05-05"):
    world.notice(day, stays, mother(stay_parent), text="Seen at home.")
expect("one home for years", stays, "safe_housing", "moderate")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("kinds"))


@pytest.mark.parametrize(
    ("what", "child", "indicator", "strengths"), STORIES, ids=[f"{story[2]}: {story[0]}" for story in STORIES]
)
def test_a_story_gives_what_it_should_and_no_more(
    found: Found, what: str, child: Who, indicator: str, strengths: set[str]
) -> None:
    assert found.strengths(child, indicator) == strengths, what


def test_what_protects_is_shown_and_never_counted(found: Found) -> None:
    protects = set(read_triggers()["tipt"].protective)
    assert not [row for row in found.rows if row["indicator"] in protects and row["evidence_id"] in found.counted]
    assert {kind.indicator for package in found.packages for kind in package.protective} <= protects
    assert not [kind for package in found.packages for kind in package.evidence if kind.indicator in protects]


def test_every_indicator_says_what_it_claims_what_not_how_sure_and_what_to_ask() -> None:
    for item in read_indicators().values():
        assert item.claims
        assert item.does_not_claim
        assert item.counts
        assert item.does_not_count
        assert item.sureness
        assert item.window
        assert item.expires_after_months > 0
        assert item.review_question.endswith("?")
        assert item.purposes


def test_every_new_kind_has_a_story_that_counts_and_a_trap_that_does_not() -> None:
    new = {
        "neglect", "emotional_abuse", "household_mental_ill_health", "household_suicide_attempt", "bereavement", "exploitation", "peer_victimisation",
        "serious_violence", "school_exclusion", "homelessness",
    }  # fmt: skip
    for name in new:
        told = [strengths for _, _, indicator, strengths in STORIES if indicator == name]
        assert any({"moderate", "strong"} & strengths for strengths in told), name
        assert any(not {"moderate", "strong"} & strengths for strengths in told), name
