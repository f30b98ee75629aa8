"""What do the records show of lives that go wrong? Each harm told by several systems, by one, or by none."""

from __future__ import annotations

import numpy as np

from headwater.synthetic.chances import HIDDEN_TYPES, STATIONS
from headwater.synthetic.geography import Texts
from headwater.synthetic.ledger import CRIME, CUSTODY, INCIDENT
from headwater.synthetic.lives import EX_PARTNER, SEXUAL
from headwater.synthetic.looked_after import exploit, go_missing, take_into_care
from headwater.synthetic.notices import speak_of_home, write_child_notice
from headwater.synthetic.ordinary import add_plan
from headwater.synthetic.population import END_DAY, NOBODY
from headwater.synthetic.scenes import Ints, Scene, flags_of
from headwater.synthetic.trouble import bring_trouble


def suffer(scene: Scene) -> None:
    """Write what the records tell of every harm into the ledger, and what no record tells into the harms."""
    _domestic_abuse(scene)
    _prison(scene)
    _child_abuse(scene)
    _neglect(scene)
    _misuse(scene)
    take_into_care(scene)
    go_missing(scene)
    exploit(scene)
    bring_trouble(scene)


def _domestic_abuse(scene: Scene) -> None:
    ledger, people, abuse = scene.ledger, scene.people, scene.lives.abuse
    pair, day = abuse.pair_of, abuse.day
    victim, offender = abuse.victim[pair], abuse.offender[pair]
    fine = scene.alive(victim, day) & scene.alive(offender, day)
    pair, day, victim, offender = pair[fine], day[fine], victim[fine], offender[fine]
    count = len(day)
    ex = (abuse.bond[pair] == EX_PARTNER) | (day >= abuse.parted[pair])
    minute = scene.minutes(day, 21.5, 4.0)
    place = ledger.home(victim, minute)
    kids = scene.children_with(victim, day)
    has_kids = kids[:, 0] >= 0
    occurrence = ledger.occur(count)
    # Some households never call the police: nothing of theirs is recorded.
    silent = scene.rng.random(len(abuse.victim)) < 0.16
    told = ~silent[pair]
    for column in range(kids.shape[1]):
        ledger.harm(np.where(told, NOBODY, kids[:, column]), "household_domestic_abuse", day, None, "none")

    marked = scene.hit(count, 0.7)
    logged = np.flatnonzero(told & scene.hit(count, 0.88))
    log = np.full(count, NOBODY, dtype=np.int64)
    opening = np.where(marked, "304", scene.among(HIDDEN_TYPES, count)).astype(object)
    closing = np.where(marked, scene.among((("304", 0.6), ("1", 0.4)), count), opening).astype(object)
    child_mark = marked & has_kids & scene.hit(count, 0.4)
    log[logged] = ledger.event(
        INCIDENT, occurrence[logged], minute[logged], place[logged], type_opening=opening[logged], type_closing=closing[logged],
        priority=scene.among((("P1", 0.4), ("P2", 0.45), ("P3", 0.15)), len(logged)),
        result=scene.among((("CRIMED", 0.5), ("ATTENDED", 0.3), ("NFA", 0.2)), len(logged)),
        qualifiers=flags_of(("606", marked & scene.hit(count, 0.8)), ("609", child_mark), ("610", scene.hit(count, 0.2)))[logged],
    )  # fmt: skip
    ledger.person(
        log[logged],
        victim[logged],
        np.where(scene.hit(len(logged), 0.6), "CALLER", "VICTIM").astype(object),
        phoned=True,
    )
    part = logged[scene.hit(len(logged), 0.8)]
    ledger.person(log[part], offender[part], "SUSPECT")
    part = logged[scene.hit(len(logged), 0.3) & has_kids[logged]]
    ledger.person(log[part], kids[part, 0], "CHILD")
    part = logged[scene.hit(len(logged), 0.3)]
    ledger.person(log[part], scene.draw(scene.victim_weight, day[part], 16), "WITNESS", phoned=True)
    woman = people.sex[victim] == 1
    nobody = np.full(count, NOBODY)
    for mask, bank in (
        (marked & woman, "da_log"), (marked & ~woman, "da_log_male"), (~marked & woman, "da_hidden_log"), (~marked & ~woman, "da_log_male"),
    ):  # fmt: skip
        rows = logged[mask[logged]]
        tid = ledger.choose(bank, len(rows))
        ledger.say(
            log[rows],
            "log",
            tid,
            subject=nobody[rows],
            minute=minute[rows],
            place=place[rows],
            about_person=victim[rows],
            sex=people.sex[victim[rows]],
        )
    seen = logged[has_kids[logged] & scene.hit(len(logged), 0.5)]
    scene.tell(log[seen], "log", "child_seen:log", nobody[seen], minute[seen], place[seen])
    # He has been drinking, and somebody says so.
    misuse = scene.misuse(offender, day)
    drunk = logged[(misuse[logged] > 0) & scene.hit(len(logged), 0.5)]
    concept = np.where(misuse & 1 > 0, "alcohol_misuse", "drug_misuse").astype(object)
    scene.state(log[drunk], "log", "log", concept[drunk], subject=victim[drunk], minute=minute[drunk], place=place[drunk],
                about=np.where(ex, 6, 5).astype(np.int64)[drunk], about_person=offender[drunk])  # fmt: skip
    home_drunk = drunk[~ex[drunk]]
    for column in range(kids.shape[1]):
        ledger.harm(kids[home_drunk, column], "household_substance_misuse", day[home_drunk], log[home_drunk], "text")
    scene.mislead(
        log[logged], "log", "log", subject=nobody[logged], minute=minute[logged], place=place[logged], chance=0.25
    )
    scene.tell(log[logged], "log", "end:log", nobody[logged], minute[logged], place[logged], 0.9)
    for column in range(kids.shape[1]):
        child = kids[logged, column]
        show = closing[logged]
        by_mark = (show == "304") | marked[logged]
        ledger.harm(np.where(by_mark, child, NOBODY), "household_domestic_abuse", day[logged], log[logged], "record")
        ledger.harm(np.where(by_mark, NOBODY, child), "household_domestic_abuse", day[logged], log[logged], "text")

    crimed = np.flatnonzero(told & scene.hit(count, np.where(marked, 0.5, 0.12)))
    code, title = scene.offence("domestic", len(crimed))
    outcome = scene.among((("16", 0.5), ("1", 0.2), ("15", 0.18), ("3", 0.05), ("10", 0.04), ("", 0.03)), len(crimed))
    flagged = scene.hit(len(crimed), 0.88)
    present = has_kids[crimed] & scene.hit(len(crimed), 0.6)
    crime = np.full(count, NOBODY, dtype=np.int64)
    crime[crimed] = ledger.event(
        CRIME, occurrence[crimed], minute[crimed] + 50, place[crimed], code=code, title=title, outcome=outcome,
        committed=minute[crimed] - 20, flags=flags_of(("DA", flagged), ("CHILDPRES", present & flagged), ("ALC", scene.hit(len(crimed), 0.2)), ("MARAC", scene.hit(len(crimed), 0.06))),
        log_event=np.where(scene.hit(len(crimed), 0.88), log[crimed], NOBODY),
    )  # fmt: skip
    ledger.person(crime[crimed], victim[crimed], "VIC", rel="")
    ledger.person(crime[crimed], offender[crimed], np.where(np.isin(outcome, ["1", "3"]), "OFF", "SUS").astype(object),
                  rel=np.where(ex[crimed], "EX-PARTNER", "PARTNER").astype(object))  # fmt: skip
    for column in range(2):
        child = np.where(present, kids[crimed, column], NOBODY)
        mother_of = people.mother[np.maximum(child, 0)] == victim[crimed]
        rel = np.where(mother_of, np.where(people.sex[np.maximum(child, 0)] == 1, "DAUGHTER", "SON"), "").astype(object)
        ledger.person(crime[crimed], child, "CHP", rel=rel)
    scene.tell(crime[crimed], "mo", "da_mo", victim[crimed], minute[crimed], place[crimed])
    for column in range(kids.shape[1]):
        ledger.harm(
            np.where(flagged, kids[crimed, column], NOBODY),
            "household_domestic_abuse",
            day[crimed],
            crime[crimed],
            "record",
        )
        ledger.harm(
            np.where(flagged, NOBODY, kids[crimed, column]),
            "household_domestic_abuse",
            day[crimed],
            crime[crimed],
            "text",
        )

    # Arrest of the one who did it; now and then of the victim, on a counter-allegation.
    held = crimed[scene.hit(len(crimed), 0.55)]
    counter = scene.hit(len(held), 0.06)
    position = np.searchsorted(crimed, held)
    arrested = np.where(counter, victim[held], offender[held])
    _detain_for(
        scene,
        occurrence[held],
        arrested,
        minute[held] + 150,
        code[position],
        title[position],
        crime[held],
        "da_notes",
        disposal=np.where(
            counter,
            "NFA",
            scene.among((("NFA", 0.45), ("BAILED_CHARGED", 0.25), ("RUI", 0.2), ("CAUTION", 0.1)), len(held)),
        ).astype(object),
    )

    noticed = np.flatnonzero(told & has_kids & scene.hit(count, np.where(marked, 0.5, 0.25)))
    child = kids[noticed, 0]
    boxed = scene.hit(len(noticed), 0.75)
    notice = write_child_notice(
        scene, occurrence[noticed], child, minute[noticed] + 300, boxes=flags_of(("DV", boxed), ("EMOTIONAL", scene.hit(len(noticed), 0.15))),
        grade=(("AMBER", 0.45), ("GREEN", 0.3), ("RED", 0.15), ("NONE", 0.1)),
        log=np.where(scene.hit(len(noticed), 0.8), log[noticed], NOBODY), crime=np.where(scene.hit(len(noticed), 0.7), crime[noticed], NOBODY),
    )  # fmt: skip
    scene.tell(notice, "narrative", "notice:open", child, minute[noticed], place[noticed], 0.6)
    by_mother = people.mother[child] == victim[noticed]
    for mask, bank in ((by_mother, "da_notice"), (~by_mother, "da_notice_father")):
        rows = np.flatnonzero(mask)
        tid = ledger.choose(bank, len(rows))
        ledger.say(
            notice[rows],
            "narrative",
            tid,
            subject=child[rows],
            minute=minute[noticed][rows],
            place=place[noticed][rows],
            about="mother" if bank == "da_notice" else "father",
            about_person=victim[noticed][rows],
        )
    speak_of_home(scene, notice, "narrative", "note", child, minute[noticed], place[noticed], 0.45)
    scene.mislead(notice, "narrative", "note", subject=child, minute=minute[noticed], place=place[noticed], chance=0.4)
    scene.tell(notice, "narrative", "notice:close", child, minute[noticed], place[noticed], 0.7)
    heard = np.flatnonzero((people.age(child, day[noticed]) > 4) & scene.hit(len(noticed), 0.4))
    hurt = np.where(by_mother, 1, 2).astype(np.int64)
    scene.state(notice[heard], "voice", "voice", "domestic_abuse", subject=child[heard], minute=minute[noticed][heard], place=place[noticed][heard],
                about=hurt[heard], about_person=victim[noticed][heard])  # fmt: skip
    for column in range(kids.shape[1]):
        other = kids[noticed, column]
        ledger.harm(np.where(boxed, other, NOBODY), "household_domestic_abuse", day[noticed], notice, "record")
        ledger.harm(np.where(boxed, NOBODY, other), "household_domestic_abuse", day[noticed], notice, "text")
    unseen = told.copy()
    for seen_by in (logged, crimed, noticed):
        unseen[seen_by] = False
    for column in range(kids.shape[1]):
        ledger.harm(np.where(unseen, kids[:, column], NOBODY), "household_domestic_abuse", day, None, "none")


