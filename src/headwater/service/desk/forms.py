"""The questions about one draft as a form, and the filters of the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html

from headwater.service.design import forms as f
from headwater.service.design.lists import Filters
from headwater.service.design.templatetags.words import moment
from headwater.service.desk.rules import CONFIRMED, HELD_BACK, Answers, Question, answer_of, changed, merge
from headwater.triggers.desk import REASONS, Decision

OPEN = ("", "Not decided yet")
RIGHT = (CONFIRMED, "Right")
HELD = (HELD_BACK, "Right, but must not be passed on")
WRONG = [(f"rejected: {reason}", f"No: {reason}") for reason in REASONS]
LATER = ("", "Not yet: keep what is decided")
YES = (CONFIRMED, "Yes: hand it on to the team")
CHOICES = {"identity": [RIGHT, *WRONG[:1]], "evidence": [RIGHT, HELD, *WRONG], "release": [YES, *WRONG[1:]]}
"""Of the whole draft nobody says `wrong person`: that is the answer to the first question."""


class DeskFilters(Filters):
    """Filters of the queue."""

    q = forms.CharField(label="Name or number", max_length=80)
    state = forms.ChoiceField(
        label="State",
        choices=[
            ("open", "Open"),
            ("all", "All"),
            *((one, one.capitalize()) for one in ("waiting", "in work", "confirmed", "rejected")),
        ],
    )
    trigger = forms.ChoiceField(label="Trigger")
    team = forms.ChoiceField(label="Team")

    def __init__(self, *args: Any, triggers: list[tuple[str, str]], teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trigger"].choices = [("", "All"), *triggers]  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", "All"), *((one, one) for one in teams)]  # type: ignore[attr-defined]


class DraftForm(f.Form):
    """One draft. `known` and `run`: how many decisions there were, and which run was shown, when the page was read."""

    they = "They decided"
    known = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    run = forms.CharField(widget=forms.HiddenInput, max_length=120)

    def __init__(
        self, *args: Any, questions: Sequence[Question], before: Answers, places: Mapping[str, str], known: int, run: str, holds: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.questions, self.before = questions, before
        self._leaves = {question.key: question for question in questions if question.kind == "leaves"}
        super().__init__(*args, **kwargs)
        self.initial.update(known=known, run=run)
        self.initial["leaves"] = [key for key, answer in before.items() if answer and key in self._leaves]
        for question in questions:
            if question.kind == "leaves":
                self._add_leaves()
            else:
                self._add(question, before.get(question.key, ""), places.get(question.piece, ""))
            if question.kind == "told":
                self.fields["note"] = f.text(
                    "A note on what you decide now", "It stays at the desk", required=False, rows=2, limit=2000
                )
        if not holds:
            words = "What is left no longer meets the trigger, so it cannot be handed on: say why not."
            self.fields["release"].help_text = words

    def _add(self, question: Question, before: str, place: str) -> None:
        key = question.key
        self.initial[key] = before
        if question.kind == "told":
            self.fields[key] = f.text(question.words, "It goes with the package", required=False, rows=2, limit=2000)
        elif question.kind == "release":
            self.fields[key] = f.one_of(
                question.words, [*([] if before else [LATER]), *CHOICES["release"]], required=False
            )
        else:
            hint = format_html('{} <a href="#{}">See the record</a>', question.more, place) if place else question.more
            choices = [*([] if before else [OPEN]), *CHOICES[question.kind]]
            self.fields[key] = forms.ChoiceField(label=question.words, help_text=hint, choices=choices, required=False)

    def _add_leaves(self) -> None:
        choices = [(key, question.words) for key, question in self._leaves.items()]
        self.fields.setdefault(
            "leaves",
            f.some_of(
                "What else must not be passed on?", choices, "What you do not tick goes to the team", required=False
            ),
        )

    @property
    def mine(self) -> dict[str, str]:
        """What was answered otherwise than it stood when the page was read."""
        told = self.cleaned_data
        sent = {key: HELD_BACK if key in told["leaves"] else "" for key in self._leaves}
        for question in self.questions:
            if question.kind != "leaves" and (answer := told.get(question.key)):
                sent[question.key] = answer.strip()
        return changed(self.before, sent)

    def show_theirs(self, mine: Answers, now: Answers, theirs: Sequence[Decision], known: int) -> None:
        """Lay what somebody else decided meanwhile beside it: mine stay where I decided, theirs stand where I did not."""
        self._fill(merge(mine, now) | {"known": str(known)})
        by_piece = {question.piece: question for question in self.questions}
        for one in theirs:
            if question := by_piece.get(one.piece):
                note = f" “{one.note}”" if one.note and question.kind != "told" else ""
                words = f"{self._say(question, answer_of(question, one))}{note} ({one.by}, {moment(one.at)})"
                if question.kind == "leaves":
                    self.conflicts["leaves"] = "\n".join([*filter(None, [self.conflicts.get("leaves")]), words])
                else:
                    self.conflicts[question.key] = words

    def show_run(self, run: str) -> None:
        """What is shown now is of this run."""
        self._fill({"run": run})

    def _fill(self, answers: Answers) -> None:
        told = QueryDict(mutable=True)
        told.update(self.data)
        for key, answer in answers.items():
            if key not in self._leaves:
                told[key] = answer
        if ticked := [key for key in self._leaves if key in answers]:
            told.setlist("leaves", [key for key in ticked if answers[key]])
        self.data = told

    def _say(self, question: Question, answer: str) -> str:
        if question.kind == "told":
            return answer
        if question.kind == "leaves":
            return f"{question.words} {'must not' if answer else 'may'} be passed on"
        return dict(CHOICES[question.kind]).get(answer, "about what was shown differently then")
