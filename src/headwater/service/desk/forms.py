"""The questions about one draft as a form, and the filters of the queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.html import format_html

from headwater.service.design import forms as f
from headwater.service.design.lists import Filters
from headwater.service.design.templatetags.words import moment
from headwater.service.desk.rules import (
    CONFIRMED,
    HELD_BACK,
    Answers,
    Group,
    Question,
    answer_of,
    changed,
    groups,
    merge,
)
from headwater.triggers.desk import REASONS, Decision
from headwater.triggers.packages.words import say_count

OPEN = ("", "Not decided yet")
RIGHT = (CONFIRMED, "Right")
HELD = (HELD_BACK, "Right, but must not be passed on")
WRONG = [(f"rejected: {reason}", f"No: {reason}") for reason in REASONS]
LATER = ("", "Not yet: keep what is decided")
YES = (CONFIRMED, "Yes: hand it on to the team")
CHOICES = {"identity": [RIGHT, *WRONG[:1]], "evidence": [RIGHT, HELD, *WRONG], "release": [YES, *WRONG[1:]]}
"""Of the whole draft nobody says `wrong person`: that is the answer to the first question."""


UNDECIDED = "Not decided yet"
"""The mark of a piece that must be decided before the draft is handed on."""


@dataclass(frozen=True)
class Part:
    """One question as it is shown; or several that can be answered together, with the one answer for all of them."""

    field: BoundField
    each: list[BoundField]
    opened: bool = False

    @property
    def undecided(self) -> int:
        """How many of them must still be decided, once it was asked to hand the draft on."""
        return sum(UNDECIDED in one.errors for one in self.each)


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
        self._groups = {group.key: group for group in groups(questions)}
        self._group_of = {one.key: group for group in self._groups.values() for one in group.questions}
        self._leaves = {question.key: question for question in questions if question.kind == "leaves"}
        super().__init__(*args, **kwargs)
        self.initial.update(known=known, run=run)
        self.initial["leaves"] = [key for key, answer in before.items() if answer and key in self._leaves]
        for question in questions:
            if question.kind == "leaves":
                self._add_leaves()
            else:
                if question.kind == "release":
                    self.fields["note"] = f.text(
                        "A note on what you decide now", "It stays at the desk", required=False, rows=2, limit=2000
                    )
                if question.key in self._group_of:
                    self._add_group(self._group_of[question.key])
                self._add(question, before.get(question.key, ""), places.get(question.piece, ""))
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

    def _add_group(self, group: Group) -> None:
        words = f"{group.title}: {say_count(len(group.questions), 'line', 'lines')}"
        choices = [("", "I decide one by one"), (CONFIRMED, "All of these are right")]
        hint = "What you answer one by one stays as you answer it"
        self.fields.setdefault(group.key, f.one_of(words, choices, hint, required=False))

    @property
    def parts(self) -> Iterator[Part]:
        """What is shown, in its order: a group stands where its first question would."""
        for field in self.visible_fields():
            if group := self._groups.get(field.name):
                each = [self[one.key] for one in group.questions]
                answered = sum(bool(one.value()) for one in each)
                mixed = 0 < answered < len(each) or any(one.name in self.conflicts for one in each)
                yield Part(field, each, mixed)
            elif field.name not in self._group_of:
                yield Part(field, [])

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every fault; what is not decided in one line that leads to the first of it."""
        found = super().summary
        open_ones = [place for place, words in found if words == UNDECIDED]
        if not open_ones:
            return found
        firsts = {f"#{self[one].auto_id}": f"#{self[group.key].auto_id}_0" for one, group in self._group_of.items()}
        line = f"{say_count(len(open_ones), 'piece is', 'pieces are')} not decided yet"
        return [one for one in found if one[1] != UNDECIDED] + [(firsts.get(open_ones[0], open_ones[0]), line)]

    @property
    def mine(self) -> dict[str, str]:
        """What was answered otherwise than it stood when the page was read."""
        told = self.cleaned_data
        sent = {key: HELD_BACK if key in told["leaves"] else "" for key in self._leaves}
        for question in self.questions:
            if question.kind != "leaves" and (answer := told.get(question.key) or self._together(question)):
                sent[question.key] = answer.strip()
        return changed(self.before, sent)

    def _together(self, question: Question) -> str:
        """What is answered for a piece together with the others of its group."""
        group = self._group_of.get(question.key)
        return str(self.cleaned_data.get(group.key) or "") if group else ""

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
