"""Fill an empty service: people, the run's confirmed packages, the worked example, and some work that has gone on for a while."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import User, today
from headwater.service.audit.actions import acting_as, name_actor
from headwater.service.cases.actions import cases, plan, referrals
from headwater.service.cases.actions import packages as inbox
from headwater.service.cases.actions.bring import bring_in
from headwater.service.cases.models import Case, Package
from headwater.service.cases.rules import PackageState
from headwater.service.demo.example import make_example
from headwater.service.demo.people import ADDRESSES, WARDS, Made, make_people
from headwater.triggers.packages.package import Package as Released


@dataclass(frozen=True)
class Seat:
    """One person to sign in as."""

    email: str
    who: str
    agency: str


def fill(data: Path, packages: Sequence[Released], *, run: str) -> tuple[str, list[Seat]]:
    """The password and whom to sign in as. An installation that has people already is left as it is."""
    note = data / "sign-in.txt"
    with acting_as("demonstration"):
        if not User.objects.exists():
            (data / "made-up").write_text("The people in this installation do not exist.\n")
            password = secrets.token_urlsafe(9)
            with transaction.atomic():
                made = make_people(password)
                bring_in(packages, run=run)
                team = made.teams[WARDS[0]]
                bring_in([make_example(WARDS[0], team.name, "Dudley", today())], run="worked example")
                _play(made)
            with os.fdopen(
                os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as handle:
                handle.write(f"Made-up people to sign in as; the password of each is {password}\n\n")
                handle.writelines(f"{seat.email}  {seat.who}, {seat.agency}\n" for seat in _seats())
    password = note.read_text("utf-8").splitlines()[0].rpartition(" ")[2] if note.exists() else ""
    return password, _seats()


def _seats() -> list[Seat]:
    people = (
        User.objects.filter(is_active=True, email__in=ADDRESSES)
        .select_related("agency")
        .prefetch_related("memberships")
        .order_by("id")
    )
    return [
        Seat(one.email, ", ".join(sorted({held.role for held in one.memberships.all()})), one.agency.name)
        for one in people
    ]


def _as(user: User) -> Actor:
    name_actor(user=user.pk, agency=user.agency_id, role=user.role_words, request="demonstration")
    return Actor(user)


def _play(made: Made) -> None:
    """A case that has gone on for a while, one that waits for an agency, one closed, one restricted, and an answer of no."""
    sergeant, officer, youth = (_as(made.users[name]) for name in ("sergeant", "officer", "youth-worker"))
    waiting = list(
        Package.objects.filter(team__lake_team__in=WARDS, state="waiting")
        .exclude(reference="K-example0001")
        .select_related("team", "subject")
    )
    for number, package in enumerate(waiting[:4]):
        _as(made.users["sergeant"])
        if number == 3:
            inbox.say_no(
                package,
                acting=sergeant,
                state=PackageState.NOT_NEEDED,
                reason="help-in-place",
                note="The school leads a plan since January.",
            )
            continue
        case = inbox.take_on(package, acting=sergeant, lead=made.users["officer"], review_every=28)
        if number == 0:
            _work(case, made, officer, youth)
        elif number == 1:
            _as(made.users["officer"])
            referrals.refer(
                case,
                acting=officer,
                receiver=made.agencies["council"],
                ask="Is a social worker in touch with the family?",
                categories=["plan"],
            )
            Case.objects.filter(pk=case.pk).update(next_review_on=today() - timedelta(2))
        else:
            cases.restrict(case, acting=sergeant, restriction="staff-relative", people=[])
    _as(made.users["sergeant"])
    begun = cases.begin_case(
        acting=sergeant, team=made.teams[WARDS[1]], subject={"name": "Casey Example", "born_on": today() - timedelta(16 * 365)},
        why="A neighbour told the PCSO that she sleeps in the stairwell on Fridays.", review_every=14,
    )  # fmt: skip
    cases.close(
        begun,
        acting=sergeant,
        outcome="better",
        words="She stays with her aunt on Fridays now.",
        learned="The aunt had offered it for months. Ask the family first.",
    )
    name_actor(user=None, agency=None, role="demonstration")


def _work(case: Case, made: Made, officer: Actor, youth: Actor) -> None:
    day = today()
    _as(made.users["officer"])
    case.refresh_from_db()
    cases.record_consent(case, acting=officer, consent="given", basis="", why="")
    cases.write_wishes(
        case,
        acting=officer,
        wishes="Somewhere quiet to do homework. And for the shouting to stop.",
        strengths="Good at football. Gets on with the form tutor.",
        needs="A safe place in the evening.",
    )
    plan.record_contact(
        case,
        acting=officer,
        with_whom="The person, at school",
        how="Met",
        on=day,
        text="Open and friendly. Wants the form tutor to be there the next time.",
    )
    goal = plan.set_goal(case, acting=officer, words="A quiet hour every evening", unsafe=False)
    plan.add_action(
        case,
        acting=officer,
        words="Ask the library about the homework club",
        due=day + timedelta(7),
        agency=made.agencies["police"],
        owner=made.users["pcso"],
        goal=goal,
    )
    visit = plan.add_action(
        case,
        acting=officer,
        words="Visit with the form tutor",
        due=day,
        agency=made.agencies["police"],
        owner=made.users["officer"],
        goal=goal,
    )
    visit.due_on = day - timedelta(3)  # As if it had been agreed last week: one is late.
    visit.save()
    asked = referrals.refer(
        case,
        acting=officer,
        receiver=made.agencies["charity"],
        ask="A mentor for the evenings, if you have one.",
        categories=["plan", "wishes"],
    )
    _as(made.users["youth-worker"])
    referrals.accept(asked, acting=youth, words="Yes: Tuesdays and Thursdays from next week.")
    plan.add_action(
        case,
        acting=youth,
        words="First evening at the club",
        due=day + timedelta(5),
        agency=made.agencies["charity"],
        owner=made.users["youth-worker"],
        goal=goal,
    )
    _as(made.users["officer"])
