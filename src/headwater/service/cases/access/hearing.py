"""Who is told that something happened: those who may open it today, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.service.agencies.access import Actor
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import User
from headwater.service.agencies.rules import LEADS, WORKERS
from headwater.service.cases.access.cases import sight_of
from headwater.service.cases.models import Case, Referral


def who_may_know(case: Case, users: Iterable[User | None]) -> list[User]:
    """Those of these people who may open the case today: nobody else is told that something happened in it."""
    found = []
    for user in users:
        sight = sight_of(Actor(user), case) if user is not None and user.is_active else None
        if user is not None and sight is not None and sight.level != "locked":
            found.append(user)
    return found


def receivers_of(referral: Referral) -> list[User]:
    """The people of the receiving agency who may read a request."""
    return who_may_hear(referral.case, referral.receiver_id)


def who_may_hear(case: Case, agency_id: int) -> list[User]:
    """Who of another agency may read what it is asked or told about a case: all who work there; of a restricted case its managers, and who is
    named. It is the other side of `referrals_in` and `disclosures_for`."""
    if not case.restricted:
        return people_with(agency_id, WORKERS)
    named = set(case.grants.values_list("user_id", flat=True))
    found = {one.pk: one for one in people_with(agency_id, LEADS)}
    return [
        *found.values(),
        *(one for one in people_with(agency_id, WORKERS) if one.pk in named and one.pk not in found),
    ]
