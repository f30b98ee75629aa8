"""One analyst with one draft open: what is shown, and what becomes of what she sends when others or a new search came between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from headwater.records import Lake
from headwater.service.agencies.access import Actor
from headwater.service.desk import selectors
from headwater.service.desk.actions import Kept, Undecided, decide
from headwater.service.desk.forms import UNDECIDED, DraftForm
from headwater.service.desk.rules import Question, ask, stands
from headwater.service.desk.words import say_kept
from headwater.triggers.desk import IDENTITY, Decision, DeskConflict
from headwater.triggers.packages.package import Package
from headwater.triggers.packages.words import say_list
from headwater.triggers.pages.render import name_anchors

HISTORY = 30
"""Decisions that the page lists; all of them are in the lake."""


@dataclass
class Sitting:
    """`told`: how many decisions there were when the page was read; None while it is being read."""

    actor: Actor
    lake: Lake
    folder: Path
    draft: Package
    told: int | None = None

    def __post_init__(self) -> None:
        self.decisions = list(selectors.decisions_about(self.lake, self.draft))
        count = len(self.decisions)
        self.known = count if self.told is None else min(self.told, count)

    @cached_property
    def questions(self) -> list[Question]:
        """All that is asked."""
        return ask(self.draft)

    def form(self, sent: Any) -> DraftForm:
        """The form as it stood when the page was read, with what was sent."""
        state = selectors.state_of(self.folder, self.draft, self.decisions)
        return DraftForm(
            sent, questions=self.questions, before=stands(self.questions, self.decisions[: self.known]), places=name_anchors(self.draft),
            known=self.known, run=self.folder.name, holds=state.holds,
        )  # fmt: skip

    def shown(self) -> dict[str, Any]:
        """What the page tells about the decisions so far, newest first."""
        words = {question.piece: question.words for question in self.questions}
        state = selectors.state_of(self.folder, self.draft, self.decisions)
        return {
            "state": state, "decided": len(self.decisions), "not_the_person": IDENTITY in state.rejected,
            "history": [(words.get(one.piece, "A piece that is not shown any more"), one) for one in self.decisions[::-1][:HISTORY]],
        }  # fmt: skip

    def take(self, form: DraftForm) -> tuple[Kept, str] | None:
        """Keep what was sent, with the words to say about it; None when the form goes back with what stands in the way."""
        if form.cleaned_data["run"] != self.folder.name:
            form.show_run(self.folder.name)
            form.refuse(
                "A new search has ended since you opened this draft, so nothing is kept yet. What is shown now is the new draft; your "
                "answers stand where a piece is the same. Look at what is not decided yet, and send it again."
            )
            return None
        self.decisions = list(selectors.decisions_about(self.lake, self.draft))
        mine, now = form.mine, stands(self.questions, self.decisions)
        fresh = {key: answer for key, answer in mine.items() if now[key] != answer}
        theirs = self.decisions[self.known :]
        if fresh and theirs:
            self._lay_side_by_side(form, mine, now, theirs)
            return None
        try:
            kept = decide(
                self.lake, self.folder, self.draft, fresh, form.cleaned_data["note"], acting=self.actor, known=len(self.decisions),
            )  # fmt: skip
        except Undecided as fault:
            for question in self.questions:
                if question.piece in fault.pieces:
                    form.refuse(UNDECIDED, question.key)
            return None
        except DeskConflict as fault:
            if len(selectors.decisions_about(self.lake, self.draft)) > len(self.decisions):
                return self.take(form)  # Somebody was quicker by a moment: look again at what stands by now.
            form.refuse(f"{fault} Nothing of yours is kept yet; it is still in the form.")
            return None
        return kept, say_kept(kept, self.draft, decided=len(fresh))

    def _lay_side_by_side(
        self, form: DraftForm, mine: dict[str, str], now: dict[str, str], theirs: list[Decision]
    ) -> None:  # fmt: skip
        form.show_theirs(mine, now, theirs, known=len(self.decisions))
        others = ("you, in another window," if one.by == self.actor.user.email else one.by for one in theirs)
        form.refuse(
            f"Since you opened this draft {say_list(list(dict.fromkeys(others)))} decided about it, so nothing of what you sent is kept yet. "
            "What was decided stands under each question; where you decided too, yours is still in the form. Look at both, and send it again."
        )
