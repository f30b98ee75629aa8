"""What of a confirmed package may leave? Third parties by their part unless they must be met; never a new address of theirs."""

from __future__ import annotations

import re
from typing import Any

from headwater.triggers.handover.unname import ANOTHER, Unnaming
from headwater.triggers.packages.package import EvidenceItem, HouseholdMember, Package, Part, Quote
from headwater.triggers.packages.words import say_age

NAMED = ("parent", "step-parent", "foster carer", "carer", "grandparent")
"""Who looks after the subject is named: nobody can plan with a family without knowing whom to meet. All others are not."""


class NotConfirmed(Exception):
    """A draft was to leave the desk; nothing was written."""


def to_share(package: Package) -> Package:
    """The package as a team may have it. Raises NotConfirmed for a draft.

    Of the home, those who care for the subject are named when they live there now and are not suspected; everybody else is
    told by part and age. Names of the others are taken out of quoted words too, and inner ids of people go.
    """
    if package.status != "confirmed" or package.confirmed is None:
        raise NotConfirmed(f"{package.package_id} is a draft. Confirm it first: headwater review {package.package_id}")
    people = [*package.household, *package.lived_with_before]
    named = {
        member.person_id for member in package.household if member.relationship in NAMED and member.suspected_on is None
    }
    hidden = [(member.name, _part(member)) for member in people if member.person_id not in named]
    hidden += [(name, ANOTHER) for name in sorted(_others(package) - {member.name for member in people})]
    names = Unnaming(hidden, set(package.subject.name.split()))
    told = {name: _rewrite(getattr(package, name), names) for name in _TOLD}
    helps = [line.model_copy(update={"text": names.whole(line.text)}) for line in package.helps_already]
    home = [_member(member, member.person_id in named) for member in package.household]
    return package.model_copy(update=told | {"household": home, "lived_with_before": [], "helps_already": helps})


_TOLD = (
    "evidence", "protective", "said", "argues_against", "not_known", "intelligence", "timeline", "programmes", "why_now", "contact_safely", "told",
    "update_for", "tell_another",
)  # fmt: skip
"""Parts of a package with words that may name somebody. Who leads a plan is a professional: only whole names are looked for there."""

_WORDS = ("sentence", "text", "label", "whose", "cue", "reason", "reasons", "why_not_counted", "role")


def _rewrite(value: Any, names: Unnaming) -> Any:
    """The value with the words of every part of it rewritten; ids, references, days and the catalogue's own titles stay."""
    if isinstance(value, str):
        return names.any(value)
    if isinstance(value, list):
        return [_rewrite(one, names) for one in value]
    if isinstance(value, Quote):
        return _quote(value, names)
    if not isinstance(value, Part):
        return value
    update: dict[str, Any] = {}
    for name in type(value).model_fields:
        found = getattr(value, name)
        if (
            name in _WORDS
            or isinstance(found, Part)
            or (isinstance(found, list) and found and isinstance(found[0], Part))
        ):
            update[name] = _rewrite(found, names)
    return value.model_copy(update=update | ({"other": None} if isinstance(value, EvidenceItem) else {}))


def _others(package: Package) -> set[str]:
    items = [item for kind in [*package.evidence, *package.protective] for item in kind.items]
    found = {item.other.split(", born")[0] for item in items if item.other}
    for quote in (quote for item in items for quote in item.quotes):
        told = re.match(r"(?:What another child, (.+), said|Written about (.+))$", quote.whose or "")
        if told:
            found.add(told[1] or told[2])
    return found


def _part(member: HouseholdMember) -> str:
    return member.relationship if member.relationship != "not known" else ANOTHER


def _member(member: HouseholdMember, named: bool) -> HouseholdMember:
    if named:
        return member.model_copy(update={"person_id": "", "package_id": None})
    return member.model_copy(
        update={
            "person_id": "",
            "package_id": None,
            "name": f"{_part(member)}, {say_age(member.age)}".capitalize(),
            "why": "",
        }
    )


def _quote(quote: Quote, names: Unnaming) -> Quote:
    text, start, end = names.any_marked(quote.text, quote.start, quote.end)
    whose, cue = (names.any(words) if words else None for words in (quote.whose, quote.cue))
    return quote.model_copy(update={"whose": whose, "cue": cue, "text": text, "start": start, "end": end})
