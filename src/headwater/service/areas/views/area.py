"""The page of one area: its label and why, its measures among its peers, who works there."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from headwater.areas.levels import SMALL_AREA, TEAM
from headwater.service.agencies.access import Asked, signed_in
from headwater.service.areas import peers
from headwater.service.areas.atlas import read_atlas
from headwater.service.areas.selectors import counts_for, say, where, who_works_in
from headwater.service.areas.shown import say_rule


@signed_in
def show_area(request: Asked, code: str) -> HttpResponse:
    """What is known of an area."""
    atlas = read_atlas()
    level = atlas.level_of(code)
    if level is None:
        raise Http404
    team = code if level.id == TEAM else None
    if level.id == SMALL_AREA and (lead := atlas.teams.team_for(code)):
        team = lead.team_id
    counts = counts_for(request.actor, atlas, atlas.levels[TEAM]) if team else {}
    more = {
        "code": code, "level": level, "name": level.names[code], "where": where(atlas, level, code), "label": peers.label_of(atlas, level, code),
        "measures": peers.compare(atlas, level, code), "neighbours": peers.neighbours_of(level, code), "team": team,
        "rule": say_rule(atlas.rule), "team_name": atlas.levels[TEAM].names[team] if team else "", "people": who_works_in(request.actor, team) if team else [],
        "counts": [(one.title, say(one, team)) for one in counts.values() if team and (team in one.values or team in one.hidden)],
        "parts": [(one, atlas.levels[SMALL_AREA].names[one]) for one in level.parts()[code]] if level.id != SMALL_AREA else [],
    }  # fmt: skip
    return render(request, "areas/area.html", more)
