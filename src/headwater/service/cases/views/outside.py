"""The page behind a mailed link, for an agency whose people have no account: a code, the request, one answer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import anyone
from headwater.service.audit.actions import keyed_digest, log, rest_on
from headwater.service.cases import access, forms
from headwater.service.cases.actions import outside as links
from headwater.service.cases.views.referrals import give_answer
from headwater.service.design.send import Refused

SESSION = "outside_link"


@anyone
def outside(request: Any, token: str) -> HttpResponse:
    """The page behind a mailed link: first a code by mail to the same address, then the request and its answer, once."""
    link = links.find_link(token)
    if link is None:
        return _over(request, token)
    if request.session.get(SESSION) == link.pk and links.is_open(link):
        return _outside_answer(request, token)
    form = forms.CodeForm(request.POST if request.method == "POST" and "code" in request.POST else None)
    sent = bool(link.code_digest)
    if request.method == "POST" and "ask" in request.POST:
        try:
            links.send_code(link)
            sent = True
        except Refused as fault:
            form = forms.CodeForm({"code": ""})
            form.is_valid()
            form.refuse(str(fault))
    elif form.is_bound and form.is_valid():
        if links.check_code(link, form.cleaned_data["code"]):
            request.session.cycle_key()
            request.session[SESSION] = link.pk
            return HttpResponseRedirect(reverse("outside", args=[token]))
        form.refuse("This is not the code that we sent, or it is too old. Ask for a new one.", "code")
    where = link.email[0] + "…@" + link.email.rpartition("@")[2]
    return render(
        request,
        "cases/outside_code.html",
        {"form": form, "sent": sent, "where": where},
        status=422 if form.is_bound else 200,
    )


def _outside_answer(request: Any, token: str) -> HttpResponse:
    link = links.find_link(token, lock=request.method == "POST")
    if link is None:
        return _over(request, token)
    referral = link.referral
    sees = access.referral_sight(referral)
    form = forms.AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if referral.agreement_id:
            rest_on(referral.agreement_id)
        try:
            give_answer(referral, form, acting=None, by_words="By mailed link")
        except Refused as fault:
            form.refuse(str(fault), fault.field)
        else:
            request.session.flush()
            return render(request, "cases/outside_done.html", {"referral_state": referral.state})
    log(
        "consult", "cases_referral", [referral.pk], case=referral.case_id, categories=sorted(sees), agreement=referral.agreement_id,
        recipient=f"outside {keyed_digest(link.email)}",
    )  # fmt: skip
    more = {"referral": referral, "sees": sees, "form": form, "subject": referral.case.subject}
    return render(request, "cases/outside.html", more, status=422 if form.is_bound and form.errors else 200)


OVER = {
    "withdrawn": "The team that asked you has taken its request back. There is nothing more for you to do.",
    "lapsed": "The time for an answer is over. If you can still help, call the team that asked you.",
}


def _over(request: Any, token: str) -> HttpResponse:
    """Nothing is asked behind this link any more. Why is told to nobody but who had opened it. Raises Http404 for everybody else."""
    referral = links.opened_before(request.session.get(SESSION), token)
    if referral is None:
        raise Http404
    why = OVER.get(referral.state, "This link does not work any more. If a newer mail has come, use the link in it.")
    return render(request, "cases/outside_over.html", {"why": why}, status=410)
