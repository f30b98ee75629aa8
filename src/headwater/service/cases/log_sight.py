"""Write who saw, printed or took away what of a case: which categories, and by which sharing agreement.

Where several agreements give sight, each gets a line with the categories that it gave and no other did before it; what rests on none,
because the team leads the case or its reader wrote it, stands in a line without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.service.agencies.access import Actor
from headwater.service.audit.actions import Line, write_lines
from headwater.service.cases import access
from headwater.service.cases.models import Case, Referral
from headwater.service.cases.rules import Sight

LISTED = frozenset({"identity"})
"""What a line of a list tells of a case: who it is about."""

OWN_WORDS = "own agency"
"""Why a partner sees what no agreement gives: its own people wrote it."""


def log_sight(
    verb: str, case: Case, sight: Sight, *, categories: Iterable[str] | None = None, item_type: str = "cases_case",
    items: Iterable[int] | None = None,
) -> None:  # fmt: skip
    """What was seen of one case: all that the reader may see of it, or these categories; of the case itself, or of these items of it."""
    seen = sight.categories if categories is None else frozenset(categories)
    named = [case.pk] if items is None else list(items)
    write_lines(
        Line(
            verb, item_type, named, case.pk, sorted(part), agreement=agreement,
            basis=sight.by if sight.whole or agreement is not None else OWN_WORDS,
        )
        for agreement, part in sight.rests_on(seen)
    )  # fmt: skip


def log_cases(
    verb: str, actor: Actor, cases: Iterable[Case], *, categories: Iterable[str] = LISTED, basis: str = ""
) -> None:  # fmt: skip
    """Write `lines_of_cases`."""
    write_lines(lines_of_cases(verb, actor, cases, categories=categories, basis=basis))


def lines_of_cases(
    verb: str, actor: Actor, cases: Iterable[Case], *, categories: Iterable[str] = LISTED, basis: str = ""
) -> list[Line]:  # fmt: skip
    """Cases that stood in a list: those of the own teams in one line, those seen by a referral in one for each agreement."""
    teams, rows = actor.teams(*access.WORKERS), {case.pk: case for case in cases}
    own, seen = [case.pk for case in rows.values() if case.team_id in teams], frozenset(categories)
    under: dict[int, list[int]] = {}
    if len(own) < len(rows):
        for number, found in access.agreements_given(actor, rows.keys() - set(own)).items():
            for agreement, given in found.items():
                if given & seen or not seen:
                    under.setdefault(agreement, []).append(number)
    lines = [
        Line(verb, "cases_case", sorted(numbers), None, sorted(seen), agreement=agreement, basis=basis or "referral")
        for agreement, numbers in under.items()
    ]
    if own or not under:
        lines.append(Line(verb, "cases_case", own or rows, None, sorted(seen), basis=basis or "team"))
    return lines


def log_referrals(
    verb: str, actor: Actor, referrals: Sequence[Referral], *, names: bool = False, basis: str = ""
) -> None:  # fmt: skip
    """Write `lines_of_referrals`."""
    write_lines(lines_of_referrals(verb, actor, referrals, names=names, basis=basis))


def lines_of_referrals(
    verb: str, actor: Actor, referrals: Sequence[Referral], *, names: bool = False, basis: str = ""
) -> list[Line]:  # fmt: skip
    """Requests that stood in a list: those from us in one line, those to us in one for each agreement. `names`: with whom they are about."""
    lines: dict[tuple[int | None, bool], list[int]] = {}
    for one in referrals:
        to_us = one.receiver_id == actor.agency_id
        named = names and (not to_us or "identity" in access.referral_sight(one))
        lines.setdefault((one.agreement_id if to_us else None, named), []).append(one.pk)
    return [
        Line(
            verb, "cases_referral", numbers, None, sorted(LISTED) if named else [], agreement=agreement,
            basis=basis or ("team" if agreement is None else "referral"),
        )
        for (agreement, named), numbers in (lines or {(None, False): []}).items()
    ]  # fmt: skip
