"""The desk's pages: the queue, and one draft beside its questions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from headwater.service.agencies.access import Asked, for_people
from headwater.service.audit.actions import log
from headwater.service.design.send import Refused
from headwater.service.desk import selectors
from headwater.service.desk.access import ANALYSTS, draft_for, lake_for
from headwater.service.desk.actions import decide
from headwater.service.desk.forms import DeskFilters, DraftForm
from headwater.triggers.desk import DeskConflict, pieces
from headwater.triggers.pages.render import render_parts


@for_people(*ANALYSTS)
def show_queue(request: Asked) -> HttpResponse:
    """The drafts of the newest run of each trigger, with how far each is."""
    lake = lake_for(request.actor)
    if lake is None:
        return render(request, "desk/no_lake.html", {})
    triggers, teams = selectors.names_of(request.actor, lake)
    filters = DeskFilters(request.GET, triggers=triggers, teams=teams)
    filters.is_valid()
    told = filters.cleaned_data
    state = told.get("state") or "open"
    queue = selectors.list_queue(
        request.actor, lake, trigger=told.get("trigger", ""), state="" if state == "all" else state, team=told.get("team", ""), q=told.get("q", ""),
        after=request.GET.get("after", ""),
    )  # fmt: skip
    numbers = [row.draft.package_id for row in queue.rows]
    lake.log_consultation(command="desk", purpose="review", subjects=numbers)
    log("consult", "desk_draft", numbers)
    kept = request.GET.copy()
    addresses = {}
    for name, number in (("next", queue.following), ("first", queue.before)):
        kept["after"] = number or ""
        addresses[name] = f"?{kept.urlencode()}" if number or (name == "first" and number is not None) else ""
    return render(request, "desk/queue.html", {"queue": queue, "filters": filters, **addresses})


@for_people(*ANALYSTS)
def show_draft(request: Asked, package_id: str) -> HttpResponse:
    """A draft as its page shows it, and the questions about each piece."""
    lake, folder, draft = draft_for(request.actor, package_id)
    decisions = list(selectors.decisions_about(lake, draft))
    digests = pieces(draft)
    newest = {one.piece: one for one in decisions if one.piece not in digests or digests[one.piece] == one.seen}
    state = selectors.state_of(lake, folder, draft)
    form = DraftForm(request.POST or None, draft=draft, newest=newest, known=len(decisions), holds=state.holds)
    theirs: list[Any] = []
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data["known"]
        try:
            if chosen := form.decided():
                status = decide(lake, folder, draft, chosen, acting=request.actor, known=known)
                messages.success(
                    request, "It is in the team’s inbox." if status == "confirmed" else f"Kept. The draft is {status}."
                )
            return HttpResponseRedirect(
                reverse("draft", args=[package_id]) if not chosen or chosen[-1][0] != "release" else reverse("desk")
            )
        except Refused as fault:
            form.refuse(str(fault), fault.field)
        except DeskConflict as fault:
            decisions = list(selectors.decisions_about(lake, draft))
            theirs = decisions[known:]
            form.refuse(
                f"{fault} What they decided stands below; yours is still in the form. Send it again to decide anew."
            )
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["known"] = str(len(decisions))  # type: ignore[index]
    lake.log_consultation(command="desk", purpose="review", subjects=[package_id])
    log("consult", "desk_draft", [package_id])
    parts = {name: mark_safe(text) for name, text in render_parts(draft).items()}  # noqa: S308 - autoescaped by the page's own templates
    words = {piece: str(form.fields[key].label) for key, piece in form.names.items()}
    return render(
        request, "desk/draft.html",
        {"draft": draft, "parts": parts, "form": form, "state": state, "theirs": [(words.get(one.piece, one.piece), one) for one in theirs], 
         "decisions": decisions[::-1][:30], "words": words},
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip
