"""How do found subjects become packages? Thin code puts together what was gathered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from headwater import __version__
from headwater.engine import Engine
from headwater.triggers.caveats import what_argues_against, what_is_not_known
from headwater.triggers.gather import Rows, gather
from headwater.triggers.indicator import Indicator, Trigger
from headwater.triggers.items import refer_to, show_evidence
from headwater.triggers.package import (
    EvidenceItem,
    EvidenceKind,
    HouseholdMember,
    Identity,
    IntelligenceHeld,
    Method,
    Package,
    Statement,
    Team,
    TimelineEntry,
    UpdateFor,
)
from headwater.triggers.protection import WITHHELD, find_protected, prepare_protection
from headwater.triggers.words import SURENESS, case_name, say_name, say_number, say_some_day, uncapitalise

SAFE_CONTACT = (
    "Domestic abuse is recorded. Do not telephone, write or call at the home before you have spoken to the safeguarding "
    "lead: contact can raise the danger. Agree a safe time, place and way with the person who was harmed."
)


def name_package(trigger_id: str, person_id: str) -> str:
    """The package's number: the same for the same trigger and person in every run."""
    return "K-" + hashlib.md5(f"{trigger_id}|{person_id}".encode(), usedforsecurity=False).hexdigest()[:12]


def build_packages(
    engine: Engine,
    trigger: Trigger,
    indicators: dict[str, Indicator],
    *,
    as_of: date,
    made_up: bool,
    titles: dict[str, str],
    model: str,
    identity: str,
    lexicon: str,
    left_out: list[str],
) -> Iterator[Package]:
    """Yield the draft package of every subject, newest strong evidence first, then newest, then by number.

    The tables of `apply_trigger` and `headwater.areas.open_areas` must be there. `titles` gives each source in words;
    `left_out` names the kinds of evidence that the force has switched off.
    """
    prepare_protection(engine)
    secrets = find_protected(engine).everywhere()
    parts = gather(engine, as_of)
    method = Method(
        trigger=trigger.id,
        trigger_title=trigger.title,
        trigger_version=trigger.version,
        left_out=left_out,
        indicator_versions={name: indicators[name].version for name in trigger.indicators},
        linkage_model=model,
        identity=identity,
        lexicon=lexicon,
        software=f"headwater {__version__}",
    )
    order = engine.fetch(
        "SELECT person_id FROM subject ORDER BY newest_strong DESC NULLS LAST, newest DESC, person_id"
    )["person_id"].to_pylist()
    for person_id in order:
        rows = {name: found.get(person_id, []) for name, found in parts.items()}
        yield _assemble(person_id, rows, trigger, indicators, as_of, made_up, titles, method, secrets)


