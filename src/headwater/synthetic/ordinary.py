"""What happens to everybody? The ordinary work that fills record systems, and in which traps lie."""

from __future__ import annotations

import numpy as np

from headwater.synthetic.chances import (
    FOUND_BY,
    KNOWN_OUTCOMES,
    LEADS,
    MISC_TYPES,
    NOISE_TYPES,
    OUTCOMES,
    REASONS,
    RETURN_HOURS,
    STATIONS,
    TRAFFIC_TYPES,
)
from headwater.synthetic.geography import Texts
from headwater.synthetic.ledger import CHILDREN, CRIME, CUSTODY, INCIDENT, INTELLIGENCE, MISSING
from headwater.synthetic.notices import notice_adults, notice_children, show_misuse, speak_of_home
from headwater.synthetic.population import END_DAY, NOBODY
from headwater.synthetic.scenes import Bools, Ints, Scene, flags_of


def happen(scene: Scene) -> None:
    """Write every ordinary happening into the ledger."""
    for kind in ("burglary", "vehicle", "shop", "violence", "public", "drugs", "robbery"):
        _commit(scene, kind)
    for kind, types in (
        ("noise", NOISE_TYPES),
        ("traffic", TRAFFIC_TYPES),
        ("misc", MISC_TYPES),
        ("concern", ("309",)),
    ):
        _call(scene, kind, types)
    _detain_others(scene)
    _go_missing_once(scene)
    notice_children(scene)
    notice_adults(scene)
    _report_intelligence(scene)
    _help_early(scene)
    _exclude(scene)
    _cancel(scene)
    _remember(scene)


def risk_of(scene: Scene, count: int) -> Texts:
    """Risk levels of missing episodes."""
    return scene.among((("HIGH", 0.13), ("MEDIUM", 0.68), ("LOW", 0.17), ("NONE", 0.02)), count)


def hours_away(scene: Scene, count: int) -> Ints:
    """Minutes until a missing person is found: the published shares, straight in the logarithm of hours between them."""
    share = np.array([row[0] for row in RETURN_HOURS])
    hours = np.log(np.array([row[1] for row in RETURN_HOURS]))
    result: Ints = (np.exp(np.interp(scene.rng.random(count), share, hours)) * 60).astype(np.int64)
    return result


