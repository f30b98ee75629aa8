"""The auditor's page: what the own people did, without personal text."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from headwater.service.agencies.access import Asked, Role, for_people
from headwater.service.agencies.models import User
from headwater.service.audit.access import entries_for
from headwater.service.audit.models import VERBS
from headwater.service.design.lists import Column, Filters, Listing, Order


class LogFilters(Filters):
    """Filters of the log."""

    words_in = ("who",)
    verb = forms.ChoiceField(
        label="What was done", choices=[("", "All"), *((verb, verb.capitalize()) for verb in VERBS)]
    )
    who = forms.CharField(label="E-mail of who did it")
    case = forms.CharField(label="Case")


@for_people(Role.AUDITOR)
def show_log(request: Asked) -> HttpResponse:
    """Newest first; reading the log is logged too."""
    filters = LogFilters(request.GET)
    told = filters.told
    rows = entries_for(request.actor)
    if told.get("verb"):
        rows = rows.filter(verb=told["verb"])
    if told.get("who"):
        rows = rows.filter(
            user__in=User.objects.filter(agency_id=request.actor.agency_id, email__icontains=told["who"]).values("pk")
        )
    number = (told.get("case") or "").upper().removeprefix("C-").lstrip("0")
    if number:
        rows = rows.filter(case=int(number)) if number.isdecimal() and len(number) < 18 else rows.none()
    columns = [
        Column("Line", lambda one: one.pk), Column("When", lambda one: one.at.isoformat()), Column("What", lambda one: one.verb),
        Column("User", lambda one: one.user), Column("Role", lambda one: one.role), Column("Kind", lambda one: one.item_type),
        Column("Items", lambda one: " ".join(one.items)), Column("Case", lambda one: one.case or ""),
        Column("Categories", lambda one: " ".join(one.categories)),
        Column("Recipient", lambda one: one.recipient), Column("Agreement", lambda one: one.agreement or ""), Column("Basis", lambda one: one.basis),
    ]  # fmt: skip
    listing = Listing(request, rows, [Order("new", "newest first", ("-id",))], filters, columns)
    if table := listing.give_out("log", "audit_entry"):
        return table
    names = {user.pk: user for user in User.objects.filter(pk__in={one.user for one in listing if one.user})}
    return render(
        request,
        "audit/log.html",
        {"list": listing, "lines": [{"entry": one, "user": names.get(one.user or 0)} for one in listing]},
    )
