"""Who the person is and where they live: what people correct, what a later search says of it, and who joins or leaves a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.models import today
from headwater.service.agencies.rules import OWN_TEAM
from headwater.service.cases.actions.found import SEARCH
from headwater.service.cases.actions.telling import tell_case
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, CaseSubject, Package, Subject
from headwater.service.cases.rules import CORRECTABLE
from headwater.service.design.send import Refused

HOME = ("address", "address_withheld")


@transaction.atomic
def correct(case: Case, subject: Subject, *, acting: Actor, told: Mapping[str, Any]) -> None:
    """What people know better: name, birth, address, or that the address must not be known. It holds for all work about this person, and no
    search changes it. A withheld address is not kept. No value stands in a timeline, where it would outlive its being withheld. Raises Refused."""
    new = _as_kept(told)
    changed = [name for name in CORRECTABLE if getattr(subject, name) != new[name]]
    if not changed:
        return
    if (
        case.restricted
        and ("name" in changed or (new["address"] and "address" in changed))
        and _is_read_elsewhere(case, subject)
    ):
        raise Refused(
            "This case is restricted, and other work of your agency about this person is not: what you write here would be read there. "
            "Withhold the address, and say under ‘Contact safely’ what only this case may know.",
            "name" if "name" in changed else "address",
        )
    if subject.address_withheld and not new["address_withheld"] and "address_withheld" not in subject.corrected:
        subject.search_says["address_withheld"] = True  # People know that the search withholds it, and say otherwise.
    for name in changed:
        setattr(subject, name, new[name])
    subject.corrected = sorted({*subject.corrected, *changed, *(HOME if set(changed) & set(HOME) else ())})
    subject.search_says = {
        name: value for name, value in subject.search_says.items()
        if value != _said(getattr(subject, name)) and not (name == "address" and subject.address_withheld)
    }  # fmt: skip
    subject.save()
    category = Category.CONTACT if set(changed) <= set(HOME) else Category.IDENTITY
    enter(case, "person", f"Corrected: {_words(changed)}", acting=acting, category=category)
    _say_elsewhere(subject, changed, but=case)


def learn(subject: Subject, told: Mapping[str, Any]) -> None:
    """What a later search tells of somebody. What people corrected stays, and their cases are told once that the search knows it otherwise.
    Only that an address must not be known is taken from the search all the same, until people say that it may."""
    before = {name: getattr(subject, name) for name in (*told, "search_says")}
    protects = told["address_withheld"] and not before["search_says"].get("address_withheld")
    says: dict[str, Any] = {"address_withheld": True} if told["address_withheld"] else {}
    for name, value in told.items():
        if name not in subject.corrected or (name == "address_withheld" and protects):
            setattr(subject, name, value)
        elif value and name != "address_withheld" and value != getattr(subject, name):
            says[name] = _said(value)
    if subject.address_withheld:
        says.pop("address", None)
    subject.search_says = says
    if all(getattr(subject, name) == value for name, value in before.items()):
        return
    subject.save()
    _say_elsewhere(subject, [name for name in CORRECTABLE if getattr(subject, name) != before[name]])
    other = [name for name in says if name != "address_withheld" and says[name] != before["search_says"].get(name)]
    if other:
        words = f"The search says something else than people wrote: {_words(other)}"
        text = "What people wrote stays. Look at both where it is written who it is about."
        for case in _open_cases(subject):
            enter(case, "news", words, acting=None, text=text, category=OWN_TEAM, by_words=SEARCH)


@transaction.atomic
def say_contact(case: Case, *, acting: Actor, words: str) -> None:
    """How to make contact without raising the danger; empty when any way is safe. Whoever has something to do there hears of it at once."""
    case.contact_safely = words
    case.save(update_fields=["contact_safely"])
    enter(case, "person", "How to make contact safely was changed", acting=acting, category=Category.CONTACT)
    owners = [one.owner for one in case.actions.filter(state="open").select_related("owner")]
    link = reverse("case", args=[case.pk])
    told = "How to contact somebody safely has changed. Read it before you make contact"
    tell_case(case, told, link=link, acting=acting, people=list(dict.fromkeys(owners)), urgent=bool(words))


@transaction.atomic
def add_person(case: Case, *, acting: Actor, told: Mapping[str, Any]) -> Subject:
    """The case is about one more person. Raises Refused."""
    new = _as_kept(told)
    for one in case.about.select_related("subject"):
        if one.subject.name.casefold() == new["name"].casefold() and one.subject.born_on == new["born_on"]:
            raise Refused("The case is about this person already.", "name")
    made = Subject.objects.create(**new)
    CaseSubject.objects.create(case=case, subject=made)
    enter(case, "person", "The case is about one more person", acting=acting, category=Category.IDENTITY)
    return made


@transaction.atomic
def take_off(case: Case, subject: Subject, *, acting: Actor) -> None:
    """The case is no longer about this person; nothing of them is kept when nothing else is about them. Raises Refused."""
    if case.about.count() < 2:
        raise Refused("A case is about somebody. Add the right person first, or close the case.", "gone")
    if case.packages.filter(subject=subject).exists():
        raise Refused("A package about this person was taken on into this case, so it stays about them.", "gone")
    CaseSubject.objects.filter(case=case, subject=subject).delete()
    enter(case, "person", "The case is about one person less", acting=acting, category=Category.IDENTITY)


def _as_kept(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an answer. Raises Refused."""
    if told["born_on"] and told["born_on"] > today():
        raise Refused("Date of birth: this day is still to come.", "born_on")
    withheld = told["address_withheld"]
    return {
        "name": told["name"],
        "born_on": told["born_on"],
        "address": "" if withheld else told["address"],
        "address_withheld": withheld,
    }


def _is_read_elsewhere(case: Case, subject: Subject) -> bool:
    """Whether work that is not restricted is about this person too."""
    cases = CaseSubject.objects.filter(subject=subject, case__restricted=False).exclude(case=case)
    return cases.exists() or Package.objects.filter(Q(case=None, restricted=False), subject=subject).exists()


def _say_elsewhere(subject: Subject, changed: Iterable[str], *, but: Case | None = None) -> None:
    """The teams of other open cases about somebody read that it is known better now; the same line whoever knew it, a search or a case that
    they may know nothing of."""
    words = _words(changed)
    for case in _open_cases(subject):
        if words and (but is None or case.pk != but.pk):
            enter(case, "person", f"Brought up to date: {words}", acting=None, category=OWN_TEAM, by_words="Headwater")


def _open_cases(subject: Subject) -> list[Case]:
    return list(Case.objects.filter(about__subject=subject, state="open").select_related("team"))


def _words(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(CORRECTABLE[name] for name in names if name in CORRECTABLE))


def _said(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
