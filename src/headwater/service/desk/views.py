"""The desk's pages: the queue, and one draft beside its questions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from headwater.service.agencies.access import Asked, for_people
from headwater.service.audit.actions import log_search
from headwater.service.design.send import take
from headwater.service.desk import selectors
from headwater.service.desk.access import ANALYSTS, draft_for, lake_for
from headwater.service.desk.actions import log_look
from headwater.service.desk.forms import DeskFilters, DraftForm
from headwater.service.desk.sitting import Sitting
from headwater.triggers.desk import IDENTITY
from headwater.triggers.pages.render import render_parts

LAST_QUEUE = "desk_queue"
"""In the session: the filters of the queue as they were left, but for the words."""


@for_people(*ANALYSTS)
def show_queue(request: Asked) -> HttpResponse:
    """The drafts of the newest run of each trigger, with how far each is."""
    lake = lake_for(request.actor)
    if lake is None:
        return render(request, "desk/no_lake.html", {})
    triggers, teams = selectors.names_of(request.actor, lake)
    filters = DeskFilters(request.GET, triggers=triggers, teams=teams)
    told = filters.told
    state, words = told.get("state") or "open", told.get("q", "")
    queue = selectors.list_queue(
        request.actor, lake, trigger=told.get("trigger", ""), state="" if state == "all" else state, team=told.get("team", ""), q=words,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    numbers = [row.draft.package_id for row in queue.rows]
    log_look(lake, numbers, acting=request.actor)
    if words:
        log_search(words, "desk_draft", numbers)
    request.session[LAST_QUEUE] = _address(request, q=None)
    more = {
        "queue": queue, "filters": filters, "is_filtered": any(told.values()), "searched": bool(triggers),
        "previous": _address(request, before=numbers[0]) if queue.has_before else "", "next": _address(request, after=numbers[-1]) if queue.has_after else "",
    }  # fmt: skip
    return render(request, "desk/queue.html", more)


def _address(request: Asked, **change: str | None) -> str:
    kept = request.GET.copy()
    for name, value in ({"after": None, "before": None} | change).items():
        kept.pop(name, None)
        if value:
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


@for_people(*ANALYSTS)
def show_draft(request: Asked, package_id: str) -> HttpResponse:
    """A draft as its page shows it, and the questions about each piece."""
    lake, folder, draft = draft_for(request.actor, package_id)
    log_look(lake, [package_id], acting=request.actor)
    sitting = Sitting(request.actor, lake, folder, draft, told=_number(request.POST.get("known")))
    parts = render_parts(draft, draft_at=lambda number: reverse("draft", args=[number]))
    back = reverse("desk") + request.session.get(LAST_QUEUE, "")
    more: dict[str, Any] = {
        "draft": draft, "back": back,
        "parts": {name: mark_safe(text) for name, text in parts.items()},  # noqa: S308 - autoescaped by the page's own templates
    } | sitting.shown()  # fmt: skip

    def act(form: DraftForm) -> str:
        done = sitting.take(form)
        if done is None:
            more.update(sitting.shown())
            return ""
        kept, words = done
        messages.success(request, words)
        finished = kept.state.status in ("confirmed", "rejected") and IDENTITY not in kept.state.rejected
        return back if finished else reverse("draft", args=[package_id])

    return take(request, sitting.form(request.POST or None), act, "desk/draft.html", more)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None
