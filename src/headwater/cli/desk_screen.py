"""What does an analyst see and press? One draft on one screen after another; every piece is shown before it is asked about."""

from __future__ import annotations

import os
import termios
import tty
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from headwater.triggers.desk import (
    IDENTITY,
    RELEASE,
    TOLD,
    Decision,
    State,
    also_leaves,
    counted,
    digest_item,
    judge_draft,
    pieces,
    seen_of,
)
from headwater.triggers.packages.package import EvidenceItem, Package
from headwater.triggers.packages.words import AT_HOME, ONE_PERSON, STRENGTH, SURENESS, say_age, say_day, split_quote
from headwater.triggers.rules.definition import Trigger

REASON_KEYS = {
    "x": "wrong person", "e": "wrong event", "r": "wrong role", "w": "withdrawn", "d": "out of date", "p": "not proportionate",
}  # fmt: skip
_EVENT_HELP = (
    "y right   h right, but must not be passed on   e wrong event   r wrong role   x wrong person   w withdrawn   "
    "d out of date   p not proportionate   b back   s skip draft   q stop"
)
_IDENTITY_HELP = "y right   x wrong person   s skip draft   q stop"
_RELEASE_HELP = (
    "y hand it on   p not proportionate   d out of date   w withdrawn   t who has told the family   "
    "m who of the home, or which words, must not be passed on   n write a note   b back   s later   q stop"
)


def plain(text: str) -> str:
    """The text without what steers a terminal or turns its direction: words of a record must not change what the screen shows."""
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf") else "\ufffd" for letter in text
    )


class Stop(Exception):
    """The analyst wants to stop; `made` is what was decided about the draft on the screen."""

    def __init__(self, made: list[Decision]) -> None:
        super().__init__()
        self.made = made


