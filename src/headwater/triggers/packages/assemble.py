"""How does a found subject become a package? Thin code puts together what was gathered; pure, no file and no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from headwater import __version__
from headwater.triggers.finding.gathered import Rows
from headwater.triggers.finding.protection import Secrets, mask
from headwater.triggers.packages.caveats import what_argues_against, what_is_not_known
from headwater.triggers.packages.home import describe_home, jailed_adults
from headwater.triggers.packages.items import refer_to, show_evidence
from headwater.triggers.packages.naming import name_package
from headwater.triggers.packages.package import (
    EvidenceKind,
    Identity,
    IntelligenceHeld,
    Method,
    Package,
    Saying,
    Statement,
    TellAnother,
    TimelineEntry,
    UpdateFor,
)
from headwater.triggers.packages.programmes import Programme, fit_programmes
from headwater.triggers.packages.safely import contact_safely
from headwater.triggers.packages.why import why_now
from headwater.triggers.packages.words import case_name, reckon_age, say_name, say_some_day, uncapitalise
from headwater.triggers.rules.definition import Trigger, add_span
from headwater.triggers.rules.indicator import Indicator

_SAID_IN = {"what the child said": "in a protection notice", "return interview": "in a talk after being missing"}


@dataclass(frozen=True)
class Basis:
    """What all drafts of one search share. `titles` gives each source in words; `protected` what may not be printed beside anybody."""

    trigger: Trigger
    indicators: dict[str, Indicator]
    as_of: date
    made_up: bool
    titles: dict[str, str]
    method: Method
    protected: Secrets
    programmes: tuple[Programme, ...] = ()


def describe_method(
    trigger: Trigger, indicators: dict[str, Indicator], *, left_out: list[str], model: str, identity: str, lexicon: str
) -> Method:
    """How a search finds, as each of its drafts says; `left_out` names the kinds of evidence that the force has switched off."""
    return Method(
        trigger=trigger.id,
        trigger_title=trigger.title,
        trigger_version=trigger.version,
        purpose=trigger.purpose,
        in_childhood=trigger.subject.in_childhood,
        help=trigger.help,
        owner=trigger.owner,
        review_by=trigger.review_by,
        left_out=left_out,
        indicator_versions={name: indicators[name].version for name in trigger.indicators},
        linkage_model=model,
        identity=identity,
        lexicon=lexicon,
        software=f"headwater {__version__}",
    )


def assemble(person_id: str, rows: Rows, basis: Basis, *, waits: bool) -> Package:
    """The draft package of one subject, from all that was gathered of it; `waits` when its team has as many as it can answer."""
    trigger, indicators, as_of, titles = basis.trigger, basis.indicators, basis.as_of, basis.titles
    who = rows["who"][0]
    own = {rows["home"][0]["line"], rows["home"][0]["postcode"]} if rows["home"] else set()
    protected = basis.protected.plus(
        sorted(
            {
                words
                for row in rows["elsewhere"]
                for words in (row["line"], row["postcode"])
                if words and words not in own
            }
        )
    )
    news = rows["news"]
    since = news[0]["since"] if news else None
    kinds, protective = (
        show_evidence(rows["evidence"], indicators, titles, protected, since, names)
        for names in (trigger.indicators, trigger.protective)
    )
    home = describe_home(rows, trigger.id, as_of)
    open_plans = [plan for plan in rows["plan"] if plan["until"] is None or plan["until"] >= as_of]
    why, fired_by = why_now(rows, kinds, trigger)
    return Package(
        package_id=name_package(trigger.id, person_id),
        status="draft",
        made_up=basis.made_up,
        as_of=as_of,
        subject=Identity(
            kind=who["kind"],
            person_id=person_id,
            name=say_name(who) if who["kind"] == "person" else home.address,
            other_names=[case_name(name) for name in who["other_names"] or []],
            date_of_birth=who["date_of_birth"],
            age=reckon_age(who["date_of_birth"], as_of),
            sex=who["sex"] or "not known",
            address=home.address,
            address_since=home.since,
            address_note=home.note,
            address_withheld=home.withheld,
            area=home.area,
            records_joined=who["records"],
            sources_joined=[titles.get(source, source) for source in who["sources"] or []],
            certainty=who["certainty"],
            doubts=list(who["doubts"] or []),
        ),
        why_now=why,
        fired_by=fired_by,
        contact_safely=contact_safely(rows, kinds, home),
        update_for=_update(rows["news"], trigger),
        tell_another=_tell_another(rows["moved"]),
        exclusions=sorted({row["exclusion"] for row in [*news, *rows["moved"]]}),
        urgent_on=who["urgent_on"],
        ready_on=who["ready_on"],
        answer_by=None if waits else as_of + timedelta(days=trigger.limit.answer_within_days),
        waits=waits,
        team=home.team,
        timeline=_timeline(kinds, rows["plan"]),
        evidence=kinds,
        protective=_recent(protective, indicators, as_of),
        household=home.here,
        lived_with_before=home.before,
        said=[
            Saying(
                said_on=row["said_on"],
                where=_SAID_IN[row["narrative_kind"]],
                text=mask(row["text"], protected),
                record=refer_to(row, titles),
            )
            for row in rows["voice"]
        ],
        argues_against=what_argues_against(rows, kinds, titles, protected, home.withheld),
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
        programmes=fit_programmes(
            basis.programmes,
            age=reckon_age(who["date_of_birth"], as_of),
            kinds=kinds,
            as_of=as_of,
            in_area=None
            if home.note and "not known" in home.note
            else home.team.team_id not in ("none", "other-force") or None,
            open_plan=(_plan_words(open_plans[0]["class_code"]), open_plans[0]["since"]) if open_plans else None,
        )
        if trigger.subject.in_childhood
        else [],
        not_known=what_is_not_known(
            rows, who, home.withheld, home.here, set(jailed_adults(rows)), in_childhood=trigger.subject.in_childhood
        ),
        intelligence=[
            IntelligenceHeld(
                reference=row["reference"],
                text=f"Intelligence held: ask the force intelligence bureau, reference {row['reference']}.",
            )
            for row in rows["intelligence"]
        ],
        method=basis.method,
    )


def _update(news: list[dict[str, Any]], trigger: Trigger) -> UpdateFor | None:
    """Who leads already, since longest; the reason is the exclusion's own words."""
    if not news:
        return None
    led = news[0]
    says = next(item.says or item.reason for item in trigger.exclusions if item.id == led["exclusion"])
    words = says.replace("{what}", _plan_words(led["what"])).replace("{lead}", led["lead"])
    return UpdateFor(reason=words, lead=led["lead"], since=led["since"])


