"""What do the pages of areas read? The measures that this reader may see, and the rows of the table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from headwater.areas.levels import TEAM, Level, plain_postcode
from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import Membership, Team, today
from headwater.service.areas.atlas import Atlas
from headwater.service.areas.rules import HIDDEN, NO_CLASS
from headwater.service.areas.shown import Shown, count_shown
from headwater.service.cases.access import POLICE, own_packages, readable_cases
from headwater.triggers.counting.disclosure import DisclosureRule, Published

OWN_SOURCE = "This service, as it stands now: what you may open yourself, and nothing else."
PACKAGES, CASES = "own.packages", "own.cases"
PAGE = 25


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    code: str
    name: str
    where: str
    words: str
    class_words: str
    is_class: bool = False
    """Whether `class_words` tell of a class of the map, which spans several values, rather than why there is no number."""


def measures_for(actor: Actor, atlas: Atlas, level: Level) -> dict[str, Shown]:
    """Every measure of a level that this reader may see, by id."""
    return atlas.shown(level.id) | (counts_for(actor, atlas, level) if level.id == TEAM else {})


def counts_for(actor: Actor, atlas: Atlas, level: Level) -> dict[str, Shown]:
    """Packages that wait and open cases of the reader's own teams, by team: counted from what the reader may open, so that a locked item
    is in no number. Nothing for those who work no packages."""
    if not actor.has(*POLICE):
        return {}
    own = {
        pk: code
        for pk, code in Team.objects.filter(pk__in=actor.teams(*POLICE)).values_list("pk", "lake_team")
        if code in level.names
    }
    if not own:
        return {}
    waiting = _by_team(own_packages(actor).filter(state="waiting", team_id__in=own), own, atlas.rule)
    cases = _by_team(readable_cases(actor).filter(state="open", team_id__in=own), own, atlas.rule)
    about = "Counted in your own teams only; your lists have the exact numbers."
    return {
        id: count_shown(id, title, about, OWN_SOURCE, told, atlas.rule, closed=True)
        for id, title, told in ((PACKAGES, "Packages that wait", waiting), (CASES, "Open cases", cases))
    }


def _by_team(rows: object, own: Mapping[int, str], rule: DisclosureRule) -> Published:
    found = dict(rows.order_by().values_list("team_id").annotate(number=Count("pk", distinct=True)))  # type: ignore[attr-defined]
    return {code: rule.shown(found.get(pk, 0)) for pk, code in own.items()}


def rows_of(atlas: Atlas, level: Level, shown: Shown | None, *, q: str, order: str) -> list[Row]:
    """The lines of the table: those that fit the words, in the order that is asked for."""
    classes = dict(enumerate(words for _, words in shown.steps)) | NO_CLASS if shown else {}
    codes = [code for code in level.names if fits(atlas, level, code, q)]
    if shown is not None and order in ("most", "least"):
        codes.sort(key=lambda code: (_rank(shown, code, order), level.names[code]))
    elif order == "code":
        codes.sort()
    else:
        codes.sort(key=lambda code: (level.names[code], code))
    return [
        Row(
            code, level.names[code], where(atlas, level, code),
            say(shown, code) if shown else "", classes.get(shown.class_of(code), "") if shown else "",
            shown is not None and shown.class_of(code) >= 0,
        )
        for code in codes
    ]  # fmt: skip


def say(shown: Shown, code: str) -> str:
    """The number of an area in words, or why there is none."""
    number = shown.class_of(code)
    if number < 0 and number != HIDDEN:
        return NO_CLASS[number]
    return shown.words[code]


def _rank(shown: Shown, code: str, order: str) -> tuple[int, float]:
    """What is not known last; what is hidden as the least of what is known, all alike, so that the order tells nothing."""
    value, number = shown.values.get(code, math.nan), shown.class_of(code)
    if number < 0:
        value = 1.0 if number == HIDDEN else math.nan
    if math.isnan(value):
        return 1, 0.0
    falling = (order == "most") == shown.higher_first
    return 0, -value if falling else value


def where(atlas: Atlas, level: Level, code: str) -> str:
    """The team and unit in which an area lies."""
    unit, teams = level.unit.get(code, ""), atlas.levels[TEAM]
    team = teams.of.get(code)
    return f"{teams.names[team]}, {unit}" if team else unit


def fits(atlas: Atlas, level: Level, code: str, q: str) -> bool:
    """Whether the words are in the area's code, its name, its unit, or the team that covers it, or are a postcode that lies in it."""
    words = q.casefold().strip()
    if lsoa := atlas.postcodes.get(plain_postcode(q)):
        return level.of.get(lsoa) == code
    return not words or words in f"{code} {level.names[code]} {where(atlas, level, code)}".casefold()


def who_works_in(actor: Actor, team_code: str) -> list[Membership]:
    """The people of a neighbourhood team today, for people of the same force."""
    rows = Membership.objects.filter(team__lake_team=team_code, team__agency_id=actor.agency_id, starts__lte=today())
    rows = rows.filter(ends=None) | rows.filter(ends__gte=today())
    return list(rows.select_related("user", "team").order_by("role", "user__name"))
