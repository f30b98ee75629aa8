"""Seeing more than the rule gives: breaking the glass, telling another agency at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.agencies.rules import CATEGORY_WORDS, Category
from headwater.service.audit.actions import log
from headwater.service.cases import access, forms, selectors
from headwater.service.cases.actions import sight as verbs
from headwater.service.cases.lines_to_tell import what_can_be_told
from headwater.service.cases.rules import BREAK_GLASS_MINUTES
from headwater.service.cases.views.change import case_of, change_case
from headwater.service.cases.views.documents import hand_out
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@for_people(*access.WORKERS)
def break_glass(request: Asked, number: int) -> HttpResponse:
    """Open a restricted case for an hour."""
    case, _ = access.case_for(request.actor, number, to="break the glass", lock=request.method == "POST")

    def act(form: forms.BreakGlassForm) -> str:
        verbs.break_glass(case, acting=request.actor, reason=form.cleaned_data["reason"])
        return reverse("case", args=[number])

    more = {
        "title": "Open a restricted case", "caption": case.reference, "back": reverse("case", args=[number]),
        "button": f"Open it for {BREAK_GLASS_MINUTES} minutes",
        "weighty": True, "warning": "The data-protection officer’s list and your sergeant are told at once, with your name and your reason.",
    }  # fmt: skip
    answer = take(request, forms.BreakGlassForm(request.POST or None), act, "design/form_page.html", more)
    if answer.status_code != 302:  # As on the page of a locked case: that it is there, and no more.
        log("refuse", "cases_case", [case.pk], case=case.pk)
    return answer


@for_people(*access.LEADS)
def disclose(request: Asked, number: int) -> HttpResponse:
    """Tell another agency the minimum, at once: line by line."""
    case, _ = case_of(request, number, "disclose urgently")
    receivers = selectors.agencies_to_tell(request.actor)
    receiver = next((one for one in receivers if str(one.pk) == request.POST.get("receiver")), None)
    readers = selectors.readers_to_choose(case, receiver)
    form = forms.DiscloseForm(request.POST or None, receivers=receivers, readers=readers, known=what_can_be_told(case))

    def act(case: Any, form: forms.DiscloseForm) -> str:
        told = form.cleaned_data
        made = verbs.disclose_urgently(
            case,
            acting=request.actor,
            receiver=next(one for one in receivers if one.pk == int(told["receiver"])),
            basis=told["basis"],
            reason=told["reason"],
            chosen=form.chosen,
            reader=next((one for one in readers if str(one.pk) == told["reader"]), None),
        )
        return reverse("disclosure", args=[made.pk])

    lead = [
        "This needs no sharing agreement. It opens the lines that you tick, as they stand now, and nothing else.",
        "Tick as little as keeps the person safe.",
    ]
    warning = "The data-protection officer’s list is told at once."
    back = reverse("case_agencies", args=[number])
    return change_case(
        request,
        number,
        "disclose urgently",
        form,
        "Tell another agency at once",
        "Tell them now",
        act,
        back=back,
        lead=lead,
        warning=warning,
        weighty=True,
    )


@for_people(*access.WORKERS)
def show_disclosure(request: Asked, number: int) -> HttpResponse:
    """What was told, as it was then."""
    found = access.disclosure_for(request.actor, number)
    log("consult", "cases_disclosure", [found.pk], case=found.case_id, categories=found.categories, basis=found.basis)
    verbs.mark_read(found, acting=request.actor)
    told = [
        (CATEGORY_WORDS[Category(name)], found.told[name])
        for name in found.categories
        if name in found.told and name != Category.DOCUMENTS
    ]
    files = zip(found.documents, found.told.get(Category.DOCUMENTS, []), strict=False)
    return render(
        request,
        "cases/disclosure.html",
        {
            "disclosure": found,
            "told": told,
            "files": list(files),
            "is_sender": found.sender_id == request.actor.agency_id,
        },
    )


@for_people(*access.WORKERS)
def told_document(request: Asked, number: int, document_id: int) -> HttpResponse:
    """A file that was told with a disclosure, as a download."""
    found = access.told_document(request.actor, number, document_id)
    log("export", "cases_document", [found.pk], case=found.case_id, categories=["documents"])
    return hand_out(found, f"D-{number:06d}-{found.pk}")


@for_people(*access.WORKERS)
def list_disclosures(request: Asked) -> HttpResponse:
    """What was told at once, to us or by us."""
    filters = forms.DisclosureFilters(request.GET)
    rows = access.disclosures_for(request.actor)
    if side := filters.told.get("side"):
        own = request.actor.agency_id
        rows = rows.filter(receiver_id=own) if side == "in" else rows.filter(sender_id=own)
    columns = [
        Column("Disclosure", lambda one: one.reference), Column("From", lambda one: one.sender.name), Column("To", lambda one: one.receiver.name),
        Column("When", lambda one: one.at.isoformat(timespec="minutes")), Column("Basis", lambda one: one.get_basis_display()),
        Column("Categories", lambda one: " ".join(one.categories)), Column("Read", lambda one: one.read_at or ""),
    ]  # fmt: skip
    orders = [Order("new", "newest first", ("-at",)), Order("old", "oldest first", ("at",))]
    listing = Listing(request, rows, orders, filters, columns)
    if table := listing.give_out("disclosures", "cases_disclosure"):
        return table
    return render(request, "cases/disclosures.html", {"list": listing})
