"""Ten thousand rows in every list of the Dudley teams: run beside a service, for pictures of long lists and for journeys through them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

ROWS = 10_000
AT_ONCE = 500
"""Rows of one statement: the service lets none take long, and each row is logged."""


def keep(model: Any, rows: list[Any]) -> list[Any]:
    """Into the database, a part at a time."""
    return list(model.objects.bulk_create(rows, batch_size=AT_ONCE))


def fill_many(rows: int = ROWS) -> None:
    """So many packages, cases, lines in one timeline, actions, referrals and notices, all made up. Adds them once."""
    from django.db import transaction
    from django.utils import timezone

    from headwater.service.agencies.models import Agency, Agreement, Team, User, today
    from headwater.service.cases.models import Action, Case, CaseSubject, Entry, Package, Referral, Subject
    from headwater.service.cases.tokens import tokens_of
    from headwater.service.notices.models import Notice

    team, now, day = Team.objects.get(lake_team="DY07"), timezone.now(), today()
    sergeant, officer = (User.objects.get(email=f"{name}@police.example") for name in ("sergeant", "officer"))
    charity = Agency.objects.get(name__contains="Fresh Start")
    agreement = Agreement.objects.get(giver=team.agency, receiver=charity)
    content = Package.objects.get(reference="K-example0001").content
    given = ("Alex", "Billie", "Charlie", "Dana", "Ellis", "Frankie", "Georgie", "Harley", "Indi", "Jo")
    family = ("Made-up", "Invented", "Notreal", "Nobody", "Pretend", "Imagined", "Fictional")
    names = [f"{given[n % 10]} {family[n % 7]} {n:05}" for n in range(rows)]
    with transaction.atomic():
        subjects = keep(
            Subject,
            [
                Subject(name=name, born_on=day - timedelta(4400 + n % 2500), area=team.name, tokens=tokens_of(name))
                for n, name in enumerate(names)
            ],
        )
        keep(Package, [
            Package(
                reference=f"K-many{n:06}", subject=subject, team=team, trigger="tipt", trigger_title="Young people with adverse childhood experiences (TIPT)",
                run="many", why_now="Missing again last week, for the third time since the summer.", newest_on=day - timedelta(n % 300),
                content=content, digest="", answer_by=day + timedelta(n % 40 - 5), urgent=n % 400 == 0,
            )
            for n, subject in enumerate(subjects)
        ])  # fmt: skip
        cases = keep(Case, [
            Case(
                team=team, opened_by=sergeant, lead=None if n % 50 == 0 else officer, why="A neighbour told us.", worry=("some", "none", "serious")[n % 3],
                next_review_on=day + timedelta(n % 60 - 9), review_every=28,
            )
            for n in range(rows)
        ])  # fmt: skip
        keep(
            CaseSubject,
            [CaseSubject(case=case, subject=subject) for case, subject in zip(cases, subjects, strict=True)],
        )
        keep(Entry, [
            Entry(
                case=cases[-1], at=now - timedelta(hours=n * 3), kind=("note", "contact", "action")[n % 3], category="notes", agency=team.agency, by=officer,
                words=("Note: at the door", "Met: the person, at school", "Done: a visit with the form tutor")[n % 3],
                text="Open and friendly. Wants the form tutor to be there the next time." if n % 2 else "",
            )
            for n in range(rows)
        ])  # fmt: skip
        keep(Action, [
            Action(
                case=cases[-1], words=f"Visit number {n + 1}", agency=team.agency, owner=officer, due_on=day + timedelta(n % 90 - 8),
                state="open" if n % 4 == 0 else "done", ended_on=None if n % 4 == 0 else day,
            )
            for n in range(rows)
        ])  # fmt: skip
        keep(Referral, [
            Referral(
                case=case, sender=team.agency, sender_team=team, by=officer, receiver=charity, agreement=agreement, ask="A mentor for the evenings, please.",
                categories=["identity", "reasons", "plan"], state="sent", sent_at=now, answer_by=day + timedelta(n % 12 - 3),
            )
            for n, case in enumerate(cases)
        ])  # fmt: skip
        keep(Notice, [
            Notice(
                user=sergeant, words="A referral waits longer than agreed", reference=f"R-{n:06}", link="/referrals/", urgent=n % 100 == 0,
                acknowledged_at=None if n % 5 == 0 else now,
            )
            for n in range(rows)
        ])  # fmt: skip
