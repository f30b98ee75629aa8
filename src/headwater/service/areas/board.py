"""The report for the board: a plan on paper, with its maps, what was set, what changes, and what it cannot say."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from headwater.areas.boundaries import ATTRIBUTION, BoundariesError
from headwater.areas.levels import Level
from headwater.service.areas.atlas import outlines, read_atlas
from headwater.service.areas.changes import CHANGES, class_of_change, most_changed, say_short
from headwater.service.areas.choices import NOT_IN_IT
from headwater.service.areas.comparing import Comparison, Line
from headwater.service.areas.facts import say_sources
from headwater.service.areas.models import Plan
from headwater.service.areas.paper_map import draw_areas
from headwater.service.areas.rules import class_by_quarters, spread
from headwater.service.design.frame import is_made_up
from headwater.triggers.packages.words import say_day

MOST_MOVES = 60
"""Moves on paper; the files hold all of them."""

UNKNOWN = "Not known: none of its small areas has a number"


PAGE = Path(__file__).parent / "board.typ"


def set_board_report(plan: Plan, found: Comparison, about: list[tuple[str, str]]) -> bytes:
    """The report as PDF/UA: tagged, with a title, for screen readers too. The same plan gives the same pages."""
    told = tell_board(plan, found, about)
    return bytes(
        typst.compile(
            PAGE.read_bytes(), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs=told
        )
    )


def tell_board(plan: Plan, found: Comparison, about: list[tuple[str, str]]) -> dict[str, str]:
    """All that stands in the report, as the page takes it. `about` says what was set."""
    told: dict[str, Any] = {
        "name": plan.name, "state": plan.state, "agency": plan.agency.name, "other": found.other, "made_up": is_made_up(), "about": about,
        "on": say_day(plan.changed_at.date()), "roles": found.roles, "units": [_plain(line) for line in found.units],
        "places": [_plain(line) for line in found.lines], "moves": [move.words for move in found.moves[:MOST_MOVES]],
        "more_moves": max(0, len(found.moves) - MOST_MOVES), "moved": found.moved, "within": found.within, "decided": _decided(plan),
        "has_before": found.has_before, "before": "today" if plan.staffing and plan.staffing.name == found.other else "other",
        "changes": [most_changed(found, lose=True), most_changed(found, lose=False)] if found.has_before else [],
        "fairness": [[role, _fair(before), _fair(after)] for role, before, after in found.fairness],
        "people": [[name, f"{before:.1f}", f"{after:.1f}"] for name, before, after in found.people],
        "not_in_it": plan.result.get("not_in_it", NOT_IN_IT), "left_out": plan.result["left_out"], "double": plan.result["double"],
        "no_crime": plan.result.get("no_crime", False),
        "sources": say_sources(plan.result["sources"]), "attribution": ATTRIBUTION, "sure": found.sure_words, **_maps(plan, found),
    }  # fmt: skip
    return {"plan": json.dumps(told, ensure_ascii=False)}


def _decided(plan: Plan) -> list[list[str]]:
    """What was decided about the plan: the verb with its day, by whom, and why."""
    return [
        [f"{one.get_verb_display()} on {say_day(one.at.date())}", one.decided_by, one.words]
        for one in plan.decisions.all()
    ]


def _maps(plan: Plan, found: Comparison) -> dict[str, Any]:
    """The maps of need and of the change, each with its legend; or why there are none."""
    try:
        level = read_atlas().levels[plan.level]
        drawn = outlines(level).content
    except KeyError:
        return {"maps": [], "no_map": f"The areas of this plan ({plan.level}) are no longer in the catalogue."}
    except BoundariesError as fault:
        return {"maps": [], "no_map": str(fault)}
    maps = [_need(level, drawn, plan, found)]
    if found.has_before:
        maps.append(_change(level, drawn, plan, found))
    return {"maps": maps, "no_map": ""}


def _need(level: Level, drawn: bytes, plan: Plan, found: Comparison) -> dict[str, Any]:
    need = {line.code: line.need for line in found.lines if _known(plan, line.code)}
    steps = class_by_quarters(list(need.values()), say={value: f"{value:.2%}" for value in need.values()})
    shades = spread(len(steps))
    colours = {
        code: shades[next(at for at, (low, _) in enumerate(steps) if value >= low)] for code, value in need.items()
    }
    legend = [(shade, f"{words} of all need", False) for shade, (_, words) in zip(shades, steps, strict=True)]
    return _map(f"Share of need, by {level.one}", level, drawn, colours, legend)


def _change(level: Level, drawn: bytes, plan: Plan, found: Comparison) -> dict[str, Any]:
    change = {line.code: sum(more for *_, more in line.cells) for line in found.lines if _known(plan, line.code)}
    kinds = {code: class_of_change(more) for code, more in change.items()}
    held = list(kinds.values())
    legend = [(one.colour, f"{one.words} ({held.count(one)})", one.lined) for one in CHANGES]
    colours = {code: one.colour for code, one in kinds.items()}
    title = f"Change in posts, by {level.one}"
    return _map(title, level, drawn, colours, legend)


def _map(
    title: str, level: Level, drawn: bytes, colours: dict[str, str], legend: list[tuple[str, str, bool]]
) -> dict[str, Any]:
    hatched = sum(code not in colours for code in level.names)
    about = f"Map: {title}. The tables in this report have the same numbers."
    lined = {colour for colour, _, lines in legend if lines}
    return {
        "title": title, "about": about, "svg": draw_areas(drawn, colours, about, lined=lined), "legend": legend,
        "hatched": f"{UNKNOWN} ({hatched})" if hatched else "",
    }  # fmt: skip


def _known(plan: Plan, code: str) -> bool:
    """Whether anybody's numbers stand behind a place."""
    return bool(plan.result["residents"].get(code))


def _plain(line: Line) -> dict[str, Any]:
    found = asdict(line)
    del found["each"]  # The page and the files tell of each post; on paper the sentence for each place is enough.
    return found | {"need": f"{line.need:.2%}", "short": say_short(line)}


def _fair(one: dict[str, Any]) -> str:
    if one["least"] is None:
        return "no posts"
    return f"{one['least']:.2f} / {one['middle']:.2f} / {one['most']:.2f}"
