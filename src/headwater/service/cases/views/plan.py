"""The plan: goals, who does what by when, and the plan on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.agencies.models import User
from headwater.service.audit.actions import log
from headwater.service.cases import access, forms
from headwater.service.cases.actions import plan as verbs
from headwater.service.cases.log_sight import log_sight
from headwater.service.cases.models import Case
from headwater.service.cases.paper import is_careful, lines_to_tick, plan_for_paper, set_plan, suspects_at_home
from headwater.service.cases.views.change import case_of, change_case
from headwater.service.cases.views.page import case_page

MOST_OPEN, MOST_ENDED = 100, 40
"""Actions on the page of a plan: those due first, and those that ended last; the timeline holds them all."""


@for_people(*access.WORKERS)
def show_plan(request: Asked, number: int) -> HttpResponse:
    """Goals, and who does what by when."""
    case, sight = access.case_for(request.actor, number, to="read the plan")
    actions = case.actions.select_related("owner", "agency", "goal")
    todo = list(actions.filter(state="open").order_by("due_on", "id")[: MOST_OPEN + 1])
    ended = list(actions.exclude(state="open").order_by("-ended_on", "-id")[:MOST_ENDED])
    goals = [
        {"goal": goal, "actions": [one for one in todo[:MOST_OPEN] if one.goal_id == goal.pk]}
        for goal in case.goals.order_by("id")
    ]
    more = {
        "goals": goals,
        "other": [one for one in todo[:MOST_OPEN] if one.goal_id is None],
        "cut": MOST_OPEN if len(todo) > MOST_OPEN else 0,
        "ended": ended,
        "reviews": list(case.reviews.select_related("by").order_by("-id")[:5]),
    }
    return case_page(request, "cases/plan.html", case, sight, more, tab="case_plan")


@for_people(*access.WORKERS)
def set_goal(request: Asked, number: int, goal_id: int | None = None) -> HttpResponse:
    """A goal, new or changed."""
    case, _ = case_of(request, number, "change the plan")
    goal = case.goals.filter(pk=goal_id).first() if goal_id else None
    if goal_id and goal is None:
        raise Http404
    now = (
        {"words": goal.words, "reached": goal.reached_on is not None, "unsafe_to_print": goal.unsafe_to_print}
        if goal
        else None
    )
    form = forms.GoalForm(request.POST or None, now=now)

    def act(case: Case, form: forms.GoalForm) -> str:
        told = form.cleaned_data
        if form.compare():
            verbs.set_goal(
                case,
                acting=request.actor,
                words=told["words"],
                unsafe=told["unsafe_to_print"],
                goal=goal,
                reached=told["reached"],
            )
        return reverse("case_plan", args=[number])

    return change_case(
        request, number, "change the plan", form, "Goal", "Save", act, back=reverse("case_plan", args=[number])
    )


def choices_of_action(case: Case) -> dict[str, Any]:
    """Who is around the table, and which goals there are."""
    agencies = verbs.at_the_table(case)
    return {"agencies": agencies, "people": verbs.people_at_the_table(case, agencies), "goals": list(case.goals.all())}


@for_people(*access.WORKERS)
def add_action(request: Asked, number: int) -> HttpResponse:
    """Who does what by when."""
    case, _ = case_of(request, number, "change the plan")
    form = forms.ActionForm(request.POST or None, initial={"goal": request.GET.get("goal")}, **choices_of_action(case))

    def act(case: Case, form: forms.ActionForm) -> str:
        verbs.add_action(case, acting=request.actor, **action_told(case, form))
        return reverse("case_plan", args=[number])

    return change_case(
        request, number, "change the plan", form, "Add an action", "Add", act, back=reverse("case_plan", args=[number])
    )


def action_told(case: Case, form: forms.ActionForm) -> dict[str, Any]:
    """What the form says about an action, as the verbs take it."""
    told = form.cleaned_data
    who, pk = told["who"][0], int(told["who"][1:])
    owner = User.objects.select_related("agency").get(pk=pk) if who == "u" else None
    agency_id = User.objects.get(pk=pk).agency_id if who == "u" else pk
    return {
        "words": told["words"], "due": told["due"], "owner": owner, "owner_words": told["owner_words"], "unsafe": told["unsafe"],
        "agency": next(one for one in verbs.at_the_table(case) if one.pk == agency_id),
        "goal": case.goals.filter(pk=int(told["goal"])).first() if told["goal"] else None,
    }  # fmt: skip


@for_people(*access.WORKERS)
def change_action(request: Asked, number: int, action_id: int) -> HttpResponse:
    """Give it to somebody else, or say anew what and when."""
    case, _ = case_of(request, number, "change the plan")
    action = (
        case.actions.select_related("case__lead", "case__team", "owner", "agency", "goal").filter(pk=action_id).first()
    )
    if action is None:
        raise Http404
    who = f"u{action.owner_id}" if action.owner_id else f"a{action.agency_id}"
    now = {
        "words": action.words,
        "who": who,
        "owner_words": action.owner_words,
        "due": action.due_on,
        "goal": action.goal_id,
        "unsafe": action.unsafe_to_print,
    }
    form = forms.ChangeActionForm(request.POST or None, now=now, **choices_of_action(case))

    def act(case: Case, form: forms.ChangeActionForm) -> str:
        if form.compare():
            verbs.change_action(action, acting=request.actor, **action_told(case, form))
        return reverse("case_plan", args=[number])

    return change_case(
        request,
        number,
        "change the plan",
        form,
        "Change an action",
        "Save",
        act,
        back=reverse("case_plan", args=[number]),
    )


@for_people(*access.WORKERS)
def end_action(request: Asked, number: int, action_id: int) -> HttpResponse:
    """Done, or not done and why."""
    case, _ = case_of(request, number, "change the plan")
    action = case.actions.select_related("case__lead", "case__team").filter(pk=action_id).first()
    if action is None:
        raise Http404
    ended = {} if action.state == "open" else {"done": "yes" if action.state == "done" else "no", "how": action.how}
    form = forms.EndActionForm(request.POST or None, now={"what": action.words, **ended})

    def act(case: Case, form: forms.EndActionForm) -> str:
        if form.compare():
            verbs.end_action(
                action, acting=request.actor, done=form.cleaned_data["done"] == "yes", how=form.cleaned_data["how"]
            )
        return reverse("case_plan", args=[number])

    return change_case(
        request, number, "change the plan", form, action.words, "Save", act, back=reverse("case_plan", args=[number])
    )


@for_people(*access.WORKERS)
def print_plan(request: Asked, number: int) -> HttpResponse:
    """Who lives there, and may the plan lie there? Then the plan on paper, per person: as a page, as PDF, in large print."""
    case, sight = access.case_for(request.actor, number, to="read the plan")
    careful = is_careful(case, sight)
    people = [one.subject for one in case.about.all()]
    names = [(one.pk, one.name if sight.sees("identity") else f"Person {n}") for n, one in enumerate(people, 1)]
    form = forms.PrintForm(request.POST or None, people=names, lines=lines_to_tick(case) if careful else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        person = next((one for one in people if str(one.pk) == told.get("person")), None)
        plan = plan_for_paper(case, sight, safe=told.get("safe", ()), person=person)
        log_sight("print", case, sight, categories=plan.categories)
        for table, numbers in plan.printed.items():
            if numbers:
                log("print", table, numbers, case=case.pk, categories=["plan"])
        if request.POST.get("as") == "pdf":
            return HttpResponse(
                set_plan(plan, large=told["large"]),
                content_type="application/pdf",
                headers={"Content-Disposition": f'attachment; filename="plan-{case.reference}.pdf"'},
            )
        return render(request, "cases/plan_paper.html", {"case": case, "plan": plan, "large": told["large"]})
    seen = [name for name in ("identity", "household", "contact") if sight.sees(name)]
    log_sight("consult", case, sight, categories=[*seen, "plan"])
    more = {"case": case, "sight": sight, "form": form, "careful": careful}
    if sight.sees("household"):
        more |= {"household": list(case.household.order_by("id")), "suspects": suspects_at_home(case)}
    return render(request, "cases/print_ask.html", more, status=422 if form.is_bound else 200)
