"""Roles, kinds of agency, categories of data, and when an agreement is live. Pure: no Django, no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a team."""

    ANALYST = "analyst"
    SERGEANT = "sergeant"
    OFFICER = "officer"
    PCSO = "PCSO"
    PARTNERSHIP_OFFICER = "partnership officer"
    PLANNER = "planner"
    PARTNER_WORKER = "partner worker"
    PARTNER_MANAGER = "partner manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


POLICE_ROLES = (Role.ANALYST, Role.SERGEANT, Role.OFFICER, Role.PCSO, Role.PARTNERSHIP_OFFICER, Role.PLANNER)
PARTNER_ROLES = (Role.PARTNER_WORKER, Role.PARTNER_MANAGER)
EVERY_AGENCY = (Role.AUDITOR, Role.ADMINISTRATOR)

LEADS = (Role.SERGEANT, Role.PARTNERSHIP_OFFICER, Role.PARTNER_MANAGER)
"""Who manages the work of a team: they decide, and they hear what nobody else answers."""

POLICE = (Role.SERGEANT, Role.OFFICER, Role.PCSO, Role.PARTNERSHIP_OFFICER)
PARTNERS = PARTNER_ROLES
WORKERS = (*POLICE, *PARTNERS)
"""Roles that work cases: those of their own team, and those referred to their agency."""


class Kind(StrEnum):
    """What kind of agency."""

    POLICE = "police"
    COUNCIL = "council"
    HOUSING = "housing"
    HEALTH = "health"
    SCHOOL = "school"
    CHARITY = "charity"


def roles_of(kind: str) -> tuple[Role, ...]:
    """The roles that people of such an agency can hold."""
    return (*(POLICE_ROLES if kind == Kind.POLICE else PARTNER_ROLES), *EVERY_AGENCY)


class Category(StrEnum):
    """A category of data that an agreement or a referral may let pass."""

    IDENTITY = "identity"
    CONTACT = "contact"
    HOUSEHOLD = "household"
    REASONS = "reasons"
    EVIDENCE = "evidence"
    HEALTH = "health"
    WISHES = "wishes"
    PLAN = "plan"
    NOTES = "notes"
    DOCUMENTS = "documents"


OWN_TEAM = "own team"
"""What no agreement lets pass: that a case was opened by break-glass, or told to somebody at once, is the leading team's to know."""

CATEGORY_WORDS = {
    Category.IDENTITY: "Name and date of birth",
    Category.CONTACT: "Address and how to get in touch",
    Category.HOUSEHOLD: "Who lives at home",
    Category.REASONS: "Why the person may need help, in one sentence",
    Category.EVIDENCE: "What records say, line by line",
    Category.HEALTH: "Health",
    Category.WISHES: "What the person wants, strengths and needs",
    Category.PLAN: "The plan: goals and actions",
    Category.NOTES: "Notes and contacts",
    Category.DOCUMENTS: "Documents",
}


def say_categories(categories: Iterable[str]) -> list[str]:
    """Categories in plain words, always in the same order."""
    named = set(categories)
    return [words for one, words in CATEGORY_WORDS.items() if one in named]


LAWFUL_BASES = {
    "consent": "The person has agreed",
    "child-safeguarding": "To keep a child safe (Children Act 2004, section 11; Children Act 1989, section 47)",
    "adult-safeguarding": "To keep an adult at risk safe (Care Act 2014, section 42)",
    "vital-interests": "To save a life or prevent serious harm",
    "public-task": "A task that the law gives to both agencies (UK GDPR, article 6(1)(e))",
    "crime-and-disorder": "To prevent crime and disorder (Crime and Disorder Act 1998, section 115)",
    "law-enforcement": "Law enforcement (Data Protection Act 2018, part 3)",
}
URGENT_BASES = ("child-safeguarding", "adult-safeguarding", "vital-interests")
"""On which a sergeant or above may disclose what is needed at once, without an agreement."""


def is_live(*, on: date, starts: date, ends: date, withdrawn: date | None, signed: set[int], parties: set[int]) -> bool:
    """Whether an agreement holds on a day: signed for every party, begun, not ended and not withdrawn."""
    return starts <= on <= ends and (withdrawn is None or on < withdrawn) and parties <= signed


def say_agreement_state(
    *, on: date, starts: date, ends: date, review: date, withdrawn: date | None, signed: set[int], parties: set[int]
) -> str:
    """The state of an agreement in a word or two."""
    if withdrawn is not None and withdrawn <= on:
        return "withdrawn"
    if not parties <= signed:
        return "waits for signature"
    if on < starts:
        return "not begun"
    if on > ends:
        return "ended"
    return "live, review is due" if review <= on else "live"
