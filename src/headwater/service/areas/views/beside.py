"""What stands beside a plan? The posts of its staffing file, or another plan; posts of wards that were drawn anew, where these lie today."""

from __future__ import annotations

from django.http import HttpRequest

from headwater.areas.earlier_wards import GoneError, carry_posts
from headwater.areas.levels import Level
from headwater.service.areas.access import plan_for
from headwater.service.areas.atlas import Atlas
from headwater.service.areas.choices import Posts
from headwater.service.areas.comparing import Comparison, compare
from headwater.service.areas.models import Plan


def level_of(atlas: Atlas, plan: Plan) -> Level:
    """The level of a plan as it is today; one without places where the catalogue has none any more."""
    return atlas.levels.get(plan.level) or Level(plan.level, "place", "places", {}, {}, {})


def beside(request: HttpRequest, plan: Plan, atlas: Atlas) -> tuple[Comparison, Plan | None, str]:
    """The plan beside the one that the address names, or the posts of its staffing file; and what it cost to count posts of earlier wards in
    those of today, or why the other plan cannot stand beside this one (empty: neither)."""
    asked, level, said = request.GET.get("with", ""), level_of(atlas, plan), plan.result.get("carried", "")
    if asked.isdecimal() and len(asked) < 19:
        other = plan_for(request.actor, int(asked))  # type: ignore[attr-defined]
        if other.level == plan.level and other.pk != plan.pk:
            try:
                posts, said = posts_in_places_of(plan, other, level, atlas)
                return compare(plan.result, level, posts, other.name), other, said
            except GoneError as fault:
                said = str(fault)
    called = plan.staffing.name if plan.staffing else "no posts of today"
    return compare(plan.result, level, plan.result["today"], called), None, said


def posts_in_places_of(plan: Plan, other: Plan, level: Level, atlas: Atlas) -> tuple[Posts, str]:
    """The other plan's posts in the places of this one, and what that cost. Raises GoneError where they cannot be."""
    there = set(plan.result["need"])
    if all(there.issuperset(held) for held in other.posts.values()):
        return other.posts, ""
    if there != set(level.names):
        raise GoneError(
            f"“{other.name}” cannot stand beside this plan: since this one was worked out the {level.many} were drawn anew. Copy it, work the copy "
            "out, and compare that."
        )
    try:
        found = carry_posts(other.posts, {}, level, atlas.shelf.carrier)
    except GoneError as fault:
        raise GoneError(f"“{other.name}” cannot stand beside this plan. It has posts in {fault}") from None
    return found.posts, f"“{other.name}”. {found.said}"
