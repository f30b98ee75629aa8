"""How do found subjects become packages? Thin code puts together what was gathered."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from headwater import __version__
from headwater.engine import Engine
from headwater.triggers.gather import Rows, gather
from headwater.triggers.indicator import Indicator, Trigger
from headwater.triggers.package import (
    EvidenceItem,
    EvidenceKind,
    HouseholdMember,
    Identity,
    IntelligenceHeld,
    Method,
    Package,
    Quote,
    RecordReference,
    Statement,
    Team,
    TeamList,
    TeamListEntry,
    TimelineEntry,
    UpdateFor,
)
from headwater.triggers.protection import WITHHELD, find_protected, mask, prepare_protection
from headwater.triggers.words import SURENESS, say_day

_PASSAGE, _ADULT = 150, 18

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
) -> Iterator[Package]:
    """Yield the draft package of every subject, newest strong evidence first, then newest, then by number.

    The tables of `apply_trigger` and `headwater.areas.open_areas` must be there. `titles` gives each source in words.
    """
    prepare_protection(engine)
    secrets = find_protected(engine).everywhere()
    parts = gather(engine, as_of)
    method = Method(
        trigger=trigger.id,
        trigger_title=trigger.title,
        trigger_version=trigger.version,
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
    kinds = _evidence(rows["evidence"], trigger, indicators, titles, protected)
    team, area, withheld = _place(rows)
    home = rows["home"][0] if rows["home"] else None
    if home is None:
        address = "not known"
    elif withheld:
        address = WITHHELD
    else:
        address = ", ".join(part for part in (_cased(home["line"] or ""), home["postcode"]) if part) or "not known"
    jailed = {
        row["other_person_id"]: (row["occurred_on"], row["sentence"])
        for row in sorted(rows["evidence"], key=lambda row: (row["occurred_on"], row["evidence_id"]))
        if row["indicator"] == "household_imprisonment" and row["other_person_id"]
    }
    open_plans = [plan for plan in rows["plan"] if plan["until"] is None or plan["until"] >= as_of]
    suspected = {row["member_id"]: row["newest"] for row in rows["suspected"]}
    household = [
        _member(row, as_of, jailed.get(row["member_id"]), suspected.get(row["member_id"]))
        for row in ([] if withheld else rows["household"])
    ]
    against = _against(rows, kinds, titles, protected)
    why_now, fired_by = _why_now(rows, kinds, trigger)
    return Package(
        package_id=name_package(trigger.id, person_id),
        status="draft",
        made_up=made_up,
        as_of=as_of,
        subject=Identity(
            person_id=person_id,
            name=_name(who),
            other_names=[_cased(name) for name in who["other_names"] or []],
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
                text=f"{_plan_words(plan['class_code'])} since {_day(plan['since'])}, led by {plan['lead'] or 'not known'}.",
                records=[_reference(plan, titles)],
            )
            for plan in open_plans
        ]
        + [
            Statement(
                text=f"Ended: {_uncapital(_plan_words(plan['class_code']))}, {_day(plan['since'])} to {_day(plan['until'])}.",
                records=[_reference(plan, titles)],
            )
            for plan in rows["plan"]
            if plan not in open_plans
        ],
        not_known=_not_known(rows, who, withheld, household, set(jailed)),
        intelligence=[
            IntelligenceHeld(
                reference=row["reference"],
                text=f"Intelligence held: ask the force intelligence bureau, reference {row['reference']}.",
            )
            for row in rows["intelligence"]
        ],
        method=method,
    )


def _evidence(
    rows: list[dict[str, Any]],
    trigger: Trigger,
    indicators: dict[str, Indicator],
    titles: dict[str, str],
    protected: list[str],
) -> list[EvidenceKind]:
    """One item for each underlying occurrence: the strongest record first, the others named beside it."""
    grouped: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        grouped[row["indicator"]][row["occurrence_id"]].append(row)
    kinds = []
    for name in trigger.indicators:
        if name not in grouped:
            continue
        items = [_item(group, titles, protected) for group in grouped[name].values()]
        items.sort(key=lambda item: (item.occurred_on or date.min, item.evidence_id), reverse=True)
        indicator = indicators[name]
        kinds.append(
            EvidenceKind(
                indicator=name,
                title=indicator.title,
                claims=indicator.claims,
                does_not_claim=indicator.does_not_claim,
                items=items,
            )
        )
    return kinds


_RANK = {"strong": 0, "moderate": 1, "weak": 2}


def _item(group: list[dict[str, Any]], titles: dict[str, str], protected: list[str]) -> EvidenceItem:
    group = sorted(
        group, key=lambda row: (not row["counts"], _RANK[row["strength"]], row["occurred_on"], row["evidence_id"])
    )
    first = group[0]
    references, seen = [], set()
    for row in group:
        if (row["event_id"], row["row_no"]) not in seen:
            seen.add((row["event_id"], row["row_no"]))
            references.append(_reference(row, titles))
    quotes: list[Quote] = []
    spans: set[tuple[str, int]] = set()
    for row in group:
        span = (row["narrative_id"], row["start"])
        if row["text"] is not None and span not in spans and len(quotes) < 3:
            spans.add(span)
            quotes.append(quote(row["text"], row["start"], row["end"], row["cue"], protected))
    why = None
    if not first["counts"]:
        why = (
            "It is weak on its own." if first["strength"] == "weak"
            else "It lies outside what the trigger may count (age or date)."
        )  # fmt: skip
    return EvidenceItem(
        evidence_id=first["evidence_id"],
        indicator=first["indicator"],
        occurred_on=first["occurred_on"],
        recorded_on=first["recorded_on"],
        age_at_event=first["age_at_event"],
        strength=first["strength"],
        sureness=first["sureness"],
        role=first["role"],
        sentence=_with_title(first),
        records=references,
        quotes=quotes,
        counts=first["counts"],
        why_not_counted=why,
        handling="ordinary",
        because_text=all(row["narrative_id"] is not None for row in group),
        because_linkage=all(row["other_person_id"] is not None for row in group),
    )


def _with_title(row: dict[str, Any]) -> str:
    """The sentence, with the crime as the source calls it."""
    if row["class_list"] != "ho_recorded_crime" or not row["class_as_recorded"]:
        return str(row["sentence"])
    return f"{row['sentence'].removesuffix('.')} (recorded as: {row['class_as_recorded']})."


def quote(text: str, start: int, end: int, cue: str | None, protected: list[str]) -> Quote:
    """The passage around a mention, with the mention's place in it; protected addresses are masked."""
    left = max(
        (
            text.rfind(mark, 0, start) + len(mark)
            for mark in (". ", "\n", "! ", "? ")
            if text.rfind(mark, 0, start) >= 0
        ),
        default=0,
    )
    stops = [found for mark in (". ", "\n", "! ", "? ") if (found := text.find(mark, end)) >= 0]
    right = min(stops) + 1 if stops else len(text)
    left, right = max(left, start - _PASSAGE), min(right, end + _PASSAGE)
    before, words, after = text[left:start], text[start:end], text[end:right]
    before, words, after = (mask(part, protected) for part in (before, words, after))
    before, after = before.lstrip(), after.rstrip()
    return Quote(text=before + words + after, start=len(before), end=len(before) + len(words), cue=cue)


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
        why = f"The newest home that a record states (as of {_day(home['stated_last'])}) lies in {home['area_name']}, which this team leads."
    elif rows["area"] and known is rows["area"][0]:
        why = f"The newest home has no area; an earlier one lies in {known['area_name']}, which this team leads."
    else:
        why = f"No home has an area; the newest event lies in {known['area_name']}, which this team leads."
    return Team(team_id=known["team_id"], name=known["team_name"], npu=known["npu"], why=why), known["team_name"], False


