"""What teams answered goes back to the search: into the lake's own answers, where `headwater feedback` and the next search read it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.records.lake import LakeBusy, LakeError
from headwater.service.cases.models import Package
from headwater.service.cases.rules import NOT_NEEDED_REASONS, PackageState
from headwater.triggers.answers import Answer, keep_answers
from headwater.triggers.runs import NotFound
from headwater.triggers.wrong_person import part_records


def answer_of(package: Package) -> Answer:
    """A team's answer in the search's words. The name of the one who answered stays here; the lake gets the team's."""
    reason = "; ".join(part for part in (NOT_NEEDED_REASONS.get(package.reason, ""), package.note) if part)
    decided = package.decided_at or timezone.now()
    return Answer.model_validate(
        {
            "package_id": package.reference, "trigger": package.trigger, "team": package.team.name, "answer": package.state,
            "evidence_id": package.evidence_id or None, "reason": reason, "by": f"service user {package.decided_by_id}",
            "answered_on": timezone.localdate(decided),
        }
    )  # fmt: skip


def _part(lake: Lake, package: Package) -> None:
    """A line is about somebody else: the joining of records hears of it as a reviewer's decision. A package that the lake does not
    hold, like one that was uploaded, has nothing to part here."""
    with DuckDBEngine() as engine, suppress(NotFound, LakeError):
        part_records(
            lake,
            engine,
            package_id=package.reference,
            evidence_id=package.evidence_id,
            reason=package.note,
            role=f"team {package.team.name}",
            user=f"service user {package.decided_by_id}",
        )


def return_answers(numbers: Iterable[int] | None = None) -> int:
    """Hand back answers that have not gone yet; how many went. Where no lake lies beside the service they wait for one."""
    try:
        lake = Lake.open(settings.HEADWATER.lake, create=False)
    except LakeError:
        return 0
    with transaction.atomic():
        waiting = (
            Package.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(returned_at=None)
            .exclude(decided_at=None)
            .select_related("team")
        )
        if numbers is not None:
            waiting = waiting.filter(pk__in=list(numbers))
        found = list(waiting[:500])
        if not found:
            return 0
        try:
            keep_answers(lake, [answer_of(one) for one in found])
        except LakeBusy:
            return 0  # A search is at work; the timer tries again.
        for one in found:
            if one.state == PackageState.WRONG_PERSON and one.evidence_id:
                _part(lake, one)
        now = timezone.now()
        for one in found:
            one.returned_at = now
            one.save(update_fields=["returned_at"])
        return len(found)