def _assemble(
    person_id: str, rows: Rows, trigger: Trigger, indicators: dict[str, Indicator], as_of: date, made_up: bool,
    titles: dict[str, str], method: Method, protected: list[str],
) -> Package:  # fmt: skip
    who = rows["who"][0]
    kinds = show_evidence(rows["evidence"], trigger, indicators, titles, protected)
    team, area, withheld = _place(rows)
    home = rows["home"][0] if rows["home"] else None
    if home is None:
        address = "not known"
    elif withheld:
        address = WITHHELD
    else:
        address = ", ".join(part for part in (case_name(home["line"] or ""), home["postcode"]) if part) or "not known"
    jailed = {
        row["other_person_id"]: (row["occurred_on"], row["sentence"])
        for row in sorted(rows["evidence"], key=lambda row: (row["occurred_on"], row["evidence_id"]))
        if row["indicator"] == "household_imprisonment" and row["other_person_id"]
    }
    open_plans = [plan for plan in rows["plan"] if plan["until"] is None or plan["until"] >= as_of]
    suspected = {row["member_id"]: row["newest"] for row in rows["suspected"]}
    household = [
        _member(row, as_of, jailed.get(row["member_id"]), suspected.get(row["member_id"]), trigger.id)
        for row in ([] if withheld else rows["household"])
    ]
    against = what_argues_against(rows, kinds, titles, protected)
    why_now, fired_by = _why_now(rows, kinds, trigger)
    return Package(
        package_id=name_package(trigger.id, person_id),
        status="draft",
        made_up=made_up,
        as_of=as_of,
        subject=Identity(
            person_id=person_id,
            name=say_name(who),
            other_names=[case_name(name) for name in who["other_names"] or []],
            date_of_birth=who["date_of_birth"],
            age=_age(who["date_of_birth"], as_of),
            sex=who["sex"] or "not known",
            address=address,
            address_since=None if withheld or home is None else home["stated_first"],
            address_withheld=withheld,
            area=area,
            records_joined=who["records"],
            sources_joined=[titles.get(source, source) for source in who["sources"]],
            certainty=who["certainty"],
            doubts=list(who["doubts"] or []),
        ),
        why_now=why_now,
        fired_by=fired_by,
        contact_safely=SAFE_CONTACT
        if withheld or any(item.indicator == "household_domestic_abuse" for kind in kinds for item in kind.items)
        else None,
        update_for=_update(rows["news"]),
        team=team,
        timeline=_timeline(kinds, rows["plan"]),
        evidence=kinds,
        household=household,
        argues_against=against,
        helps_already=[
            Statement(
                text=f"{_plan_words(plan['class_code'])} since {say_some_day(plan['since'])}, led by {plan['lead'] or 'not known'}.",
                records=[refer_to(plan, titles)],
            )
            for plan in open_plans
        ]
        + [
            Statement(
                text=f"Ended: {uncapitalise(_plan_words(plan['class_code']))}, {say_some_day(plan['since'])} to {say_some_day(plan['until'])}.",
                records=[refer_to(plan, titles)],
            )
            for plan in rows["plan"]
            if plan not in open_plans
        ],
        not_known=what_is_not_known(rows, who, withheld, household, set(jailed)),
        intelligence=[
            IntelligenceHeld(
                reference=row["reference"],
                text=f"Intelligence held: ask the force intelligence bureau, reference {row['reference']}.",
            )
            for row in rows["intelligence"]
        ],
        method=method,
    )


def _place(rows: Rows) -> tuple[Team, str, bool]:
    """The team, the area in words, and whether the address is withheld."""
    home = rows["home"][0] if rows["home"] else None
    withheld = bool(home and home["withheld"])
    known = next(
        (found[0] for found in (rows["home"], rows["area"], rows["event_area"]) if found and found[0].get("npu")), None
    )
    if known is None:
        return (
            Team(team_id="none", name="No team found", npu="not known", why="No record states an area of this force."),
            "not known",
            withheld,
        )
    if withheld:
        why = "The newest address is withheld, so the whole Neighbourhood Policing Unit is named, not a neighbourhood."
        return (
            Team(
                team_id=f"NPU-{known['npu'].replace(' ', '-')}",
                name=f"{known['npu']} (unit)",
                npu=known["npu"],
                why=why,
            ),
            known["npu"],
            True,
        )
    if rows["home"] and home and home.get("team_id"):
        why = f"The newest home that a record states (as of {say_some_day(home['stated_last'])}) lies in {home['area_name']}, which this team leads."
    elif rows["area"] and known is rows["area"][0]:
        why = f"The newest home has no area; an earlier one lies in {known['area_name']}, which this team leads."
    else:
        why = f"No home has an area; the newest event lies in {known['area_name']}, which this team leads."
    return Team(team_id=known["team_id"], name=known["team_name"], npu=known["npu"], why=why), known["team_name"], False


