"""Find somebody by name or address, or an item by its number; only what the reader may open, by what they were given of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from headwater.service.agencies.access import Actor, Category
from headwater.service.cases import access
from headwater.service.cases.about import about, with_names
from headwater.service.cases.models import Case, CaseSubject, Disclosure, Package, Referral, Subject
from headwater.service.cases.tokens import asked_tokens, asked_words, fits


@dataclass(frozen=True)
class Hit:
    """One thing that was found; `address` leads to it."""

    kind: str
    reference: str
    name: str
    about: str
    address: str
    item: Case | Package | Referral | Disclosure
    restricted: bool = False


MOST_HITS = 50
EVERYTHING = frozenset(Category)
LOOKED_AT = 5_000
"""So many referred cases are looked at by a filter for a name; an agency works on fewer."""


def find(actor: Actor, words: str) -> list[Hit]:
    """What these words find: an item by its number; people and places by the words of a name or an address, one slip in a word allowed,
    and by the first three letters or more of a name."""
    head, _, number = words.strip().upper().partition("-")
    if not actor.has(*access.WORKERS):
        return []
    if head == "K" and number and words.isprintable():
        return _show_packages(actor, Q(reference__iexact=words.strip()))
    if head in BY_NUMBER and number.isdecimal() and len(number) < 18:
        return BY_NUMBER[head](actor, int(number))
    return _find_people(actor, asked_words(words))[:MOST_HITS]


def found_by(actor: Actor, asked: list[str]) -> Q:
    """Cases that these words find. The index holds addresses too: of a case that the reader sees in part it may tell only what the
    reader was given, so each of those is looked at."""
    near = Q()
    for word in asked:
        held = CaseSubject.objects.filter(case=OuterRef("pk"), subject__tokens__overlap=asked_tokens(word))
        near &= Q(Exists(held))
    part = list(with_names(access.referred_cases(actor).filter(near))[:LOOKED_AT])
    given = access.categories_given(actor, [case.pk for case in part])
    found = [case.pk for case in part if _about(asked, case, given.get(case.pk, frozenset()))]
    return near & (Q(team_id__in=actor.teams(*access.WORKERS)) | Q(pk__in=found))


def _find_people(actor: Actor, asked: list[str]) -> list[Hit]:
    if not asked:
        return []
    near = Subject.objects.all()
    for word in asked:
        near = near.filter(tokens__overlap=asked_tokens(word))
    theirs = Exists(CaseSubject.objects.filter(case=OuterRef("pk"), subject__in=near))
    cases = list(with_names(access.readable_cases(actor).filter(theirs)).order_by("-moved_at")[: MOST_HITS * 2])
    return [*_show_cases(actor, cases, asked), *_show_packages(actor, Q(subject__in=near, case=None), asked)]


def _show_cases(actor: Actor, cases: Iterable[Case], asked: list[str] | None = None) -> list[Hit]:
    """Those of the cases whose name the reader may know, and which what they may know of it answers the words."""
    cases = list(cases)
    own, given = actor.teams(*access.WORKERS), access.categories_given(actor, [case.pk for case in cases])
    hits = []
    for case in cases:
        if _about(asked or [], case, EVERYTHING if case.team_id in own else given.get(case.pk, frozenset())):
            words = f"{case.team.name}, {case.state}"
            hits.append(
                Hit("Case", case.reference, case.name, words, reverse("case", args=[case.pk]), case, case.restricted)
            )
    return hits


def _show_packages(actor: Actor, which: Q, asked: list[str] | None = None) -> list[Hit]:
    rows = access.own_packages(actor).filter(which).select_related("subject", "team", "case")
    return [
        Hit(
            "Package",
            one.reference,
            one.subject.name,
            f"{one.team.name}, {one.state}",
            reverse("package", args=[one.reference]),
            one,
            one.is_locked,
        )
        for one in rows.defer(*Package.HEAVY, "subject__tokens").order_by("-newest_on")[: MOST_HITS * 2]
        if _fits(asked or [], one.subject, EVERYTHING)
    ]


def _find_case(actor: Actor, number: int) -> list[Hit]:
    return _show_cases(actor, with_names(access.readable_cases(actor).filter(pk=number)))


def _find_referral(actor: Actor, number: int) -> list[Hit]:
    """A request to the own agency or from the own teams, with the name where the reader of its page is told it."""
    for rows, ours in ((access.referrals_out(actor), True), (access.referrals_in(actor), False)):
        rows = rows.select_related("case", "sender", "receiver", "agreement")
        one = rows.prefetch_related("agreement__signatures", about("case__about")).filter(pk=number).first()
        if one is not None:
            name = one.case.name if ours or "identity" in access.referral_sight(one) else one.reference
            words = f"{one.sender.name} asks {one.receiver.name}, {one.state}"
            address = reverse("referral", args=[one.pk])
            return [Hit("Referral", one.reference, name, words, address, one, one.case.restricted)]
    return []


def _find_disclosure(actor: Actor, number: int) -> list[Hit]:
    one = access.disclosures_for(actor).filter(pk=number).first()
    if one is None:
        return []
    words, address = f"{one.sender.name} told {one.receiver.name}", reverse("disclosure", args=[one.pk])
    return [Hit("Urgent disclosure", one.reference, one.reference, words, address, one)]


BY_NUMBER: dict[str, Callable[[Actor, int], list[Hit]]] = {
    "C": _find_case,
    "R": _find_referral,
    "D": _find_disclosure,
}
"""The letter of a reference → how that kind is found."""


def _about(asked: list[str], case: Case, sees: frozenset[str]) -> bool:
    """Whether one of those whom a case is about answers the words."""
    return any(_fits(asked, one.subject, sees) for one in case.about.all())


def _fits(asked: list[str], subject: Subject, sees: frozenset[str]) -> bool:
    """Whether what the reader may see of somebody answers the words. A withheld address is never searched."""
    if "identity" not in sees:
        return False
    address = subject.address if "contact" in sees and not subject.address_withheld else ""
    return fits(asked, [subject.name, *subject.other_names], address)
