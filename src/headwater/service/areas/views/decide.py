"""What ends a draft: publish it with who decided, copy it, withdraw it; and a plan as a file."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.areas import actions
from headwater.service.areas.access import PLANNERS, READERS, plan_for
from headwater.service.areas.atlas import read_atlas
from headwater.service.areas.board import set_board_report
from headwater.service.areas.choices import NOT_IN_IT
from headwater.service.areas.comparing import Comparison
from headwater.service.areas.exports import SPREADSHEET, as_csv, as_ods, sheets_of
from headwater.service.areas.models import Plan, PlanDecision
from headwater.service.areas.plan_forms import DecisionForm
from headwater.service.areas.views.beside import beside
from headwater.service.areas.views.plans import say_rules
from headwater.service.audit.actions import log
from headwater.service.design.forms import Form
from headwater.service.design.frame import is_made_up
from headwater.service.design.send import take

PUBLISHED = "This plan is published, so nobody can change it. Make a copy, and change that."
COPY = "A new draft with the same rules. What you copy stays as it is."
KINDS = {"csv": "text/csv; charset=utf-8", "ods": SPREADSHEET, "pdf": "application/pdf"}


@for_people(*PLANNERS)
def publish_plan(request: Asked, number: int) -> HttpResponse:
    """Freeze a draft."""
    warning = "Nobody can change a published plan, here or in the database. What comes later is a copy."
    return _decide(request, number, "publish", "Publish", actions.publish, warning)


@for_people(*PLANNERS)
def withdraw_plan(request: Asked, number: int) -> HttpResponse:
    """Say that a published plan no longer holds."""
    return _decide(
        request,
        number,
        "withdraw",
        "Withdraw",
        actions.withdraw,
        "It stays readable as it was, with what is written here.",
    )


def _decide(
    request: Asked, number: int, to: str, verb: str, act_on: Callable[..., PlanDecision], warning: str
) -> HttpResponse:
    plan = plan_for(request.actor, number, to=to, lock=request.method == "POST")
    back = reverse("plan", args=[number])

    def act(form: DecisionForm) -> str:
        act_on(plan, acting=request.actor, decided_by=form.cleaned_data["decided_by"], words=form.cleaned_data["words"])
        return back

    more = {
        "title": f"{verb} “{plan.name}”",
        "button": verb,
        "weighty": True,
        "warning": warning,
        "back": back,
        "lead": [],
    }
    return take(request, DecisionForm(request.POST or None), act, "design/form_page.html", more)


@for_people(*PLANNERS)
def copy_plan(request: Asked, number: int) -> HttpResponse:
    """Begin a new draft from a plan."""
    plan = plan_for(request.actor, number)

    def act(form: Form) -> str:
        return reverse("change_plan", args=[actions.copy_plan(plan, acting=request.actor).pk])

    more = {
        "title": f"Copy “{plan.name}”",
        "button": "Make a copy",
        "back": reverse("plan", args=[number]),
        "lead": [PUBLISHED, COPY] if plan.is_published else [COPY],
    }
    return take(request, Form(request.POST if request.method == "POST" else None), act, "design/form_page.html", more)


@for_people(*READERS)
def export_plan(request: Asked, number: int, kind: str) -> HttpResponse:
    """A plan as a file: table, spreadsheet, or report for the board."""
    if kind not in KINDS:
        raise Http404
    plan = plan_for(request.actor, number)
    found, other, carried = beside(request, plan, read_atlas())
    log("export", "areas_plan", [plan.pk, *([other.pk] if other else [])])
    content = MAKE[kind](plan, found, what_was_set(plan, found.other, carried))
    return HttpResponse(
        content,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="plan-{plan.pk}.{kind}"'},
    )


MAKE: dict[str, Callable[[Plan, Comparison, list[tuple[str, str]]], bytes]] = {
    "csv": lambda plan, found, told: as_csv(sheets_of(found, about_plan(plan, told))),
    "ods": lambda plan, found, told: as_ods(sheets_of(found, about_plan(plan, told))),
    "pdf": set_board_report,
}


def what_was_set(plan: Plan, other: str, carried: str) -> list[tuple[str, str]]:
    """The plan with its weights and rules, and what was carried over from earlier wards."""
    return [
        ("Plan", plan.name),
        ("State", plan.state),
        ("Beside", other),
        *([("Earlier wards", carried)] if carried else []),
        ("Worked out by", str(plan.changed_by)),
        *say_rules(plan),
    ]


def about_plan(plan: Plan, told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a file says of itself: what was set, and more."""
    found = list(told)
    found += [("Not in it", words) for words in plan.result.get("not_in_it", NOT_IN_IT)]
    found += [("Source", source) for source in plan.result["sources"]]
    found += [
        (f"{one.get_verb_display()} {one.at:%d %B %Y}", f"{one.decided_by}: {one.words}")
        for one in plan.decisions.all()
    ]
    return [*found, *([("Made up", "The agency and its posts do not exist.")] if is_made_up() else [])]