def _commit(scene: Scene, kind: str) -> None:
    """Crimes of one ordinary kind: victim, often no suspect; a log before half of them, custody after some."""
    ledger, count = scene.ledger, scene.times(kind)
    day = scene.days(count)
    minute = scene.minutes(day, {"burglary": 13.0, "violence": 22.0}.get(kind, 15.0))
    has_victim = kind not in ("drugs", "shop")
    victim = scene.draw(scene.victim_weight + 0.15 * scene.child_weight, day) if has_victim else np.full(count, NOBODY)
    known = scene.hit(
        count,
        {"burglary": 0.1, "vehicle": 0.07, "shop": 0.5, "violence": 0.6, "public": 0.65, "drugs": 1.0, "robbery": 0.15}[
            kind
        ],
    )
    suspect = np.where(known, scene.draw(scene.offender_weight, day, 11, 70), NOBODY)
    suspect = np.where(suspect == victim, NOBODY, suspect)
    home = ledger.home(victim, minute)
    street = ledger.home(scene.draw(scene.victim_weight, day), minute)
    place = home if kind == "burglary" else np.where(scene.hit(count, 0.4) & (home >= 0), home, street)
    if kind == "shop":
        place = scene.places.shops[scene.rng.integers(0, len(scene.places.shops), count)]
    code, title = scene.offence(kind, count)
    occurrence = ledger.occur(count)

    logged = np.flatnonzero(scene.hit(count, 0.12 if kind == "drugs" else 0.55))
    caller = np.where(victim >= 0, victim, scene.draw(scene.victim_weight, day, 18))
    nsir = {
        "burglary": "3",
        "vehicle": "7",
        "shop": "13",
        "violence": "1",
        "public": "14",
        "drugs": "11",
        "robbery": "5",
    }[kind]
    log = np.full(count, NOBODY, dtype=np.int64)
    log[logged] = ledger.event(
        INCIDENT, occurrence[logged], minute[logged] - 5, place[logged], type_opening=nsir, type_closing=nsir,
        priority=scene.among((("P1", 0.15), ("P2", 0.4), ("P3", 0.35), ("P8", 0.1)), len(logged)), result="CRIMED",
        qualifiers="",
    )  # fmt: skip
    part = logged[scene.hit(len(logged), 0.93)]
    ledger.person(
        log[part], caller[part], np.where(caller[part] == victim[part], "VICTIM", "CALLER").astype(object), phoned=True
    )
    part = logged[scene.hit(len(logged), 0.35)]
    ledger.person(log[part], suspect[part], "SUSPECT")
    part = logged[scene.hit(len(logged), 0.5)]
    ledger.person(log[part], scene.draw(scene.victim_weight, day[part]), "WITNESS", phoned=True)
    _write_log(scene, log[logged], "crime:log", minute[logged] - 5, place[logged], trap=0.14)

    outcome = np.where(known, scene.among(KNOWN_OUTCOMES, count), scene.among(OUTCOMES, count))
    event = ledger.event(
        CRIME, occurrence, minute, place, code=code, title=title, outcome=outcome,
        committed=minute - 60 * scene.rng.integers(0, 30, count), flags=flags_of(
            ("ALC", scene.hit(count, 0.25 if kind == "violence" else 0.01)),
            ("KNIFE", scene.hit(count, 0.05 if kind in ("violence", "robbery") else 0.0)),
            ("REPEAT", scene.hit(count, 0.04)), ("VULN", scene.hit(count, 0.03)),
        ), log_event=np.where(scene.hit(count, 0.9), log, NOBODY),
    )  # fmt: skip
    ledger.person(event, victim, "VIC", rel="")
    ledger.person(event, suspect, np.where(np.isin(outcome, ["1", "3", "8"]), "OFF", "SUS").astype(object),
                  rel=scene.among((("STRANGER", 0.35), ("ACQUAINTANCE", 0.4), ("", 0.25)), count))  # fmt: skip
    # A shop's staff or a neighbour gives a statement; where nobody else is named, somebody always does.
    for chance in (np.where((victim < 0) & (suspect < 0), 1.0, 0.55), np.full(count, 0.25)):
        part = np.flatnonzero(scene.hit(count, chance))
        ledger.person(event[part], scene.draw(scene.victim_weight, day[part], 16), "WIT", rel="")
    part = np.flatnonzero(scene.hit(count, 0.12))
    ledger.person(event[part], scene.draw(scene.victim_weight + scene.child_weight, day[part]), "OTH", rel="")
    scene.tell(event, "mo", "drug_mo" if kind == "drugs" else f"{kind}:mo", suspect, minute, place)
    scene.mislead(event, "mo", "note", subject=np.full(count, NOBODY), minute=minute, place=place, chance=0.05)

    chance = {
        "burglary": 0.5,
        "vehicle": 0.4,
        "shop": 0.3,
        "violence": 0.45,
        "public": 0.2,
        "drugs": 0.55,
        "robbery": 0.6,
    }[kind]
    held = np.flatnonzero((suspect >= 0) & scene.hit(count, chance))
    _detain(
        scene, occurrence[held], suspect[held], minute[held] + 120, code[held], title[held], event[held], outcome[held]
    )


def _write_log(scene: Scene, event: Ints, bank: str, minute: Ints, place: Ints, trap: float) -> None:
    nobody = np.full(len(event), NOBODY)
    scene.tell(event, "log", bank, nobody, minute, place)
    scene.mislead(event, "log", "log", subject=nobody, minute=minute, place=place, chance=trap)
    scene.tell(event, "log", "end:log", nobody, minute, place, 0.8)
    scene.tell(event, "log", "end:log", nobody, minute, place, 0.5)