def _detain_for(
    scene: Scene, occurrence: Ints, person: Ints, minute: Ints, code: Texts, title: Texts, crime: Ints, bank: str, *,
    disposal: Texts, court: Texts | None = None, months: Ints | None = None, court_day: Ints | None = None,
) -> Ints:  # fmt: skip
    """Detentions that follow from a harm, with the sentence that says what for."""
    ledger, count = scene.ledger, len(person)
    day = minute // 1440
    kids = scene.children_with(person, day, 1)[:, 0] >= 0
    event = ledger.event(
        CUSTODY, occurrence, minute, np.full(count, NOBODY), code=code, title=title, crime_event=crime, disposal=disposal,
        court=np.full(count, "", dtype=object) if court is None else court,
        court_day=day + 60 if court_day is None else court_day,
        months=np.zeros(count, dtype=np.int64) if months is None else months,
        released=minute + scene.rng.integers(300, 1400, count), station=scene.among(STATIONS, count),
        markers=flags_of(("ALC_INTOX", scene.hit(count, 0.12)), ("VIOLENT", scene.hit(count, 0.1))),
        dependants=np.where(scene.hit(count, 0.3), "", np.where(kids, "Y", "N")).astype(object),
    )  # fmt: skip
    ledger.person(event, person, "DETAINED")
    place = ledger.home(person, minute)
    scene.tell(event, "notes", "arrest:notes", person, minute, place, 0.8)
    scene.tell(event, "notes", bank, person, minute, place)
    scene.mislead(event, "notes", "short", subject=person, minute=minute, place=place, chance=0.32)
    return event


