"""Keep an analyst's decisions about a draft, and bring what she released into the team's inbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from headwater.records import Lake
from headwater.service.agencies.access import Actor
from headwater.service.audit.actions import log
from headwater.service.cases.actions.packages import bring_in
from headwater.service.design.send import Refused
from headwater.service.desk.access import trigger_of
from headwater.triggers.desk import (
    IDENTITY,
    RELEASE,
    Decision,
    about,
    claim,
    confirm,
    judge_draft,
    keep_decisions,
    read_decisions,
)
from headwater.triggers.package import Package

Chosen = tuple[str, str, str | None, str, str]


@transaction.atomic
def decide(
    lake: Lake, folder: Path, draft: Package, chosen: Sequence[Chosen], *, acting: Actor, known: int
) -> str:  # fmt: skip
    """Keep the decisions, all or none; the state of the draft after them. What is released comes into the team's inbox.

    Raises DeskConflict when somebody has decided about it since it was read, or has it open in a terminal; Refused when it is to be
    handed on and cannot be.
    """
    trigger = trigger_of(folder)
    made = [
        Decision.model_validate(
            {
                "package_id": draft.package_id, "piece": piece, "verdict": verdict, "reason": reason, "note": note, "by": acting.user.email,
                "at": datetime.now(UTC), "run": folder.name, "rules": f"{draft.method.trigger} {draft.method.trigger_version}", "seen": seen,
            }
        )
        for piece, verdict, reason, note, seen in chosen
    ]  # fmt: skip
    with claim(lake, draft.package_id, acting.user.email):
        before = about(read_decisions(lake), draft.package_id)
        after = judge_draft(draft, [*before, *made], trigger)
        releases = any(one.piece == RELEASE and one.verdict == "confirmed" for one in made)
        if releases and IDENTITY in after.rejected:
            raise Refused(
                "It is not the right person, so it cannot be handed on. Leave the last question at “not yet”.",
                "release",
            )
        if releases and after.open:
            raise Refused(
                f"{len(after.open)} of the pieces are not decided yet. Decide each before it is handed on.", "release"
            )
        if releases and not after.holds:
            raise Refused(
                "What is left no longer meets the trigger, so it cannot be handed on: say why not.", "release"
            )
        keep_decisions(lake, made, known=known)
    log("combine", "desk_draft", [draft.package_id])
    if after.status == "confirmed":
        released = confirm(draft, [*before, *made], trigger)
        if released is not None and not released.waits:
            bring_in([released], run=folder.name, agency_id=acting.agency_id)
    return after.status