def _detain(
    scene: Scene, occurrence: Ints, person: Ints, minute: Ints, code: Texts, title: Texts, crime: Ints, outcome: Texts
) -> None:
    """Ordinary detentions; what the detained misuse is noted when it is true."""
    ledger, count = scene.ledger, len(occurrence)
    charged = outcome == "1"
    disposal = np.where(
        charged, "BAILED_CHARGED", scene.among((("NFA", 0.5), ("RUI", 0.2), ("CAUTION", 0.15), ("CR", 0.15)), count)
    )
    court = np.where(
        charged & scene.hit(count, 0.6),
        scene.among(
            (("FINE", 0.35), ("COMMUNITY", 0.3), ("SUSPENDED", 0.1), ("DISCONTINUED", 0.15), ("ACQUITTED", 0.1)), count
        ),
        "",
    )
    day = minute // 1440
    misuse = scene.misuse(person, day)
    noted = scene.hit(count, 0.55)
    alcohol, drugs = (misuse & 1 > 0) & noted, (misuse & 2 > 0) & noted
    event = ledger.event(
        CUSTODY, occurrence, minute, np.full(count, NOBODY), code=code, title=title, crime_event=crime, disposal=disposal,
        court=court, court_day=np.minimum(day + scene.rng.integers(20, 160, count), END_DAY + 60), months=np.zeros(count, dtype=np.int64),
        released=minute + scene.rng.integers(180, 1300, count), station=scene.among(STATIONS, count),
        markers=flags_of(("ALC_DEP", alcohol & scene.hit(count, 0.5)), ("DRUG_DEP", drugs & scene.hit(count, 0.5)),
                         ("ALC_INTOX", scene.hit(count, 0.14)), ("SELF_HARM", scene.hit(count, 0.09)),
                         ("MH_SEEN", scene.hit(count, 0.1)), ("VIOLENT", scene.hit(count, 0.06))),
        dependants=_dependants(scene, person, day),
    )  # fmt: skip
    ledger.person(event, person, "DETAINED")
    place = ledger.home(person, minute)
    scene.tell(event, "notes", "arrest:notes", person, minute, place)
    for bank, mask in (("alcohol_notes", alcohol), ("drug_notes", drugs)):
        here = np.flatnonzero(mask)
        scene.tell(event[here], "notes", bank, person[here], minute[here], place[here])
    show_misuse(scene, event, person, day, alcohol | drugs, "text")
    scene.mislead(event, "notes", "short", subject=person, minute=minute, place=place, chance=0.32)
    scene.tell(event, "notes", "arrest:notes", person, minute, place, 0.5)


def _dependants(scene: Scene, person: Ints, day: Ints) -> Texts:
    has = scene.children_with(person, day, 1)[:, 0] >= 0
    count = len(person)
    return np.where(scene.hit(count, 0.3), "", np.where(has ^ scene.hit(count, 0.05), "Y", "N")).astype(object)


def _call(scene: Scene, kind: str, types: tuple[str, ...]) -> None:
    """Calls to the control room that come to nothing more."""
    ledger, count = scene.ledger, scene.times(kind)
    day = scene.days(count)
    minute = scene.minutes(day, 19.0 if kind == "noise" else 15.0, 6.0)
    caller = scene.draw(scene.victim_weight, day, 14)
    home = ledger.home(caller, minute)
    other = scene.draw(scene.victim_weight, day)
    place = np.where(scene.hit(count, 0.6), home, ledger.home(other, minute))
    opening = scene.among(types, count)
    closing = np.where(scene.hit(count, 0.8), opening, scene.among(types, count))
    event = ledger.event(
        INCIDENT, ledger.occur(count), minute, place, type_opening=opening, type_closing=closing,
        priority=scene.among((("P2", 0.2), ("P3", 0.35), ("P5", 0.15), ("P8", 0.3)), count),
        result=scene.among(("NFA", "NO TRACE", "ADVICE", "REFERRED", "ATTENDED"), count),
        qualifiers=np.where(scene.hit(count, 0.04), "638", "").astype(object),
    )  # fmt: skip
    part = np.flatnonzero(scene.hit(count, 0.9))
    ledger.person(event[part], caller[part], "CALLER", phoned=True)
    part = np.flatnonzero(scene.hit(count, 0.6 if kind != "misc" else 0.2) & (other != caller))
    ledger.person(event[part], other[part], "INVOLVED")
    part = np.flatnonzero(scene.hit(count, 0.5 if kind in ("noise", "traffic") else 0.2))
    ledger.person(event[part], scene.draw(scene.victim_weight, day[part], 14), "WITNESS", phoned=True)
    _write_log(scene, event, f"{kind}:log", minute, place, trap={"noise": 0.16, "concern": 0.5}.get(kind, 0.05))
    if kind == "concern":
        # In some of the homes that are called about, what the caller fears is true.
        misuse = scene.misuse(other, day)
        rows = np.flatnonzero((misuse > 0) & scene.hit(count, 0.6))
        concept = np.where(misuse & 1 > 0, "alcohol_misuse", "drug_misuse").astype(object)
        scene.state(event[rows], "log", "log", concept[rows], subject=np.full(len(rows), NOBODY), minute=minute[rows],
                    place=place[rows], about="unknown", about_person=other[rows])  # fmt: skip


