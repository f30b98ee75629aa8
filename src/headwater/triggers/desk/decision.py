"""What does an analyst decide about a draft? Person, event and role, piece by piece, each with a reason where it is rejected."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from headwater.triggers.packages.package import EvidenceItem, Package, Part
from headwater.triggers.rules.indicator import Strict

REASONS = ("wrong person", "wrong event", "wrong role", "withdrawn", "out of date", "not proportionate")
Reason = Literal["wrong person", "wrong event", "wrong role", "withdrawn", "out of date", "not proportionate"]
Verdict = Literal["confirmed", "rejected", "held back"]
"""`held back`: it is right, and must not be passed on."""

IDENTITY, RELEASE, TOLD = "identity", "release", "told"


class Decision(Strict):
    """One decision about one piece of one draft. The newest about a piece holds; none is ever overwritten.

    `piece`: `identity` (is it the right person or place), an evidence id (event and role), `home:` and a person id (a member of
    the household), `told` (whether the person or a parent has been told, in the note) or `release` (the package as a whole, last).
    """

    package_id: str
    piece: str
    verdict: Verdict
    reason: Reason | None = None
    note: str = Field(default="", max_length=2000)
    by: str
    at: datetime
    run: str
    rules: str = Field(description="The trigger and its version, as they were seen.")
    seen: str = Field(
        description="Digest of the piece as the analyst saw it: what has changed since must be seen again."
    )

    @model_validator(mode="after")
    def _has_reason(self) -> Decision:
        if (self.verdict == "rejected") != (self.reason is not None):
            raise ValueError("a rejected piece needs a reason, and only a rejected one has one")
        return self


def pieces(package: Package) -> dict[str, str]:
    """Every piece of a draft that must be decided before it can be released → its digest: the person, and each counted item."""
    found = {IDENTITY: digest(package.subject)}
    found |= {item.evidence_id: digest_item(item) for item in counted(package)}
    return found


def counted(package: Package) -> list[EvidenceItem]:
    """The items that made the trigger fire or could, newest first of each kind, in the order of the page."""
    return [item for kind in package.evidence for item in kind.items if item.counts]


def digest(part: Part) -> str:
    """A short digest of a part as it is shown."""
    return hashlib.sha256(part.model_dump_json().encode()).hexdigest()[:16]


def digest_item(item: EvidenceItem) -> str:
    """The digest of an item's claim and records; that it is new for a lead, or counted twice, does not change it."""
    return digest(item.model_copy(update={"is_new": False}))
