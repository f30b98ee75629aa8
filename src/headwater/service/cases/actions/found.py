"""What a search tells of a home and of safe contact goes into a case: added to what people wrote, never in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any

from headwater.service.agencies.access import Category
from headwater.service.agencies.models import today
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, Member
from headwater.triggers.packages.words import say_day

SEARCH = "Trigger search"
"""How lines and people that nobody wrote down are signed."""


@dataclass(frozen=True)
class AtHome:
    """Somebody at home, as a package tells it. `key` is empty where the package came as a file."""

    key: str
    name: str
    relationship: str
    age_words: str
    suspected_on: date | None

    def is_same(self, other: AtHome) -> bool:
        """By the number where both have one, otherwise by the name."""
        return self.key == other.key if self.key and other.key else self.name == other.name

    @property
    def words(self) -> str:
        """Who it is, on one line."""
        unsaid = self.relationship != "not known" and self.relationship.casefold() not in self.name.casefold()
        return f"{self.name}, {self.relationship}" if unsaid else self.name


def home_of(content: dict[str, Any], keys: list[str]) -> list[AtHome]:
    """Who is at home, as the content of a package and the keys beside it tell."""
    return [
        AtHome(
            key, one["name"], one["relationship"], str(one["age"] or ""),
            date.fromisoformat(one["suspected_on"]) if one["suspected_on"] else None,
        )
        for one, key in zip(content["household"], chain(keys, repeat("")), strict=False)
    ]  # fmt: skip


@dataclass(frozen=True)
class Safety:
    """What matters to whoever goes there, and was not told before."""

    contact_safely: str
    joined: list[AtHome]
    suspected: list[AtHome]

    def __bool__(self) -> bool:
        return bool(self.contact_safely or self.joined or self.suspected)

    @property
    def presses(self) -> bool:
        """Whether whoever goes there next must know it first."""
        return bool(self.contact_safely or self.suspected)

    @property
    def at_home(self) -> list[str]:
        """Who is new at home, and who is suspected, a line for each."""
        joined = [f"New at home: {one.words}." for one in self.joined]
        return joined + [f"Suspected of harm at home on {say_day(one.suspected_on)}: {one.words}." for one in self.suspected]  # fmt: skip

    @property
    def lines(self) -> list[str]:
        """All of it, a line for each."""
        return ([f"Contact safely: {self.contact_safely}"] if self.contact_safely else []) + self.at_home


def compare_safety(content: dict[str, Any], keys: list[str], before: list[tuple[dict[str, Any], list[str]]]) -> Safety:
    """What a package tells that none of the packages before told: contents with their keys."""
    told = [one for each, their in before for one in home_of(each, their)]
    joined, suspected = [], []
    for one in home_of(content, keys):
        same = [other for other in told if one.is_same(other)]
        if not same:
            joined.append(one)
        if one.suspected_on and all(other.suspected_on is None or other.suspected_on < one.suspected_on for other in same):  # fmt: skip
            suspected.append(one)
    contact = content.get("contact_safely") or ""
    return Safety("" if any(contact == each.get("contact_safely") for each, _ in before) else contact, joined, suspected)  # fmt: skip


def write_found(case: Case, content: dict[str, Any], keys: list[str]) -> Safety:
    """Add what a package tells to a case that is there, with lines in its timeline; what is new to the case. Call it before the package
    is saved: it is compared with all that the case's packages told, so that what people took away since stays away."""
    before = [(one.content, one.household_keys) for one in case.packages.all()]
    safety = compare_safety(content, keys, before)
    contact = "" if safety.contact_safely in case.contact_safely else safety.contact_safely
    if contact:
        told = f"From the search, {say_day(today())}: {contact}" if case.contact_safely else contact
        case.contact_safely = f"{case.contact_safely}\n{told}".strip()
        case.save(update_fields=["contact_safely"])
        words = "The search says how to make contact safely"
        enter(case, "news", words, acting=None, text=contact, category=Category.CONTACT, by_words=SEARCH)
    write_household(case, safety)
    if safety.at_home:
        words = "The search names a suspect at home" if safety.suspected else "The search found who is at home"
        text = "\n".join(safety.at_home)
        enter(case, "household", words, acting=None, text=text, category=Category.HOUSEHOLD, by_words=SEARCH)
    return Safety(contact, safety.joined, safety.suspected)


def write_household(case: Case, safety: Safety) -> None:
    """Who is new at home comes in, and a newer suspicion. What people wrote of somebody stays; nobody's suspicion is taken away."""
    rows = list(case.household.order_by("id"))
    for one in [*safety.joined, *(each for each in safety.suspected if each not in safety.joined)]:
        row = next((row for row in rows if _is_row(one, row)), None)
        if row is None:
            Member.objects.create(
                case=case, name=one.name, relationship=one.relationship, age_words=one.age_words, suspected_on=one.suspected_on, source=SEARCH, key=one.key,
            )  # fmt: skip
            continue
        rows.remove(row)
        row.key = row.key or one.key
        if one in safety.suspected and one.suspected_on and (row.suspected_on is None or row.suspected_on < one.suspected_on):  # fmt: skip
            row.suspected_on = one.suspected_on
        row.save()


def _is_row(one: AtHome, row: Member) -> bool:
    return row.key == one.key if row.key and one.key else row.name.casefold() == one.name.casefold()