def _prison(scene: Scene) -> None:
    """Remands and sentences: most pass through custody here; of some, only a family's words tell."""
    ledger, people, prison = scene.ledger, scene.people, scene.lives.prison
    fine = scene.alive(prison.person, prison.day)
    person, day, months, remand = prison.person[fine], prison.day[fine], prison.months[fine], prison.remand[fine]
    count = len(person)
    minute = scene.minutes(day, 11.0, 4.0)
    code, title = scene.offence("prison", count)
    occurrence = ledger.occur(count)
    shown = scene.hit(count, 0.7)
    rows = np.flatnonzero(shown)
    disposal = np.where(remand, scene.among((("REMANDED", 0.85), ("RECALLED", 0.15)), count), "BAILED_CHARGED").astype(
        object
    )
    court = np.where(remand & ~scene.hit(count, 0.45), "", "IMPRISONMENT").astype(object)
    event = np.full(count, NOBODY, dtype=np.int64)
    court_day = np.where(remand, day + 40, day)
    event[rows] = _detain_for(
        scene, occurrence[rows], person[rows], np.maximum(minute - np.where(remand, 0, 30 * 1440), 0)[rows], code[rows], title[rows],
        np.full(len(rows), NOBODY), "arrest:notes", disposal=disposal[rows], court=court[rows], months=months[rows], court_day=court_day[rows],
    )  # fmt: skip
    remanded = rows[remand[rows]]
    scene.tell(
        event[remanded],
        "notes",
        "prison_notes",
        person[remanded],
        minute[remanded],
        ledger.home(person, minute)[remanded],
    )
    kids = scene.children_with(person, day)
    for column in range(kids.shape[1]):
        ledger.harm(kids[rows, column], "household_imprisonment", day[rows], event[rows], "record")
    # What a child, a school or a grandmother says while the parent is away.
    away = np.flatnonzero((kids[:, 0] >= 0) & scene.hit(count, np.where(shown, 0.3, 0.6)))
    later = np.minimum(day[away] + scene.rng.integers(5, 120, len(away)), END_DAY - 1)
    child = kids[away, 0]
    at = scene.minutes(later, 15.0, 3.0)
    who = person[away]
    about = np.select(
        [people.mother[child] == who, people.father[child] == who, people.step_parent[child] == who], [1, 2, 4], 14
    ).astype(np.int64)
    notice = write_child_notice(
        scene,
        ledger.occur(len(away)),
        child,
        at,
        boxes=np.full(len(away), "", dtype=object),
        grade=(("GREEN", 0.6), ("AMBER", 0.3), ("NONE", 0.1)),
    )
    place = ledger.home(child, at)
    scene.tell(notice, "narrative", "notice:open", child, at, place)
    in_voice = scene.hit(len(away), 0.4) & (people.age(child, later) > 4)
    for mask, field, register in ((~in_voice, "narrative", "note"), (in_voice, "voice", "voice")):
        some = np.flatnonzero(mask)
        scene.state(notice[some], field, register, "imprisonment", subject=child[some], minute=at[some], place=place[some],
                    about=about[some], about_person=who[some])  # fmt: skip
    speak_of_home(scene, notice, "narrative", "note", child, at, place, 0.4)
    scene.mislead(notice, "narrative", "note", subject=child, minute=at, place=place, chance=0.4)
    scene.tell(notice, "narrative", "notice:close", child, at, place, 0.5)
    for column in range(kids.shape[1]):
        ledger.harm(kids[away, column], "household_imprisonment", later, notice, "text")
    none = np.flatnonzero(~shown)
    none = none[~np.isin(none, away)]
    for column in range(kids.shape[1]):
        ledger.harm(kids[none, column], "household_imprisonment", day[none], None, "none")


