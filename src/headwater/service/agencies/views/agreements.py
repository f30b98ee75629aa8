"""Sharing agreements: read, proposed, signed, withdrawn."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies import actions, forms, selectors
from headwater.service.agencies.access import AGREES, SIGNS, Asked, agreement_for, for_people
from headwater.service.agencies.models import Agreement
from headwater.service.audit.actions import log
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@for_people(*AGREES)
def list_agreements(request: Asked) -> HttpResponse:
    """The agreements of the own agency."""
    filters = forms.AgreementFilters(request.GET)
    rows = selectors.list_agreements(request.actor, q=filters.told.get("q", ""))
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
    if table := listing.give_out("agreements", "agencies_agreement"):
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
    found = _agreement(request, agreement_id)
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
    found = _agreement(request, agreement_id, to="sign")

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
    found = _agreement(request, agreement_id, to="sign")

    def act(form: forms.WithdrawForm) -> str:
        actions.withdraw_agreement(found, acting=request.actor, why=form.cleaned_data["why"])
        return reverse("agreement", args=[agreement_id])

    more = {
        "title": "Withdraw the agreement?", "caption": found.purpose, "back": reverse("agreement", args=[agreement_id]), "button": "Withdraw", "weighty": True,
        "lead": ["Nothing new is told under it from today. What was referred before shows nothing any more either; urgent disclosure stays possible."],
    }  # fmt: skip
    return take(request, forms.WithdrawForm(request.POST or None), act, "design/form_page.html", more)


def _agreement(request: Asked, number: int, *, to: str = "read") -> Agreement:
    """One agreement, and a line that somebody read it. Raises Http404."""
    found = agreement_for(request.actor, number, to=to)
    log("consult", "agencies_agreement", [found.pk], agreement=found.pk)
    return found
