"""What a team answered before something new came: kept with the package as it was then, and sent to the search all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from headwater.service.agencies.models import User
from headwater.service.cases.models import Package
from headwater.service.cases.rules import NOT_NEEDED_REASONS, PackageState


@dataclass(frozen=True)
class Given:
    """One answer of a team."""

    state: str
    reason: str
    note: str
    evidence_id: str
    by: int | None
    name: str
    team: str
    at: datetime
    line: str = ""

    @property
    def words(self) -> str:
        """The reason, as the search and the next reader get it."""
        return "; ".join(part for part in (NOT_NEEDED_REASONS.get(self.reason, ""), self.note) if part)


def answer_now(package: Package) -> Given:
    """The answer that stands."""
    at, name = package.decided_at or timezone.now(), package.decided_by.name if package.decided_by else ""
    line = _line(package.content, package.evidence_id)
    return Given(package.state, package.reason, package.note, package.evidence_id, package.decided_by_id, name, package.team.name, at, line)  # fmt: skip


def answers_before(package: Package, *, unsent: bool = False) -> list[Given]:
    """Earlier answers, oldest first; only those that have not gone back to the search."""
    return [
        Given(
            one["state"], one["reason"], one["note"], one["evidence_id"], one["by"], one["name"], one["team"], datetime.fromisoformat(one["at"]),
            _line(one["content"], one["evidence_id"]),
        )
        for one in package.answers if not (unsent and one["returned"])
    ]  # fmt: skip


def let_wait_again(package: Package) -> None:
    """The answer becomes one from before, and the package waits. Saves nothing: what is new is to be written too."""
    told = answer_now(package)
    package.answers = [
        *package.answers,
        {
            "state": str(told.state), "reason": told.reason, "note": told.note, "evidence_id": told.evidence_id, "by": told.by, "name": told.name,
            "team": told.team, "at": told.at.isoformat(), "returned": package.returned_at.isoformat() if package.returned_at else "",
            "content": package.content, "digest": package.digest, "why_now": package.why_now, "newest_on": package.newest_on.isoformat(),
            "household_keys": package.household_keys, "news": package.news, "urgent": package.urgent,
        },
    ]  # fmt: skip
    package.earlier_waits = package.earlier_waits or package.returned_at is None
    package.state, package.reason, package.note, package.evidence_id = PackageState.WAITING, "", "", ""
    package.decided_by = package.decided_at = package.returned_at = None


def answer_as_before(package: Package) -> None:
    """What was new is taken back: the last answer stands again, with what it was given to."""
    *before, last = package.answers
    package.answers = before
    package.state, package.reason, package.note, package.evidence_id = (
        PackageState(last["state"]), last["reason"], last["note"], last["evidence_id"],
    )  # fmt: skip
    package.decided_by = User.objects.filter(pk=last["by"]).first()
    package.decided_at = datetime.fromisoformat(last["at"])
    package.returned_at = datetime.fromisoformat(last["returned"]) if last["returned"] else None
    package.earlier_waits = any(not one["returned"] for one in before)
    package.content, package.digest, package.why_now = last["content"], last["digest"], last["why_now"]
    package.newest_on, package.household_keys = date.fromisoformat(last["newest_on"]), last["household_keys"]
    package.news, package.urgent = last["news"], last["urgent"]
    package.version += 1
    package.save()


def mark_sent(package: Package, at: datetime) -> None:
    """All its answers have gone back to the search."""
    if package.decided_at is not None:
        package.returned_at = package.returned_at or at
    if package.earlier_waits:
        package.answers = [one | {"returned": one["returned"] or at.isoformat()} for one in package.answers]
        package.earlier_waits = False
    package.save(update_fields=["returned_at", "answers", "earlier_waits"])


def _line(content: dict[str, Any], evidence_id: str) -> str:
    lines = (item for kind in content["evidence"] for item in kind["items"])
    return next((str(item["sentence"]) for item in lines if item["evidence_id"] == evidence_id), "")
