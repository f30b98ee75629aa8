"""What lists and the search can be narrowed by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from headwater.service.agencies.models import Team
from headwater.service.cases import rules
from headwater.service.design.lists import Filters


class SearchForm(Filters):
    """What to search for."""

    q = forms.CharField(label="Name, reference or address", max_length=120)


class InboxFilters(Filters):
    """Filters of the inbox."""

    q = forms.CharField(label="Name", max_length=80)
    state = forms.ChoiceField(
        label="Answer",
        choices=[
            ("waiting", "Waiting"),
            ("all", "All"),
            *((one, one.capitalize()) for one in rules.PackageState if one != "waiting"),
        ],
    )
    team = forms.ChoiceField(label="Team")

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", "All my teams"), *((one.pk, one.name) for one in teams)]  # type: ignore[attr-defined]


class CaseFilters(Filters):
    """Filters of the list of cases."""

    q = forms.CharField(label="Name", max_length=80)
    state = forms.ChoiceField(label="State", choices=[("open", "Open"), ("closed", "Closed"), ("all", "All")])
    lead = forms.ChoiceField(label="Lead", choices=[("", "Anybody"), ("me", "Me"), ("nobody", "Nobody yet")])
    due = forms.ChoiceField(label="Due", choices=[("", "Anything"), ("review", "Review due"), ("late", "Action late")])


class LearnedFilters(Filters):
    """Filters of what was learned."""

    outcome = forms.ChoiceField(label="How it ended", choices=[("", "All"), *rules.OUTCOMES.items()])


class TimelineFilters(Filters):
    """Filters of a timeline."""

    kind = forms.ChoiceField(
        label="Kind", choices=[("", "All"), *((one, one.capitalize()) for one in rules.ENTRY_KINDS)]
    )


class ReferralFilters(Filters):
    """Filters of the list of referrals."""

    side = forms.ChoiceField(label="Direction", choices=[("in", "To us"), ("out", "From us")])
    state = forms.ChoiceField(
        label="State", choices=[("", "All"), *((one, one.capitalize()) for one in rules.ReferralState)]
    )
    move = forms.ChoiceField(label="Whose move", choices=[("", "Anybody’s"), ("ours", "Ours")])


class DisclosureFilters(Filters):
    """Filters of what was told at once."""

    side = forms.ChoiceField(label="Direction", choices=[("", "Both"), ("in", "To us"), ("out", "From us")])


class OversightFilters(Filters):
    """Filters of what is overseen."""

    case = forms.CharField(label="Case", max_length=20)
    days = forms.ChoiceField(
        label="When",
        choices=[("", "Ever"), ("7", "In the last week"), ("30", "In the last 30 days"), ("365", "In the last year")],
    )

    @property
    def fits(self) -> Q:
        """What a row must be to be shown; a case that is no number fits nothing."""
        found = Q()
        if number := self.told.get("case", "").upper().removeprefix("C-").lstrip("0"):
            found &= Q(case_id=int(number)) if number.isdecimal() and len(number) < 18 else Q(pk__in=[])
        if days := self.told.get("days"):
            found &= Q(at__gte=timezone.now() - timedelta(int(days)))
        return found
