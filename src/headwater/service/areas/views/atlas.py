"""The map and the table of areas: one measure at one level."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.areas.boundaries import ATTRIBUTION, BoundariesError
from headwater.areas.levels import TEAM, WARD, Level
from headwater.service.agencies.access import Asked, signed_in
from headwater.service.areas.access import reads_plans
from headwater.service.areas.atlas import Atlas, outlines, read_atlas
from headwater.service.areas.forms import AreaFilters
from headwater.service.areas.rules import NO_CLASS
from headwater.service.areas.selectors import PAGE, measures_for, rows_of, say
from headwater.service.areas.shown import Shown
from headwater.service.design.frame import is_made_up
from headwater.triggers.desk.sheet import safe_cell


@dataclass(frozen=True)
class View:
    """What an address asks for: a level, a measure of it (None where none is loaded), and the form that says so."""

    level: Level
    shown: Shown | None
    filters: AreaFilters
    q: str
    order: str
    absent: str = ""
    """Why the level that the address names is not shown; empty where it is."""


def asked_for(request: Asked, atlas: Atlas) -> View:
    """The level and measure that the address names, or the first that have something to show."""
    named = request.GET.get("level", "")
    level = atlas.levels.get(named) or atlas.levels[TEAM]
    measures = measures_for(request.actor, atlas, level)
    shown = measures.get(request.GET.get("measure", "")) or next(iter(measures.values()), None)
    told = request.GET.copy()
    told["level"], told["measure"] = level.id, shown.id if shown else ""
    told.setdefault("order", "most" if shown else "name")
    filters = AreaFilters(told, levels=atlas.levels, measures=measures)
    return View(
        level, shown, filters, filters.told.get("q", ""), filters.told.get("order") or "name", say_absent(atlas, named)
    )


def say_absent(atlas: Atlas, level: str) -> str:
    """Why a level is not there, for whoever asked for it; empty where it is, or where none was named."""
    if not level or level in atlas.levels:
        return ""
    if level == WARD:
        return "There are no wards here: the catalogue has no file of them (areas/wards.csv)."
    return f"There are no areas of the kind “{level[:40]}” here."


@signed_in
def show_atlas(request: Asked) -> HttpResponse:
    """The table with the map beside it; the whole as CSV when the address asks for it."""
    atlas = read_atlas()
    view = asked_for(request, atlas)
    rows = rows_of(atlas, view.level, view.shown, q=view.q, order=view.order)
    if request.GET.get("format") == "csv":
        return _as_csv(view, rows)
    page = _number(request.GET.get("page"))
    page = min(max(page, 1), max(1, -(-len(rows) // PAGE)))
    more: dict[str, Any] = {
        "view": view, "filters": view.filters, "rows": rows[(page - 1) * PAGE : page * PAGE], "count": len(rows), "page": page,
        "first": (page - 1) * PAGE + 1, "last": min(page * PAGE, len(rows)), "previous": _address(request, page - 1) if page > 1 else "",
        "next": _address(request, page + 1) if page * PAGE < len(rows) else "", "csv": _address(request, None, format="csv"),
        "classes": view.shown.classes(view.level) if view.shown else [],
        "without": [(number, NO_CLASS[number], count) for number, count in view.shown.without(view.level).items()] if view.shown else [],
        "attribution": ATTRIBUTION, "postcodes": bool(atlas.postcodes), "may_plan": reads_plans(request.actor),
    }  # fmt: skip
    try:
        more["outlines"] = reverse("area_outlines", args=[view.level.id, outlines(view.level).digest])
        more["values"] = reverse("area_values") + _address(request, None)
    except BoundariesError as fault:
        more["no_outlines"] = str(fault)
    return render(request, "areas/atlas.html", more)


@signed_in
def give_outlines(request: Asked, level: str, digest: str) -> HttpResponse:
    """The outlines of a level. They are no secret and do not change under their address, so a browser may keep them."""
    try:
        found = outlines(read_atlas().levels[level])
    except (KeyError, BoundariesError):
        raise Http404 from None
    if digest != found.digest:
        raise Http404
    headers = {"Cache-Control": "private, max-age=604800, immutable", "Vary": "Accept-Encoding"}
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(found.packed if packed else found.content, content_type="application/geo+json", headers=headers)


@signed_in
def give_values(request: Asked) -> JsonResponse:
    """The class and the words of each area, for the map; the same facts as in the table, nothing hidden is in it."""
    atlas = read_atlas()
    view = asked_for(request, atlas)
    shown, fit = (
        view.shown,
        {row.code for row in rows_of(atlas, view.level, None, q=view.q, order="name")} if view.q else None,
    )
    return JsonResponse(
        {
            "classes": [[one.number, one.words, one.colour] for one in (shown.classes(view.level) if shown else [])],
            "areas": {
                code: [shown.class_of(code), say(shown, code)] if shown else [-2, ""] for code in view.level.names
            },
            "found": sorted(fit) if fit is not None else None,
        }
    )


def _as_csv(view: View, rows: list[Any]) -> HttpResponse:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    title = view.shown.title if view.shown else "Measure"
    writer.writerow(["Code", "Name", "Where", title, "Class", "Source", *(["Made up"] if is_made_up() else [])])
    source = view.shown.source if view.shown else ""
    for row in rows:
        cells = [row.code, row.name, row.where, row.words, row.class_words, source, *(["yes"] if is_made_up() else [])]
        writer.writerow([safe_cell(cell) for cell in cells])
    return HttpResponse(
        "\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="areas.csv"'}
    )  # fmt: skip


def _address(request: Asked, page: int | None, **change: str) -> str:
    kept = request.GET.copy()
    for name in ("page", "format"):
        kept.pop(name, None)
    if page is not None:
        change["page"] = str(page)
    for name, value in change.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1
