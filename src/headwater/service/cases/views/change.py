"""A form that changes a case: the case is read once, held while it is changed, and every sight of it is logged."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from headwater.service.agencies.access import Asked
from headwater.service.audit.actions import rest_on
from headwater.service.cases import access
from headwater.service.cases.forms import ask_about_place
from headwater.service.cases.log_sight import log_sight
from headwater.service.cases.models import Case
from headwater.service.cases.rules import Sight
from headwater.service.design.forms import Form
from headwater.service.design.send import take

FORM = "design/form_page.html"


def case_of(request: Asked, number: int, to: str) -> tuple[Case, Sight]:
    """The case of a form, read once for a request; while it is changed nobody else changes it. Raises Http404."""
    known: tuple[Case, Sight] | None = getattr(request, "case_read", None)
    if known is None or known[0].pk != number or not access.may(request.actor, *known, to):
        known = access.case_for(request.actor, number, to=to, lock=request.method == "POST")
        request.case_read = known  # type: ignore[attr-defined]
        needs = access.CASE[to].needs
        agreement = known[1].rests_on(frozenset({needs} if needs else ()))[0][0]
        if agreement is not None and request.method == "POST":
            rest_on(agreement)
    return known


def change_case(
    request: Asked, number: int, verb: str, form: Form, title: str, button: str, act: Any, page: str = FORM, **more: Any
) -> HttpResponse:
    case, sight = case_of(request, number, verb)
    if case.subject.is_place:
        title = ask_about_place(form, title)
    content = {
        "title": title,
        "caption": f"{case.name} · {case.reference}",
        "back": reverse("case", args=[number]),
        "button": button,
        **more,
    }
    answer = take(request, form, lambda form: act(case, form) or reverse("case", args=[number]), page, content)
    if answer.status_code != 302:  # The form shows who it is about, and often what stands there now.
        log_sight("consult", case, sight)
    return answer
