"""What did reviewers decide about two records? Kept for ever, the newest about a pair counts, every link respects it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from headwater.records import Lake

Verdict = Literal["same person", "not the same person", "undecided"]


class DecisionError(Exception):
    """A decision cannot be kept; the message says why."""


@dataclass(frozen=True)
class Decision:
    """One verdict about two person records. `undecided` takes an earlier verdict back."""

    record_a: str
    record_b: str
    verdict: Verdict
    role: str
    reason: str
    user: str
    at: str


def decide(
    lake: Lake, *, record_a: str, record_b: str, verdict: Verdict, role: str, reason: str, user: str
) -> Decision:
    """Write a verdict to the lake; it is on disk when this returns. Raises DecisionError for one record or no reason."""
    if record_a == record_b:
        raise DecisionError("A decision needs two different records.")
    if verdict not in ("same person", "not the same person", "undecided"):
        raise DecisionError(f"{verdict!r} is not a verdict. Say same person, not the same person, or undecided.")
    if not reason.strip():
        raise DecisionError("Give a reason: the next reviewer has to understand it.")
    first, second = sorted((record_a, record_b))
    decision = Decision(first, second, verdict, role, reason, user, datetime.now(UTC).isoformat(timespec="seconds"))
    lake.decisions.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = lake.decisions / "identity.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as handle:
        handle.write(json.dumps(asdict(decision), ensure_ascii=False, sort_keys=True) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return decision


def list_decisions(lake: Lake) -> list[Decision]:
    """The verdict that counts for each pair, in order of the pair; those taken back are left out."""
    newest = {(decision.record_a, decision.record_b): decision for decision in _read(lake)}
    return [newest[pair] for pair in sorted(newest) if newest[pair].verdict != "undecided"]


def list_decided_records(lake: Lake) -> list[str]:
    """Every record that a decision was ever about, also one that was taken back."""
    return sorted({record for decision in _read(lake) for record in (decision.record_a, decision.record_b)})


def _read(lake: Lake) -> list[Decision]:
    path = lake.decisions / "identity.jsonl"
    if not path.exists():
        return []
    return [Decision(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
