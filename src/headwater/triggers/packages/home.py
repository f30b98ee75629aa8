"""Where does the subject live, with whom, and which team is that? As far as records tell, and with what they leave open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from headwater.triggers.finding.gathered import Rows
from headwater.triggers.finding.protection import WITHHELD
from headwater.triggers.packages.naming import name_package
from headwater.triggers.packages.package import HouseholdMember, Team
from headwater.triggers.packages.words import case_name, reckon_age, say_name, say_some_day

_RELATIONS = {
    "parent": "parent", "step_parent": "step-parent", "foster_carer": "foster carer", "child": "child", "sibling": "brother or sister",
    "grandparent": "grandparent", "partner": "partner", "ex_partner": "former partner", "other_family": "other family", "carer": "carer",
}  # fmt: skip

_PLACEMENTS = {
    "foster": "a foster placement", "residential": "a children's home", "kinship": "a placement with family",
    "supported": "supported lodgings",
}  # fmt: skip


@dataclass(frozen=True)
class Home:
    """Where a subject lives: the address in words, since when, what is known of the place, its area, the team."""

    address: str
    since: date | None
    note: str | None
    withheld: bool
    area: str
    team: Team
    here: list[HouseholdMember] = field(default_factory=list)
    before: list[HouseholdMember] = field(default_factory=list)


def describe_home(rows: Rows, trigger_id: str, as_of: date) -> Home:
    """The home of a gathered subject; nobody of the household is named when the address is withheld."""
    team, area, withheld = find_team(rows)
    home = rows["home"][0] if rows["home"] else None
    address = "not known"
    if withheld:
        address = WITHHELD
    elif home is not None:
        address = ", ".join(part for part in (case_name(home["line"] or ""), home["postcode"]) if part) or "not known"
    members = [] if withheld else rows["household"]
    jailed, suspected = jailed_adults(rows), {row["member_id"]: row["newest"] for row in rows["suspected"]}
    shown = [
        (row["here"], _member(row, as_of, jailed.get(row["member_id"]), suspected.get(row["member_id"]), trigger_id))
        for row in members
    ]
    return Home(
        address=address, since=None if withheld or home is None else home["stated_first"], note=_note(home), withheld=withheld,
        area=area, team=team, here=[member for here, member in shown if here], before=[member for here, member in shown if not here],
    )  # fmt: skip


def jailed_adults(rows: Rows) -> dict[str, tuple[date, str]]:
    """Whom of the home records saw go to prison: person_id → the newest day and what it says."""
    return {
        row["other_person_id"]: (row["occurred_on"], row["sentence"])
        for row in sorted(rows["evidence"], key=lambda row: (row["occurred_on"], row["evidence_id"]))
        if row["indicator"] == "household_imprisonment" and row["other_person_id"]
    }


def _note(home: dict[str, Any] | None) -> str | None:
    if home is None or not home["placement"]:
        return None  # An address that is the subject itself has none.
    what = _PLACEMENTS.get(home["placement"], "a care placement")
    if home["placement_until"] is None:
        return f"The child is in care: this is {what}."
    return f"This was {what}, which ended on {say_some_day(home['placement_until'])}. Where the child lives now is not known."


def find_team(rows: Rows) -> tuple[Team, str, bool]:
    """The team, the area in words, and whether the address is withheld, of somebody of whom `TEAM_PARTS` were gathered."""
    home = rows["home"][0] if rows["home"] else None
    withheld = bool(home and home["withheld"])
    if rows["moved"] and not withheld:
        why = f"The newest home on record (small area {rows['moved'][0]['what']}) lies outside this force, so no team of this force is named."
        return (
            Team(team_id="other-force", name="Another force", npu="Outside this force", why=why),
            "outside this force",
            False,
        )
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
        why = "The newest address is withheld, so the whole Neighbourhood Policing Unit (NPU) is named, not a neighbourhood."
        return (
            Team(
                team_id=f"NPU-{known['npu'].replace(' ', '-')}",
                name=f"{known['npu']} (whole NPU)",
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
    if home and home["placement_until"] is not None:
        why += " The newest home was a placement, and that placement has ended: ask children's services where the child lives before you plan."
    return Team(team_id=known["team_id"], name=known["team_name"], npu=known["npu"], why=why), known["team_name"], False


def _member(
    row: dict[str, Any], as_of: date, jailed: tuple[date, str] | None, suspected_on: date | None, trigger_id: str
) -> HouseholdMember:
    """One member; of somebody whom records last saw go to prison it is not known whether they are back."""
    why = f"{row['basis']} The newest record that says so is of {say_some_day(row['newest'])}."
    back = jailed is not None and row["together_on"] is not None and row["together_on"] > jailed[0]
    if jailed and back:
        why = f"{why} Before: {say_some_day(jailed[0])}: {jailed[1]} A record of {say_some_day(row['together_on'])} says again that they live together."
    elif jailed:
        why = f"{why} But, {say_some_day(jailed[0])}: {jailed[1]} Whether they are back is not known."
    past = row["long_ago"] or (jailed is not None and not back)
    return HouseholdMember(
        person_id=row["member_id"], name=say_name(row), relationship=_RELATIONS.get(row["kind"] or "", "not known"),
        age=reckon_age(row["date_of_birth"], as_of), since=row["since"], certainty="uncertain" if past and row["here"] else row["certainty"],
        why=why, suspected_on=suspected_on,
        package_id=name_package(trigger_id, row["member_id"]) if row["has_draft"] and row["here"] else None,
    )  # fmt: skip
