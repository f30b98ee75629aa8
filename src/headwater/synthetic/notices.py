"""What do officers and staff write about children and adults who may need protection? Notices, most of them about little."""

from __future__ import annotations

import numpy as np

from headwater.synthetic.chances import UNITS
from headwater.synthetic.geography import Texts
from headwater.synthetic.ledger import NOTICE
from headwater.synthetic.population import NOBODY
from headwater.synthetic.scenes import Bools, Ints, Scene, flags_of


def show_misuse(scene: Scene, event: Ints, person: Ints, day: Ints, mask: Bools, shown_by: str) -> None:
    """Note for every child of the misuser's household that a record shows the misuse."""
    rows = np.flatnonzero(mask)
    kids = scene.children_with(person[rows], day[rows])
    for column in range(kids.shape[1]):
        child = np.where(kids[:, column] != person[rows], kids[:, column], NOBODY)
        scene.ledger.harm(child, "household_substance_misuse", day[rows], event[rows], shown_by)


def speak_of_home(
    scene: Scene, event: Ints, field: str, register: str, child: Ints, minute: Ints, place: Ints, chance: float
) -> None:
    """Where an adult of the child's home misuses alcohol or drugs, the text says so (and nothing else may)."""
    day = minute // 1440
    people = scene.people
    said = np.zeros(len(event), dtype=bool)
    for about, relatives in (("mother", people.mother), ("father", people.father), ("step_parent", people.step_parent)):
        person = relatives[np.maximum(child, 0)]
        misuse = scene.misuse(np.where(scene.alive(person, day), person, NOBODY), day)
        at_home = scene.stays.live_together(child, person, day)
        rows = np.flatnonzero((misuse > 0) & at_home & ~said & scene.hit(len(event), chance))
        said[rows] = True
        alcohol = (misuse[rows] & 1 > 0) & ((misuse[rows] & 2 == 0) | scene.hit(len(rows), 0.5))
        concept = np.where(alcohol, "alcohol_misuse", "drug_misuse").astype(object)
        scene.state(event[rows], field, register, concept, subject=child[rows], minute=minute[rows], place=place[rows],
                    about=about, about_person=person[rows])  # fmt: skip
        show_misuse(scene, event[rows], person[rows], day[rows], np.ones(len(rows), dtype=bool), "text")


def write_child_notice(
    scene: Scene, occurrence: Ints, child: Ints, minute: Ints, *, boxes: Texts, grade: tuple[tuple[str, float], ...],
    log: Ints | None = None, crime: Ints | None = None, alleged: Ints | None = None, siblings: float = 0.8,
) -> Ints:  # fmt: skip
    """Notices about a child and the household around it: child first, then siblings, parents, step-parent."""
    ledger, people, count = scene.ledger, scene.people, len(child)
    day = minute // 1440
    none = np.full(count, NOBODY)
    event = ledger.event(
        NOTICE, occurrence, minute, ledger.home(child, minute), kind="CHILD", grade=scene.among(grade, count), boxes=boxes,
        log_event=none if log is None else log, crime_event=none if crime is None else crime, unit=scene.among(UNITS, count),
    )  # fmt: skip
    ledger.person(
        event,
        child,
        "SUBJECT",
        rel="",
        lives_here="true",
        present=np.where(scene.hit(count, 0.7), "true", "false").astype(object),
    )
    named = np.flatnonzero(scene.hit(count, siblings))
    kids = scene.children_with(child[named], day[named], 3)
    for column in range(kids.shape[1]):
        other = kids[:, column]
        of_one = people.mother[np.maximum(other, 0)] == people.mother[child[named]]
        ledger.person(
            event[named],
            other,
            "CHILD",
            rel=np.where(of_one, "SIBLING", "").astype(object),
            lives_here="true",
            present="",
        )
    for relatives, rel, chance in (
        (people.mother, "MOTHER", 0.88), (people.father, "FATHER", 0.7), (people.step_parent, "STEP-PARENT", 0.7),
    ):  # fmt: skip
        person = relatives[child]
        person = np.where(scene.alive(person, day), person, NOBODY)
        here = scene.stays.live_together(child, person, day)
        # A parent who lives elsewhere is named half as often; a step-parent only while at home.
        chances = np.where(here, chance, chance * 0.5 if rel != "STEP-PARENT" else 0.0)
        person = np.where(scene.hit(count, chances), person, NOBODY)
        if alleged is not None:
            person = np.where(person == alleged, NOBODY, person)
        stated = np.where(scene.hit(count, 0.85), np.where(here, "true", "false"), "").astype(object)
        ledger.person(
            event,
            person,
            np.full(count, "PARENT" if rel != "STEP-PARENT" else "PARTNER", dtype=object),
            rel=rel,
            lives_here=stated,
            present="",
        )
    if alleged is not None:
        safe = np.maximum(alleged, 0)
        rel = np.select(
            [alleged == people.mother[child], alleged == people.father[child], alleged == people.step_parent[child]],
            ["MOTHER", "FATHER", "STEP-PARENT"], "NONE",
        ).astype(object)  # fmt: skip
        here = scene.stays.live_together(child, alleged, day)
        ledger.person(
            event,
            np.where(scene.alive(safe, day) & (alleged >= 0), alleged, NOBODY),
            "ALLEGED",
            rel=rel,
            lives_here=np.where(here, "true", "false").astype(object),
            present="",
        )
    teller = np.flatnonzero(scene.hit(count, 0.45))
    ledger.person(
        event[teller],
        scene.draw(scene.victim_weight, day[teller], 18),
        "REPORTER",
        rel="NONE",
        lives_here="false",
        present="",
    )
    return event


