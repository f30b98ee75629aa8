"""Asking another agency, answering, telling one at once, and breaking the glass."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.models import Agency, User
from headwater.service.agencies.rules import CATEGORY_WORDS, LAWFUL_BASES, URGENT_BASES, Category
from headwater.service.cases import rules
from headwater.service.cases.forms.choose import NOBODY, choose
from headwater.service.cases.lines_to_tell import CHANGED, Line
from headwater.service.design import forms as f

ALWAYS_SEEN = (Category.IDENTITY, Category.REASONS)
"""What the receiver of every request sees."""


class ReferForm(f.Form):
    """Ask another agency."""

    receiver = choose("Whom do you ask?", [], "Agencies with which there is a live sharing agreement")
    ask = f.text("What do you ask them to do?")
    categories = f.some_of(
        "What more may they see if they accept?",
        [(one, words) for one, words in CATEGORY_WORDS.items() if one not in ALWAYS_SEEN],
        "They always see the name, the date of birth and why. Choose no more than they need and their agreement lets pass; nothing is an answer too",
        required=False,
    )
    outside_email = forms.EmailField(
        label="E-mail address, when they have no account here",
        required=False,
        help_text="They get a link that works once, and a code to open it",
    )

    def __init__(self, *args: Any, receivers: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = NOBODY + [(one.pk, one.name) for one in receivers]  # type: ignore[attr-defined]


class ChangeReferralForm(ReferForm, f.EditForm):
    """What was asked, said anew before it is sent, or sent again; whom was asked stays."""

    information = f.text("Anything to add?", "What they asked to know", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, receivers=[], **kwargs)
        del self.fields["receiver"]


class AnswerForm(f.Form):
    """What the receiver of a referral says."""

    answer = f.one_of(
        "What do you say?",
        [("accept", "We help"), ("return", "We need to know more first"), ("decline", "We cannot help")],
    )
    reason = forms.ChoiceField(
        label="If you cannot help: why?", choices=[("", "Choose one"), *rules.DECLINE_REASONS.items()], required=False
    )
    words = f.text(
        "Anything to add?", "What you will do, what you need to know, or who could help instead", required=False
    )

    def clean(self) -> dict[str, Any]:
        """A reason for no, a question for more."""
        found = super().clean() or {}
        if found.get("answer") == "decline" and not found.get("reason"):
            self.add_error("reason", "If you cannot help: choose why.")
        if found.get("answer") == "return" and not (found.get("words") or "").strip():
            self.add_error("words", "Say what you need to know.")
        return found


class WhyForm(f.Form):
    """Why something is taken back or ended."""

    why = f.line("Why?", limit=200)


class InformationForm(f.EditForm):
    """What was asked for; and whether what is sent is what was read."""

    information = f.text("What they asked to know")


class DiscloseForm(f.Form):
    """Tell another agency at once: who it is, and the lines that are ticked. A line that has changed since it was read is a fault."""

    receiver = choose("Whom do you tell?", [])
    reader = choose("Who reads it there?", [], "The case is restricted, and this agency has no manager here")
    basis = f.one_of("On which lawful basis?", [(name, LAWFUL_BASES[name]) for name in URGENT_BASES])
    reason = f.text(
        "What has happened, and what should they do?",
        "Whoever you tell reads this, and the data-protection officer’s list is told at once",
        rows=3,
    )

    def __init__(
        self, *args: Any, receivers: list[Agency], readers: list[User], known: dict[str, list[Line]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = NOBODY + [(one.pk, one.name) for one in receivers]  # type: ignore[attr-defined]
        self.fields["reader"].choices = NOBODY + [(one.pk, str(one)) for one in readers]  # type: ignore[attr-defined]
        if not readers:
            del self.fields["reader"]
        for name, lines in known.items():
            self.fields[name] = self._lines(Category(name), lines)
        self.order_fields(["receiver", "reader", "basis", *known])

    def _lines(self, category: Category, lines: list[Line]) -> forms.MultipleChoiceField:
        """The lines of one category, each with a box."""
        who = category == Category.IDENTITY
        found = f.some_of(
            CATEGORY_WORDS[category],
            [(line.key, line.words) for line in lines],
            "Always told" if who else HINTS.get(category, ""),
            required=who,
        )
        found.error_messages |= {"invalid_choice": CHANGED, "required": "Who it is always goes with it: tick it."}
        if who:
            self.initial.setdefault(category, [line.key for line in lines])
        return found

    def clean(self) -> dict[str, Any]:
        """What was ticked under a heading that is not there any more has changed too."""
        found = super().clean() or {}
        boxes = forms.CheckboxSelectMultiple()
        gone = (name for name in CATEGORY_WORDS if name not in self.fields)
        if any(boxes.value_from_datadict(self.data, self.files, name) for name in gone):
            self.add_error(None, CHANGED)
        return found

    @property
    def chosen(self) -> list[str]:
        """The keys of the lines that are ticked."""
        return [key for name in CATEGORY_WORDS for key in self.cleaned_data.get(name, [])]


HINTS = {
    Category.HEALTH: "The newest lines of the timeline about health",
    Category.NOTES: "The newest notes and contacts",
    Category.DOCUMENTS: "They can download those that you tick, and no others",
    Category.PLAN: "The newest goals and actions",
}


class CodeForm(f.Form):
    """The code that came by mail."""

    code = f.line("The code", "Six figures, in the mail that you have just been sent", limit=10)


class BreakGlassForm(f.Form):
    """Why a restricted case must be opened."""

    reason = f.text(
        "Why must you open it now?",
        "A sentence: what has happened, and who may come to harm. The data-protection officer’s list reads it at once",
    )
