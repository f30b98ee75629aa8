"""What do the records show of children in care, missing again and again, or used by others?"""

from __future__ import annotations

import numpy as np

from headwater.synthetic.ledger import INTELLIGENCE
from headwater.synthetic.lives import KINSHIP, RESIDENTIAL
from headwater.synthetic.notices import write_child_notice
from headwater.synthetic.ordinary import add_plan, grades, write_missing
from headwater.synthetic.population import END_DAY, NOBODY
from headwater.synthetic.scenes import Scene


def take_into_care(scene: Scene) -> None:
    ledger, care = scene.ledger, scene.lives.care
    known = scene.hit(len(care.person), 0.86)
    rows = np.flatnonzero(known)
    kind = np.select([care.kind == KINSHIP, care.kind == RESIDENTIAL], ["KINSHIP", "RESIDENTIAL"], "FOSTER").astype(
        object
    )
    start, end = care.start[rows], care.end[rows]
    event = add_plan(scene, care.person[rows], "CARE", kind[rows], start, np.where(end > END_DAY, NOBODY, end))
    ledger.harm(care.person[rows], "care_experience", start, event, "record")
    # Police meet children in care, and write that they are.
    seen = np.flatnonzero(scene.hit(len(care.person), 0.45))
    low = np.maximum(care.start[seen] + 5, 0)
    day = np.minimum(
        low + (scene.rng.random(len(seen)) * np.maximum(care.end[seen] - low, 1)).astype(np.int64), END_DAY - 1
    )
    child = care.person[seen]
    fine = scene.alive(child, day) & (scene.people.age(child, day) < 18) & (day >= low)
    child, day, seen = child[fine], day[fine], seen[fine]
    minute = scene.minutes(day, 16.0, 4.0)
    notice = write_child_notice(
        scene,
        ledger.occur(len(child)),
        child,
        minute,
        boxes=np.full(len(child), "", dtype=object),
        grade=(("GREEN", 0.6), ("AMBER", 0.4)),
        siblings=0.0,
    )
    place = ledger.home(child, minute)
    scene.tell(notice, "narrative", "notice:open", child, minute, place, 0.9)
    scene.state(notice, "narrative", "note", "in_care", subject=child, minute=minute, place=place)
    scene.mislead(notice, "narrative", "note", subject=child, minute=minute, place=place, chance=0.4)
    ledger.harm(child, "care_experience", day, notice, "text")
    unseen = np.setdiff1d(np.flatnonzero(~known), seen)
    ledger.harm(care.person[unseen], "care_experience", np.maximum(care.start[unseen], 0), None, "none")


def go_missing(scene: Scene) -> None:
    """Children who go missing again and again; the institution effect: a children's home must call, a family may not."""
    ledger, lives = scene.ledger, scene.lives
    person, day = lives.missing_person, lives.missing_day
    minute = scene.minutes(day, 21.5, 4.0)
    home = ledger.home(person, minute)
    institution = scene.addresses.premises[home] == "care_home"
    told = (
        scene.hit(len(person), np.where(institution, 0.97, 0.8))
        & scene.alive(person, day)
        & (scene.people.age(person, day) < 18)
    )
    rows = np.flatnonzero(told)
    event = write_missing(scene, ledger.occur(len(rows)), person[rows], minute[rows], repeat=True)
    # Three within ninety days: shown by the third and every one after it that closes such a run.
    order = np.lexsort((day[rows], person[rows]))
    ordered_person, ordered_day = person[rows][order], day[rows][order]
    third = np.zeros(len(rows), dtype=bool)
    third[2:] = (ordered_person[2:] == ordered_person[:-2]) & (ordered_day[2:] - ordered_day[:-2] <= 90)
    hit = order[third]
    ledger.harm(person[rows][hit], "repeat_missing", day[rows][hit], event[hit], "record")


def exploit(scene: Scene) -> None:
    ledger, spells = scene.ledger, scene.lives.exploited
    times = 1 + scene.rng.poisson(1.0, len(spells.person))
    row = np.repeat(np.arange(len(spells.person)), times)
    low = np.maximum(spells.start[row], 0)
    day = np.minimum(
        low + (scene.rng.random(len(row)) * np.maximum(spells.end[row] - low, 1)).astype(np.int64), END_DAY - 1
    )
    child = spells.person[row]
    minute = scene.minutes(day, 12.0, 4.0)
    place = ledger.home(child, minute)
    by_report = scene.hit(len(child), 0.6)
    rows = np.flatnonzero(by_report)
    report = ledger.event(
        INTELLIGENCE,
        ledger.occur(len(rows)),
        minute[rows],
        np.full(len(rows), NOBODY),
        **grades(scene, len(rows), day[rows] < 1500),
    )
    ledger.person(report, child[rows], "SUBJECT")
    ledger.person(report, scene.draw(scene.offender_weight, day[rows], 18, 60), "ASSOCIATE")
    scene.tell(report, "text", "intel_exploitation", child[rows], minute[rows], place[rows])
    rows = np.flatnonzero(~by_report)
    notice = write_child_notice(
        scene,
        ledger.occur(len(rows)),
        child[rows],
        minute[rows],
        boxes=np.where(scene.hit(len(rows), 0.7), "CSE", "").astype(object),
        grade=(("RED", 0.5), ("AMBER", 0.5)),
    )
    scene.tell(notice, "narrative", "notice:open", child[rows], minute[rows], place[rows], 0.7)
    scene.state(
        notice, "narrative", "note", "exploitation", subject=child[rows], minute=minute[rows], place=place[rows]
    )
    scene.mislead(notice, "narrative", "note", subject=child[rows], minute=minute[rows], place=place[rows], chance=0.4)