def _child_abuse(scene: Scene) -> None:
    ledger, people, abuse = scene.ledger, scene.people, scene.lives.child_abuse
    times = 1 + (scene.rng.random(len(abuse.child)) < 0.3)
    row = np.repeat(np.arange(len(abuse.child)), times)
    low, high = np.maximum(abuse.start[row], 0), np.maximum(abuse.end[row], np.maximum(abuse.start[row], 0) + 1)
    day = np.minimum(low + (scene.rng.random(len(row)) * (high - low)).astype(np.int64), END_DAY - 2)
    child, offender, sexual = abuse.child[row], abuse.offender[row], abuse.kind[row] == SEXUAL
    # A quarter of it nobody ever hears of.
    heard = (scene.rng.random(len(abuse.child)) > 0.27)[row]
    ledger.harm(np.where(heard, NOBODY, child), "child_abuse", day, None, "none")
    fine = heard & scene.alive(child, day) & (people.age(child, day) < 18)
    child, offender, sexual, day, row = child[fine], offender[fine], sexual[fine], day[fine], row[fine]
    count = len(child)
    minute = scene.minutes(day, 13.0, 4.0)
    place = ledger.home(child, minute)
    occurrence = ledger.occur(count)
    girl, small = people.sex[child] == 1, people.age(child, day) < 13
    code, title = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    for mask, name in (
        (~sexual, "physical"), (sexual & girl & small, "sexual_girl_young"), (sexual & girl & ~small, "sexual_girl"),
        (sexual & ~girl & small, "sexual_boy_young"), (sexual & ~girl & ~small, "sexual_boy"),
    ):  # fmt: skip
        rows = np.flatnonzero(mask)
        code[rows], title[rows] = scene.offence(name, len(rows))
    crimed = np.flatnonzero(scene.hit(count, 0.5))
    outcome = scene.among((("15", 0.35), ("16", 0.2), ("1", 0.25), ("10", 0.08), ("21", 0.07), ("", 0.05)), len(crimed))
    crime = np.full(count, NOBODY, dtype=np.int64)
    crime[crimed] = ledger.event(
        CRIME, occurrence[crimed], minute[crimed], place[crimed], code=code[crimed], title=title[crimed], outcome=outcome,
        committed=minute[crimed] - 1440 * scene.rng.integers(0, 20, len(crimed)), flags=np.where(sexual[crimed], "CSA", "").astype(object),
        log_event=np.full(len(crimed), NOBODY),
    )  # fmt: skip
    ledger.person(crime[crimed], child[crimed], "VIC", rel="")
    safe_child, who = child[crimed], np.where(scene.alive(offender[crimed], day[crimed]), offender[crimed], NOBODY)
    rel = np.select(
        [who == people.mother[safe_child], who == people.father[safe_child], who == people.step_parent[safe_child]],
        ["MOTHER", "FATHER", "STEP-PARENT"], "OTHER-FAMILY",
    ).astype(object)  # fmt: skip
    stranger = np.where(who < 0, scene.draw(scene.offender_weight, day[crimed], 18, 70), NOBODY)
    ledger.person(crime[crimed], who, np.where(outcome == "1", "OFF", "SUS").astype(object), rel=rel)
    ledger.person(crime[crimed], np.where(stranger != safe_child, stranger, NOBODY), "SUS", rel="ACQUAINTANCE")
    parent = people.mother[safe_child]
    ledger.person(
        crime[crimed],
        np.where((parent != who) & scene.alive(parent, day[crimed]) & scene.hit(len(crimed), 0.6), parent, NOBODY),
        "PAR",
        rel="MOTHER",
    )
    for mask, bank in ((~sexual, "abuse_mo_physical"), (sexual, "abuse_mo_sexual")):
        rows = crimed[mask[crimed]]
        ledger.say(
            crime[rows],
            "mo",
            ledger.choose(bank, len(rows)),
            subject=np.full(len(rows), NOBODY),
            minute=minute[rows],
            place=place[rows],
            about="child",
            about_person=child[rows],
        )
    ledger.harm(child[crimed], "child_abuse", day[crimed], crime[crimed], "record")

    noticed = np.flatnonzero(scene.hit(count, np.where(crime >= 0, 0.7, 0.9)))
    kid = child[noticed]
    boxed = scene.hit(len(noticed), np.where(crime[noticed] >= 0, 0.8, 0.45))
    notice = write_child_notice(
        scene, occurrence[noticed], kid, minute[noticed] + 200,
        boxes=flags_of(("SEX", boxed & sexual[noticed]), ("PHYS", boxed & ~sexual[noticed])),
        grade=(("RED", 0.4), ("AMBER", 0.45), ("GREEN", 0.1), ("NONE", 0.05)),
        crime=np.where(scene.hit(len(noticed), 0.8), crime[noticed], NOBODY), alleged=np.where(offender[noticed] >= 0, offender[noticed], NOBODY),
    )  # fmt: skip
    at, where = minute[noticed] + 200, place[noticed]
    scene.tell(notice, "narrative", "notice:open", kid, at, where, 0.7)
    taken = np.flatnonzero(scene.hit(len(noticed), 0.1))
    scene.tell(notice[taken], "narrative", "notice:protection", kid[taken], at[taken], where[taken])
    concept = np.where(sexual, "sexual_abuse", "physical_abuse").astype(object)[noticed]
    told_by_child = scene.hit(len(noticed), 0.4) & (people.age(kid, day[noticed]) > 4)
    for mask, field, register in ((~told_by_child, "narrative", "note"), (told_by_child, "voice", "voice")):
        rows = np.flatnonzero(mask)
        scene.state(notice[rows], field, register, concept[rows], subject=kid[rows], minute=at[rows], place=where[rows])
    speak_of_home(scene, notice, "narrative", "note", kid, at, where, 0.5)
    scene.mislead(notice, "narrative", "note", subject=kid, minute=at, place=where, chance=0.4)
    scene.tell(notice, "narrative", "notice:close", kid, at, where, 0.7)
    ledger.harm(np.where(boxed, kid, NOBODY), "child_abuse", day[noticed], notice, "record")
    ledger.harm(np.where(boxed, NOBODY, kid), "child_abuse", day[noticed], notice, "text")
    unseen = np.setdiff1d(np.arange(count), np.concatenate([crimed, noticed]))
    ledger.harm(child[unseen], "child_abuse", day[unseen], None, "none")

    # A child protection plan for one in three of those known of; one plan a child.
    planned = noticed[scene.hit(len(noticed), 0.32)]
    _, once = np.unique(child[planned], return_index=True)
    planned = planned[once]
    start = np.minimum(day[planned] + scene.rng.integers(15, 40, len(planned)), END_DAY)
    end = start + 90 + scene.rng.exponential(220, len(planned)).astype(np.int64)
    plan = add_plan(
        scene,
        child[planned],
        "PLAN",
        np.where(sexual[planned], "CP_SEXUAL", "CP_PHYSICAL").astype(object),
        start,
        np.where(end > END_DAY, NOBODY, end),
    )
    ledger.harm(child[planned], "child_abuse", start, plan, "record")


