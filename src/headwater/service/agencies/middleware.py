"""How long does a sitting last? A session ends after a while without a click, after a working day, and at once when its user has left."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]
SEEN, BEGAN = "seen_at", "began_at"
GRAIN = 60
"""Seconds: the session is not written for every click."""


class SessionLimits:
    """Ends idle sessions, old ones however busy they are, and those of people who have left."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, for somebody or for nobody."""
        if request.path.startswith((settings.STATIC_URL, "/health/")):
            return self.get_response(request)
        if request.user.is_authenticated:
            now, seen = time.time(), request.session.get(SEEN)
            left = request.user.left_on is not None and request.user.left_on <= _today()
            idle = seen is not None and now - seen > settings.SESSION_IDLE.total_seconds()
            if left or idle or now - request.session.get(BEGAN, now) > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif seen is None or now - seen > GRAIN:
                request.session[SEEN] = now
                request.session.setdefault(BEGAN, now)
        return self.get_response(request)


def _today() -> date:
    from headwater.service.agencies.models import today

    return today()
