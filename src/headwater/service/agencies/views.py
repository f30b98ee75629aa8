"""Pages: the people of an agency, their roles, agreements with other agencies, the own account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies import actions, forms, selectors
from headwater.service.agencies.access import (
    AGREES,
    INTAKE,
    SIGNS,
    Asked,
    Role,
    agreement_for,
    for_people,
    person_for,
    signed_in,
    team_for,
)
from headwater.service.agencies.models import today
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@for_people(Role.ADMINISTRATOR)
def list_people(request: Asked) -> HttpResponse:
    """The own agency's people."""
    filters = forms.PeopleFilters(request.GET)
    filters.is_valid()
    rows = selectors.list_people(
        request.actor, q=filters.cleaned_data.get("q", ""), here=filters.cleaned_data.get("here", "")
    )
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
    if table := listing.export("people", "agencies_user"):
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
        "lead": ["They set a password by “Forgot your password?”, or sign in through your own directory."],
    }
    return take(request, form, act, "design/form_page.html", more)


@for_people(Role.ADMINISTRATOR)
def show_person(request: Asked, user_id: int) -> HttpResponse:
    """One of the own people: roles now and before."""
    person = person_for(request.actor, user_id)
    held = list(person.memberships.select_related("team").order_by("ends", "team__name"))
    return render(request, "agencies/person.html", {"person": person, "held": held})


@for_people(Role.ADMINISTRATOR)
def give_role(request: Asked, user_id: int) -> HttpResponse:
    """One more role, or a move."""
    person = person_for(request.actor, user_id)
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
    person = person_for(request.actor, user_id)

    def act(form: forms.LeaveForm) -> str:
        actions.end_role(acting=request.actor, user_id=user_id, membership_id=membership_id)
        return reverse("person", args=[user_id])

    more = {
        "title": f"End this role of {person.name}?",
        "back": reverse("person", args=[user_id]),
        "button": "End the role",
        "weighty": True,
    }
    return take(request, forms.LeaveForm(request.POST or None), act, "design/form_page.html", more)


@for_people(Role.ADMINISTRATOR)
def end_time_here(request: Asked, user_id: int) -> HttpResponse:
    """Somebody leaves."""
    person = person_for(request.actor, user_id)

    def act(form: forms.LeaveForm) -> str:
        actions.end_time_here(acting=request.actor, user_id=user_id)
        return reverse("person", args=[user_id])

    lead = [
        "They are signed out at once and cannot sign in again. Their roles end. What they have open goes to their teams, who are told."
    ]
    more = {
        "title": f"End {person.name}’s time here?",
        "back": reverse("person", args=[user_id]),
        "button": "End it now",
        "weighty": True,
        "lead": lead,
    }
    return take(request, forms.LeaveForm(request.POST or None), act, "design/form_page.html", more)


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
    team = team_for(request.actor, team_id)
    held = team.memberships.filter(ends=None).select_related("user").order_by("user__name")
    return render(
        request,
        "agencies/team.html",
        {"team": team, "held": list(held), "areas": list(team.areas.order_by("ends", "name")[:500])},
    )


@for_people(Role.ADMINISTRATOR)
def cover_area(request: Asked, team_id: int) -> HttpResponse:
    """One more area."""
    team = team_for(request.actor, team_id)
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
    team = team_for(request.actor, team_id)

    def act(form: forms.LeaveForm) -> str:
        actions.leave_area(acting=request.actor, team_id=team_id, area_id=area_id)
        return reverse("team", args=[team_id])

    more = {
        "title": f"Does {team.name} cover this area no longer?",
        "back": reverse("team", args=[team_id]),
        "button": "End it",
        "weighty": True,
    }
    return take(request, forms.LeaveForm(request.POST or None), act, "design/form_page.html", more)


@for_people(*AGREES)
def list_agreements(request: Asked) -> HttpResponse:
    """The agreements of the own agency."""
    filters = forms.AgreementFilters(request.GET)
    filters.is_valid()
    rows = selectors.list_agreements(request.actor, q=filters.cleaned_data.get("q", ""))
    columns = [
        Column("From", lambda one: one.giver.name), Column("To", lambda one: one.receiver.name), Column("Purpose", lambda one: one.purpose),
        Column("State", lambda one: one.state), Column("Ends", lambda one: one.ends), Column("Review", lambda one: one.review_on),
    ]  # fmt: skip
    listing = Listing(
        request,
        rows,
        [Order("review", "next review first", ("review_on",)), Order("new", "newest first", ("-starts",))],
        filters,
        columns,
    )
    if table := listing.export("agreements", "agencies_agreement"):
        return table
    return render(request, "agencies/agreements.html", {"list": listing, "may_sign": request.actor.has(*SIGNS)})


