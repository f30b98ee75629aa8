"""Too late: what somebody wants to do with an item is not possible any more. They read what happened, and keep what they typed."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from headwater.service.agencies.models import User
from headwater.service.audit.actions import log
from headwater.service.cases.models import Case
from headwater.service.cases.passed import Passed, say_passed
from headwater.service.design.send import sent_before

Next = Callable[[HttpRequest], HttpResponse]
NOT_TYPED = ("csrfmiddlewaretoken", "once", "version")
CHOSEN = re.compile(r"[\w-]*")
"""What a list or a button sends: one word without a space. What somebody wrote is longer."""


class TooLate:
    """Answers `Passed`, which `access` raises for those only who may read the item."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What happened, in place of a page that says nothing; where the same form was sent twice, the page to which it led."""
        if not isinstance(exception, Passed) or not isinstance(request.user, User):
            return None
        if (address := sent_before(request)) is not None:
            return HttpResponseRedirect(address)
        item = exception.item
        case = item.pk if isinstance(item, Case) else item.case_id
        log("consult", item._meta.db_table, [item.pk], case=case)
        typed = [
            value.strip()
            for name, values in request.POST.lists()
            for value in values
            if name not in NOT_TYPED and not CHOSEN.fullmatch(value.strip())
        ]
        return render(
            request, "cases/passed.html", {"told": say_passed(item, request.user), "typed": typed}, status=409
        )