def _why_now(rows: Rows, kinds: list[EvidenceKind], trigger: Trigger) -> tuple[str, list[str]]:
    """What met the trigger's rules, newest first: one for each kind, how sure it is, and when; with the ids of these items."""
    items = {item.evidence_id: item for kind in kinds for item in kind.items}
    title = {kind.indicator: _uncapital(kind.title) for kind in kinds}
    of = {
        (row["indicator"], row["occurrence_id"]): items[row["evidence_id"]]
        for row in rows["evidence"]
        if row["evidence_id"] in items
    }
    rule = trigger.criteria
    said, named = [], []
    for fired, words in (
        ("statutory", f"One strong event in the last {rule.statutory_within_months} months"),
        ("kinds", f"{rule.kinds} or more kinds of record within {rule.within_months} months"),
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
                f"{title[item.indicator]} ({SURENESS[item.sureness].lower()}, {_day(item.occurred_on)})"
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


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]


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
    row: dict[str, Any], as_of: date, jailed: tuple[date, str] | None, suspected_on: date | None
) -> HouseholdMember:
    """One member; of somebody whom records last saw go to prison it is not known whether they are back."""
    words = {
        "parent": "parent", "step_parent": "step-parent", "foster_carer": "foster carer", "child": "child", "sibling": "brother or sister",
        "grandparent": "grandparent", "partner": "partner", "ex_partner": "former partner", "other_family": "other family", "carer": "carer",
    }  # fmt: skip
    why = f"{row['basis']} The newest record that says so is of {_day(row['newest'])}."
    back = jailed is not None and row["together_on"] is not None and row["together_on"] > jailed[0]
    if jailed and back:
        why = f"{why} Before: {_day(jailed[0])}: {jailed[1]} A record of {_day(row['together_on'])} says again that they live together."
    elif jailed:
        why = f"{why} But, {_day(jailed[0])}: {jailed[1]} Whether they are back is not known."
    past = row["before"] or (jailed is not None and not back)
    return HouseholdMember(
        person_id=row["member_id"], name=_name(row), relationship=words.get(row["kind"] or "", "not known"),
        age=_age(row["date_of_birth"], as_of), since=row["since"], certainty="uncertain" if past else row["certainty"],
        why=why, suspected_on=suspected_on,
    )  # fmt: skip


