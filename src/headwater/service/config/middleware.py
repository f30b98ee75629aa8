"""What holds for every answer: one name for the service, no copies of personal pages, no powers a page does not need."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

Next = Callable[[HttpRequest], HttpResponse]


class OneName:
    """On a first run, send 127.0.0.1 to localhost: passkeys belong to a name, and a number has none."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to it."""
        if not settings.REAL and request.method == "GET":
            name, _, port = request.get_host().rpartition(":")
            if name in ("127.0.0.1", "[::1]"):
                return HttpResponseRedirect(f"http://localhost:{port}{request.get_full_path()}")
        return self.get_response(request)


class Bounded:
    """A body that is larger than anything this service takes is not read: an upload would fill the disk before anybody is asked who
    they are."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or a refusal."""
        told = request.META.get("CONTENT_LENGTH") or "0"
        if not told.isdecimal() or int(told[:12]) > settings.MOST_BODY:
            return HttpResponse("This is too large to be sent here.", status=413, content_type="text/plain")
        return self.get_response(request)


class Careful:
    """Personal pages are kept by no cache; a page has no powers of the browser that it does not need."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with these headers."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response
