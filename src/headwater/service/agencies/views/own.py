"""The own account, and whether the own agency takes referrals."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies import actions, forms
from headwater.service.agencies.access import INTAKE, Asked, for_people, signed_in
from headwater.service.agencies.models import Agency
from headwater.service.design.forms import version_of
from headwater.service.design.send import take


@signed_in
def show_own_account(request: Asked) -> HttpResponse:
    """The own roles, and where to change password and second factor."""
    return render(
        request, "agencies/account.html", {"held": request.user.live_memberships, "intake": request.actor.has(*INTAKE)}
    )


@for_people(*INTAKE)
def set_intake(request: Asked) -> HttpResponse:
    """Whether the own agency takes referrals now."""
    agency = request.user.agency
    now = _intake_of(agency)
    form = forms.IntakeForm(request.POST or None, initial={**now, "version": version_of(now)})

    def act(form: forms.IntakeForm) -> str:
        told, stands = form.cleaned_data, _intake_of(Agency.objects.select_for_update().get(pk=agency.pk))
        if form.compare(version_of(stands), stands):
            takes = told["takes"] == "yes"
            actions.set_intake(acting=request.actor, takes=takes, why_full=told["why_full"], days=told["days"])
        return reverse("own_account")

    more = {"title": f"Does {agency.name} take referrals?", "back": reverse("own_account"), "button": "Save"}
    return take(request, form, act, "design/form_page.html", more)


def _intake_of(agency: Agency) -> dict[str, Any]:
    """What an agency says about taking referrals, as its form has it."""
    takes = "yes" if agency.takes_referrals else "no"
    return {"takes": takes, "why_full": agency.why_full, "days": agency.answer_within_days}