def _why_now(rows: Rows, kinds: list[EvidenceKind], trigger: Trigger) -> tuple[str, list[str]]:
    """What met the trigger's rules, newest first: one for each kind, how sure it is, and when; with the ids of these items."""
    items = {item.evidence_id: item for kind in kinds for item in kind.items}
    title = {kind.indicator: uncapitalise(kind.title) for kind in kinds}
    of = {
        (row["indicator"], row["occurrence_id"]): items[row["evidence_id"]]
        for row in rows["evidence"]
        if row["evidence_id"] in items
    }
    rule = trigger.criteria
    said, named = [], []
    for fired, words in (
        ("statutory", f"One strong event in the last {rule.statutory_within_months} months"),
        ("kinds", f"{say_number(rule.kinds)} or more kinds of record within {rule.within_months} months"),
    ):
        met = {of[row["indicator"], row["occurrence_id"]].evidence_id for row in rows["firing"] if row["rule"] == fired}
        newest: dict[str, EvidenceItem] = {}
        for item in sorted(
            (items[name] for name in met), key=lambda item: (item.occurred_on or date.min, item.evidence_id)
        ):
            newest[item.indicator] = item
        told = sorted(newest.values(), key=lambda item: (item.occurred_on or date.min, item.evidence_id), reverse=True)
        if told:
            listed = "; ".join(
                f"{title[item.indicator]} ({SURENESS[item.sureness].lower()}, {say_some_day(item.occurred_on)})"
                for item in told
            )
            said.append(f"{words}: {listed}.")
            named += [item.evidence_id for item in told if item.evidence_id not in named]
    return " ".join(said), named


def _update(news: list[dict[str, Any]]) -> UpdateFor | None:
    """Who leads already, since longest; the reason is the exclusion's own words."""
    if not news:
        return None
    led = news[0]
    return UpdateFor(reason=f"{_plan_words(led['what'])} {led['reason']}.", lead=led["lead"], since=led["since"])


def _plan_words(code: str) -> str:
    return {
        "cp_neglect": "A child protection plan (neglect)", "cp_physical": "A child protection plan (physical abuse)",
        "cp_sexual": "A child protection plan (sexual abuse)", "cp_emotional": "A child protection plan (emotional abuse)",
        "child_in_need": "A child-in-need plan", "early_help": "An early-help plan",
    }.get(code, f"A care episode ({code.replace('_', ' ')})")  # fmt: skip


def _timeline(kinds: list[EvidenceKind], plans: list[dict[str, Any]]) -> list[TimelineEntry]:
    entries = [
        TimelineEntry(
            on=item.occurred_on,
            until=None,
            lane=kind.title,
            label=item.sentence,
            evidence_id=item.evidence_id,
            counts=item.counts,
        )
        for kind in kinds
        for item in kind.items
    ]
    entries += [
        TimelineEntry(
            on=plan["since"],
            until=plan["until"],
            lane="help",
            label=_plan_words(plan["class_code"]),
            evidence_id=None,
            counts=False,
        )
        for plan in plans
    ]
    return sorted(entries, key=lambda entry: (entry.on or date.min, entry.lane, entry.label, entry.evidence_id or ""))


def _member(
    row: dict[str, Any], as_of: date, jailed: tuple[date, str] | None, suspected_on: date | None, trigger_id: str
) -> HouseholdMember:
    """One member; of somebody whom records last saw go to prison it is not known whether they are back."""
    words = {
        "parent": "parent", "step_parent": "step-parent", "foster_carer": "foster carer", "child": "child", "sibling": "brother or sister",
        "grandparent": "grandparent", "partner": "partner", "ex_partner": "former partner", "other_family": "other family", "carer": "carer",
    }  # fmt: skip
    why = f"{row['basis']} The newest record that says so is of {say_some_day(row['newest'])}."
    back = jailed is not None and row["together_on"] is not None and row["together_on"] > jailed[0]
    if jailed and back:
        why = f"{why} Before: {say_some_day(jailed[0])}: {jailed[1]} A record of {say_some_day(row['together_on'])} says again that they live together."
    elif jailed:
        why = f"{why} But, {say_some_day(jailed[0])}: {jailed[1]} Whether they are back is not known."
    past = row["before"] or (jailed is not None and not back)
    return HouseholdMember(
        person_id=row["member_id"], name=say_name(row), relationship=words.get(row["kind"] or "", "not known"),
        age=_age(row["date_of_birth"], as_of), since=row["since"], certainty="uncertain" if past else row["certainty"],
        why=why, suspected_on=suspected_on, package_id=name_package(trigger_id, row["member_id"]) if row["has_draft"] else None,
    )  # fmt: skip


def _age(birth: date | None, on: date) -> int | None:
    return None if birth is None else on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
