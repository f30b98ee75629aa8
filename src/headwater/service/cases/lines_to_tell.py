"""What can be told to another agency at once: line by line, as the case stands now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import BigIntegerField, F, Value
from django.utils import timezone

from headwater.service.agencies.rules import CATEGORY_WORDS, Category
from headwater.service.cases.models import Case
from headwater.service.cases.rules import INSIDE_KINDS
from headwater.triggers.packages.words import say_day

NEWEST = 40
"""So many actions, notes and documents are offered, the newest first: what must be known at once is not old."""


CHANGED = "Something that you ticked has changed meanwhile. Look at the lines again, and tick what they need."


@dataclass(frozen=True)
class Line:
    """One thing that can be told. `document`: the file that the line names."""

    category: str
    words: str
    document: int = 0

    @property
    def key(self) -> str:
        """Follows from what it says: a line that has changed is another one."""
        told = f"{self.category}\n{self.document}\n{self.words}"
        return hashlib.sha256(told.encode()).hexdigest()[:20]


def what_can_be_told(case: Case) -> dict[str, list[Line]]:
    """Category → its lines, in the order of the categories; those without a line are left out. Who it is stands first: it always goes."""
    found: dict[str, dict[str, Line]] = {str(name): {} for name in CATEGORY_WORDS}
    for line in _lines(case):
        found[line.category].setdefault(line.key, line)
    return {name: list(lines.values()) for name, lines in found.items() if lines}


def _lines(case: Case) -> Iterator[Line]:
    people = [one.subject for one in case.about.all()]
    for one in people:
        born = f"born {say_day(one.born_on)}" if one.born_on else "date of birth not known"
        yield Line(Category.IDENTITY, f"{one.name}, {born}")
    safely = f"Contact safely: {case.contact_safely}" if case.contact_safely else ""
    for one in people:  # An address never goes without how to make contact there.
        address = "Address withheld" if one.address_withheld else one.address or "Address not known"
        yield Line(Category.CONTACT, f"{address}\n{safely}".strip())
    if safely:
        yield Line(Category.CONTACT, safely)
    for member in case.household.order_by("id"):
        suspected = f", suspected on {say_day(member.suspected_on)}" if member.suspected_on else ""
        home = "" if member.lives_here else ", lives elsewhere"
        yield Line(Category.HOUSEHOLD, f"{member.name}, {member.relationship}{home}{suspected}")
    yield Line(Category.REASONS, case.why)
    for package in case.packages.order_by("id"):
        for kind in package.content["evidence"]:
            for item in kind["items"]:
                yield Line(Category.EVIDENCE, item["sentence"])
    for words in (case.wishes, case.strengths, case.needs):
        if words:
            yield Line(Category.WISHES, words)
    yield from _plan(case)
    yield from _written(case)


def _plan(case: Case) -> Iterator[Line]:
    for goal in case.goals.order_by("-id")[:NEWEST]:
        yield Line(Category.PLAN, goal.words + _paper(goal.unsafe_to_print))
    for one in case.actions.select_related("owner", "agency").order_by("-id")[:NEWEST]:
        told = f"{one.words} ({one.who}, by {say_day(one.due_on)}; {one.get_state_display().lower()})"
        yield Line(Category.PLAN, told + _paper(one.unsafe_to_print))


def _paper(unsafe: bool) -> str:
    return " – never on paper" if unsafe else ""


def _written(case: Case) -> Iterator[Line]:
    """Health, notes and documents, newest first; asked in one question."""
    names = ("category", "number", "at", "agency__name", "words", "text")
    lines = case.entries.exclude(kind__in=INSIDE_KINDS).annotate(number=Value(0, BigIntegerField()))
    files = case.documents.annotate(
        category=Value(str(Category.DOCUMENTS)), number=F("pk"), words=F("title"), text=Value("")
    )
    parts = [lines.filter(category=one) for one in (Category.HEALTH, Category.NOTES)]
    newest = [rows.order_by("-at", "-id").values_list(*names)[:NEWEST] for rows in parts]
    rows = newest[0].union(newest[1], files.order_by("-at", "-id").values_list(*names)[:NEWEST], all=True)
    for category, number, at, agency, words, text in rows.order_by("-at"):
        told = f"{say_day(timezone.localtime(at).date())}, {agency}: {words}"
        yield Line(category, f"{told}\n{text}" if text else told, number)
