"""Referrals: both lists, one request with what to do, asking another agency, changing what is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people, may_receive
from headwater.service.agencies.actions import people_of
from headwater.service.agencies.rules import say_categories
from headwater.service.audit.actions import log, rest_on
from headwater.service.cases import access, forms, selectors
from headwater.service.cases.actions import referrals as verbs
from headwater.service.cases.actions.asking import ALWAYS, change_referral
from headwater.service.cases.log_sight import log_referrals
from headwater.service.cases.models import Referral
from headwater.service.cases.rules import DECLINE_REASONS
from headwater.service.cases.views.change import case_of, change_case
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


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

    def write(verb: str, rows: list[Referral], words: str) -> None:
        log_referrals(verb, request.actor, rows, names=verb != "export", basis=words)

    if table := listing.give_out("referrals", "cases_referral", lines=write):
        return table
    shown = [
        {"referral": one, "name": one.case.name if side == "out" or "identity" in access.referral_sight(one) else ""}
        for one in listing
    ]
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


def _turn(
    request: Asked, number: int, verb: str, form: Any, title: str, button: str, act: Any, **more: Any
) -> HttpResponse:
    referral, side = access.referral_for(request.actor, number, to=verb, lock=request.method == "POST")
    if request.method == "POST" and side == "receiver" and referral.agreement_id:
        rest_on(referral.agreement_id)
    back = reverse("referral", args=[number])
    more |= {"title": title, "caption": referral.reference, "back": back, "button": button}

    def done(form: Any) -> str:
        act(referral, form)
        return reverse("referral", args=[number])

    answer = take(request, form, done, "design/form_page.html", more)
    if answer.status_code != 302:  # The form often shows what is asked.
        log_referrals("consult", request.actor, [referral])
    return answer


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
def change(request: Asked, number: int) -> HttpResponse:
    """Say a draft anew; or say anew what came back with a question, and send it. The receiver sees nothing of it before it is sent."""
    referral, _ = access.referral_for(request.actor, number, to="change", lock=request.method == "POST")
    draft = referral.state == "draft"
    form = forms.ChangeReferralForm(request.POST or None, now=_asked(referral))
    if draft:
        del form.fields["information"]

    def act(referral: Referral, form: forms.ChangeReferralForm) -> None:
        told = form.cleaned_data
        if form.compare():
            change_referral(
                referral, ask=told["ask"], categories=told["categories"], outside_email=told["outside_email"]
            )
            if not draft:
                verbs.send_referral(referral, acting=request.actor, information=told["information"])

    button = "Save" if draft else "Send it again"
    return _turn(request, number, "change", form, "Change the referral", button, act, lead=_who_asked_what(referral))


def _asked(referral: Referral) -> dict[str, Any]:
    """What stands in a request that is not sent, as its form has it."""
    more = [one for one in referral.categories if one not in ALWAYS]
    return {"ask": referral.ask, "categories": more, "outside_email": referral.outside_email, "state": referral.state}


def _who_asked_what(referral: Referral) -> list[str]:
    """What the receiver wants to know, where it does."""
    asked = referral.state != "draft" and referral.words
    return (
        [f"{referral.receiver.name} asks: {referral.words}", "They see nothing new until you send it."] if asked else []
    )


@for_people(*access.WORKERS)
def send_again(request: Asked, number: int) -> HttpResponse:
    """Send a draft, or add what was asked for and send it again."""
    referral, _ = access.referral_for(request.actor, number, to="send", lock=request.method == "POST")
    draft = referral.state == "draft"
    form = forms.InformationForm(request.POST or None, now=_asked(referral))
    if draft:
        form.fields["information"].required, form.fields["information"].label = False, "Anything to add?"

    def act(referral: Referral, form: forms.InformationForm) -> None:
        if form.compare():
            verbs.send_referral(referral, acting=request.actor, information=form.cleaned_data["information"])

    return _turn(
        request,
        number,
        "send",
        form,
        "Send the referral" if draft else "Add what they asked for",
        "Send it" if draft else "Send it again",
        act,
        lead=[
            *_who_asked_what(referral),
            f"You ask: {referral.ask}",
            f"They see if they accept: {'; '.join(referral.category_words)}.",
        ],
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