def _neglect(scene: Scene) -> None:
    """Neglected children come to notice; neglect itself is no indicator of this release, what is said beside it may be."""
    ledger, neglect = scene.ledger, scene.lives.neglect
    times = 1 + (scene.rng.random(len(neglect.person)) < 0.4)
    row = np.repeat(np.arange(len(neglect.person)), times)
    low = np.maximum(neglect.start[row], 0)
    day = np.minimum(
        low + (scene.rng.random(len(row)) * np.maximum(neglect.end[row] - low, 1)).astype(np.int64), END_DAY - 2
    )
    adult = scene.household_heads[neglect.person[row]]
    child = scene.children_with(adult, day, 1)[:, 0]
    fine = (child >= 0) & scene.hit(len(row), 0.75)
    child, day = child[fine], day[fine]
    minute = scene.minutes(day, 15.0, 4.0)
    notice = write_child_notice(
        scene, ledger.occur(len(child)), child, minute, boxes=np.where(scene.hit(len(child), 0.7), "NEGLECT", "").astype(object),
        grade=(("RED", 0.25), ("AMBER", 0.5), ("GREEN", 0.25)),
    )  # fmt: skip
    place = ledger.home(child, minute)
    scene.tell(notice, "narrative", "notice:open", child, minute, place, 0.8)
    scene.state(notice, "narrative", "note", "neglect", subject=child, minute=minute, place=place)
    speak_of_home(scene, notice, "narrative", "note", child, minute, place, 0.6)
    scene.mislead(notice, "narrative", "note", subject=child, minute=minute, place=place, chance=0.4)
    scene.tell(notice, "narrative", "notice:close", child, minute, place, 0.6)
    planned = np.flatnonzero(scene.hit(len(child), 0.35))
    _, once = np.unique(child[planned], return_index=True)
    planned = planned[once]
    start = np.minimum(day[planned] + 25, END_DAY)
    end = start + 100 + scene.rng.exponential(200, len(planned)).astype(np.int64)
    add_plan(
        scene,
        child[planned],
        "PLAN",
        np.full(len(planned), "CP_NEGLECT", dtype=object),
        start,
        np.where(end > END_DAY, NOBODY, end),
    )


