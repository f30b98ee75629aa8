"""Plans of posts: the list, one plan beside something else, making and changing one, the staffing file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from headwater.areas.deprivation import DOMAINS
from headwater.areas.levels import TEAM
from headwater.areas.need import WITHOUT_CRIME
from headwater.service.agencies.access import Asked, for_people
from headwater.service.areas import actions
from headwater.service.areas.access import PLANNERS, READERS, plan_for, plans_of, reads_plans, staffing_of
from headwater.service.areas.atlas import Atlas, read_atlas
from headwater.service.areas.choices import NOT_IN_IT, ROLES, WEIGHTING_WORDS, Choices, RoleChoice
from headwater.service.areas.facts import indexes_of, knows_work, say_sources
from headwater.service.areas.models import Plan
from headwater.service.areas.plan_forms import PlanForm, as_form
from headwater.service.areas.rule_file import say_rule_file
from headwater.service.areas.staffing_form import StaffingForm
from headwater.service.areas.views.beside import beside
from headwater.service.audit.actions import log
from headwater.service.design.send import take

WORK = 0.5
"""Share of work that a new plan starts from where work is known in more than a few areas: then crime is in the work, and not in the weights."""
MOST_PLANS = 200
"""Plans that the list shows; a force makes a few in a year."""


@for_people(*READERS)
def show_plans(request: Asked) -> HttpResponse:
    """The plans that the reader may see, newest first, and for planners the staffing files."""
    if not reads_plans(request.actor):
        raise Http404
    plans = list(
        plans_of(request.actor)
        .defer(*Plan.HEAVY)
        .select_related("changed_by")
        .prefetch_related("decisions__by")[:MOST_PLANS]
    )
    plans.sort(key=lambda plan: plan.last_change[0], reverse=True)
    log("consult", "areas_plan", [plan.pk for plan in plans])
    more = {
        "plans": plans, "staffing": staffing_of(request.actor).defer("rows").select_related("by"), "may_plan": request.actor.has(*PLANNERS),
    }  # fmt: skip
    return render(request, "areas/plans.html", more)


@for_people(*PLANNERS)
def add_staffing(request: Asked) -> HttpResponse:
    """Bring in the posts of one day."""
    atlas = read_atlas()
    form = StaffingForm(request.POST or None, request.FILES or None, levels=atlas.levels, initial={"level": TEAM})

    def act(form: StaffingForm) -> str:
        told = form.cleaned_data
        actions.bring_staffing(
            acting=request.actor,
            name=told["name"],
            as_of=told["as_of"],
            level=atlas.levels[told["level"]],
            content=told["file"].read(),
            carrier=atlas.shelf.carrier,
        )
        return reverse("plans")

    more = {
        "title": "Bring in the posts of today", "button": "Bring it in", "back": reverse("plans"),
        "lead": ["A plan is compared with the posts that there are. The file counts posts; no name of anybody belongs into it."],
    }  # fmt: skip
    return take(request, form, act, "design/form_page.html", more, done="The posts are kept.")


@for_people(*PLANNERS)
def add_plan(request: Asked) -> HttpResponse:
    """Make a plan."""
    atlas, files = read_atlas(), staffing_of(request.actor)
    newest = files.first()
    posts = {role: sum(held.values()) for role, held in newest.posts().items()} if newest else {}
    roles = {role: RoleChoice(posts.get(role, 0)) for role in ROLES}
    choices = Choices(WITHOUT_CRIME, WORK, roles) if knows_work(atlas) else Choices(roles=roles)
    start = as_form("", newest.level if newest else TEAM, newest.pk if newest else None, choices)
    form = PlanForm(
        request.POST or None, request.FILES or None, levels=atlas.levels, indexes=indexes_of(atlas), staffing=files, initial=start
    )  # fmt: skip

    def act(form: PlanForm) -> str:
        made = _save(None, request, atlas, form)
        return reverse("plan", args=[made.pk])

    more = {"title": "Make a plan", "button": "Work out the posts", "back": reverse("plans"), "lead": []}
    return take(request, form, act, "areas/plan_form.html", more)


@for_people(*PLANNERS)
def change_plan(request: Asked, number: int) -> HttpResponse:
    """Change a draft and work it out anew; what is published leads to its copy."""
    if plan_for(request.actor, number).is_published:
        return HttpResponseRedirect(reverse("copy_plan", args=[number]))
    plan = plan_for(request.actor, number, to="change", lock=request.method == "POST")
    atlas = read_atlas()
    kept = Choices.from_json(plan.choices)
    now = as_form(plan.name, plan.level, plan.staffing_id, kept)
    form = PlanForm(
        request.POST or None, request.FILES or None, levels=atlas.levels, indexes=indexes_of(atlas), staffing=staffing_of(request.actor),
        now=now, kept=kept,
    )  # fmt: skip

    def act(form: PlanForm) -> str:
        if not form.compare():
            return ""
        _save(plan, request, atlas, form)
        return reverse("plan", args=[number])

    more = {
        "title": f"Change “{plan.name}”",
        "button": "Work out the posts",
        "back": reverse("plan", args=[number]),
        "lead": [],
    }
    return take(request, form, act, "areas/plan_form.html", more)


def _save(plan: Plan | None, request: Asked, atlas: Atlas, form: PlanForm) -> Plan:
    told = form.cleaned_data
    return actions.save_plan(
        plan,
        acting=request.actor,
        atlas=atlas,
        name=told["name"],
        level=atlas.levels[told["level"]],
        staffing=told["staffing"],
        choices=form.choices(),
    )


@for_people(*READERS)
def show_plan(request: Asked, number: int) -> HttpResponse:
    """A plan beside what is, or beside another plan."""
    plan = plan_for(request.actor, number)
    found, told, carried = beside(request, plan, read_atlas())
    log("consult", "areas_plan", [plan.pk, *([told.pk] if told else [])])
    decisions = list(plan.decisions.select_related("by"))
    others = plans_of(request.actor).filter(level=plan.level).exclude(pk=plan.pk).defer(*Plan.HEAVY)[:MOST_PLANS]
    more: dict[str, Any] = {
        "plan": plan, "found": found, "told": told, "others": others, "decisions": decisions, "rules": say_rules(plan),
        "may_plan": request.actor.has(*PLANNERS), "withdrawn": any(one.verb == "withdraw" for one in decisions),
        "asked": f"?with={told.pk}" if told else "", "not_in_it": plan.result.get("not_in_it", NOT_IN_IT),
        "search": say_search(plan), "rule_file": plan.choices.get("rules", ""),
        "sources": say_sources(plan.result["sources"]), "carried": carried,
    }  # fmt: skip
    return render(request, "areas/plan.html", more)


def say_rules(plan: Plan) -> list[tuple[str, str]]:
    """What was set, as lines of words."""
    set_ = Choices.from_json(plan.choices)
    index = plan.result.get("index", "")
    chosen = "chosen by the planner" if set_.index else "none was chosen, and this one covers most of the force"
    found = [("Index", f"{index}; {chosen}")] if index else []
    shares = ", ".join(f"{DOMAINS[name].lower()} {share:.0%}" for name, share in set_.shares.items())
    found += [
        ("Weights", f"{WEIGHTING_WORDS[set_.weighting].capitalize()}: {shares}"),
        ("Share of work in need", f"{set_.workload:.0%}; the rest is hardship, times residents"),
    ]
    for role, one in set_.roles.items():
        limits = [f"{one.posts:,} in all"]
        limits += [f"at least {one.floor} in each place"] if one.floor else []
        limits += [f"at most {one.ceiling} in each place"] if one.ceiling is not None else []
        limits += [f"at most {one.most_moves} may move"] if one.most_moves is not None else []
        found.append((ROLES[role], ", ".join(limits)))
    if set_.band is not None:
        found.append(("Units", f"within {set_.band:.0%} of their share by need"))
    if set_.mix is not None:
        found.append(("Mix", f"{set_.mix[0]:g} to {set_.mix[1]:g} PCSOs for one PC in each place"))
    if told := set_.from_file:
        found += say_rule_file(told, set_.rules_name, read_atlas().levels.get(plan.level))
    gap = plan.result["gap"]
    how = (
        f"{set_.method.title()} divisor method, exact"
        if gap is None
        else f"Integer programme, at most {set_.seconds} seconds: "
        + ("proven best" if gap == 0 else f"not proven best, {_say_gap(gap)}")
    )
    found.append(("Method", how))
    return found


def say_search(plan: Plan) -> str:
    """How the integer programme ended, in a sentence; empty where none was needed."""
    gap, set_ = plan.result["gap"], Choices.from_json(plan.choices)
    if gap is None:
        return ""
    took = f" in {plan.result['seconds']:.1f} seconds" if "seconds" in plan.result else ""
    if gap == 0:
        return f"Proven best: no plan that keeps these rules comes nearer to need. Worked out{took}."
    return (
        f"Not proven best: the time of {set_.seconds} seconds was up. This plan keeps every rule; {_say_gap(gap)}. Give more time, or fewer "
        "rules, under “Change weights and rules”."
    )


def _say_gap(gap: float) -> str:
    return f"a better one could save at most {gap:.2%} of its distance from need"