_MOST_AGAINST = 12
_SPOKEN_OF = {
    "domestic_abuse": ("household_domestic_abuse", "domestic abuse"), "alcohol_misuse": ("household_substance_misuse", "misuse of alcohol"),
    "drug_misuse": ("household_substance_misuse", "misuse of drugs"), "physical_abuse": ("child_abuse", "physical abuse"),
    "sexual_abuse": ("child_abuse", "sexual abuse"), "imprisonment": ("household_imprisonment", "time in prison"),
    "in_care": ("care_experience", "time in care"),
}  # fmt: skip
"""The concepts that each indicator reads, as a denial names them."""


def _against(rows: Rows, kinds: list[EvidenceKind], titles: dict[str, str], protected: list[str]) -> list[Statement]:
    found = [Statement(text=doubt) for doubt in rows["who"][0]["doubts"] or []]
    counted = {kind.indicator for kind in kinds if any(item.counts for item in kind.items)}
    shown = {record.event_id for kind in kinds for item in kind.items if item.counts for record in item.records}
    for row in rows["against"]:
        indicator, what = _SPOKEN_OF.get(row["concept"], ("", ""))
        if indicator in counted and len(found) < _MOST_AGAINST:
            told = (
                f"takes back or calls false what was said of {what}"
                if row["withdrawn"]
                else f"says that there was no {what}"
            )
            words = quote(row["text"], row["start"], row["end"], row["cue"], protected).text
            which = (
                "The same record that counts above"
                if row["event_id"] in shown
                else f"A record of {_day(row['occurred_on'])}"
            )
            found.append(Statement(text=f"{which} {told}: “{words}”", records=[_reference(row, titles)]))
    if all(item.because_text for kind in kinds for item in kind.items if item.counts):
        found.append(Statement(text="All that counts was found by reading free text; no record marks it."))
    if any(_name(row) == _name(rows["who"][0]) for row in rows["household"]):
        found.append(
            Statement(
                text="Somebody of the same name is recorded in the same home: perhaps one person whose records were not joined."
            )
        )
    if any(row["certainty"] != "stated" for row in rows["household"]):
        found.append(Statement(text="Part of the household is inferred from addresses; no record states it."))
    if any(item.strength == "weak" for kind in kinds for item in kind.items):
        found.append(Statement(text="Some of what is shown is weak on its own and was not counted."))
    return found


