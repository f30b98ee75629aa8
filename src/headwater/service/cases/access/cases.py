"""Cases: those one sees whole, in part, or only that they are locked; and what of one of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import Signature, today
from headwater.service.agencies.rules import WORKERS
from headwater.service.cases.about import with_names
from headwater.service.cases.access.matrix import (
    CASE,
)
from headwater.service.cases.among import Among
from headwater.service.cases.models import BreakGlass, Case, Document, Entry, Grant, Referral
from headwater.service.cases.passed import Passed
from headwater.service.cases.rules import BROKEN, INSIDE_KINDS, LOCKED, WHOLE, Sight


def _live_referrals(actor: Actor) -> QuerySet[Referral]:
    """Accepted referrals to the actor's agency whose agreement holds today and is signed by both."""
    day = today()
    signed = Signature.objects.filter(agreement=OuterRef("agreement_id"))
    return Referral.objects.filter(
        Exists(signed.filter(agency=OuterRef("agreement__giver_id"))),
        Exists(signed.filter(agency=OuterRef("agreement__receiver_id"))),
        receiver_id=actor.agency_id,
        agreement__receiver_id=actor.agency_id,
        state="accepted",
        ended_at=None,
        agreement__withdrawn_on=None,
        agreement__starts__lte=day,
        agreement__ends__gte=day,
    )


def named(actor: Actor, case: str = "pk") -> Q:
    """Restricted cases in which this person is named; `case` is the column that holds the case's number."""
    return Q(Exists(Grant.objects.filter(case=OuterRef(case), user_id=actor.id)))


def opened(actor: Actor, case: str = "pk") -> Q:
    """Restricted cases that this person may open: named, or the glass is broken and the time is not over."""
    broken = BreakGlass.objects.filter(case=OuterRef(case), user_id=actor.id, until__gt=timezone.now())
    return named(actor, case) | Q(Exists(broken))


def _own(actor: Actor) -> Q:
    return Q(team_id__in=actor.teams(*WORKERS)) & (Q(restricted=False) | opened(actor))


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's teams that they see whole."""
    return Case.objects.filter(_own(actor))


def locked_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's teams of which they see only that they are locked."""
    return Case.objects.filter(team_id__in=actor.teams(*WORKERS), restricted=True).exclude(opened(actor))


def referred_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that are referred to the actor's agency, of which they see a part."""
    if not actor.has(*WORKERS):
        return Case.objects.none()
    found = Case.objects.filter(pk__in=_live_referrals(actor).values("case_id")).exclude(
        team_id__in=actor.teams(*WORKERS)
    )
    return found.filter(Q(restricted=False) | named(actor))


def readable_cases(actor: Actor) -> QuerySet[Case]:
    """All that the actor sees, whole or in part."""
    referred = referred_cases(actor)
    if not referred.exists():
        return own_cases(actor)
    return Case.objects.filter(_own(actor) | Q(Among("pk", referred.values("pk"))))


def sight_of(actor: Actor, case: Case) -> Sight | None:
    """What the actor sees of a case; None: not even that it is there."""
    if case.team_id in actor.teams(*WORKERS):
        if not case.restricted:
            return WHOLE
        if Grant.objects.filter(case=case, user_id=actor.id).exists():
            return WHOLE
        if BreakGlass.objects.filter(case=case, user_id=actor.id, until__gt=timezone.now()).exists():
            return Sight("whole", WHOLE.categories, BROKEN)
        return LOCKED
    if not actor.has(*WORKERS) or (case.restricted and not Grant.objects.filter(case=case, user_id=actor.id).exists()):
        return None
    found = agreements_given(actor, [case.pk]).get(case.pk)
    if found is None:
        return None
    return Sight("part", frozenset().union(*found.values()), "referral", tuple(sorted(found.items())))


def agreements_given(actor: Actor, numbers: Iterable[int]) -> dict[int, dict[int, frozenset[str]]]:
    """Case → agreement → what the live referrals under it give the actor's agency: the categories that both name."""
    found: dict[int, dict[int, frozenset[str]]] = {}
    rows = _live_referrals(actor).filter(case__in=list(numbers))
    for number, agreement, asked, allowed in rows.values_list(
        "case_id", "agreement_id", "categories", "agreement__categories"
    ):
        if agreement is not None and (given := frozenset(asked) & frozenset(allowed)):
            under = found.setdefault(number, {})
            under[agreement] = under.get(agreement, frozenset()) | given
    return found


def categories_given(actor: Actor, numbers: Iterable[int]) -> dict[int, frozenset[str]]:
    """Case → all that its live referrals give the actor's agency."""
    return {number: frozenset().union(*found.values()) for number, found in agreements_given(actor, numbers).items()}


def may(actor: Actor, case: Case, sight: Sight | None, verb: str) -> bool:
    """Whether the matrix lets this person do this to this case."""
    return case.state in CASE[verb].states and _may_in_some_state(actor, case, sight, verb)


def _may_in_some_state(actor: Actor, case: Case, sight: Sight | None, verb: str) -> bool:
    rule = CASE[verb]
    if sight is None:
        return False
    if sight.level == "locked":
        return rule.locked and actor.is_in(case.team_id, *rule.own)
    if rule.locked:
        return False
    if rule.named and sight.by == BROKEN:
        return False
    if sight.whole:
        return actor.is_in(case.team_id, *rule.own)
    return actor.has(*rule.receiving) and (not rule.needs or rule.needs in sight.categories)


def find_case(actor: Actor, number: int, *, lock: bool = False) -> tuple[Case | None, Sight | None]:
    """A case with whom it is about, and what of it the actor sees, which may be that it is locked. One that is not theirs is not even
    read, so that it takes as long to refuse as one that does not exist."""
    rows = with_names(Case.objects.all())
    if lock:
        rows = rows.select_for_update(of=("self",))
    theirs = Q(team_id__in=actor.teams(*WORKERS)) | Q(pk__in=referred_cases(actor).filter(pk=number).values("pk"))
    case = rows.filter(theirs, pk=number).first()
    return case, sight_of(actor, case) if case is not None else None


def case_for(actor: Actor, number: int, *, to: str = "read", lock: bool = False) -> tuple[Case, Sight]:
    """A case, and what of it the actor sees. `lock`: nobody changes it until the transaction ends. Raises Http404, or Passed when
    it is too late."""
    case, sight = find_case(actor, number, lock=lock)
    if case is None or sight is None or not _may_in_some_state(actor, case, sight, to):
        raise Http404
    if case.state not in CASE[to].states:
        raise Passed(case)
    return case, sight


def entries_for(actor: Actor, case: Case, sight: Sight) -> QuerySet[Entry]:
    """The timeline as this reader may see it: the whole, or the categories given and what the own agency wrote. What the team that
    leads told one agency, or keeps among itself, is not for another."""
    rows = Entry.objects.filter(case=case).select_related("agency", "by")
    if sight.whole:
        return rows
    given = Q(category__in=sight.categories) & ~Q(kind__in=INSIDE_KINDS)
    return rows.filter(Q(agency_id=actor.agency_id) | given)


def document_for(actor: Actor, case_number: int, number: int) -> tuple[Case, Sight, Document]:
    """A document of a case, and what of the case the actor sees. Raises Http404."""
    case, sight = case_for(actor, case_number)
    found = Document.objects.filter(pk=number, case=case).first()
    if found is None or not (sight.sees("documents") or found.agency_id == actor.agency_id):
        raise Http404
    return case, sight, found
