"""How long is each kind of row kept? One rule for each model, as data; a test fails when a model has none.

Periods are the force's to set in its own policy; these are the defaults, with their reasons. The worker removes what has expired;
history values of what was removed go by the eraser's path, the lines of the log stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from headwater.service.audit.actions import forget_removed, may_forget, remove_for_good
from headwater.service.audit.guards import watched_tables
from headwater.service.cases.rules import KEPT_TO_AGE, KEPT_YEARS
from headwater.service.notices.outbox import GIVE_UP_AFTER


@dataclass(frozen=True)
class Kept:
    """A rule: how long, counted from what, and why. `find` gives the rows that have expired; None: they go with their parent, or a person decides."""

    model: str
    how_long: str
    why: str
    find: Callable[[], Q] | None = None


def _before(days: int) -> Any:
    return timezone.now() - timedelta(days)


AT_ONCE = 1000
"""Rows of a kind that are removed in one look."""

NOT_TAKEN_ON_DAYS, UNANSWERED_DAYS = 90, 365
LOG_YEARS = 7

RULES: tuple[Kept, ...] = (
    Kept("design.Sent", "2 days after it was sent", "It only stops a second click.", lambda: Q(at__lt=_before(2))),
    Kept("audit.Entry", f"{LOG_YEARS} years, then by the owner in one recorded step", "Data Protection Act 2018, section 62; longer than any complaint."),
    Kept("audit.Seal", "as long as its line", "The chain."),
    Kept("audit.Value", "as long as the item it tells of, and no longer; for roles, areas and grants as long as its line",
        "Old words of an item go with the item, by the eraser. Who held a role or was named must stay known after it ended."),
    Kept("agencies.Agency", "while it works here", "An organisation."),
    Kept("agencies.Team", "while it works here", "An organisation."),
    Kept("agencies.TeamArea", "while it works here", "An organisation."),
    Kept("agencies.User", "while cases that they worked on are kept", "Who did what must stay known."),
    Kept("agencies.Membership", "while its user is kept", "In which role something was done must stay known."),
    Kept("agencies.Agreement", "7 years after it ended; a person decides", "It is why something was told."),
    Kept("agencies.Signature", "as long as its agreement", "It is why something was told."),
    Kept(
        "notices.Notice", "90 days after it was acknowledged, or what it asked for was done", "It only pointed to something.",
        lambda: Q(acknowledged_at__lt=_before(90)) | Q(settled_at__lt=_before(90)),
    ),
    Kept(
        "notices.Mail", "30 days after it was sent, or after it was given up", "The words go when it is sent; what is left shows that it went.",
        lambda: Q(sent_at__lt=_before(30)) | Q(at__lt=_before(30), attempts__gte=GIVE_UP_AFTER),
    ),
    Kept("cases.Subject", "while a package or a case is about them", "Nobody is kept without a reason.", lambda: Q(packages=None, in_cases=None)),
    Kept(
        "cases.Package", f"{NOT_TAKEN_ON_DAYS} days after the team said no, twice that while the search has not fetched the answer; with its case when it "
        f"was taken on; {UNANSWERED_DAYS} days after the search last touched it when nobody answers",
        "What is not taken on is nobody's business any more; the answer has gone back to the search, or no search lies here.",
        lambda: Q(case=None) & (
            (Q(decided_at__lt=_before(NOT_TAKEN_ON_DAYS)) & ~Q(returned_at=None)) | Q(decided_at__lt=_before(2 * NOT_TAKEN_ON_DAYS))
            | Q(decided_at=None, updated_at__lt=_before(UNANSWERED_DAYS))
        ),
    ),
    Kept("cases.Case", f"{KEPT_YEARS} years after it was closed, and to the {KEPT_TO_AGE}th birthday; then a person decides (headwater retention)",
        "Records of work with children are reviewed, not removed by a clock."),
    Kept("cases.CaseSubject", "as long as its case", "Part of the case."),
    Kept("cases.Member", "as long as its case", "Part of the case."),
    Kept("cases.Entry", "as long as its case", "Part of the case."),
    Kept("cases.Goal", "as long as its case", "Part of the case."),
    Kept("cases.Meeting", "as long as its case", "Part of the case."),
    Kept("cases.Action", "as long as its case", "Part of the case."),
    Kept("cases.Review", "as long as its case", "Part of the case."),
    Kept("cases.Worry", "as long as its case", "Part of the case."),
    Kept("cases.Document", "as long as its case", "Part of the case."),
    Kept("cases.Referral", "as long as its case", "Part of the case."),
    Kept("cases.OutsideLink", "30 days after it ended", "It opens nothing any more.", lambda: Q(ends_at__lt=_before(30))),
    Kept("cases.Grant", "while the case is restricted", "It names who may see it."),
    Kept("cases.BreakGlass", "as long as its case", "Why it was opened must stay known."),
    Kept("cases.Disclosure", "as long as its case", "Why it was told must stay known."),
    Kept("areas.Staffing", "while a plan rests on it; a person decides", "Posts by place; nobody's name stands in it."),
    Kept("areas.Plan", "for good", "What was decided about posts must stay known; it tells of places."),
    Kept("areas.PlanDecision", "as long as its plan", "Why posts went where they did must stay known."),
    Kept("sessions.Session", "until it ends", "It signs somebody in.", lambda: Q(expire_date__lt=timezone.now())),
    Kept("usersessions.UserSession", "2 days after it began", "It shows people where they are signed in.", lambda: Q(created_at__lt=_before(2))),
    Kept("django_tasks_database.DBTaskResult", "30 days after it ended", "It shows that work was done.", lambda: Q(finished_at__lt=_before(30))),
    Kept("mfa.Authenticator", "while its user has it", "A second factor."),
    Kept("account.EmailAddress", "while its user is kept", "The address with which somebody signs in."),
    Kept("account.EmailConfirmation", "never made", "Addresses are entered by administrators."),
    Kept("socialaccount.SocialAccount", "while its user is kept", "Which person of an agency's own directory a user is."),
    Kept("socialaccount.SocialApp", "never made", "An agency's own sign-in stands in the secret file."),
    Kept("socialaccount.SocialToken", "never made", "Nobody's token is kept."),
    Kept("auth.Group", "never made", "Roles stand in agencies.Membership."),
    Kept("auth.Permission", "as long as its table", "Made by Django, and not used."),
    Kept("contenttypes.ContentType", "as long as its table", "Made by Django."),
)  # fmt: skip


def remove_expired() -> int:
    """Remove what a clock may remove, and its history values; how many rows went."""
    count, watched = 0, set(watched_tables())
    for rule in RULES:
        if rule.find is None:
            continue
        model = apps.get_model(rule.model)
        with transaction.atomic():
            expired = model._default_manager.filter(rule.find())
            if model._meta.db_table in watched:
                count += remove_for_good(expired[:AT_ONCE])
            else:
                numbers = list(expired.values_list("pk", flat=True)[:AT_ONCE])
                count += len(numbers)
                model._default_manager.filter(pk__in=numbers).delete()
    return count


KEPT_WITH_THE_LINE = ("agencies_membership", "agencies_teamarea", "cases_grant")
"""Tables whose old values stay when a row ends: who held a role, which team had an area, who was named for a restricted case."""


def forget_what_is_gone() -> int:
    """The old values of all that was removed, where the process that removed it could not forget them; how many went. Nothing where
    this process is not the eraser either."""
    return forget_removed(but=KEPT_WITH_THE_LINE) if may_forget() else 0