@for_people(*SIGNS)
def add_agreement(request: Asked) -> HttpResponse:
    """Propose an agreement."""

    def act(form: forms.AgreementForm) -> str:
        content = {
            name: form.cleaned_data[name]
            for name in ("purpose", "lawful_basis", "categories", "starts", "ends", "review_on")
        }
        made = actions.propose_agreement(acting=request.actor, receiver=form.cleaned_data["receiver"], content=content)
        return reverse("agreement", args=[made.pk])

    more = {
        "title": "Propose a sharing agreement", "back": reverse("agreements"), "button": "Propose",
        "lead": [f"It says what {request.user.agency.name} may tell the other agency. It holds once both have signed."],
    }  # fmt: skip
    return take(
        request, forms.AgreementForm(request.POST or None, actor=request.actor), act, "design/form_page.html", more
    )


@for_people(*AGREES)
def show_agreement(request: Asked, agreement_id: int) -> HttpResponse:
    """One agreement with its signatures."""
    found = agreement_for(request.actor, agreement_id)
    signed = list(found.signatures.select_related("agency", "user"))
    may_sign = (
        request.actor.has(*SIGNS)
        and request.actor.agency_id not in {one.agency_id for one in signed}
        and found.withdrawn_on is None
    )
    more = {
        "agreement": found,
        "signed": signed,
        "may_sign": may_sign,
        "may_withdraw": request.actor.has(*SIGNS) and found.withdrawn_on is None,
    }
    return render(request, "agencies/agreement.html", more)


@for_people(*SIGNS)
def sign_agreement(request: Asked, agreement_id: int) -> HttpResponse:
    """Sign for the own agency."""
    found = agreement_for(request.actor, agreement_id, to="sign")

    def act(form: forms.SignForm) -> str:
        actions.sign_agreement(found, acting=request.actor, role=form.cleaned_data["role"])
        return reverse("agreement", args=[agreement_id])

    more = {
        "title": f"Sign for {request.user.agency.name}",
        "caption": found.purpose,
        "back": reverse("agreement", args=[agreement_id]),
        "button": "Sign",
    }
    return take(request, forms.SignForm(request.POST or None), act, "design/form_page.html", more)


@for_people(*SIGNS)
def withdraw_agreement(request: Asked, agreement_id: int) -> HttpResponse:
    """End an agreement today."""
    found = agreement_for(request.actor, agreement_id, to="sign")

    def act(form: forms.WithdrawForm) -> str:
        actions.withdraw_agreement(found, acting=request.actor, why=form.cleaned_data["why"])
        return reverse("agreement", args=[agreement_id])

    more = {
        "title": "Withdraw the agreement?", "caption": found.purpose, "back": reverse("agreement", args=[agreement_id]), "button": "Withdraw", "weighty": True,
        "lead": ["Nothing new is told under it from today. What was referred before shows nothing any more either; urgent disclosure stays possible."],
    }  # fmt: skip
    return take(request, forms.WithdrawForm(request.POST or None), act, "design/form_page.html", more)


@for_people(*INTAKE)
def set_intake(request: Asked) -> HttpResponse:
    """Whether the own agency takes referrals now."""
    agency = request.user.agency
    now = {
        "takes": "yes" if agency.takes_referrals else "no",
        "why_full": agency.why_full,
        "days": agency.answer_within_days,
    }
    form = forms.IntakeForm(request.POST or None, initial={**now, "version": 1})

    def act(form: forms.IntakeForm) -> str:
        told = form.cleaned_data
        actions.set_intake(
            acting=request.actor, takes=told["takes"] == "yes", why_full=told["why_full"], days=told["days"]
        )
        return reverse("own_account")

    more = {"title": f"Does {agency.name} take referrals?", "back": reverse("own_account"), "button": "Save"}
    return take(request, form, act, "design/form_page.html", more)


@signed_in
def show_own_account(request: Asked) -> HttpResponse:
    """The own roles, and where to change password and second factor."""
    return render(
        request, "agencies/account.html", {"held": request.user.live_memberships, "intake": request.actor.has(*INTAKE)}
    )
