"""What is asked about a draft, what stands decided, and what becomes of the answers of two analysts? Knows no Django."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.triggers.desk import IDENTITY, RELEASE, TOLD, Decision, also_leaves, counted, pieces, seen_of
from headwater.triggers.packages.package import Package
from headwater.triggers.packages.words import SURENESS, capitalise, say_day

Answers = Mapping[str, str]
"""Key of a question → what is answered: `confirmed`, `held back`, `rejected: ` and a reason, or words; empty where nothing is."""

CONFIRMED, HELD_BACK = "confirmed", "held back"


@dataclass(frozen=True)
class Question:
    """One thing to be decided. `key` names the piece as it is shown: what a later search shows differently has another key, so that no
    answer can fall on a piece that nobody saw."""

    key: str
    piece: str
    kind: Literal["identity", "evidence", "leaves", "told", "release"]
    words: str
    more: str = ""
    seen: str = ""
    group: str = ""
    """What it may be answered together with: one kind of evidence about a place. About a person each piece is answered by itself."""


def ask(draft: Package) -> list[Question]:
    """All that is asked about a draft, in the order of the desk: who, what happened, what else leaves, who was told, hand it on. Nobody
    tells a place."""
    seen, place = pieces(draft), draft.subject.kind == "place"
    who = "Is it one place?" if place else "Is it the right person?"
    kinds = {item.evidence_id: kind.title for kind in draft.evidence for item in kind.items}
    return [
        Question(_key(seen[IDENTITY]), IDENTITY, "identity", who, "", seen[IDENTITY]),
        *(
            Question(
                _key(seen[item.evidence_id]), item.evidence_id, "evidence", f"{capitalise(say_day(item.occurred_on))}: {item.sentence}",
                f"{SURENESS[item.sureness]}. Part: {item.role}.", seen[item.evidence_id], kinds[item.evidence_id] if place else "",
            )
            for item in counted(draft)
        ),
        *(Question(_key(name + text), name, "leaves", text) for name, text in also_leaves(draft).items()),
        *([] if place else [Question("told", TOLD, "told", "Who has told the person or a parent, or why has nobody?")]),
        Question("release", RELEASE, "release", "Hand it on?", "", seen_of(draft)),
    ]  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Questions that can be answered together. `key` follows from them all: it is another when one is shown differently or is new."""

    key: str
    title: str
    questions: list[Question]


def groups(questions: Sequence[Question]) -> list[Group]:
    """The groups of more than one, in the order of their first question."""
    found: dict[str, list[Question]] = {}
    for question in questions:
        if question.group:
            found.setdefault(question.group, []).append(question)
    return [
        Group(_key(title + "".join(one.key for one in several)), title, several)
        for title, several in found.items() if len(several) > 1
    ]  # fmt: skip


def stands(questions: Sequence[Question], decisions: Sequence[Decision]) -> dict[str, str]:
    """What holds after these decisions, oldest first: the newest about each piece, as long as the piece is shown as it was then."""
    newest = {one.piece: one for one in decisions}
    return {
        question.key: answer_of(question, found) if (found := newest.get(question.piece)) else "" for question in questions
    }  # fmt: skip


def answer_of(question: Question, decision: Decision) -> str:
    """A decision as the answer to its question; empty when it was about something that is shown differently now."""
    if question.kind == "told":
        return decision.note
    if question.kind == "leaves":
        return HELD_BACK if decision.verdict == HELD_BACK else ""
    if decision.seen != question.seen:
        return ""
    return f"rejected: {decision.reason}" if decision.verdict == "rejected" else decision.verdict


def changed(before: Answers, sent: Answers) -> dict[str, str]:
    """What was answered otherwise than it stood. An answer is never taken back into nothing, but what must not be passed on can be let go."""
    return {key: answer for key, answer in sent.items() if answer != before.get(key, "")}


def merge(mine: Answers, now: Answers) -> dict[str, str]:
    """Two analysts' answers together: mine where I decided, otherwise what stands by now."""
    return {key: mine.get(key, answer) for key, answer in now.items()}


def _key(text: str) -> str:
    return "q" + hashlib.sha256(text.encode()).hexdigest()[:16]