def _detain_others(scene: Scene) -> None:
    count = scene.times("custody")
    day = scene.days(count)
    minute = scene.minutes(day, 20.0, 6.0)
    code, title = scene.offence("custody", count)
    person = scene.draw(scene.offender_weight, day, 12, 75)
    real = person >= 0
    outcome = scene.among(KNOWN_OUTCOMES, count)
    _detain(scene, scene.ledger.occur(int(real.sum())), person[real], minute[real], code[real], title[real],
            np.full(int(real.sum()), NOBODY), outcome[real])  # fmt: skip


def _go_missing_once(scene: Scene) -> None:
    """One episode, found soon, nothing behind it: children and some adults."""
    ledger, count = scene.ledger, scene.times("missing")
    day = scene.days(count)
    minute = scene.minutes(day, 21.0, 4.0)
    child = scene.hit(count, 0.62)
    person = np.where(
        child,
        scene.draw(scene.child_weight, day, 9, 18),
        scene.draw(scene.old_weight + 0.2 * scene.victim_weight, day, 18),
    )
    keep = person >= 0
    write_missing(scene, ledger.occur(int(keep.sum())), person[keep], minute[keep], repeat=False)


def write_missing(scene: Scene, occurrence: Ints, person: Ints, minute: Ints, repeat: bool) -> Ints:
    """Missing episodes with their log, circumstances and return interview; returns the events."""
    ledger, count = scene.ledger, len(occurrence)
    day = minute // 1440
    home = ledger.home(person, minute)
    premises = scene.addresses.premises[np.maximum(home, 0)]
    in_home = premises == "care_home"
    young = scene.people.age(person, day) < 18
    mother, father = scene.people.mother[person], scene.people.father[person]
    with_mother = scene.stays.live_together(person, mother, day) & scene.alive(mother, day)
    with_father = scene.stays.live_together(person, father, day) & scene.alive(father, day)
    in_foster = young & ~in_home & np.isin(person, scene.lives.care.person) & ~with_mother & ~with_father
    partner = scene.people.partner[person]
    informant = np.where(
        with_mother & scene.hit(count, 0.8),
        mother,
        np.where(with_father, father, np.where(scene.alive(partner, day), partner, NOBODY)),
    )
    informant = np.where(in_home | in_foster, NOBODY, informant)
    rel = np.select(
        [in_home, in_foster, informant < 0, informant == mother, informant == father],
        ["CARE-STAFF", "FOSTER-CARER", "OTHER", "MOTHER", "FATHER"],
        "PARTNER",
    ).astype(object)

    log = np.full(count, NOBODY, dtype=np.int64)
    logged = np.flatnonzero(scene.hit(count, 0.85))
    log[logged] = ledger.event(
        INCIDENT, occurrence[logged], minute[logged] - 4, home[logged], type_opening="311",
        type_closing=scene.among((("311", 0.85), ("326", 0.08), ("309", 0.07)), len(logged)),
        priority=scene.among((("P2", 0.5), ("P3", 0.5)), len(logged)), result="REFERRED",
        qualifiers=np.where(young[logged] & scene.hit(len(logged), 0.6), "609", "").astype(object),
    )  # fmt: skip
    ledger.person(
        log[logged],
        np.where(scene.hit(len(logged), 0.9), person[logged], NOBODY),
        np.where(young[logged], "CHILD", "INVOLVED").astype(object),
    )
    ledger.person(log[logged], informant[logged], "CALLER", phoned=True)
    scene.ledger.say(
        log[logged], "log", ledger.choose("missing_log", len(logged)), subject=person[logged], minute=minute[logged] - 4,
        place=home[logged], about=np.where(young[logged], 8, 15).astype(np.int64), about_person=person[logged],
    )  # fmt: skip
    scene.tell(log[logged], "log", "end:log", person[logged], minute[logged], home[logged], 0.8)

    away = hours_away(scene, count)
    absent = (day < 1700) & scene.hit(count, 0.18)
    returned = minute + away
    event = ledger.event(
        MISSING, occurrence, minute, home, category=np.where(absent, "ABSENT", "MISSING").astype(object),
        risk=np.where(absent, "NONE", risk_of(scene, count)).astype(object),
        from_code=np.select([in_home, in_foster], ["RES_CARE", "FOSTER"], scene.among((("HOME", 0.9), ("SCHOOL", 0.05), ("OTHER", 0.05)), count)).astype(object),
        last_seen=minute - scene.rng.integers(60, 600, count), returned=returned, found_by=scene.among(FOUND_BY, count),
        reason=scene.among(REASONS, count), harm=scene.among((("NONE", 0.962), ("HARMED", 0.033), ("SEXUAL", 0.005)), count),
        looked_after=np.where(in_home | in_foster, np.where(scene.hit(count, 0.88), "Y", ""), np.where(scene.hit(count, 0.75), "N", "")).astype(object),
        authority=np.where(in_home | in_foster, "Local authority", "").astype(object),
        informant_is=rel, log_event=np.where(scene.hit(count, 0.88), log, NOBODY),
    )  # fmt: skip
    ledger.person(event, person, "MISSING")
    ledger.person(event, informant, "INFORMANT", rel=rel)

    cared = in_home | in_foster
    for mask, bank in ((cared, "care_circumstances"), (~cared, "missing_text")):
        rows = np.flatnonzero(mask)
        scene.tell(event[rows], "circumstances", bank, person[rows], minute[rows], home[rows])
    scene.tell(event, "circumstances", "missing:circ", person, minute, home, 0.9)
    scene.mislead(event, "circumstances", "note", subject=person, minute=minute, place=home, chance=0.26)

    seen = np.flatnonzero(young & scene.hit(count, 0.75) & (returned < (END_DAY + 1) * 1440))
    scene.tell(event[seen], "return", "return:plain", person[seen], minute[seen], home[seen])
    speak_of_home(scene, event[seen], "return", "voice", person[seen], minute[seen], home[seen], chance=0.55)
    scene.mislead(
        event[seen], "return", "voice", subject=person[seen], minute=minute[seen], place=home[seen], chance=0.35
    )
    kids = np.flatnonzero(cared)
    scene.ledger.harm(person[kids], "care_experience", day[kids], event[kids], "record")
    return event


