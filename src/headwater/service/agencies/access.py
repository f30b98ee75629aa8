"""Who is asking? The one way from a request to what somebody may do in agencies and teams. Fails closed: unknown is forbidden, both are 404."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from headwater.service.agencies.models import Agency, Agreement, Team, User
from headwater.service.agencies.rules import Category, Role

__all__ = [
    "Actor",
    "Category",
    "Role",
    "actor_of",
    "agreement_for",
    "anyone",
    "for_people",
    "person_for",
    "signed_in",
    "team_for",
]

P = ParamSpec("P")


@dataclass(frozen=True)
class Actor:
    """A signed-in user with the roles that hold today."""

    user: User

    @property
    def id(self) -> int:
        """The user's number."""
        return int(self.user.pk)

    @property
    def agency_id(self) -> int:
        """The user's agency."""
        return int(self.user.agency_id)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """All roles, whatever the team."""
        return frozenset(Role(one.role) for one in self.user.live_memberships)

    def has(self, *roles: Role) -> bool:
        """Whether the user holds one of these roles in any team."""
        return not self.roles.isdisjoint(roles)

    def teams(self, *roles: Role) -> list[int]:
        """The teams in which the user holds one of these roles; of any role when none is named."""
        return sorted({one.team_id for one in self.user.live_memberships if not roles or one.role in roles})

    def is_in(self, team_id: int | None, *roles: Role) -> bool:
        """Whether the user holds one of these roles in this team."""
        return team_id is not None and team_id in self.teams(*roles)


class Asked(HttpRequest):
    """A request of somebody who is signed in."""

    actor: Actor
    user: User


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking. Raises Http404 when nobody is signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return Actor(request.user)


View = Callable[Concatenate[Any, P], HttpResponseBase]


def signed_in(view: View[P]) -> View[P]:
    """A page for signed-in people with a role today; a second factor first where the installation asks for one."""

    @wraps(view)
    def answer(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if settings.SECOND_FACTOR and not request.user.has_second_factor:
            return HttpResponseRedirect(reverse("mfa_index"))
        request.actor = Actor(request.user)
        if not request.actor.roles:
            return render(request, "agencies/no_role.html", status=403)
        return view(request, *args, **kwargs)

    answer.door = "signed in"  # type: ignore[attr-defined]
    return cast("View[P]", answer)


def for_people(*roles: Role) -> Callable[[View[P]], View[P]]:
    """A page for people who hold one of these roles; for all others there is no such page."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.actor.has(*roles):
                raise Http404
            return view(request, *args, **kwargs)

        return signed_in(cast("View[P]", answer))

    return wrap


def anyone(view: View[P]) -> View[P]:
    """A page for everybody: it shows nothing about a person. Said aloud, so that none is open by being forgotten."""
    view.door = "anyone"  # type: ignore[attr-defined]
    return view


def people_of(actor: Actor) -> QuerySet[User]:
    """The people whom an administrator looks after: those of the own agency."""
    return User.objects.filter(agency_id=actor.agency_id) if actor.has(Role.ADMINISTRATOR) else User.objects.none()


def person_for(actor: Actor, user_id: int) -> User:
    """One of the own agency's people, for its administrator. Raises Http404."""
    found = people_of(actor).filter(pk=user_id).first()
    if found is None:
        raise Http404
    return found


def team_for(actor: Actor, team_id: int) -> Team:
    """One of the own agency's teams, for its administrator. Raises Http404."""
    found = (
        Team.objects.filter(pk=team_id, agency_id=actor.agency_id).first() if actor.has(Role.ADMINISTRATOR) else None
    )
    if found is None:
        raise Http404
    return found


INTAKE = (Role.PARTNERSHIP_OFFICER, Role.PARTNER_MANAGER)
"""Who says whether their agency takes referrals."""

AGREES = (Role.PARTNERSHIP_OFFICER, Role.PARTNER_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
SIGNS = (Role.PARTNERSHIP_OFFICER, Role.PARTNER_MANAGER)


def agreements_of(actor: Actor) -> QuerySet[Agreement]:
    """The agreements to which the own agency is a party."""
    if not actor.has(*AGREES):
        return Agreement.objects.none()
    own = actor.agency_id
    return (Agreement.objects.filter(giver_id=own) | Agreement.objects.filter(receiver_id=own)).select_related(
        "giver", "receiver"
    )


def agreement_for(actor: Actor, agreement_id: int, *, to: str = "read") -> Agreement:
    """One of them; `to` is read or sign. Raises Http404."""
    found = agreements_of(actor).prefetch_related("signatures").filter(pk=agreement_id).first()
    if found is None or (to == "sign" and not actor.has(*SIGNS)):
        raise Http404
    return found


def live_agreement(giver: int, receiver: int) -> Agreement | None:
    """The agreement under which one agency may tell another something today; None: nothing passes routinely."""
    for one in (
        Agreement.objects.filter(giver_id=giver, receiver_id=receiver, withdrawn_on=None)
        .prefetch_related("signatures")
        .order_by("-starts")
    ):
        if one.is_live:
            return one
    return None


def may_receive(giver: int) -> list[tuple[Agency, Agreement]]:
    """The agencies to which this one may refer today, each with the agreement that allows it."""
    found: dict[int, tuple[Agency, Agreement]] = {}
    for one in (
        Agreement.objects.filter(giver_id=giver, withdrawn_on=None)
        .select_related("receiver")
        .prefetch_related("signatures")
    ):
        if one.is_live:
            found.setdefault(one.receiver_id, (one.receiver, one))
    return sorted(found.values(), key=lambda pair: pair[0].name)
