"""What do the decisions make of a draft? Waiting, in work, rejected or confirmed; and what is left to be handed on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from headwater.triggers.desk.decision import IDENTITY, RELEASE, TOLD, Decision, counted, pieces
from headwater.triggers.desk.holds import rules_that_hold
from headwater.triggers.desk.leave import digest_of_rest, without
from headwater.triggers.packages.package import Confirmation, EvidenceItem, Package
from headwater.triggers.packages.why import say_why
from headwater.triggers.rules.definition import Trigger

Status = Literal["waiting", "in work", "rejected", "confirmed"]


@dataclass(frozen=True)
class State:
    """How far a draft is. `open` are the pieces that are still to be decided, `held` what must not be passed on, `rejected` piece →
    reason, `holds` whether a rule of the trigger is met by what is not rejected."""

    status: Status
    open: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    holds: bool = True
    last: Decision | None = None


def judge_draft(package: Package, decisions: Sequence[Decision], trigger: Trigger) -> State:
    """The state of a draft after these decisions about it, oldest first.

    A decision holds for what was seen: when a later search shows a piece differently, it is open again, and a release with it.
    """
    now = pieces(package)
    newest: dict[str, Decision] = {}
    for decision in decisions:
        newest[decision.piece] = decision
    valid = {piece: newest[piece] for piece, seen in now.items() if piece in newest and newest[piece].seen == seen}
    rejected = {piece: str(found.reason) for piece, found in valid.items() if found.verdict == "rejected"}
    held = [
        piece
        for piece, found in newest.items()
        if found.verdict == "held back" and (piece in valid or piece.startswith(("home:", "said:")))
    ]
    still_open = [piece for piece in now if piece not in valid]
    left = [item for item in counted(package) if item.evidence_id not in rejected]
    holds = bool(rules_that_hold(trigger, left, package.as_of))
    last = max(decisions, key=lambda one: one.at, default=None)
    release = newest.get(RELEASE)
    status: Status = "in work" if valid or release else "waiting"
    if IDENTITY in rejected or (
        release is not None and release.verdict == "rejected" and release.seen == seen_of(package)
    ):
        status = "rejected"
        if release is not None and release.reason:
            rejected = rejected | {RELEASE: str(release.reason)}
    elif (
        release is not None
        and release.verdict == "confirmed"
        and not still_open
        and holds
        and release.seen == seen_of(package)
    ):
        status = "confirmed"
    return State(status, still_open, rejected, held, holds, last)


def seen_of(package: Package) -> str:
    """The digest of all that leaves: the pieces, the home, the words. What a release is a release of."""
    return hashlib.sha256("+".join([*sorted(pieces(package).values()), digest_of_rest(package)]).encode()).hexdigest()[
        :16
    ]


def confirm(package: Package, decisions: Sequence[Decision], trigger: Trigger) -> Package | None:
    """What is released of a draft: without what was rejected or must not be passed on; None unless it is confirmed."""
    state = judge_draft(package, decisions, trigger)
    release = next((one for one in reversed(decisions) if one.piece == RELEASE), None)
    if state.status != "confirmed" or release is None:
        return None
    out = {*state.rejected, *state.held}
    told = next((one.note for one in reversed(decisions) if one.piece == TOLD and one.note), None)
    kinds = [
        kind.model_copy(update={"items": kept})
        for kind in package.evidence
        if (kept := [item for item in kind.items if item.counts and item.evidence_id not in out])
    ]
    left = [item for kind in kinds for item in kind.items]
    rest = without(package, kinds, state.rejected, state.held)
    met = rules_that_hold(trigger, left or _not_rejected(package, state), package.as_of)
    why, fired_by = say_why(kinds, trigger, met)
    shown = {item.evidence_id for item in left}
    return package.model_copy(
        update={
            "status": "confirmed",
            "confirmed": Confirmation(
                by=release.by, at=release.at.isoformat(timespec="seconds"), rejected=len(state.rejected), held_back=len(state.held)
            ),
            "evidence": kinds,
            "why_now": why or "An analyst has confirmed the reasons; they must not be passed on.",
            "fired_by": fired_by,
            "timeline": [entry for entry in package.timeline if entry.evidence_id is None or entry.evidence_id in shown],
            **rest,
            "told": told or package.told,
            "not_known": [line for line in rest["not_known"] if told is None or "has been told" not in line.text],
        }
    )  # fmt: skip


def _not_rejected(package: Package, state: State) -> list[EvidenceItem]:
    return [item for item in counted(package) if item.evidence_id not in state.rejected]
