"""Who asks in the load benchmark? Fifty people of six roles, from the busiest teams and from any, each signed in with a second factor."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

ROLES = {"sergeant": 12, "officer": 14, "PCSO": 6, "partnership officer": 6, "partner worker": 8, "partner manager": 4}
"""How many of each."""


def main(data: Path, seed: int) -> None:
    """Make the sessions with the installation's own key, and print who has which, with cases and packages that are theirs."""
    from headwater.service.running.prepare import database_up

    with database_up(data):
        from headwater.service.audit.actions import acting_as

        with acting_as("benchmark"):
            print(
                json.dumps(
                    [seat for role, number in ROLES.items() for seat in seats(role, number, random.Random(seed))]
                )
            )


def seats(role: str, number: int, dice: random.Random) -> list[dict[str, Any]]:
    """So many people of a role who have something to do: half of the busiest teams, half of any."""
    from headwater.service.agencies.access import Actor
    from headwater.service.agencies.models import Membership
    from headwater.service.cases import access

    held = list(
        Membership.objects.filter(role=role, user_id__gt=1000).select_related("user__agency").order_by("team_id", "id")
    )
    busy, rest = held[: number // 2], held[number // 2 :]
    dice.shuffle(rest)
    found: dict[int, dict[str, Any]] = {}
    for user in (one.user for one in busy + rest):
        actor = Actor(user)
        cases = list(access.readable_cases(actor).order_by("-moved_at")[:60])
        if cases and user.pk not in found:
            packages = list(access.own_packages(actor).order_by("-newest_on").values_list("reference", flat=True)[:40])
            found[user.pk] = {
                "who": f"{role} {user.pk}", "manages": role in ("sergeant", "partnership officer", "partner manager"),
                "session": sign_in(user), "cases": [case.pk for case in cases], "packages": packages,
                "plans": [case.pk for case in cases if (sight := access.sight_of(actor, case)) and sight.sees("plan")],
            }  # fmt: skip
        if len(found) == number:
            break
    return list(found.values())


def sign_in(user: Any) -> str:
    """A session as signing in leaves it; its key."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