def _tell_another(moved: list[dict[str, Any]]) -> TellAnother | None:
    """Where the subject lives now, when that is outside this force."""
    if not moved:
        return None
    found = moved[0]
    return TellAnother(reason=found["reason"], since=found["since"], small_area=found["what"])


def _plan_words(code: str) -> str:
    return {
        "cp_neglect": "A child protection plan (neglect)", "cp_physical": "A child protection plan (physical abuse)",
        "cp_sexual": "A child protection plan (sexual abuse)", "cp_emotional": "A child protection plan (emotional abuse)",
        "child_in_need": "A child-in-need plan", "early_help": "An early-help plan",
    }.get(code, f"A care episode ({code.replace('_', ' ')})")  # fmt: skip


def _recent(kinds: list[EvidenceKind], indicators: dict[str, Indicator], as_of: date) -> list[EvidenceKind]:
    """What protects, as long as it is not too old to be of use; none of it counts towards the trigger."""
    found = []
    for kind in kinds:
        oldest = add_span(as_of, f"{indicators[kind.indicator].expires_after_months}mo", -1)
        items = [
            item.model_copy(update={"why_not_counted": None})
            for item in kind.items
            if (item.occurred_on or date.min) >= oldest
        ]
        if items:
            found.append(kind.model_copy(update={"items": items}))
    return found


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
