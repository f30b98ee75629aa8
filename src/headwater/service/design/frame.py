"""What stands around every page: who is signed in, where one can go, whether the people are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: who gets it, and what number stands beside it."""

    words: str
    route: str
    for_whom: Callable[[Any], bool]
    count: Callable[[Any], int] | None = None


PLACES: list[Place] = []
"""Filled by the apps as they start; in the order in which they are shown."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame."""
    actor = getattr(request, "actor", None)
    shown = []
    if actor is not None:
        for place in PLACES:
            if place.for_whom(actor):
                address = reverse(place.route)
                here = request.path == address if address == "/" else request.path.startswith(address)
                shown.append(
                    {
                        "words": place.words,
                        "address": address,
                        "here": here,
                        "count": place.count(actor) if place.count else 0,
                    }
                )
    return {"places": shown, "actor": actor, "made_up": is_made_up(), "version": settings.VERSION}


def is_made_up() -> bool:
    """Whether the people in this installation do not exist: the demo leaves a mark beside the data."""
    return (settings.DATA / "made-up").exists()