def notice_children(scene: Scene) -> None:
    """Low-level notices about children: an officer saw a child at a call, nothing much wrong, much said about it."""
    ledger, count = scene.ledger, scene.times("child_notice")
    day = scene.days(count)
    minute = scene.minutes(day, 17.0, 5.0)
    child = scene.draw(scene.child_weight, day, 0, 18)
    keep = child >= 0
    child, minute = child[keep], minute[keep]
    event = write_child_notice(
        scene,
        ledger.occur(len(child)),
        child,
        minute,
        boxes=np.full(len(child), "", dtype=object),
        grade=(("GREEN", 0.55), ("AMBER", 0.15), ("NONE", 0.3)),
    )
    place = ledger.home(child, minute)
    scene.tell(event, "narrative", "notice:open", child, minute, place)
    scene.tell(event, "narrative", "notice:detail", child, minute, place, 0.8)
    speak_of_home(scene, event, "narrative", "note", child, minute, place, chance=0.5)
    scene.mislead(event, "narrative", "note", subject=child, minute=minute, place=place, chance=0.36)
    scene.tell(event, "narrative", "notice:detail", child, minute, place, 0.6)
    scene.mislead(event, "narrative", "note", subject=child, minute=minute, place=place, chance=0.2)
    scene.tell(event, "narrative", "notice:close", child, minute, place, 0.7)
    talked = np.flatnonzero((scene.people.age(child, minute // 1440) > 3) & scene.hit(len(child), 0.4))
    scene.tell(event[talked], "voice", "voice:plain", child[talked], minute[talked], place[talked])
    scene.mislead(
        event[talked], "voice", "voice", subject=child[talked], minute=minute[talked], place=place[talked], chance=0.35
    )


def notice_adults(scene: Scene) -> None:
    ledger, count = scene.ledger, scene.times("adult_notice")
    day = scene.days(count)
    person = scene.draw(scene.old_weight, day, 18)
    keep = person >= 0
    day, person = day[keep], person[keep]
    count = len(person)
    minute = scene.minutes(day, 14.0, 5.0)
    place = ledger.home(person, minute)
    event = ledger.event(
        NOTICE, ledger.occur(count), minute, place, kind="ADULT", grade=scene.among((("GREEN", 0.5), ("AMBER", 0.3), ("NONE", 0.2)), count),
        boxes=flags_of(("MH", scene.hit(count, 0.2)), ("HOUSING", scene.hit(count, 0.06))), log_event=np.full(count, NOBODY),
        crime_event=np.full(count, NOBODY), unit=scene.among(UNITS, count),
    )  # fmt: skip
    ledger.person(event, person, "SUBJECT", rel="", lives_here="true", present="true")
    partner = scene.people.partner[person]
    partner = np.where(scene.alive(partner, day) & scene.hit(count, 0.6), partner, NOBODY)
    together = scene.stays.live_together(person, partner, day)
    ledger.person(
        event, np.where(together, partner, NOBODY), "OTHER_ADULT", rel="PARTNER", lives_here="true", present=""
    )
    scene.tell(event, "narrative", "adult:open", person, minute, place)
    scene.mislead(event, "narrative", "note", subject=person, minute=minute, place=place, chance=0.5)
    misuse = scene.misuse(person, day)
    rows = np.flatnonzero((misuse > 0) & scene.hit(count, 0.4))
    concept = np.where(misuse[rows] & 1 > 0, "alcohol_misuse", "drug_misuse").astype(object)
    scene.state(event[rows], "narrative", "note", concept, subject=person[rows], minute=minute[rows], place=place[rows])
    show_misuse(scene, event[rows], person[rows], day[rows], np.ones(len(rows), dtype=bool), "text")
    scene.tell(event, "narrative", "notice:close", person, minute, place, 0.6)
