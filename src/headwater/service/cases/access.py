"""The only door to packages, cases, referrals and disclosures: who may do what to which item in which state.

`MATRIX` is the whole rule; docs/reference/access.md is generated from it. Whatever it does not allow gives the same 404 as what
does not exist. Lists narrow by the same conditions, so that nothing leaks through counts, search or exports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from headwater.service.agencies.access import Actor, Role
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Signature, User, today
from headwater.service.agencies.rules import LEADS as LEADS
from headwater.service.agencies.rules import PARTNERS as PARTNERS
from headwater.service.agencies.rules import POLICE as POLICE
from headwater.service.agencies.rules import WORKERS as WORKERS
from headwater.service.cases.about import about, with_names
from headwater.service.cases.among import Among
from headwater.service.cases.models import (
    BreakGlass,
    Case,
    Disclosure,
    Document,
    Entry,
    Grant,
    Package,
    Referral,
)
from headwater.service.cases.passed import Passed
from headwater.service.cases.rules import BROKEN, INSIDE_KINDS, LOCKED, WHOLE, Sight

REFERRERS = (Role.SERGEANT, Role.OFFICER, Role.PARTNERSHIP_OFFICER, *PARTNERS)
"""Who asks other agencies for help."""

OVERSEERS = (Role.AUDITOR,)
"""Who reads, of all cases of the own agency, why more was seen or told than the rule gives; and nothing else of a case."""

OPEN, CLOSED = "open", "closed"
ANY = frozenset({OPEN, CLOSED})


@dataclass(frozen=True)
class Allowed:
    """Who may do one thing: roles in the team that leads, roles in an agency that has accepted a referral, and in which states.

    `locked`: also for those of the team who see of a restricted case only that it is locked. `needs`: the category that a receiving
    agency must have been given for it. `named`: not for those who see a restricted case only behind broken glass, because it would
    outlast the hour.
    """

    own: tuple[Role, ...] = ()
    receiving: tuple[Role, ...] = ()
    states: frozenset[str] = ANY
    needs: str = ""
    locked: bool = False
    named: bool = False


CASE: dict[str, Allowed] = {
    "read": Allowed(own=WORKERS, receiving=WORKERS),
    "see that it is locked": Allowed(own=WORKERS, locked=True),
    "break the glass": Allowed(own=WORKERS, locked=True),
    "write a note": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN})),
    "write what the person wants": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="wishes"),
    "change the plan": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="plan"),
    "read the plan": Allowed(own=WORKERS, receiving=WORKERS, needs="plan"),
    "hold a meeting": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="plan"),
    "say how worried": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN})),
    "review": Allowed(own=WORKERS, states=frozenset({OPEN})),
    "add a document": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="documents"),
    "read documents": Allowed(own=WORKERS, receiving=WORKERS, needs="documents"),
    "write who is at home": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="household"),
    "say who it is": Allowed(own=WORKERS, named=True),
    "add a person": Allowed(own=WORKERS, states=frozenset({OPEN}), named=True),
    "record consent": Allowed(own=WORKERS, states=frozenset({OPEN})),
    "refer": Allowed(own=REFERRERS, states=frozenset({OPEN})),
    "disclose urgently": Allowed(own=LEADS),
    "change the lead": Allowed(own=LEADS, states=frozenset({OPEN}), named=True),
    "restrict": Allowed(own=LEADS, named=True),
    "close": Allowed(own=LEADS, states=frozenset({OPEN})),
    "reopen": Allowed(own=LEADS, states=frozenset({CLOSED})),
    "see who has looked": Allowed(own=LEADS),
}
PACKAGE: dict[str, Allowed] = {
    "read": Allowed(own=POLICE, states=frozenset()),
    "see that it is locked": Allowed(own=POLICE, locked=True, states=frozenset()),
    "decide": Allowed(own=(Role.SERGEANT, Role.PARTNERSHIP_OFFICER), states=frozenset({"waiting"})),
    "pass on": Allowed(own=(Role.SERGEANT, Role.PARTNERSHIP_OFFICER), states=frozenset({"waiting"})),
}
REFERRAL: dict[str, Allowed] = {
    "read": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset()),
    "change": Allowed(own=REFERRERS, states=frozenset({"draft", "returned for information"})),
    "send": Allowed(own=REFERRERS, states=frozenset({"draft", "returned for information"})),
    "withdraw": Allowed(own=REFERRERS, states=frozenset({"draft", "sent", "returned for information"})),
    "answer": Allowed(receiving=WORKERS, states=frozenset({"sent"})),
    "end": Allowed(own=REFERRERS, receiving=LEADS, states=frozenset({"accepted"})),
}
DISCLOSURE: dict[str, Allowed] = {
    "read": Allowed(own=LEADS, receiving=WORKERS, states=frozenset()),
    "oversee": Allowed(own=OVERSEERS, states=frozenset()),
}
BROKEN_GLASS: dict[str, Allowed] = {"oversee": Allowed(own=OVERSEERS, states=frozenset())}
MATRIX = {
    "package": PACKAGE,
    "case": CASE,
    "referral": REFERRAL,
    "disclosure": DISCLOSURE,
    "broken glass": BROKEN_GLASS,
}


# ---- cases


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


def _named(actor: Actor, case: str = "pk") -> Q:
    """Restricted cases in which this person is named; `case` is the column that holds the case's number."""
    return Q(Exists(Grant.objects.filter(case=OuterRef(case), user_id=actor.id)))


