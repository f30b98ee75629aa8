"""Asking another agency, answering, telling one at once, and breaking the glass."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.models import Agency
from headwater.service.agencies.rules import CATEGORY_WORDS, LAWFUL_BASES, URGENT_BASES, Category
from headwater.service.cases import rules
from headwater.service.cases.forms.choose import NOBODY, choose
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


class InformationForm(f.Form):
    """What was asked for."""

    information = f.text("What they asked to know")


class DiscloseForm(f.Form):
    """Tell another agency at once."""

    receiver = choose("Whom do you tell?", [])
    basis = f.one_of("On which lawful basis?", [(name, LAWFUL_BASES[name]) for name in URGENT_BASES])
    categories = f.some_of("What do they need to know?", [], "The minimum")
    reason = f.text("Why must it be now?", "The data-protection officer’s list reads this at once", rows=3)

    def __init__(self, *args: Any, receivers: list[Agency], known: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = NOBODY + [(one.pk, one.name) for one in receivers]  # type: ignore[attr-defined]
        self.fields["categories"].choices = [(name, CATEGORY_WORDS[name]) for name in known]  # type: ignore[attr-defined,index]


class CodeForm(f.Form):
    """The code that came by mail."""

    code = f.line("The code", "Six figures, in the mail that you have just been sent", limit=10)


class BreakGlassForm(f.Form):
    """Why a restricted case must be opened."""

    reason = f.text(
        "Why must you open it now?",
        "A sentence: what has happened, and who may come to harm. The data-protection officer’s list reads it at once",
    )
