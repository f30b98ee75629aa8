"""Made-up agencies, teams and people: one for each role, named by what they are, with addresses that can reach nobody (RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from headwater.areas import read_teams
from headwater.service.agencies.models import Agency, Agreement, Membership, Signature, Team, TeamArea, User, today
from headwater.service.agencies.rules import Category, Kind, Role

WARDS = ("DY07", "DY10")
"""The two Dudley wards of the sergeant in the worked example."""


@dataclass(frozen=True)
class Made:
    """What later parts of the demonstration need."""

    users: dict[str, User]
    agencies: dict[str, Agency]
    teams: dict[str, Team]


_AGENCIES = (
    ("police", "Made-up Police", Kind.POLICE, "part-3"),
    ("council", "Made-up Council", Kind.COUNCIL, "uk-gdpr"),
    ("housing", "Made-up Homes", Kind.HOUSING, "uk-gdpr"),
    ("health", "Made-up Health Trust", Kind.HEALTH, "uk-gdpr"),
    ("school", "Made-up School", Kind.SCHOOL, "uk-gdpr"),
    ("charity", "Made-up Fresh Start", Kind.CHARITY, "uk-gdpr"),
    ("outside", "Made-up Boxing Club", Kind.CHARITY, "uk-gdpr"),
)
_POLICE = (
    ("analyst", "Analyst", "Dana Analyst", Role.ANALYST),
    ("sergeant", "Sergeant", "Sam Sergeant", Role.SERGEANT),
    ("officer", "PC", "Omar Officer", Role.OFFICER),
    ("pcso", "PCSO", "Pat Support", Role.PCSO),
    ("partnership", "Partnership officer", "Paula Partner", Role.PARTNERSHIP_OFFICER),
    ("planner", "Planner", "Parveen Planner", Role.PLANNER),
    ("auditor", "Auditor", "Ava Auditor", Role.AUDITOR),
    ("administrator", "Administrator", "Adi Administrator", Role.ADMINISTRATOR),
)
_PARTNERS = (
    ("housing-officer", "Housing officer", "Hana Housing", "housing", Role.PARTNER_WORKER),
    ("youth-worker", "Youth worker", "Yusuf Youth", "charity", Role.PARTNER_WORKER),
    ("charity-manager", "Manager", "Mara Manager", "charity", Role.PARTNER_MANAGER),
    ("social-worker", "Social worker", "Sol Social", "council", Role.PARTNER_WORKER),
    ("council-manager", "Team manager", "Cara Council", "council", Role.PARTNER_MANAGER),
    ("nurse", "School nurse", "Nia Nurse", "health", Role.PARTNER_WORKER),
    ("teacher", "Head of year", "Tom Teacher", "school", Role.PARTNER_WORKER),
    ("charity-administrator", "Administrator", "Chris Charity", "charity", Role.ADMINISTRATOR),
)

_ELSEWHERE = "sergeant-coventry"
"""A sergeant of another place, who must see nothing of Dudley."""

ADDRESSES = frozenset(
    [f"{key}@police.example" for key in (*(one[0] for one in _POLICE), _ELSEWHERE)]
    + [f"{key}@{agency}.example" for key, _, _, agency, _ in _PARTNERS]
)
"""The made-up people's e-mail addresses, by which they sign in."""


def make_people(password: str) -> Made:
    """Agencies, the force's own teams with their areas, one person for each role, live agreements."""
    agencies = {
        key: Agency.objects.create(
            name=name, kind=kind, regime=regime, domains=[f"{key}.example"], data_protection_emails=[f"data-protection@{key}.example"], answer_within_days=5
        )
        for key, name, kind, regime in _AGENCIES
    }  # fmt: skip
    found = read_teams()
    teams = {}
    for one in found.teams.values():
        teams[one.team_id] = Team.objects.create(agency=agencies["police"], name=one.name, lake_team=one.team_id)
    TeamArea.objects.bulk_create(
        TeamArea(team=teams[team_id], code=lsoa, name=found.areas[lsoa].name)
        for team_id, lsoa, _ in found.covers
        if team_id in teams
    )
    desk = Team.objects.create(agency=agencies["police"], name="Intelligence and standards")
    users = {}
    for key, title, name, role in _POLICE:
        users[key] = _user(key, title, name, agencies["police"], password)
        wards = WARDS if role in (Role.SERGEANT, Role.OFFICER, Role.PCSO, Role.PARTNERSHIP_OFFICER) else ()
        for team in [teams[ward] for ward in wards] or [desk]:
            Membership.objects.create(user=users[key], team=team, role=role)
    users[_ELSEWHERE] = _user(_ELSEWHERE, "Sergeant", "Cory Sergeant", agencies["police"], password)
    Membership.objects.create(user=users[_ELSEWHERE], team=teams["CV12"], role=Role.SERGEANT)
    for key, title, name, agency, role in _PARTNERS:
        users[key] = _user(key, title, name, agencies[agency], password)
        team, _ = Team.objects.get_or_create(agency=agencies[agency], name=f"{agencies[agency].name}, Dudley team")
        Membership.objects.create(user=users[key], team=team, role=role)
    _agree(agencies, users)
    return Made(users, agencies, teams)


def _user(key: str, title: str, name: str, agency: Agency, password: str) -> User:
    return User.objects.create_user(
        f"{key}@{agency.domains[0]}", name=name, title=title, agency=agency, password=password
    )


def _agree(agencies: dict[str, Agency], users: dict[str, User]) -> None:
    day = today()
    signs = {
        "housing": "housing-officer", "charity": "charity-manager", "council": "council-manager", "health": "nurse", "outside": "charity-manager",
    }  # fmt: skip
    plan = [
        Category.IDENTITY,
        Category.CONTACT,
        Category.REASONS,
        Category.WISHES,
        Category.PLAN,
        Category.NOTES,
        Category.DOCUMENTS,
    ]
    given = {
        "housing": [*plan, Category.HOUSEHOLD], "charity": plan, "council": list(Category), "health": [*plan, Category.HEALTH],
        "outside": [Category.IDENTITY, Category.REASONS],
    }  # fmt: skip
    for key, categories in given.items():
        made = Agreement.objects.create(
            giver=agencies["police"], receiver=agencies[key], purpose="To help young people early, together", lawful_basis="public-task",
            categories=categories, starts=day - timedelta(100), ends=day + timedelta(265), review_on=day + timedelta(180),
        )  # fmt: skip
        Signature.objects.create(
            agreement=made, agency=agencies["police"], role="Head of Local Policing", user=users["partnership"]
        )
        Signature.objects.create(
            agreement=made, agency=agencies[key], role="Head of Safeguarding", user=users[signs[key]]
        )
