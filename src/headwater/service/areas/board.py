"""The report for the board: a plan on paper, with what was set, what changes, and what it cannot say."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from headwater.service.areas.choices import NOT_IN_IT
from headwater.service.areas.comparing import Comparison
from headwater.service.areas.models import Plan
from headwater.service.design.frame import is_made_up
from headwater.triggers.words import say_day

MOST_MOVES = 60
"""Moves on paper; the files hold all of them."""


def set_board_report(plan: Plan, found: Comparison, about: list[tuple[str, str]]) -> bytes:
    """The report as PDF/UA: tagged, with a title, for screen readers too. The same plan gives the same pages."""
    told: dict[str, Any] = {
        "name": plan.name, "state": plan.state, "agency": plan.agency.name, "other": found.other, "made_up": is_made_up(), "about": about,
        "on": say_day(plan.changed_at.date()), "roles": found.roles, "units": [_plain(line) for line in found.units],
        "places": [_plain(line) for line in found.lines], "moves": [move.words for move in found.moves[:MOST_MOVES]],
        "more_moves": max(0, len(found.moves) - MOST_MOVES), "moved": found.moved, "within": found.within,
        "fairness": [[role, _fair(before), _fair(after)] for role, before, after in found.fairness],
        "people": [[name, f"{before:.1f}", f"{after:.1f}"] for name, before, after in found.people],
        "not_in_it": NOT_IN_IT, "left_out": plan.result["left_out"], "double": plan.result["double"],
    }  # fmt: skip
    page = (Path(__file__).parent / "board.typ").read_bytes()
    told_as = {"plan": json.dumps(told, ensure_ascii=False)}
    return bytes(
        typst.compile(page, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs=told_as)
    )


def _plain(line: Any) -> dict[str, Any]:
    found = asdict(line)
    return found | {"need": f"{line.need:.2%}"}


def _fair(one: dict[str, Any]) -> str:
    if one["least"] is None:
        return "no posts"
    return f"{one['least']:.2f} / {one['middle']:.2f} / {one['most']:.2f}"
