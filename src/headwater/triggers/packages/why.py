"""Why now? What met the trigger's rules, in one or two sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from headwater.triggers.finding.gathered import Rows
from headwater.triggers.packages.package import EvidenceItem, EvidenceKind
from headwater.triggers.packages.words import SURENESS, capitalise, say_number, say_some_day, uncapitalise
from headwater.triggers.rules.definition import Trigger

_SUREST = ("recorded", "disclosed", "suspected")


def why_now(rows: Rows, kinds: list[EvidenceKind], trigger: Trigger) -> tuple[str, list[str]]:
    """Why the search fired, see `say_why`."""
    items = {item.evidence_id: item for kind in kinds for item in kind.items}
    of = {
        (row["indicator"], row["occurrence_id"]): items[row["evidence_id"]]
        for row in rows["evidence"]
        if row["evidence_id"] in items
    }
    met = {
        rule.id: list(
            {of[row["indicator"], row["occurrence_id"]].evidence_id for row in rows["firing"] if row["rule"] == rule.id}
        )
        for rule in trigger.rules
    }
    return say_why(kinds, trigger, met)


def say_why(kinds: list[EvidenceKind], trigger: Trigger, met: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    """What met the trigger's rules (rule → ids of items), newest first: of each kind the newest item and, where that is another,
    the surest; how sure and when; what has been counted since; and the ids of these items."""
    items = {item.evidence_id: item for kind in kinds for item in kind.items}
    said: list[str] = []
    named: list[str] = []
    for rule in trigger.rules:
        chosen = [items[name] for name in met.get(rule.id, ()) if name in items]
        told = _tell_times(chosen, kinds) if rule.count == "occurrences" else _tell(chosen, kinds)
        if told:
            said.append(f"{_begin(rule.in_words())}: {'; '.join(line for line, _ in told)}.")
            named += [name for _, names in told for name in names if name not in named]
    newest = max((items[name].occurred_on or date.min for name in named), default=date.min)
    later = [item for kind in kinds for item in kind.items if item.counts and (item.occurred_on or date.min) > newest]
    if named and later and (told := _tell(later, kinds)):
        said.append(f"Since then: {'; '.join(line for line, _ in told)}.")
        named += [name for _, names in told for name in names if name not in named]
    return " ".join(said), named


def _begin(words: str) -> str:
    """A sentence does not begin with a figure."""
    first, _, rest = words.partition(" ")
    return f"{say_number(int(first))} {rest}" if first.isdecimal() else capitalise(words)


def _tell_times(items: list[EvidenceItem], kinds: list[EvidenceKind]) -> list[tuple[str, list[str]]]:
    """One line a kind: how many times, and from when to when; with the id of the newest."""
    found = []
    for kind in kinds:
        ours = sorted(
            (one for one in items if one.indicator == kind.indicator),
            key=lambda one: (one.occurred_on or date.min, one.evidence_id),
        )
        if ours:
            times = "once" if len(ours) == 1 else f"{say_number(len(ours)).lower()} times"
            span = f"from {say_some_day(ours[0].occurred_on)} to {say_some_day(ours[-1].occurred_on)}"
            found.append((f"{uncapitalise(kind.title)}, {times}, {span}", [ours[-1].evidence_id]))
    return found


def _tell(items: Iterable[EvidenceItem], kinds: list[EvidenceKind]) -> list[tuple[str, list[str]]]:
    """One line a kind, newest first, with the ids of the items that it names."""
    found = []
    listed = list(items)
    for kind in kinds:
        ours = sorted(
            (item for item in listed if item.indicator == kind.indicator), key=lambda item: (item.occurred_on or date.min, item.evidence_id)
        )  # fmt: skip
        if not ours:
            continue
        newest = ours[-1]
        surest = max(ours, key=lambda item: (-_SUREST.index(item.sureness), item.occurred_on or date.min))
        shown = [newest] if _SUREST.index(surest.sureness) >= _SUREST.index(newest.sureness) else [surest, newest]
        words = "; ".join(f"{SURENESS[item.sureness].lower()}, {say_some_day(item.occurred_on)}" for item in shown)
        found.append((newest.occurred_on or date.min, f"{uncapitalise(kind.title)} ({words})", [item.evidence_id for item in shown]))  # fmt: skip
    return [(line, names) for _, line, names in sorted(found, key=lambda row: row[0], reverse=True)]