def _opened(actor: Actor, case: str = "pk") -> Q:
    """Restricted cases that this person may open: named, or the glass is broken and the time is not over."""
    broken = BreakGlass.objects.filter(case=OuterRef(case), user_id=actor.id, until__gt=timezone.now())
    return _named(actor, case) | Q(Exists(broken))


def _own(actor: Actor) -> Q:
    return Q(team_id__in=actor.teams(*WORKERS)) & (Q(restricted=False) | _opened(actor))


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's teams that they see whole."""
    return Case.objects.filter(_own(actor))


def locked_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's teams of which they see only that they are locked."""
    return Case.objects.filter(team_id__in=actor.teams(*WORKERS), restricted=True).exclude(_opened(actor))


def referred_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that are referred to the actor's agency, of which they see a part."""
    if not actor.has(*WORKERS):
        return Case.objects.none()
    found = Case.objects.filter(pk__in=_live_referrals(actor).values("case_id")).exclude(
        team_id__in=actor.teams(*WORKERS)
    )
    return found.filter(Q(restricted=False) | _named(actor))


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


def who_may_know(case: Case, users: Iterable[User | None]) -> list[User]:
    """Those of these people who may open the case today: nobody else is told that something happened in it."""
    found = []
    for user in users:
        sight = sight_of(Actor(user), case) if user is not None and user.is_active else None
        if user is not None and sight is not None and sight.level != "locked":
            found.append(user)
    return found


def receivers_of(referral: Referral) -> list[User]:
    """The people of the receiving agency who may read a request."""
    return who_may_hear(referral.case, referral.receiver_id)


def who_may_hear(case: Case, agency_id: int) -> list[User]:
    """Who of another agency may read what it is asked or told about a case: all who work there; of a restricted case its managers, and who is
    named. It is the other side of `referrals_in` and `disclosures_for`."""
    if not case.restricted:
        return people_with(agency_id, WORKERS)
    named = set(case.grants.values_list("user_id", flat=True))
    found = {one.pk: one for one in people_with(agency_id, LEADS)}
    return [
        *found.values(),
        *(one for one in people_with(agency_id, WORKERS) if one.pk in named and one.pk not in found),
    ]


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


# ---- packages


def own_packages(actor: Actor) -> QuerySet[Package]:
    """The packages of the actor's teams that they may read. While it waits a restricted one is for those who decide; once it is taken
    on it is as open as its case."""
    waits = Q(case=None) & (Q(team_id__in=actor.teams(*PACKAGE["decide"].own)) | Q(restricted=False))
    taken = Q(case__isnull=False) & (Q(case__restricted=False) | _opened(actor, "case_id"))
    return Package.objects.filter(waits | taken, team_id__in=actor.teams(*POLICE))


def locked_packages(actor: Actor) -> QuerySet[Package]:
    """Those of which they see only that they are locked."""
    waits = Q(case=None, restricted=True) & ~Q(team_id__in=actor.teams(*PACKAGE["decide"].own))
    taken = Q(case__restricted=True) & ~_opened(actor, "case_id")
    return Package.objects.filter(waits | taken, team_id__in=actor.teams(*POLICE))


def package_for(actor: Actor, reference: str, *, to: str = "read", lock: bool = False) -> Package:
    """A package of an own team. Raises Http404, or Passed when it is too late."""
    if not reference.isprintable():  # The database takes no text with a null in it.
        raise Http404
    rows = own_packages(actor).select_related("subject", "team", "decided_by", "case")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(reference=reference).first()
    rule = PACKAGE[to]
    if found is None or not actor.is_in(found.team_id, *rule.own):
        raise Http404
    if rule.states and found.state not in rule.states:
        raise Passed(found)
    return found


# ---- referrals and disclosures


def referrals_in(actor: Actor) -> QuerySet[Referral]:
    """Requests to the actor's agency, once they are sent; those about a restricted case for its managers and who is named."""
    if not actor.has(*WORKERS):
        return Referral.objects.none()
    rows = Referral.objects.filter(receiver_id=actor.agency_id).exclude(state="draft").exclude(sent_at=None)
    return rows if actor.has(*LEADS) else rows.filter(Q(case__restricted=False) | _named(actor, "case_id"))


