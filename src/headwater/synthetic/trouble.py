"""What else goes wrong in homes with children? Mental ill health, attempts to die, deaths, homes lost: told in notices, or never."""

from __future__ import annotations

import numpy as np

from headwater.synthetic.notices import write_child_notice
from headwater.synthetic.population import END_DAY, OPEN
from headwater.synthetic.scenes import Ints, Scene, flags_of

_CHANCES = (("mental_ill_health", 0.022), ("suicide_attempt", 0.008), ("homelessness", 0.009))
"""The chance of a notice that tells of it, for an adult with one adversity and children at home, in the years of the force."""

_BOXES = {"mental_ill_health": "MH", "suicide_attempt": "MH", "homelessness": "HOUSING", "bereavement": ""}

_HARMS = {
    "mental_ill_health": "household_mental_ill_health", "suicide_attempt": "household_suicide_attempt", "homelessness": "homelessness",
    "bereavement": "bereavement",
}  # fmt: skip


def bring_trouble(scene: Scene) -> None:
    """Write what notices tell of trouble at home that is nobody's fault."""
    people = scene.people
    grown = np.flatnonzero(people.adult)
    for concept, chance in _CHANCES:
        weight = chance * (0.4 + people.adversity[grown]) / 1.4
        person = grown[scene.rng.random(len(grown)) < weight]
        day = scene.rng.integers(30, END_DAY - 2, len(person))
        _tell(scene, concept, person, day)
    dead = np.flatnonzero(people.adult & (people.died < OPEN) & (people.died > 30) & (people.died < END_DAY - 40))
    dead = dead[scene.hit(len(dead), 0.5)]
    _tell_of_death(scene, dead)


def _tell(scene: Scene, concept: str, person: Ints, day: Ints) -> None:
    child = scene.children_with(person, day, 1)[:, 0]
    fine = (child >= 0) & scene.alive(person, day)
    _notices(scene, concept, person[fine], child[fine], day[fine])


def _tell_of_death(scene: Scene, dead: Ints) -> None:
    """Some months after a parent died, of a child who lived with the parent before."""
    died = scene.people.died[dead]
    child = scene.children_with(dead, died - 1, 1)[:, 0]
    day = died + scene.rng.integers(10, 200, len(dead))
    fine = (child >= 0) & (day < END_DAY - 1)
    fine[fine] &= scene.alive(child[fine], day[fine]) & (scene.people.age(child[fine], day[fine]) < 18)
    parent = fine & (
        (scene.people.mother[np.maximum(child, 0)] == dead) | (scene.people.father[np.maximum(child, 0)] == dead)
    )
    _notices(scene, "bereavement", dead[parent], child[parent], day[parent])


def _notices(scene: Scene, concept: str, person: Ints, child: Ints, day: Ints) -> None:
    ledger, people, count = scene.ledger, scene.people, len(person)
    if count == 0:
        return
    minute = scene.minutes(day, 14.0, 4.0)
    box = _BOXES[concept]
    boxes = flags_of((box, scene.hit(count, 0.4))) if box else np.full(count, "", dtype=object)
    notice = write_child_notice(
        scene, ledger.occur(count), child, minute, boxes=boxes, grade=(("AMBER", 0.6), ("GREEN", 0.3), ("RED", 0.1))
    )  # fmt: skip
    place = ledger.home(child, minute)
    about = np.select(
        [people.mother[child] == person, people.father[child] == person, people.step_parent[child] == person],
        [1, 2, 4],
        14,
    ).astype(np.int64)
    scene.tell(notice, "narrative", "notice:open", child, minute, place, 0.8)
    in_voice = scene.hit(count, 0.25) & (people.age(child, day) > 4)
    for mask, field, register in ((~in_voice, "narrative", "note"), (in_voice, "voice", "voice")):
        rows = np.flatnonzero(mask)
        scene.state(
            notice[rows], field, register, concept, subject=child[rows], minute=minute[rows], place=place[rows], about=about[rows],
            about_person=person[rows],
        )  # fmt: skip
    scene.mislead(notice, "narrative", "note", subject=child, minute=minute, place=place, chance=0.4)
    scene.tell(notice, "narrative", "notice:detail", child, minute, place, 0.5)
    scene.tell(notice, "narrative", "notice:close", child, minute, place, 0.6)
    ledger.harm(child, _HARMS[concept], day, notice, "text")