class Screen:
    """Shows drafts and asks for one key after another. Without a terminal (a pipe, a screen reader's line mode) each answer is
    a line, and Enter ends it."""

    def __init__(self, source: TextIO, console: Console) -> None:
        self._source, self._out = source, console

    def review(
        self, draft: Package, state: State, known: Sequence[Decision], trigger: Trigger, page: Path, by: str, run: str, place: tuple[int, int],
    ) -> list[Decision]:  # fmt: skip
        """Go through what is open in a draft; returns the decisions that were made. Raises Stop."""
        made: dict[str, Decision] = {}

        def decide(piece: str, seen: str, verdict: str, reason: str | None = None, note: str = "") -> None:
            made[piece] = Decision.model_validate(
                {
                    "package_id": draft.package_id, "piece": piece, "verdict": verdict, "reason": reason, "note": note, "by": by,
                    "at": datetime.now(UTC), "run": run, "rules": f"{draft.method.trigger} {draft.method.trigger_version}", "seen": seen,
                }
            )  # fmt: skip

        items = [item for item in counted(draft) if item.evidence_id in state.open]
        steps: list[str | EvidenceItem] = ([IDENTITY] if IDENTITY in state.open else []) + list(items) + [RELEASE]
        self._head(draft, page, place)
        at = 0
        while at < len(steps):
            step = steps[at]
            if step == IDENTITY:
                self._identity(draft)
                key = self._ask(_IDENTITY_HELP, "yxsq", list(made.values()))
                if key == "s":
                    return list(made.values())
                decide(
                    IDENTITY,
                    pieces(draft)[IDENTITY],
                    *(("confirmed", None) if key == "y" else ("rejected", "wrong person")),
                )
                if key == "x":
                    self._say(
                        "   Were records of two people joined, or one person's left apart? Say so, and every later search knows:"
                    )
                    self._say(
                        f"   headwater explain {draft.package_id}   names the records; headwater link --apart A B, or --same A B."
                    )
                    return list(made.values())
            elif isinstance(step, EvidenceItem):
                self._item(step, at - (IDENTITY in state.open) + 1, len(items))
                key = self._ask(_EVENT_HELP, "yherxwdpbsq", list(made.values()))
                if key == "s":
                    return list(made.values())
                if key == "b":
                    at = max(at - 1, 0)
                    continue
                verdict = {"y": "confirmed", "h": "held back"}.get(key, "rejected")
                decide(step.evidence_id, digest_item(step), verdict, REASON_KEYS.get(key))
            else:
                after = judge_draft(draft, [*known, *made.values()], trigger)
                self._release(draft, after)
                key = self._ask(_RELEASE_HELP, "ypdwtmnbsq" if after.holds else "pdwtmnbsq", list(made.values()))
                if key == "b" and len(steps) > 1:
                    at = max(at - 1, 0)
                    continue
                if key == "t":
                    decide(
                        TOLD,
                        "",
                        "confirmed",
                        None,
                        self._line("Who has told the person or a parent, or why has nobody: "),
                    )
                    continue
                if key == "m":
                    for name in self._chosen(draft):
                        decide(name, "", "held back")
                    continue
                if key == "n":
                    note = self._line("Note: ")
                    for piece, one in [(piece, one) for piece, one in made.items() if piece != TOLD]:
                        made[piece] = one.model_copy(update={"note": note})
                    continue
                if key in "ypdw":
                    decide(RELEASE, seen_of(draft), "confirmed" if key == "y" else "rejected", REASON_KEYS.get(key))
            at += 1
        return list(made.values())

    def _head(self, draft: Package, page: Path, place: tuple[int, int]) -> None:
        say = self._say
        say("")
        say(f"Draft {place[0]} of {place[1]}   {draft.package_id}   {draft.team.name}", "bold reverse")
        if draft.contact_safely:
            say(f"CONTACT SAFELY: {draft.contact_safely}", "bold")
        if draft.update_for:
            say(f"An update for {draft.update_for.lead}: {draft.update_for.reason}")
        if draft.urgent_on:
            say(
                f"Not to be held back: a strong event that the law asks to act on (on record {say_day(draft.urgent_on)}).",
                "bold",
            )
        say(f"Why now: {draft.why_now}")
        say(f"Page: {page}", "dim")

    def _identity(self, draft: Package) -> None:
        subject, say = draft.subject, self._say
        say("\n1. Is it the right person?" if subject.kind == "person" else "\n1. Is it one place?", "bold")
        if subject.kind == "person":
            say(f"   {subject.name}, {say_age(subject.age)}, born {say_day(subject.date_of_birth)}, {subject.sex}")
            say(f"   {subject.address}" + (f" ({subject.address_note})" if subject.address_note else ""))
            say(
                f"   {ONE_PERSON[subject.certainty]}: {subject.records_joined} records from {', '.join(subject.sources_joined)}"
            )
        else:
            say(f"   {subject.name}")
        for doubt in subject.doubts:
            say(f"   Against: {doubt}")
        for member in draft.household:
            say(f"   At home: {member.name}, {member.relationship}, {say_age(member.age)}. {AT_HOME[member.certainty]}")

    def _item(self, item: EvidenceItem, number: int, count: int) -> None:
        say = self._say
        say(f"\n2. Did it happen so, and is the part right? ({number} of {count})", "bold")
        say(f"   {say_day(item.occurred_on)}  {item.sentence}")
        say(
            f"   {STRENGTH[item.strength]}, {SURENESS[item.sureness].lower()}. Part: {item.role}."
            + (f" Who of the home: {item.other}." if item.other else "")
        )
        for quote in item.quotes:
            if quote.whose:
                say(f"   {quote.whose}:", "dim")
            before, words, after = split_quote(quote)
            line = Text("   “" + plain(before))
            line.append(f"[{plain(words)}]" if words else "", style="bold underline")
            line.append(plain(after) + "”")
            self._out.print(line)
        say("   " + "; ".join(f"{record.source_title} {record.reference}" for record in item.records), "dim")

    def _chosen(self, draft: Package) -> list[str]:
        """Who of the home and which words are meant by the numbers that are typed."""
        numbers = self._line("Numbers of what must not be passed on: ").replace(",", " ").split()
        return [name for number, name in enumerate(also_leaves(draft), start=1) if str(number) in numbers]

    def _release(self, draft: Package, state: State) -> None:
        say = self._say
        say("\n3. Hand it on?", "bold")
        for number, (name, text) in enumerate(also_leaves(draft).items(), start=1):
            self._say(f"   {number}. {text}" + ("   MUST NOT BE PASSED ON" if name in state.held else ""))
        for line in draft.argues_against:
            say(f"   Against: {line.text}")
        for piece, reason in state.rejected.items():
            say(f"   Rejected: {piece} ({reason})")
        for piece in state.held:
            say(f"   Must not be passed on: {piece}")
        if not state.holds:
            say(
                "   What is left no longer meets the trigger, so it cannot be handed on: reject it with a reason.",
                "bold",
            )

    def _ask(self, help_text: str, keys: str, made: list[Decision]) -> str:
        """One of the keys; any other is asked again. Raises Stop for q and at the end of the input."""
        self._say(f"   {help_text}", "dim")
        while True:
            key = self._key()
            if key in ("", "q"):
                raise Stop(made)
            if key in keys:
                return key
            self._say(f"   {key!r} means nothing here.")

    def _key(self) -> str:
        if not self._source.isatty():
            line = self._source.readline()
            return line.strip().lower()[:1] or ("" if not line else " ")
        descriptor = self._source.fileno()
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor)
            return os.read(descriptor, 1).decode("utf-8", "replace").lower()
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    def _line(self, prompt: str) -> str:
        self._out.print(f"   {prompt}", end="")
        return self._source.readline().strip()[:2000]

    def _say(self, text: str, style: str = "") -> None:
        self._out.print(Text(plain(text), style=style), soft_wrap=False)
