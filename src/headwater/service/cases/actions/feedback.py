"""What teams answered goes back to the search: into the lake's own answers, where `headwater feedback` and the next search read it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.records.lake import LakeBusy, LakeError
from headwater.service.cases.actions.earlier import Given, answer_now, answers_before, mark_sent
from headwater.service.cases.models import Package
from headwater.service.cases.rules import PackageState
from headwater.triggers.answers.store import Answer, keep_answers
from headwater.triggers.answers.wrong_person import part_records
from headwater.triggers.runs.find import NotFound


def answer_of(package: Package, given: Given) -> Answer:
    """A team's answer in the search's words. The name of the one who answered stays here; the lake gets the team's."""
    return Answer.model_validate(
        {
            "package_id": package.reference, "trigger": package.trigger, "team": given.team, "answer": given.state,
            "evidence_id": given.evidence_id or None, "reason": given.words, "by": f"service user {given.by}",
            "answered_on": timezone.localdate(given.at),
        }
    )  # fmt: skip


def _to_send(package: Package) -> list[Given]:
    """What has not gone back yet, oldest first: answers from before something new came, and the one that stands."""
    now = [answer_now(package)] if package.decided_at is not None and package.returned_at is None else []
    return [*answers_before(package, unsent=True), *now]


def _part(lake: Lake, package: Package, given: Given) -> None:
    """A line is about somebody else: the joining of records hears of it as a reviewer's decision. A package that the lake does not
    hold, like one that was uploaded, has nothing to part here."""
    with DuckDBEngine() as engine, suppress(NotFound, LakeError):
        part_records(
            lake,
            engine,
            package_id=package.reference,
            evidence_id=given.evidence_id,
            reason=given.note,
            role=f"team {given.team}",
            user=f"service user {given.by}",
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
            .filter(Q(returned_at=None, decided_at__isnull=False) | Q(earlier_waits=True))
            .select_related("team", "decided_by")
        )
        if numbers is not None:
            waiting = waiting.filter(pk__in=list(numbers))
        found = list(waiting[:500])
        if not found:
            return 0
        given = [(one, each) for one in found for each in _to_send(one)]
        try:
            keep_answers(lake, [answer_of(one, each) for one, each in given])
        except LakeBusy:
            return 0  # A search is at work; the timer tries again.
        for one, each in given:
            if each.state == PackageState.WRONG_PERSON and each.evidence_id:
                _part(lake, one, each)
        now = timezone.now()
        for one in found:
            mark_sent(one, now)
        return len(found)
