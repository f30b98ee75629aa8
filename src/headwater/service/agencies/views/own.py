"""The own account, and whether the own agency takes referrals."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies import actions, forms
from headwater.service.agencies.access import INTAKE, Asked, for_people, signed_in
from headwater.service.agencies.models import Agency
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
    if request.method == "POST":
        agency = Agency.objects.select_for_update().get(pk=agency.pk)
    now = {
        "takes": "yes" if agency.takes_referrals else "no",
        "why_full": agency.why_full,
        "days": agency.answer_within_days,
    }
    form = forms.IntakeForm(request.POST or None, now=now)

    def act(form: forms.IntakeForm) -> str:
        told = form.cleaned_data
        if form.compare():
            takes = told["takes"] == "yes"
            actions.set_intake(acting=request.actor, takes=takes, why_full=told["why_full"], days=told["days"])
        return reverse("own_account")

    more = {"title": f"Does {agency.name} take referrals?", "back": reverse("own_account"), "button": "Save"}
    return take(request, form, act, "design/form_page.html", more)