def _misuse(scene: Scene) -> None:
    """Homes where somebody drinks or uses drugs: seen by officers at the door, told at school, or never."""
    ledger, spells, people = scene.ledger, scene.lives.substance, scene.people
    times = scene.rng.poisson(0.9, len(spells.person))
    row = np.repeat(np.arange(len(spells.person)), times)
    low = np.maximum(spells.start[row], 0)
    day = np.minimum(
        low + (scene.rng.random(len(row)) * np.maximum(spells.end[row] - low, 1)).astype(np.int64), END_DAY - 2
    )
    person = spells.person[row]
    child = scene.children_with(person, day, 1)[:, 0]
    fine = (child >= 0) & scene.alive(person, day) & people.adult[person]
    person, child, day, kind = person[fine], child[fine], day[fine], spells.kind[row][fine]
    count = len(person)
    minute = scene.minutes(day, 18.0, 5.0)
    boxed = scene.hit(count, 0.35)
    notice = write_child_notice(
        scene, ledger.occur(count), child, minute,
        boxes=flags_of(("ALC", boxed & (kind & 1 > 0)), ("DRUG", boxed & (kind & 2 > 0))), grade=(("AMBER", 0.5), ("GREEN", 0.4), ("RED", 0.1)),
    )  # fmt: skip
    place = ledger.home(child, minute)
    about = np.select(
        [people.mother[child] == person, people.father[child] == person, people.step_parent[child] == person],
        [1, 2, 4],
        14,
    ).astype(np.int64)
    about = np.where(np.isin(person, scene.grandparents), 9, about)
    concept = np.where(
        (kind & 1 > 0) & ((kind & 2 == 0) | scene.hit(count, 0.5)), "alcohol_misuse", "drug_misuse"
    ).astype(object)
    scene.tell(notice, "narrative", "notice:open", child, minute, place, 0.8)
    in_voice = scene.hit(count, 0.3) & (people.age(child, day) > 4)
    for mask, field, register in ((~in_voice, "narrative", "note"), (in_voice, "voice", "voice")):
        rows = np.flatnonzero(mask)
        scene.state(
            notice[rows],
            field,
            register,
            concept[rows],
            subject=child[rows],
            minute=minute[rows],
            place=place[rows],
            about=about[rows],
            about_person=person[rows],
        )
    scene.mislead(notice, "narrative", "note", subject=child, minute=minute, place=place, chance=0.4)
    scene.tell(notice, "narrative", "notice:detail", child, minute, place, 0.5)
    scene.tell(notice, "narrative", "notice:close", child, minute, place, 0.6)
    kids = scene.children_with(person, day)
    for column in range(kids.shape[1]):
        ledger.harm(kids[:, column], "household_substance_misuse", day, notice, "text")
    silent = np.flatnonzero(times == 0)
    when = np.maximum(spells.start[silent], 0)
    kids = scene.children_with(spells.person[silent], when)
    for column in range(kids.shape[1]):
        ledger.harm(kids[:, column], "household_substance_misuse", when, None, "none")
