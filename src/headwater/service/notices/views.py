"""The page of notices."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from headwater.service.agencies.access import Asked, signed_in
from headwater.service.design.lists import Column, Filters, Listing, Order
from headwater.service.notices import actions, selectors
from headwater.service.notices.access import notice_for


class NoticeFilters(Filters):
    """Filters of the list."""

    state = forms.ChoiceField(
        label="Show", choices=[("", "All"), ("open", "Open"), ("seen", "Acknowledged"), ("done", "Done")]
    )


@signed_in
def list_notices(request: Asked) -> HttpResponse:
    """One's own notices: what is urgent, what is open, then the newest."""
    filters = NoticeFilters(request.GET)
    rows = selectors.list_notices(request.actor, state=filters.told.get("state", ""))
    columns = [
        Column("When", lambda one: one.at.isoformat(timespec="minutes")), Column("What", lambda one: one.words), Column("Reference", lambda one: one.reference),
        Column("Urgent", lambda one: "yes" if one.urgent else "no"), Column("Acknowledged", lambda one: one.acknowledged_at or ""),
        Column("Done", lambda one: one.settled_at or ""),
    ]  # fmt: skip
    orders = [
        Order("urgent", "urgent and open first", ("-presses", "-at")),
        Order("new", "newest first", ("-at",)),
        Order("old", "oldest first", ("at",)),
    ]
    listing = Listing(request, rows, orders, filters, columns)
    if table := listing.give_out("notices", "notices_notice"):
        return table
    return render(request, "notices/list.html", {"list": listing})


@signed_in
def open_notice(request: Asked, number: int) -> HttpResponse:
    """Acknowledge a notice and go where it leads."""
    notice = notice_for(request.actor, number)
    if request.method == "POST":
        actions.acknowledge(notice, acting=request.actor)
        return HttpResponseRedirect(notice.link if request.POST.get("go") else reverse("notices"))
    return HttpResponseRedirect(reverse("notices"))


@require_POST
@signed_in
def acknowledge_all(request: Asked) -> HttpResponse:
    """Acknowledge all that is not urgent."""
    for notice in selectors.list_notices(request.actor, state="open").filter(urgent=False)[:500]:
        actions.acknowledge(notice, acting=request.actor)
    return HttpResponseRedirect(reverse("notices"))
