"""What every page of a case shows: its tabs, and what the reader may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked
from headwater.service.cases import access
from headwater.service.cases.log_sight import log_sight
from headwater.service.cases.models import Case
from headwater.service.cases.rules import Sight

TABS = (
    ("Overview", "case", ""), ("Plan", "case_plan", "plan"), ("Timeline", "case_timeline", ""), ("Meetings", "case_meetings", "plan"),
    ("Documents", "case_documents", ""), ("Agencies", "case_agencies", ""),
)  # fmt: skip


def case_page(
    request: Asked,
    template: str,
    case: Case,
    sight: Sight,
    more: dict[str, Any],
    *,
    tab: str = "",
    logged: bool = False,
) -> HttpResponse:
    """A page of a case: what every one of them needs. The look is logged with what was seen, unless its list has done so (`logged`)."""
    if not logged:
        log_sight("consult", case, sight)
    tabs = [
        {"words": words, "address": reverse(route, args=[case.pk]), "here": route == tab}
        for words, route, needs in TABS
        if not needs or sight.sees(needs)
    ]
    may = {verb.replace(" ", "_"): access.may(request.actor, case, sight, verb) for verb in access.CASE}
    return render(request, template, {"case": case, "sight": sight, "tabs": tabs, "may": may, **more})
