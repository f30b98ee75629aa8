"""Packages: of the own teams; while it waits a restricted one is for those who decide."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from headwater.service.agencies.access import Actor
from headwater.service.agencies.rules import POLICE
from headwater.service.cases.access.cases import opened
from headwater.service.cases.access.matrix import (
    PACKAGE,
)
from headwater.service.cases.models import Package
from headwater.service.cases.passed import Passed


def own_packages(actor: Actor) -> QuerySet[Package]:
    """The packages of the actor's teams that they may read. While it waits a restricted one is for those who decide; once it is taken
    on it is as open as its case."""
    waits = Q(case=None) & (Q(team_id__in=actor.teams(*PACKAGE["decide"].own)) | Q(restricted=False))
    taken = Q(case__isnull=False) & (Q(case__restricted=False) | opened(actor, "case_id"))
    return Package.objects.filter(waits | taken, team_id__in=actor.teams(*POLICE))


def locked_packages(actor: Actor) -> QuerySet[Package]:
    """Those of which they see only that they are locked."""
    waits = Q(case=None, restricted=True) & ~Q(team_id__in=actor.teams(*PACKAGE["decide"].own))
    taken = Q(case__restricted=True) & ~opened(actor, "case_id")
    return Package.objects.filter(waits | taken, team_id__in=actor.teams(*POLICE))


def package_for(actor: Actor, reference: str, *, to: str = "read", lock: bool = False) -> Package:
    """A package of an own team. Raises Http404, or Passed when it is too late."""
    if not reference.isprintable():  # The database takes no text with a null in it.
        raise Http404
    rows = own_packages(actor).select_related("subject", "team", "decided_by", "case")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(reference=reference).first()
    rule = PACKAGE[to]
    if found is None or not actor.is_in(found.team_id, *rule.own):
        raise Http404
    if rule.states and found.state not in rule.states:
        raise Passed(found)
    return found