def grades(scene: Scene, count: int, early: Bools) -> dict[str, Texts]:
    """Grades of intelligence: 5x5x5 in the early years, 3x5x2 later; some blank, some wrong."""
    scheme = np.where(early, "5x5x5", "3x5x2").astype(object)
    source = np.where(early, scene.among(("A", "B", "C", "D", "E"), count), scene.among(("1", "2", "3"), count)).astype(
        object
    )
    information = np.where(
        early, scene.among(("1", "2", "3", "4", "5"), count), scene.among(("A", "B", "C", "D", "E"), count)
    ).astype(object)
    handling = np.where(
        early, scene.among(("1", "2", "3", "4", "5"), count), scene.among((("P", 0.7), ("C", 0.3)), count)
    ).astype(object)
    blank, wrong = scene.hit(count, 0.03), scene.hit(count, 0.02)
    handling = np.where(blank, "", np.where(wrong, "Z", handling)).astype(object)
    scheme = np.where(scene.hit(count, 0.015), "", scheme).astype(object)
    return {"scheme": scheme, "source_grade": source, "information_grade": information, "handling_grade": handling}


def _report_intelligence(scene: Scene) -> None:
    ledger, count = scene.ledger, scene.times("intelligence")
    day = scene.days(count)
    person = scene.draw(scene.offender_weight, day, 12, 70)
    keep = person >= 0
    day, person = day[keep], person[keep]
    count = len(person)
    minute = scene.minutes(day, 12.0, 4.0)
    place = ledger.home(person, minute)
    event = ledger.event(
        INTELLIGENCE, ledger.occur(count), minute, np.full(count, NOBODY), **grades(scene, count, day < 1500)
    )
    ledger.person(event, person, "SUBJECT")
    other = scene.draw(scene.offender_weight, day, 12, 70)
    ledger.person(event, np.where(scene.hit(count, 0.55) & (other != person), other, NOBODY), "ASSOCIATE")
    misuse = scene.misuse(person, day)
    drugs = (misuse & 2 > 0) & scene.hit(count, 0.5)
    for mask, bank in ((drugs, "intel_drugs"), (~drugs, "intel:plain")):
        rows = np.flatnonzero(mask)
        scene.tell(event[rows], "text", bank, person[rows], minute[rows], place[rows])
    show_misuse(scene, event, person, day, drugs, "text")
    scene.mislead(event, "text", "note", subject=person, minute=minute, place=place, chance=0.2)


