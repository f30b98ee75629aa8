"""How does a confirmed package look on paper? A tagged PDF that a screen reader can read (PDF/UA-1), set by Typst."""

from __future__ import annotations

import json
from datetime import datetime
from importlib import resources
from typing import Any, Literal

import typst

from headwater.triggers.packages.package import EvidenceItem, Package
from headwater.triggers.packages.words import (
    AT_HOME,
    STRENGTH,
    SURENESS,
    capitalise,
    name_once,
    say_age,
    say_day,
    split_quote,
    uncapitalise,
)
from headwater.triggers.rules.indicator import ACTS_AGAINST


def set_package(package: Package, *, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """The package as PDF/UA-1 (or as a PNG of its first page); the same bytes for the same package. All its text is data to the
    template, so no word of a record can change the page."""
    template = (resources.files("headwater.triggers.handover") / "templates" / "package.typ").read_bytes()
    content = {"package": json.dumps(_content(package), ensure_ascii=False)}
    if form == "png":
        made: Any = typst.compile(template, format="png", ppi=110.0, ignore_system_fonts=True, sys_inputs=content)
        return bytes(made[0] if isinstance(made, list) else made)
    return bytes(
        typst.compile(
            template, format="pdf", pdf_standards=["ua-1"], timestamp=0, ignore_system_fonts=True, sys_inputs=content
        )
    )


def _content(package: Package) -> dict[str, Any]:
    subject, method, who = package.subject, package.method, package.confirmed
    welfare = method.purpose not in ACTS_AGAINST
    facts = (
        [("Age", f"{say_age(subject.age)} on {say_day(package.as_of)}"), ("Born", say_day(subject.date_of_birth))]
        if subject.kind == "person"
        else []
    )
    facts += [
        ("Address", f"{subject.address}{'. ' + subject.address_note if subject.address_note else ''}"),
        ("Area", subject.area),
    ]
    facts += [("Team", f"{package.team.name}, {package.team.npu}"), ("Number", package.package_id)]
    if package.answer_by:
        facts.append(("Answer by", say_day(package.answer_by)))
    facts.append(("Told", capitalise(package.told)))
    notes = []
    if package.urgent_on:
        notes.append(
            f"Not to be held back: a strong event that the law asks to act on was put on record on {say_day(package.urgent_on)}."
        )
    if package.update_for:
        notes.append(f"An update for {package.update_for.lead}. {package.update_for.reason} Do not start beside them.")
    if package.tell_another:
        notes.append("The newest home lies outside this force: propose it to the force there; do not visit.")
    made_up = "Made up: these people do not exist. " if package.made_up else ""
    return {
        "title": f"Package {package.package_id}", "name": subject.name, "software": method.software, "safely": package.contact_safely,
        "mark": f"{made_up}Official-sensitive: personal. For {package.team.name} only. Do not copy.",
        "foot": f"{package.package_id}, confirmed {who.at[:10] if who else ''}", "facts": facts, "notes": notes, "why": package.why_now, "asked": method.help,
        "evidence": [
            {
                "title": kind.title, "items": [_item(item) for item in kind.items],
                "claims": f"{kind.claims} It does not say {uncapitalise(kind.does_not_claim)}",
            }
            for kind in package.evidence
        ],
        "against": [line.text for line in package.argues_against],
        "home": [{"name": one.name, "relation": one.relationship, "sure": AT_HOME[one.certainty]} for one in package.household] if welfare else None,
        "said": [{"where": f"{say_day(one.said_on)}, {one.where}", "text": one.text} for one in package.said] if method.in_childhood else None,
        "helps": [line.text for line in package.helps_already] + [item.sentence for kind in package.protective for item in kind.items] if welfare else None,
        "might": [
            {
                "title": fit.title, "about": fit.about,
                "criteria": [" ".join([f"{one.answer.capitalize()}: {one.label}.", *(f"Ask: {ask}" for ask in one.ask)]) for one in fit.criteria],
            }
            for fit in package.programmes
        ],
        "unknown": [line.text for line in package.not_known],
        "method": (
            f"By the search “{method.trigger_title}”, version {method.trigger_version}, in the records as they stood on {say_day(package.as_of)}. It gives no "
            f"score and ranks nobody. Person, events and parts were confirmed by an analyst on {say_day_of(who.at) if who else 'a day not known'}"
            + (f"; {who.rejected + who.held_back} pieces of the draft are not in this package" if who and who.rejected + who.held_back else "")
            + f". Purpose: {method.purpose}; it may be used for nothing else."
        ),
    }  # fmt: skip


def _item(item: EvidenceItem) -> dict[str, Any]:
    quotes = []
    for quote in item.quotes:
        before, words, after = split_quote(quote)
        quotes.append({"whose": quote.whose, "before": before, "words": words, "after": after})
    return {
        "when": say_day(item.occurred_on), "how": f"{STRENGTH[item.strength]}, {SURENESS[item.sureness].lower()}", "sentence": item.sentence, "quotes": quotes,
        "records": "; ".join(f"{record.source_title} {record.reference}" for record in name_once(item.records)),
    }  # fmt: skip


def say_day_of(moment: str) -> str:
    """The day of an ISO moment in words."""
    return say_day(datetime.fromisoformat(moment).date())
