"""What teams answered goes back to the search: into the lake's own answers, where `headwater feedback` and the next search read it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from headwater.records import Lake
from headwater.records.lake import LakeBusy, LakeError
from headwater.service.cases.models import Package
from headwater.service.cases.rules import NOT_NEEDED_REASONS
from headwater.triggers.answers import Answer, keep_answers


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
        now = timezone.now()
        for one in found:
            one.returned_at = now
            one.save(update_fields=["returned_at"])
        return len(found)
