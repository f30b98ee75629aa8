"""Whom a case is about, read together with it."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from headwater.service.cases.models import Case, CaseSubject


def about(path: str = "about") -> Prefetch[str]:
    """The people of cases, without the words by which search finds them: long, and read by no page."""
    return Prefetch(path, CaseSubject.objects.select_related("subject").defer("subject__tokens"))


def with_names(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with whom they are about, their team and lead, in a fixed number of queries."""
    return rows.select_related("team__agency", "lead").prefetch_related(about())
