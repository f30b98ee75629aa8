"""What of a confirmed package may leave? Third parties by their part unless they must be met; never a new address of theirs."""

from __future__ import annotations

import re
from typing import Any

from headwater.triggers.package import EvidenceItem, HouseholdMember, Package, Quote
from headwater.triggers.words import say_age

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
    hidden += [
        (name, "another person of the home")
        for name in _others(package)
        if name not in {member.name for member in people}
    ]
    own = set(package.subject.name.split())

    def unname(text: str) -> str:
        return _unname(text, hidden, own)

    return package.model_copy(
        update={
            "household": [_member(member, member.person_id in named) for member in package.household],
            "lived_with_before": [],
            "evidence": [
                kind.model_copy(update={"items": [_item(item, unname) for item in kind.items]}) for kind in package.evidence
            ],
            "said": [saying.model_copy(update={"text": unname(saying.text)}) for saying in package.said],
            "argues_against": [line.model_copy(update={"text": unname(line.text)}) for line in package.argues_against],
        }
    )  # fmt: skip


def _others(package: Package) -> set[str]:
    found = {item.other.split(", born")[0] for kind in package.evidence for item in kind.items if item.other}
    for kind in package.evidence:
        for item in kind.items:
            for quote in item.quotes:
                told = re.match(r"(?:What another child, (.+), said|Written about (.+))$", quote.whose or "")
                if told:
                    found.add(told[1] or told[2])
    return found


def _part(member: HouseholdMember) -> str:
    return member.relationship if member.relationship != "not known" else "another person of the home"


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


def _item(item: EvidenceItem, unname: Any) -> EvidenceItem:
    quotes = [_quote(quote, unname) for quote in item.quotes]
    return item.model_copy(update={"other": None, "quotes": quotes, "sentence": unname(item.sentence)})


def _quote(quote: Quote, unname: Any) -> Quote:
    before, words, after = (
        unname(part)
        for part in (quote.text[: quote.start], quote.text[quote.start : quote.end], quote.text[quote.end :])
    )
    whose = unname(quote.whose) if quote.whose else None
    return quote.model_copy(
        update={"whose": whose, "text": before + words + after, "start": len(before), "end": len(before) + len(words)}
    )


def _unname(text: str, hidden: list[tuple[str, str]], own: set[str]) -> str:
    """The text with each hidden name, whole or a part of it, written as the part its bearer has; the subject's own names stay."""
    for name, part in hidden:
        words = [
            word for word in name.split() if word not in own and len(word) > 1 and word != "not" and word != "known"
        ]
        for form in sorted({name, *words}, key=len, reverse=True):
            if form and form not in own:
                text = re.sub(rf"(?<!\w){re.escape(form)}(?:['’]s)?(?!\w)", f"[{part}]", text, flags=re.IGNORECASE)
    return re.sub(r"\[([^\]]+)\](?:\s+\[\1\])+", r"[\1]", text)
