"""Closed cases whose time is over: which await a person's decision, and the removal of one with all that belongs to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.files.storage import default_storage
from django.db import connections, transaction
from django.utils import timezone

from headwater.service.agencies.models import today
from headwater.service.audit.actions import forget
from headwater.service.audit.models import Entry as Line
from headwater.service.cases.models import Case, Disclosure, Package, Referral, Subject
from headwater.service.cases.rules import CaseState, kept_until
from headwater.service.cases.tokens import plain_words
from headwater.service.design.send import Refused
from headwater.service.notices.models import Notice


@dataclass(frozen=True)
class Due:
    """A closed case that awaits a decision: dates and its number, and nobody's name."""

    reference: str
    closed_on: date
    kept_until: date


def cases_to_decide() -> list[Due]:
    """The closed cases whose time is over, longest first."""
    found = []
    for case in Case.objects.filter(state=CaseState.CLOSED).prefetch_related("about__subject").iterator(500):
        due = _due(case)
        if due.kept_until <= today():
            found.append(due)
    return sorted(found, key=lambda one: (one.kept_until, one.reference))


def case_to_remove(reference: str) -> Case:
    """The closed case of this reference, when its time is over. Raises Refused."""
    case = Case.objects.filter(pk=_number(reference)).prefetch_related("about__subject").first()
    if case is None:
        raise Refused(f"There is no case {reference}.")
    if case.state != CaseState.CLOSED:
        raise Refused(f"{reference} is open. Only a closed case is removed.")
    if (due := _due(case)).kept_until > today():
        raise Refused(f"{reference} is kept until {due.kept_until:%-d %B %Y}. Only then can it be removed.")
    return case


def remove_case(reference: str, *, why: str) -> int:
    """Remove a case that is due, with its packages, referrals, files, and whoever else is in no other record; then its old values in the
    history. The log stays, and says why. How many old values went. Raises Refused.

    Done again after it was stopped half-way, it goes on where it stopped.
    """
    if "eraser" not in connections.settings:
        raise Refused("The database's eraser is not known here, so old values would stay. Name it in the secret file.")
    number = _number(reference)
    if Case.objects.filter(pk=number).exists() or not _erased_in(number):
        _remove(reference, why)
    items = _items_of(number)
    return sum(forget(table, sorted(items[table]), why=f"decided: {why}") for table in sorted(items))


@transaction.atomic
def _remove(reference: str, why: str) -> None:
    Case.objects.select_for_update().filter(pk=_number(reference)).first()
    case = case_to_remove(reference)
    subjects = Subject.objects.filter(in_cases__case=case) | Subject.objects.filter(packages__case=case)
    people = list(subjects.distinct())
    names = {word for one in people for word in plain_words(" ".join([one.name, *one.other_names]))}
    if not why.strip() or names & set(plain_words(why)):
        raise Refused("Say why without a name: the reason stays in the log when everything else is gone.")
    files = [one.file.name for one in case.documents.all()]
    referrals = Referral.objects.filter(case=case)
    about = [case.reference, *(one.reference for one in referrals)]
    disclosures = Disclosure.objects.filter(case=case)
    about += [one.reference for one in disclosures]
    Notice.objects.filter(reference__in=about).delete()
    for rows in (disclosures, referrals, Package.objects.filter(case=case)):
        rows.delete()
    case.delete()
    Subject.objects.filter(pk__in=[one.pk for one in people], in_cases=None, packages=None).delete()
    for name in files:
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]


def _items_of(number: int) -> dict[str, set[str]]:
    """Table → numbers of what the log names as of the case, also what was taken out of it long ago, and of what went together with it."""
    kept = Line.objects.exclude(digest="")
    found: dict[str, set[str]] = defaultdict(set)
    for rows in (kept.filter(case=number), kept.filter(verb="erase", request__in=_erased_in(number))):
        for table, items in rows.values_list("item_type", "items"):
            found[table].update(items)
    return found


def _erased_in(number: int) -> list[str]:
    """The requests in which the case was removed, as the log tells: one, or none."""
    lines = Line.objects.filter(verb="erase", item_type="cases_case", items=[str(number)]).exclude(digest="")
    return [one for one in lines.values_list("request", flat=True) if one]


def _due(case: Case) -> Due:
    born = [one.subject.born_on for one in case.about.all() if one.subject.born_on]
    closed = timezone.localdate(case.closed_at)
    return Due(case.reference, closed, kept_until(closed, born))


def _number(reference: str) -> int:
    head, _, tail = reference.strip().upper().partition("-")
    if head != "C" or not tail.isdecimal() or len(tail) > 12:
        raise Refused(f"{reference} is no reference of a case. One looks like C-000123.")
    return int(tail)
