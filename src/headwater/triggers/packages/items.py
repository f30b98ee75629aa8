"""How is what was found shown? One item for each underlying occurrence, its records named and the words that say so quoted."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any

from headwater.catalogue import read_text
from headwater.triggers.finding.facts import OWN_WORDS
from headwater.triggers.finding.protection import Secrets, mask, names_any
from headwater.triggers.packages.package import EvidenceItem, EvidenceKind, Quote, RecordReference
from headwater.triggers.packages.words import say_name
from headwater.triggers.rules.indicator import Indicator

_PASSAGE = 150

_RANK = {"strong": 0, "moderate": 1, "weak": 2, "recorded": 0, "disclosed": 1, "suspected": 2}


def show_evidence(
    rows: list[dict[str, Any]],
    indicators: dict[str, Indicator],
    titles: dict[str, str],
    protected: Secrets,
    led_since: date | None,
    names: list[str],
) -> list[EvidenceKind]:
    """One item for each underlying occurrence of the named indicators: the strongest record first, the others named beside it; what was recorded
    since `led_since` is news for the lead."""
    grouped: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        grouped[row["indicator"]][row["occurrence_id"]].append(row)
    kinds = []
    for name in names:
        if name not in grouped:
            continue
        items = [_item(group, titles, protected, led_since) for group in grouped[name].values()]
        items.sort(key=lambda item: (item.occurred_on or date.min, item.evidence_id), reverse=True)
        indicator = indicators[name]
        kinds.append(
            EvidenceKind(
                indicator=name,
                title=indicator.title,
                claims=indicator.claims,
                does_not_claim=indicator.does_not_claim,
                items=items,
            )
        )
    return kinds


def _item(
    group: list[dict[str, Any]], titles: dict[str, str], protected: Secrets, led_since: date | None
) -> EvidenceItem:
    group = sorted(
        group,
        key=lambda row: (
            not row["counts"],
            _RANK[row["strength"]],
            _RANK[row["sureness"]],
            row["occurred_on"],
            row["evidence_id"],
        ),
    )
    first = group[0]
    references, seen = [], set()
    for row in group:
        if (row["event_id"], row["row_no"]) not in seen:
            seen.add((row["event_id"], row["row_no"]))
            references.append(refer_to(row, titles))
    quotes: list[Quote] = []
    spans: set[tuple[str, int]] = set()
    for row in group:
        span = (row["narrative_id"], row["start"])
        if row["text"] is not None and span not in spans and len(quotes) < 3:
            spans.add(span)
            quotes.append(quote(row["text"], row["start"], row["end"], row["cue"], protected, whose_words(row)))
    how = next((row["mo_text"] for row in group if row["mo_text"]), None)
    if how and not quotes:
        quotes.append(Quote(whose="How it was done, as the crime record says", text=_shorten(mask(how, protected)), start=0, end=0, cue=None))  # fmt: skip
    why = None
    if not first["counts"]:
        why = (
            f"It is weak on its own: {first['weak_because'] or 'this kind of record tells too little'}." if first["strength"] == "weak"
            else "It lies outside what the trigger may count (age or date)."
        )  # fmt: skip
    return EvidenceItem(
        evidence_id=first["evidence_id"],
        indicator=first["indicator"],
        occurred_on=first["occurred_on"],
        recorded_on=first["recorded_on"],
        age_at_event=first["age_at_event"],
        strength=first["strength"],
        sureness=first["sureness"],
        role=first["role"],
        other=_other(first),
        is_new=led_since is not None and first["recorded_on"] > led_since,
        sentence=_with_title(first),
        records=references,
        quotes=quotes,
        counts=first["counts"],
        statutory=any(row["statutory"] and row["strength"] == "strong" and row["counts"] for row in group),
        occurrence=hashlib.md5(first["underlying_id"].encode(), usedforsecurity=False).hexdigest()[:12],
        why_not_counted=why,
        handling="ordinary",
        because_text=all(row["narrative_id"] is not None for row in group),
        because_linkage=all(row["other_person_id"] is not None for row in group),
    )


@cache
def _incident_types() -> dict[str, str]:
    """The types of incidents of the national standard, by code."""
    return {row[0]: row[1] for row in csv.reader(io.StringIO(read_text("codes", "nsir.csv"))) if len(row) > 1}


def _with_title(row: dict[str, Any]) -> str:
    """The sentence, with the crime as the source calls it, or the type of the incident."""
    if row["class_list"] == "nsir" and row["class_code"] in _incident_types():
        return f"{row['sentence'].removesuffix('.')} (closed as: {_incident_types()[row['class_code']]})."
    if row["class_list"] != "ho_recorded_crime" or not row["class_as_recorded"]:
        return str(row["sentence"])
    return f"{row['sentence'].removesuffix('.')} (recorded as: {row['class_as_recorded']})."


def whose_words(row: dict[str, Any]) -> str | None:
    """Whose words a narrative holds, or of whom it was written, when that is not the subject or not said by an officer."""
    own, of = row["narrative_kind"] in OWN_WORDS, row["written_of"]
    if own:
        if of is None:
            return "What somebody said"
        return "What the child said" if of == row["person_id"] else f"What another child, {say_name(row)}, said"
    return None if of is None or of == row["person_id"] else f"Written about {say_name(row)}"


def _other(row: dict[str, Any]) -> str | None:
    if row["other_person_id"] is None:
        return None
    name = say_name({"given_name": row["other_given_name"], "family_name": row["other_family_name"]})
    return name if row["other_birth"] is None else f"{name}, born {row['other_birth'].year}"


def _shorten(text: str) -> str:
    return text if len(text) <= 2 * _PASSAGE else text[: 2 * _PASSAGE].rsplit(" ", 1)[0] + " …"


def quote(text: str, start: int, end: int, cue: str | None, protected: Secrets, whose: str | None = None) -> Quote:
    """The passage around a mention, with the mention's place in it; protected addresses are masked."""
    begins = [found + len(mark) for mark in (". ", "\n", "! ", "? ") if (found := text.rfind(mark, 0, start)) >= 0]
    left = max(begins, default=0)
    stops = [found for mark in (". ", "\n", "! ", "? ") if (found := text.find(mark, end)) >= 0]
    right = min(stops) + 1 if stops else len(text)
    left, right = max(left, start - _PASSAGE), min(right, end + _PASSAGE)
    before, words, after = text[left:start], text[start:end], text[end:right]
    if names_any(text[left:right], protected):  # Most passages name none: one look instead of three.
        before, words, after = (mask(part, protected) for part in (before, words, after))
    before, after = before.lstrip(), after.rstrip()
    return Quote(whose=whose, text=before + words + after, start=len(before), end=len(before) + len(words), cue=cue)


def refer_to(row: dict[str, Any], titles: dict[str, str]) -> RecordReference:
    """The record of a gathered row, with its source in words."""
    return RecordReference(
        source=row["source"], source_title=titles.get(row["source"], row["source"]), reference=row["reference"],
        event_id=row["event_id"], batch=row["batch"], row_no=row["row_no"],
    )  # fmt: skip