def referrals_out(actor: Actor) -> QuerySet[Referral]:
    """Requests from the actor's teams, about cases that they may read."""
    visible = own_cases(actor).filter(pk=OuterRef("case_id"))
    return Referral.objects.filter(Exists(visible), sender_team_id__in=actor.teams(*WORKERS))


def referral_for(actor: Actor, number: int, *, to: str = "read", lock: bool = False) -> tuple[Referral, str]:
    """A referral, and on which side the actor stands: `sender` or `receiver`. Raises Http404, or Passed when it is too
    late."""
    rows = Referral.objects.select_related(
        "case__team__agency", "sender", "receiver", "agreement", "by", "answered_by", "sender_team"
    ).prefetch_related(about("case__about"))
    if lock:
        rows = rows.select_for_update(of=("self",))
    theirs = [side(actor).filter(pk=number).values("pk") for side in (referrals_in, referrals_out)]
    found = rows.filter(Q(pk__in=theirs[0]) | Q(pk__in=theirs[1]), pk=number).first()
    if found is None:
        raise Http404
    sides = sides_of(actor, found)
    side = next((one for one in sides if may_turn(actor, found, one, to)), "")
    if not side:
        raise Passed(found) if any(_has_turn(actor, found, one, to) for one in sides) else Http404
    return found, side


def sides_of(actor: Actor, referral: Referral) -> list[str]:
    """On which sides of a request the actor stands: `sender`, `receiver`, both, or none."""
    found = []
    if referrals_out(actor).filter(pk=referral.pk).exists():
        found.append("sender")
    if referral.receiver_id == actor.agency_id and referrals_in(actor).filter(pk=referral.pk).exists():
        found.append("receiver")
    return found


def may_turn(actor: Actor, referral: Referral, side: str, verb: str) -> bool:
    """Whether the matrix lets this person, on this side, do this to this request."""
    states = REFERRAL[verb].states
    return (not states or referral.state in states) and _has_turn(actor, referral, side, verb)


def _has_turn(actor: Actor, referral: Referral, side: str, verb: str) -> bool:
    """Whether it is theirs in some state."""
    rule = REFERRAL[verb]
    if side == "sender":
        return bool(rule.own) and actor.is_in(referral.sender_team_id, *rule.own)
    return actor.has(*rule.receiving)


def referral_sight(referral: Referral) -> frozenset[str]:
    """What the receiver of a request that is not answered yet sees of the person: no more than who it is and why."""
    if (
        referral.state not in ("sent", "returned for information", "accepted")
        or referral.agreement is None
        or not referral.agreement.is_live
    ):
        return frozenset()
    before = {"identity", "reasons"} if referral.state != "accepted" else set(referral.categories)
    return frozenset(before & set(referral.categories) & set(referral.agreement.categories))


def _told(actor: Actor) -> Q:
    """What was told urgently to the actor's agency; about a restricted case for its managers, who is named, and who was chosen to read it."""
    if not actor.has(*DISCLOSURE["read"].receiving):
        return Q(pk__in=[])
    told = Q(receiver_id=actor.agency_id)
    return (
        told
        if actor.has(*LEADS)
        else told & (Q(case__restricted=False) | Q(reader_id=actor.id) | _named(actor, "case_id"))
    )


def disclosures_for(actor: Actor) -> QuerySet[Disclosure]:
    """What was told urgently to the actor, or by the actor's team."""
    own = own_cases(actor).filter(team_id__in=actor.teams(*DISCLOSURE["read"].own))
    return Disclosure.objects.filter(_told(actor) | Q(case__in=own)).select_related(
        "sender", "receiver", "by", "reader"
    )


def disclosure_for(actor: Actor, number: int) -> Disclosure:
    """One of them. Raises Http404."""
    found = disclosures_for(actor).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def told_document(actor: Actor, number: int, document_id: int) -> Document:
    """A document that was told with a disclosure. Raises Http404."""
    found = disclosure_for(actor, number)
    document = Document.objects.filter(pk=document_id, case=found.case_id).first()
    if document is None or document_id not in found.documents:
        raise Http404
    return document


def glass_overseen(actor: Actor) -> QuerySet[BreakGlass]:
    """Every opening of a restricted case of the actor's agency, for those who oversee it."""
    rows = BreakGlass.objects.filter(case__team__agency_id=actor.agency_id).select_related("case", "user")
    return rows if actor.has(*BROKEN_GLASS["oversee"].own) else rows.none()


def disclosures_overseen(actor: Actor) -> QuerySet[Disclosure]:
    """Every urgent disclosure by the actor's agency, without what was told, for those who oversee it."""
    rows = Disclosure.objects.filter(sender_id=actor.agency_id).select_related("case", "by", "receiver").defer("told")
    return rows if actor.has(*DISCLOSURE["oversee"].own) else rows.none()
