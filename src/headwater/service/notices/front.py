"""What presses, on the front page of everybody: urgent notices that nobody has acknowledged yet."""

from __future__ import annotations

from typing import Any

from headwater.service.agencies.access import Actor
from headwater.service.audit.actions import log
from headwater.service.notices.selectors import open_notices

SHOWN = 5


def read_urgent(actor: Actor) -> dict[str, Any] | None:
    """The newest urgent notices, and whether there are more; None when there is none."""
    found = list(open_notices(actor).filter(urgent=True).order_by("-at", "-id")[: SHOWN + 1])
    if not found:
        return None
    log("consult", "notices_notice", [one.pk for one in found[:SHOWN]])
    return {"notices": found[:SHOWN], "more": len(found) > SHOWN}
