"""Keep an analyst's decisions about a draft, and bring what she released into the team's inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from headwater.records import Lake
from headwater.service.agencies.access import Actor, Category
from headwater.service.audit.actions import log
from headwater.service.cases.actions.bring import Brought, bring_in, take_back
from headwater.service.cases.rules import PackageState
from headwater.service.design.send import Refused
from headwater.service.desk.access import trigger_of
from headwater.service.desk.rules import CONFIRMED, HELD_BACK, Question, ask
from headwater.triggers.desk import (
    IDENTITY,
    RELEASE,
    Decision,
    State,
    about,
    claim,
    confirm,
    judge_draft,
    keep_decisions,
    read_decisions,
)
from headwater.triggers.packages.package import Package

COMMAND = "desk"
"""How the lake's consultation log names these pages."""


class Undecided(Refused):
    """It is to be handed on, and these pieces are not decided yet."""

    def __init__(self, pieces: list[str]) -> None:
        super().__init__("Decide every piece before it is handed on.", "release")
        self.pieces = pieces


@dataclass(frozen=True)
class Kept:
    """How far the draft is now, and what became of it in the service."""

    state: State
    brought: Brought | None = None
    waits: bool = False
    taken_back: PackageState | None = None


def log_look(lake: Lake, subjects: list[str], *, acting: Actor) -> None:
    """Write to both logs who looks at which drafts, before they are shown."""
    lake.log_consultation(command=COMMAND, purpose="review", subjects=subjects, user=acting.user.email)
    log("consult", "desk_draft", subjects)


@transaction.atomic
def decide(
    lake: Lake, folder: Path, draft: Package, answers: Mapping[str, str], note: str, *, acting: Actor, known: int
) -> Kept:  # fmt: skip
    """Keep these answers (key of a question → answer), all or none. What is released comes into the team's inbox; done again, nothing
    changes. `known` is how many decisions about the draft she had seen.

    Raises DeskConflict when somebody has decided about it since, or has it open in a terminal; Undecided and Refused when it is to be
    handed on and cannot be.
    """
    trigger, by = trigger_of(folder), acting.user.email
    made = [_decision(folder, draft, question, answers[question.key], note, by) for question in ask(draft) if question.key in answers]  # fmt: skip
    with claim(lake, draft.package_id, by, folder.name) as left_open_by:
        if left_open_by:
            lake.log_consultation(
                command=f"{COMMAND}: taken over from {left_open_by}",
                purpose="review",
                subjects=[draft.package_id],
                user=by,
            )
        before = about(read_decisions(lake), draft.package_id)
        was, after = judge_draft(draft, before, trigger), judge_draft(draft, [*before, *made], trigger)
        if any(one.piece == RELEASE and one.verdict == CONFIRMED for one in made):
            _check_release(after)
        if made:  # Before the lake, which no transaction rolls back: what cannot be logged is not kept.
            log("combine", "desk_draft", [draft.package_id])
        keep_decisions(lake, made, known=known)
        released = confirm(draft, [*before, *made], trigger)
    if released is None:
        falls = was.status == "confirmed" or (after.status == "rejected" and was.status != "rejected")
        return Kept(after, taken_back=take_back(draft.package_id) if falls else None)
    if released.waits:
        return Kept(after, waits=True)
    brought = bring_in([released], run=folder.name, agency_id=acting.agency_id)
    if brought.new or brought.updated:
        log(
            "disclose",
            "desk_draft",
            [draft.package_id],
            categories=[Category.EVIDENCE],
            recipient=f"lake team {released.team.team_id}",
        )
    return Kept(after, brought)


def _decision(folder: Path, draft: Package, question: Question, answer: str, note: str, by: str) -> Decision:
    verdict, _, reason = answer.partition(": ") if question.kind != "told" else (CONFIRMED, "", "")
    if question.kind == "leaves" and verdict != HELD_BACK:
        verdict = CONFIRMED
    return Decision.model_validate(
        {
            "package_id": draft.package_id, "piece": question.piece, "verdict": verdict, "reason": reason or None,
            "note": answer if question.kind == "told" else note, "by": by, "at": datetime.now(UTC), "run": folder.name,
            "rules": f"{draft.method.trigger} {draft.method.trigger_version}", "seen": question.seen,
        }
    )  # fmt: skip


def _check_release(after: State) -> None:
    if IDENTITY in after.rejected:
        raise Refused("It is not the right person, so it cannot be handed on. Choose “Not yet”.", "release")
    if after.open:
        raise Undecided(after.open)
    if not after.holds:
        raise Refused("What is left no longer meets the trigger, so it cannot be handed on: say why not.", "release")
