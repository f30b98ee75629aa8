"""Who acts in this request? Named on the database connection before the page begins, anew for each request."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from headwater.service.audit.actions import name_actor

Next = Callable[[HttpRequest], HttpResponse]


class NameWhoActs:
    """Names the signed-in user, or `not signed in`: each request names anew, so none acts in another's name."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        if request.path.startswith((settings.STATIC_URL, "/health/")):
            return self.get_response(request)
        user = request.user
        number = str(uuid.uuid4())
        request.headwater_number = number  # type: ignore[attr-defined]
        if user.is_authenticated:
            name_actor(user=user.pk, agency=user.agency_id, role=user.role_words, request=number)
        else:
            name_actor(user=None, agency=None, role="not signed in", request=number)
        return self.get_response(request)
