"""What stands around every page: who is signed in, where one can go, whether the people are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: who gets it, and what number stands beside it."""

    words: str
    route: str
    for_whom: Callable[[Any], bool]
    count: Callable[[Any], QuerySet[Any]] | None = None
    """The rows that stand behind the number."""
    number: Callable[[Any], int] | None = None
    """The number itself, where no rows of the database stand behind it."""
    about: str = ""
    """What one does there, for a front page that only leads on."""
    also: tuple[str, ...] = ()
    """Beginnings of other addresses that belong to it."""


PLACES: list[Place] = []
"""Filled by the apps as they start; in the order in which they are shown."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame."""
    actor = getattr(request, "actor", None)
    shown: list[dict[str, Any]] = []
    if actor is not None:
        places = [place for place in PLACES if place.for_whom(actor)]
        numbers = _count({place.words: place.count(actor) for place in places if place.count})
        numbers |= {place.words: place.number(actor) for place in places if place.number}
        for place in places:
            address = reverse(place.route)
            here = request.path == "/" if address == "/" else request.path.startswith((address, *place.also))
            shown.append(
                {
                    "words": place.words,
                    "about": place.about,
                    "address": address,
                    "here": here,
                    "count": say_count(numbers.get(place.words, 0)),
                }
            )
    return {"places": shown, "actor": actor, "made_up": is_made_up(), "version": settings.VERSION}


MOST = 99
"""Rows behind a number of the navigation are counted to this many; beyond it says `99+`."""


def say_count(number: int) -> str:
    """The number as the navigation shows it; empty for none."""
    return f"{MOST}+" if number > MOST else str(number or "")


def _count(rows: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows stand behind each name, counted to a bound, in one question."""
    parts, values = [], []
    for one in rows.values():
        sql, told = one.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += list(told)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(rows, cursor.fetchone(), strict=True))


def is_made_up() -> bool:
    """Whether the people in this installation do not exist: the demo leaves a mark beside the data."""
    return (settings.DATA / "made-up").exists()
