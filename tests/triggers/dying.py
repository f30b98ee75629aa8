"""A process that makes drafts and is killed after its first share; processes of a search find it by its name."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from headwater.triggers.packages.assemble import Basis
from headwater.triggers.packages.team_lists import Listed
from headwater.triggers.runs.drafting import Share, begin_drafting


def begin_dying(told: tuple[Path, Basis]) -> Callable[[Share], dict[str, Listed]]:
    """Drafts one share, and is killed as it begins the next."""
    draft, done = begin_drafting(told), []

    def do(share: Share) -> dict[str, Listed]:
        if done:
            os.kill(os.getpid(), signal.SIGKILL)
        done.append(share)
        return draft(share)

    return do
