"""Pages of the frame itself: nothing here, something broke, the form was too old, is it up, and every component with its states."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from headwater.service.agencies.access import anyone
from headwater.service.design import gallery


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same answer for what does not exist and for what may not be seen."""
    return render(request, "design/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong; nothing half-done was kept."""
    return HttpResponse(gallery.BROKEN, status=500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page with the form was open too long, or came from elsewhere."""
    return render(request, "design/too_old.html", status=403)


@anyone
def health(request: HttpRequest) -> HttpResponse:
    """Whether the service and its database answer; for a proxy or a monitor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"up": True})


@anyone
def show_components(request: HttpRequest) -> HttpResponse:
    """Every component with its states."""
    today = timezone.localdate()
    content: dict[str, Any] = {
        "empty_form": gallery.Example(), "faulty_form": gallery.faulty(), "conflict_form": gallery.in_conflict(), "list_of_none": [],
        "days": [today - timedelta(3), today, today + timedelta(1), today + timedelta(9), today + timedelta(40)],
    }  # fmt: skip
    return render(request, "design/components.html", content)
