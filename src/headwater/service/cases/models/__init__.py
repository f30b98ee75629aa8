"""The tables of case work; one file for each idea."""

from headwater.service.cases.models.case import Case, CaseSubject, Entry, Member
from headwater.service.cases.models.package import Package
from headwater.service.cases.models.plan import Action, Document, Goal, Meeting, Review, Worry
from headwater.service.cases.models.referral import OutsideLink, Referral
from headwater.service.cases.models.sight import BreakGlass, Disclosure, Grant
from headwater.service.cases.models.subject import Subject

__all__ = [
    "Action", "BreakGlass", "Case", "CaseSubject", "Disclosure", "Document", "Entry", "Goal", "Grant", "Meeting", "Member", "OutsideLink", "Package",
    "Referral", "Review", "Subject", "Worry",
]  # fmt: skip
