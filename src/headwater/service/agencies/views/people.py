"""The administrator's pages: people, their roles, teams and the areas that these cover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies import actions, forms, selectors
from headwater.service.agencies.access import Asked, Role, for_people, person_for, team_for
from headwater.service.agencies.models import Team, User, today
from headwater.service.audit.actions import log
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@for_people(Role.ADMINISTRATOR)
def list_people(request: Asked) -> HttpResponse:
    """The own agency's people."""
    filters = forms.PeopleFilters(request.GET)
    told = {name: filters.told.get(name, "") for name in ("q", "here", "lacks")}
    rows = selectors.list_people(request.actor, **told)
    columns = [
        Column("Name", lambda one: one.name), Column("Title", lambda one: one.title), Column("E-mail", lambda one: one.email),
        Column("Joined", lambda one: one.joined_on), Column("Left", lambda one: one.left_on or ""),
        Column("Roles", lambda one: "; ".join(f"{held.role}, {held.team.name}" for held in one.memberships.all() if held.ends is None)),
    ]  # fmt: skip
    listing = Listing(
        request,
        rows,
        [Order("name", "name", ("name",)), Order("new", "newest first", ("-joined_on",))],
        filters,
        columns,
    )
    if table := listing.give_out("people", "agencies_user"):
        return table
    return render(request, "agencies/people.html", {"list": listing})


@for_people(Role.ADMINISTRATOR)
def add_person(request: Asked) -> HttpResponse:
    """Somebody joins."""
    form = forms.PersonForm(request.POST or None, actor=request.actor)

    def act(form: forms.PersonForm) -> str:
        told = form.cleaned_data
        made = actions.enter_person(
            acting=request.actor,
            name=told["name"],
            email=told["email"],
            title=told["title"],
            team_id=int(told["team"]),
            role=told["role"],
        )
        return reverse("person", args=[made.pk])

    more = {
        "title": "Add somebody",
        "back": reverse("people"),
        "button": "Add",
        "lead": [
            "They sign in with this address, through your own directory or with a password that they set themselves."
        ],
    }
    return take(request, form, act, "design/form_page.html", more)


@for_people(Role.ADMINISTRATOR)
def show_person(request: Asked, user_id: int) -> HttpResponse:
    """One of the own people: roles now and before."""
    person = _person(request, user_id)
    held = list(person.memberships.select_related("team").order_by("ends", "team__name"))
    directory = any(set(person.agency.domains) & set(domains) for domains in settings.SIGN_IN_DOMAINS.values())
    site = f"{settings.SITE_ADDRESS}{reverse('account_login')}"
    more = {"person": person, "held": held, "site": site, "directory": directory}
    return render(request, "agencies/person.html", more)


@for_people(Role.ADMINISTRATOR)
def give_role(request: Asked, user_id: int) -> HttpResponse:
    """One more role, or a move."""
    person = _person(request, user_id)
    form = forms.RoleForm(request.POST or None, actor=request.actor)

    def act(form: forms.RoleForm) -> str:
        actions.give_role(
            acting=request.actor,
            user_id=user_id,
            team_id=int(form.cleaned_data["team"]),
            role=form.cleaned_data["role"],
        )
        return reverse("person", args=[user_id])

    more = {"title": f"Give {person.name} a role", "back": reverse("person", args=[user_id]), "button": "Give the role"}
    return take(request, form, act, "design/form_page.html", more)


@for_people(Role.ADMINISTRATOR)
def end_role(request: Asked, user_id: int, membership_id: int) -> HttpResponse:
    """A role ends."""
    person = _person(request, user_id)
    held = person.memberships.select_related("team").filter(pk=membership_id).first()
    which = f"{held.role} in {held.team.name}" if held else "this role"
    end = partial(actions.end_role, acting=request.actor, user_id=user_id, membership_id=membership_id)
    back = reverse("person", args=[user_id])
    return _confirm(request, f"End {which} of {person.name}?", "End the role", back, end)


@for_people(Role.ADMINISTRATOR)
def end_time_here(request: Asked, user_id: int) -> HttpResponse:
    """Somebody leaves."""
    person = _person(request, user_id)
    lead = [
        "They are signed out at once and cannot sign in again. Their roles end. What they have open goes to their teams, who are told."
    ]
    end = partial(actions.end_time_here, acting=request.actor, user_id=user_id)
    back = reverse("person", args=[user_id])
    return _confirm(request, f"End {person.name}’s time here?", "End it now", back, end, lead)


@for_people(Role.ADMINISTRATOR)
def add_team(request: Asked) -> HttpResponse:
    """One more team."""

    def act(form: forms.TeamForm) -> str:
        actions.add_team(acting=request.actor, name=form.cleaned_data["name"], lake_team=form.cleaned_data["lake_team"])
        return reverse("people")

    more = {"title": "Add a team", "back": reverse("people"), "button": "Add"}
    return take(
        request, forms.TeamForm(request.POST or None), act, "design/form_page.html", more, done="The team is there."
    )


@for_people(Role.ADMINISTRATOR)
def show_team(request: Asked, team_id: int) -> HttpResponse:
    """A team: who is in it, and which areas it covers."""
    team = _team(request, team_id)
    held = list(team.memberships.filter(ends=None).select_related("user").order_by("user__name"))
    log("consult", "agencies_user", sorted({one.user_id for one in held}))
    return render(
        request,
        "agencies/team.html",
        {"team": team, "held": held, "areas": list(team.areas.order_by("ends", "name")[:500])},
    )


@for_people(Role.ADMINISTRATOR)
def cover_area(request: Asked, team_id: int) -> HttpResponse:
    """One more area."""
    team = _team(request, team_id)
    form = forms.AreaForm(request.POST or None, initial={"starts": today()})

    def act(form: forms.AreaForm) -> str:
        actions.cover_area(
            acting=request.actor,
            team_id=team_id,
            **{name: form.cleaned_data[name] for name in ("code", "name", "starts")},
        )
        return reverse("team", args=[team_id])

    more = {"title": f"An area for {team.name}", "back": reverse("team", args=[team_id]), "button": "Add"}
    return take(request, form, act, "design/form_page.html", more)


@for_people(Role.ADMINISTRATOR)
def leave_area(request: Asked, team_id: int, area_id: int) -> HttpResponse:
    """One area less."""
    team = _team(request, team_id)
    end = partial(actions.leave_area, acting=request.actor, team_id=team_id, area_id=area_id)
    back = reverse("team", args=[team_id])
    return _confirm(request, f"Does {team.name} cover this area no longer?", "End it", back, end)


def _person(request: Asked, user_id: int) -> User:
    """One of the own people, and a line that somebody read about them. Raises Http404."""
    person = person_for(request.actor, user_id)
    log("consult", "agencies_user", [person.pk])
    return person


def _team(request: Asked, team_id: int) -> Team:
    """One of the own teams, and a line that somebody read about it. Raises Http404."""
    team = team_for(request.actor, team_id)
    log("consult", "agencies_team", [team.pk])
    return team


def _confirm(
    request: Asked, title: str, button: str, back: str, act: Callable[[], object], lead: Sequence[str] = ()
) -> HttpResponse:
    """Ask once more before something ends; then `act`, and back."""

    def end(form: forms.LeaveForm) -> str:
        act()
        return back

    more = {"title": title, "back": back, "button": button, "weighty": True, "lead": list(lead)}
    return take(request, forms.LeaveForm(request.POST or None), end, "design/form_page.html", more)