def _not_known(
    rows: Rows, who: dict[str, Any], withheld: bool, household: list[HouseholdMember], jailed: set[str]
) -> list[Statement]:
    found = []
    if not rows["voice"]:
        found.append(Statement(text="What the child or young person said: not recorded."))
    if withheld:
        found.append(
            Statement(
                text="Who is at home: not shown, because the address is withheld. Records of an earlier home would mislead."
            )
        )
    elif not rows["household"]:
        found.append(Statement(text="Who is at home: not known."))
    adults = [member for member in household if member.age is None or member.age >= _ADULT]
    if jailed & {member.person_id for member in household} and not [m for m in adults if m.certainty != "uncertain"]:
        found.append(Statement(text="Who looks after the child while an adult of the home is in prison: not recorded."))
    if not who["ethnicity"]:
        found.append(Statement(text="Ethnicity: not recorded."))
    if who["date_of_birth_precision"] != "day":
        found.append(Statement(text="The exact date of birth: not known."))
    found.append(Statement(text="Whether the family has been told: not recorded."))
    return found


def _reference(row: dict[str, Any], titles: dict[str, str]) -> RecordReference:
    return RecordReference(
        source=row["source"], source_title=titles.get(row["source"], row["source"]), reference=row["reference"],
        event_id=row["event_id"], batch=row["batch"], row_no=row["row_no"],
    )  # fmt: skip


def _name(row: dict[str, Any]) -> str:
    return " ".join(_cased(part) for part in (row["given_name"], row["family_name"]) if part) or "not known"


def _cased(name: str) -> str:
    """A name that a system wrote in capitals or small letters throughout, written as a name."""
    return name.title() if name.isupper() or name.islower() else name


def _age(birth: date | None, on: date) -> int | None:
    return None if birth is None else on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _day(day: date | None) -> str:
    return "a day not known" if day is None else say_day(day)


def list_entry(package: Package) -> TeamListEntry:
    """The package as one line of a team's list."""
    counted = [item for kind in package.evidence for item in kind.items if item.counts and item.occurred_on]
    strong = [item.occurred_on for item in counted if item.strength == "strong" and item.occurred_on]
    return TeamListEntry(
        package_id=package.package_id, name=package.subject.name, age=package.subject.age, area=package.subject.area,
        why_now=package.why_now, newest_strong=max(strong, default=None),
        newest=max((item.occurred_on for item in counted if item.occurred_on), default=None),
        kinds=[kind.title for kind in package.evidence if any(item.counts for item in kind.items)],
        update_for=package.update_for.lead if package.update_for else None, contact_safely=package.contact_safely is not None,
        certainty=package.subject.certainty,
    )  # fmt: skip


def make_team_lists(packages: list[Package], trigger: Trigger, *, as_of: date, made_up: bool) -> list[TeamList]:
    """One list for each team that has a package, in order of team; entries keep the order of the packages."""
    grouped: dict[str, list[Package]] = defaultdict(list)
    for package in packages:
        grouped[package.team.team_id].append(package)
    return [
        TeamList(
            team_id=team_id, name=found[0].team.name, npu=found[0].team.npu, as_of=as_of, made_up=made_up,
            trigger_title=trigger.title, entries=[list_entry(package) for package in found],
        )
        for team_id, found in sorted(grouped.items())
    ]  # fmt: skip
