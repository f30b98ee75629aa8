"""The timeline of a case, and the notes and contacts that people add to it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.cases import access, forms
from headwater.service.cases.actions import plan as verbs
from headwater.service.cases.log_sight import log_sight
from headwater.service.cases.models import Case, Entry
from headwater.service.cases.views.change import change_case
from headwater.service.cases.views.page import case_page
from headwater.service.design.lists import Column, Listing, Order


@for_people(*access.WORKERS)
def show_timeline(request: Asked, number: int) -> HttpResponse:
    """One timeline across agencies, as this reader may see it."""
    case, sight = access.case_for(request.actor, number)
    filters = forms.TimelineFilters(request.GET)
    rows = access.entries_for(request.actor, case, sight)
    if kind := filters.told.get("kind"):
        rows = rows.filter(kind=kind)
    columns = [
        Column("When", lambda one: one.at.isoformat(timespec="minutes")), Column("What", lambda one: one.words), Column("Text", lambda one: one.text),
        Column("Agency", lambda one: one.agency.name), Column("By", lambda one: one.by.name if one.by else one.by_words),
    ]  # fmt: skip
    listing = Listing(
        request,
        rows,
        [Order("new", "newest first", ("-at",)), Order("old", "oldest first", ("at",))],
        filters,
        columns,
        size=40,
    )

    def write(verb: str, shown: list[Entry], words: str) -> None:
        log_sight(verb, case, sight, item_type="cases_entry", items=[one.pk for one in shown])

    if table := listing.give_out(case.reference, "cases_entry", lines=write):
        return table
    return case_page(request, "cases/timeline.html", case, sight, {"list": listing}, tab="case_timeline", logged=True)


@for_people(*access.WORKERS)
def write_note(request: Asked, number: int) -> HttpResponse:
    """A note."""

    def act(case: Case, form: forms.NoteForm) -> str:
        told = form.cleaned_data
        verbs.write_note(case, acting=request.actor, words=told["words"], text=told["text"], health=told["health"])
        return reverse("case_timeline", args=[number])

    return change_case(
        request, number, "write a note", forms.NoteForm(request.POST or None), "Write a note", "Save the note", act
    )


@for_people(*access.WORKERS)
def record_contact(request: Asked, number: int) -> HttpResponse:
    """Somebody met, called or wrote."""

    def act(case: Case, form: forms.ContactForm) -> str:
        told = form.cleaned_data
        verbs.record_contact(
            case, acting=request.actor, with_whom=told["with_whom"], how=told["how"], on=told["on"], text=told["text"]
        )
        return reverse("case_timeline", args=[number])

    return change_case(
        request, number, "write a note", forms.ContactForm(request.POST or None), "Record a contact", "Save", act
    )