def add_plan(scene: Scene, child: Ints, fact: str, kind: Texts, start: Ints, end: Ints) -> Ints:
    """Facts of the children's services: the child and, mostly, a parent."""
    ledger, people, count = scene.ledger, scene.people, len(child)
    event = ledger.event(
        CHILDREN, ledger.occur(count), start * 1440, np.full(count, NOBODY), fact=fact, fact_type=kind, fact_start=start, fact_end=end,
        lead=scene.among(LEADS, count),
    )  # fmt: skip
    ledger.person(event, child, "CHILD")
    mother, father = people.mother[child], people.father[child]
    parent = np.where(
        scene.alive(mother, start) & scene.hit(count, 0.85),
        mother,
        np.where(scene.alive(father, start), father, NOBODY),
    )
    parent = np.where(scene.hit(count, 0.93), parent, NOBODY)
    ledger.person(event, parent, "PARENT1", rel=np.where(parent == mother, "MOTHER", "FATHER").astype(object))
    return event


def _help_early(scene: Scene) -> None:
    count = scene.times("early_help")
    day = scene.days(count)
    child = scene.draw(scene.child_weight, day, 0, 18)
    keep = child >= 0
    day, child = day[keep], child[keep]
    end = day + 30 + scene.rng.exponential(200, len(day)).astype(np.int64)
    add_plan(
        scene,
        child,
        "PLAN",
        scene.among((("EARLY_HELP", 0.55), ("CIN", 0.45)), len(child)),
        day,
        np.where(end > END_DAY, NOBODY, end),
    )


def _exclude(scene: Scene) -> None:
    count = scene.times("exclusion")
    day = scene.days(count)
    child = scene.draw(scene.child_weight + 0.3 * scene.offender_weight, day, 6, 17)
    keep = child >= 0
    day, child = day[keep], child[keep]
    permanent = scene.hit(len(child), 0.06)
    end = np.where(permanent, NOBODY, day + scene.rng.integers(1, 11, len(day)))
    add_plan(scene, child, "EXCLUSION", np.where(permanent, "PERMANENT", "FIXED").astype(object), day, end)


def _cancel(scene: Scene) -> None:
    """Crimes marked as domestic abuse, assault of a child and so on that never were: cancelled later."""
    ledger, count = scene.ledger, scene.times("cancelled")
    day = scene.days(count)
    minute = scene.minutes(day)
    victim = scene.draw(scene.victim_weight + scene.child_weight, day, 2)
    suspect = scene.draw(scene.victim_weight, day, 18)
    code, title = scene.offence("domestic", count)
    event = ledger.event(
        CRIME, ledger.occur(count), minute, ledger.home(victim, minute), code=code, title=title, outcome="", committed=minute,
        flags=np.where(scene.hit(count, 0.6), "DA|CHILDPRES", "").astype(object), log_event=np.full(count, NOBODY), cancelled=True,
    )  # fmt: skip
    ledger.person(event, victim, "VIC", rel="")
    ledger.person(event, np.where(suspect != victim, suspect, NOBODY), "SUS", rel="")
    scene.tell(event, "mo", "cancelled:mo", victim, minute, ledger.home(victim, minute))


def _remember(scene: Scene) -> None:
    """Adults who report what was done to them as children: their own past, not today's household."""
    ledger, count = scene.ledger, scene.times("historic")
    day = scene.days(count)
    minute = scene.minutes(day, 12.0, 3.0)
    victim = scene.draw(scene.victim_weight, day, 27, 75)
    keep = victim >= 0
    minute, victim = minute[keep], victim[keep]
    count = len(victim)
    code = np.where(scene.people.sex[victim] == 1, "20B", "17B").astype(object)
    title = np.where(
        scene.people.sex[victim] == 1,
        "Sexual assault on a female child under 13",
        "Sexual assault on a male child under 13",
    )
    long_ago = (scene.people.born[victim] + scene.rng.integers(7, 13, count) * 365) * 1440
    event = ledger.event(
        CRIME, ledger.occur(count), minute, ledger.home(victim, minute), code=code, title=title.astype(object), outcome=scene.among(OUTCOMES, count),
        committed=long_ago, committed_to=long_ago + 300 * 1440, flags=np.where(scene.hit(count, 0.7), "CSA", "").astype(object), log_event=np.full(count, NOBODY),
    )  # fmt: skip
    ledger.person(event, victim, "VIC", rel="")
    tid = ledger.choose("historical:sexual_abuse:note", count)
    ledger.say(event, "mo", tid, subject=victim, minute=minute, place=ledger.home(victim, minute))
