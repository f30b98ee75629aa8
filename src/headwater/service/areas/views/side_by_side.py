"""Several plans beside each other: what each sets, what each gives to every unit, how even each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from headwater.areas.earlier_wards import NAMED, GoneError, carry_posts
from headwater.service.agencies.access import Asked, for_people
from headwater.service.areas.access import READERS, plans_of, reads_plans
from headwater.service.areas.atlas import Atlas, read_atlas
from headwater.service.areas.models import Plan
from headwater.service.areas.side_by_side import MOST, Column, Today, same_need, tables_of
from headwater.service.areas.views.beside import level_of
from headwater.service.areas.views.plans import MOST_PLANS, say_rules
from headwater.service.audit.actions import log


@for_people(*READERS)
def show_side_by_side(request: Asked) -> HttpResponse:
    """Up to four plans of one level; the form asks which."""
    if not reads_plans(request.actor):
        raise Http404
    choice = list(plans_of(request.actor).defer(*Plan.HEAVY)[:MOST_PLANS])
    there = {str(plan.pk) for plan in choice}
    asked = [number for number in dict.fromkeys(request.GET.getlist("plan")) if number in there]
    fault = ""
    if request.GET and len(asked) < 2:
        fault = "Choose two plans at least."
    elif len(asked) > MOST:
        fault = f"Choose {MOST} plans at most: more do not fit beside each other."
    plans = list(plans_of(request.actor).filter(pk__in=asked).select_related("staffing")) if asked and not fault else []
    if len({plan.level for plan in plans}) > 1:
        fault, plans = "These plans give posts to different kinds of place. Choose plans of one kind.", []
    atlas = read_atlas()
    if anew := _drawn_anew(plans, atlas):
        fault, plans = anew, []
    plans.sort(key=lambda plan: asked.index(str(plan.pk)))
    log("consult", "areas_plan", [plan.pk for plan in plans or choice])
    more: dict[str, Any] = {
        "choice": [(plan, str(plan.pk) in asked) for plan in choice],
        "fault": fault,
        "plans": plans,
        "most": MOST,
    }
    if plans:
        level = level_of(atlas, plans[0])
        files = sorted({plan.staffing for plan in plans if plan.staffing}, key=lambda one: (one.as_of, one.pk))
        today = [carry_posts(one.posts(), {}, level, atlas.shelf.carrier) for one in files]
        columns = [
            Column(plan.name, plan.result, files.index(plan.staffing) if plan.staffing else None) for plan in plans
        ]
        more["tables"] = tables_of(
            level, [Today(one.name, held.posts) for one, held in zip(files, today, strict=True)], columns
        )
        more["carried"] = [f"“{one}”. {held.said}" for one, held in zip(files, today, strict=True) if held.said]
        more["files"], more["same_need"] = files, same_need(columns)
        rules = [(plan, dict(say_rules(plan))) for plan in plans]
        more["rules"] = [
            (what, [(plan, told.get(what, "no such rule")) for plan, told in rules])
            for what in dict.fromkeys(key for _, told in rules for key in told)
        ]
    return render(request, "areas/side_by_side.html", more, status=422 if fault else 200)


def _drawn_anew(plans: Sequence[Plan], atlas: Atlas) -> str:
    """Why plans cannot stand side by side: one is by places that are no more, or rests on posts in such as no lookup knows. Empty: they can."""
    for plan in plans:
        level = level_of(atlas, plan)
        if gone := [code for code in plan.result["need"] if code not in level.names]:
            more = f" and {len(gone) - NAMED:,} more" if len(gone) > NAMED else ""
            return (
                f"“{plan.name}” is by {level.many} that are no more: {', '.join(gone[:NAMED])}{more}. Copy it, work the copy out by those of today, "
                "and choose that."
            )
        try:
            carry_posts(plan.staffing.posts() if plan.staffing else {}, {}, level, atlas.shelf.carrier)
        except GoneError as lost:
            return f"“{plan.name}” rests on posts in {lost}"
    return ""
