"""Referrals: both lists, one request with what to do, asking another agency; and the page behind a mailed link."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, anyone, for_people, may_receive
from headwater.service.agencies.actions import people_of
from headwater.service.agencies.rules import say_categories
from headwater.service.audit.actions import keyed_digest, log
from headwater.service.cases import access, forms, selectors
from headwater.service.cases.actions import outside as links
from headwater.service.cases.actions import referrals as verbs
from headwater.service.cases.models import Referral
from headwater.service.cases.rules import DECLINE_REASONS
from headwater.service.cases.views.change import case_of, change_case
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import Refused, take


@for_people(*access.WORKERS)
def list_referrals(request: Asked) -> HttpResponse:
    """Requests to us, or from us."""
    filters = forms.ReferralFilters(request.GET)
    told = filters.told
    side = told.get("side") or "in"
    rows = selectors.list_referrals(request.actor, side=side, state=told.get("state", ""), move=told.get("move", ""))
    orders = [Order("new", "newest first", ("-id",)), Order("old", "oldest first", ("id",))]
    columns = [
        Column("Referral", lambda one: one.reference), Column("From", lambda one: one.sender.name), Column("To", lambda one: one.receiver.name),
        Column("State", lambda one: one.state), Column("Whose move", lambda one: one.whose_move), Column("Sent", lambda one: one.sent_at or ""),
        Column("Answer by", lambda one: one.answer_by or ""), Column("Reason", lambda one: DECLINE_REASONS.get(one.reason, "")),
        Column("Restricted", lambda one: "yes" if one.case.restricted else "no"),
    ]  # fmt: skip
    listing = Listing(request, rows, orders, filters, columns)
    if table := listing.export("referrals", "cases_referral"):
        return table
    shown = [
        {"referral": one, "name": one.case.name if side == "out" or "identity" in access.referral_sight(one) else ""}
        for one in listing
    ]
    log("consult", "cases_referral", [one.pk for one in listing], categories=["identity"])
    return render(request, "cases/referrals.html", {"list": listing, "shown": shown, "side": side})


@for_people(*access.WORKERS)
def show_referral(request: Asked, number: int) -> HttpResponse:
    """One request, what the reader may see of it, and what to do."""
    referral, side = access.referral_for(request.actor, number)
    sees = frozenset({"identity", "reasons"}) if side == "sender" else access.referral_sight(referral)
    log(
        "consult",
        "cases_referral",
        [referral.pk],
        case=referral.case_id,
        categories=sorted(sees),
        agreement=referral.agreement_id,
    )
    sight = access.sight_of(request.actor, referral.case)
    return render(
        request, "cases/referral.html",
        {"referral": referral, "side": side, "sees": sees, "case_open": sight is not None and sight.level != "locked", 
        "may": {verb: access.may_turn(request.actor, referral, side, verb) for verb in access.REFERRAL}},
    )  # fmt: skip


@for_people(*access.WORKERS)
def refer(request: Asked, number: int) -> HttpResponse:
    """Ask another agency for help."""
    case, _ = case_of(request, number, "refer")
    allowed = may_receive(case.team.agency_id)
    receivers = [agency for agency, _ in allowed if agency.takes_referrals]
    signs_in = {one.agency_id for one in people_of([one.pk for one in receivers], access.WORKERS)}
    form = forms.ReferForm(request.POST or None, receivers=receivers)

    def act(case: Any, form: forms.ReferForm) -> str:
        told = form.cleaned_data
        receiver = next(one for one in receivers if one.pk == int(told["receiver"]))
        made = verbs.refer(
            case,
            acting=request.actor,
            receiver=receiver,
            ask=told["ask"],
            categories=told["categories"],
            outside_email=told["outside_email"],
            send="draft" not in request.POST,
        )
        return reverse("referral", args=[made.pk])

    lead = (
        []
        if receivers
        else ["There is no live sharing agreement with any agency that takes referrals. Ask your partnership officer."]
    )
    return change_case(
        request,
        number,
        "refer",
        form,
        "Ask another agency for help",
        "Send",
        act,
        back=reverse("case_agencies", args=[number]),
        lead=lead,
        second=("draft", "Save as a draft"),
        page="cases/refer.html",
        lets_pass=[
            {
                "agency": agency,
                "words": say_categories({*one.categories} - {*forms.ALWAYS_SEEN}),
                "by_mail": agency.pk not in signs_in,
            }
            for agency, one in allowed
        ],
    )


def _turn(request: Asked, number: int, verb: str, form: Any, title: str, button: str, act: Any) -> HttpResponse:
    referral, _ = access.referral_for(request.actor, number, to=verb, lock=request.method == "POST")
    more = {"title": title, "caption": referral.reference, "back": reverse("referral", args=[number]), "button": button}

    def done(form: Any) -> str:
        act(referral, form)
        return reverse("referral", args=[number])

    return take(request, form, done, "design/form_page.html", more)


@for_people(*access.WORKERS)
def answer(request: Asked, number: int) -> HttpResponse:
    """Accept, decline, or ask for more."""

    def act(referral: Referral, form: forms.AnswerForm) -> None:
        give_answer(referral, form, acting=request.actor)

    return _turn(
        request, number, "answer", forms.AnswerForm(request.POST or None), "Answer the referral", "Send the answer", act
    )


def give_answer(referral: Referral, form: forms.AnswerForm, *, acting: Any, by_words: str = "") -> None:
    """The answer of a form."""
    told = form.cleaned_data
    if told["answer"] == "accept":
        verbs.accept(referral, acting=acting, words=told["words"], by_words=by_words)
    elif told["answer"] == "decline":
        verbs.decline(referral, acting=acting, reason=told["reason"], words=told["words"], by_words=by_words)
    else:
        verbs.return_for_information(referral, acting=acting, words=told["words"], by_words=by_words)


@for_people(*access.WORKERS)
def send_again(request: Asked, number: int) -> HttpResponse:
    """Send a draft, or add what was asked for and send it again."""
    referral, _ = access.referral_for(request.actor, number, to="send")
    draft = referral.state == "draft"
    form = forms.InformationForm(request.POST or None)
    if draft:
        form.fields["information"].required, form.fields["information"].label = False, "Anything to add?"

    def act(referral: Referral, form: forms.InformationForm) -> None:
        verbs.send_referral(referral, acting=request.actor, information=form.cleaned_data["information"])

    return _turn(
        request,
        number,
        "send",
        form,
        "Send the referral" if draft else "Add what they asked for",
        "Send it" if draft else "Send it again",
        act,
    )


@for_people(*access.WORKERS)
def withdraw(request: Asked, number: int) -> HttpResponse:
    """Take it back."""

    def act(referral: Referral, form: forms.WhyForm) -> None:
        verbs.withdraw(referral, acting=request.actor, why=form.cleaned_data["why"])

    return _turn(
        request, number, "withdraw", forms.WhyForm(request.POST or None), "Take the referral back?", "Take it back", act
    )


@for_people(*access.WORKERS)
def end(request: Asked, number: int) -> HttpResponse:
    """The help has ended."""

    def act(referral: Referral, form: forms.WhyForm) -> None:
        verbs.end(referral, acting=request.actor, why=form.cleaned_data["why"])

    return _turn(request, number, "end", forms.WhyForm(request.POST or None), "End this referral?", "End it", act)


SESSION = "outside_link"


@anyone
def outside(request: Any, token: str) -> HttpResponse:
    """The page behind a mailed link: first a code by mail to the same address, then the request and its answer, once."""
    link = links.find_link(token)
    if link is None:
        raise Http404
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
        raise Http404
    referral = Referral.objects.select_related(
        "case__team__agency", "receiver", "sender", "agreement", "by", "sender_team"
    ).get(pk=link.referral_id)
    sees = access.referral_sight(referral)
    form = forms.AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
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
