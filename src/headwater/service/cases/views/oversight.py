"""Oversight for the data-protection officer and the auditors: where more was seen or told than the rule gives, by whom and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from headwater.service.agencies.access import Asked, for_people
from headwater.service.agencies.rules import CATEGORY_WORDS, Category
from headwater.service.cases import access, forms
from headwater.service.design.lists import Column, Listing, Order

ORDERS = [Order("new", "newest first", ("-at",)), Order("old", "oldest first", ("at",))]


@for_people(*access.OVERSEERS)
def show_broken_glass(request: Asked) -> HttpResponse:
    """Which restricted cases of the own agency were opened, by whom and why; nothing of the case itself."""
    columns = [
        Column("Case", lambda one: one.case.reference), Column("When", lambda one: one.at.isoformat(timespec="minutes")),
        Column("Until", lambda one: one.until.isoformat(timespec="minutes")), Column("Who", lambda one: one.user), Column("Why", lambda one: one.reason),
    ]  # fmt: skip
    filters = forms.OversightFilters(request.GET)
    listing = Listing(request, access.glass_overseen(request.actor).filter(filters.fits), ORDERS, filters, columns)
    if table := listing.give_out("broken-glass", "cases_breakglass"):
        return table
    return render(request, "cases/oversight.html", {"list": listing, "here": "glass"})


@for_people(*access.OVERSEERS)
def show_urgent(request: Asked) -> HttpResponse:
    """What people of the own agency told others at once: to whom, which kinds of data, on which basis and why; not what was told."""
    columns = [
        Column("Disclosure", lambda one: one.reference), Column("Case", lambda one: one.case.reference),
        Column("When", lambda one: one.at.isoformat(timespec="minutes")), Column("Who", lambda one: one.by), Column("To", lambda one: one.receiver.name),
        Column("Categories", lambda one: " ".join(one.categories)), Column("Basis", lambda one: one.get_basis_display()),
        Column("Why", lambda one: one.reason), Column("Read", lambda one: one.read_at or ""),
    ]  # fmt: skip
    filters = forms.OversightFilters(request.GET)
    listing = Listing(
        request, access.disclosures_overseen(request.actor).filter(filters.fits), ORDERS, filters, columns
    )
    if table := listing.give_out("urgent-disclosures", "cases_disclosure"):
        return table
    for one in listing:
        one.kinds = ", ".join(CATEGORY_WORDS[Category(name)].lower() for name in one.categories)
    return render(request, "cases/oversight.html", {"list": listing, "here": "urgent"})
