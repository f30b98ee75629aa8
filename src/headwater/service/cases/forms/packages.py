"""What is said to a package: taken on, not needed, wrong, passed on."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.models import Team, User
from headwater.service.cases import rules
from headwater.service.cases.forms.choose import NOBODY, choose
from headwater.service.design import forms as f


class TakeOnForm(f.Form):
    """Take a package on; one that joins an open case asks neither who leads nor how often."""

    lead = choose("Who leads?", [], "The one whom people and agencies turn to")
    review_every = f.one_of("How often do you look back?", list(rules.REVIEW_EVERY.items()))

    def __init__(self, *args: Any, people: list[User], joins: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if joins:
            del self.fields["lead"], self.fields["review_every"]
            return
        self.fields["lead"].choices = NOBODY + [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]
        self.initial.setdefault("review_every", 28)


class NotNeededForm(f.Form):
    """Why a package is not needed."""

    reason = f.one_of("Why is it not needed?", list(rules.NOT_NEEDED_REASONS.items()))
    note = f.text("Anything else that those who search should know?", required=False)


class WrongForm(f.Form):
    """What is wrong with a package."""

    evidence_id = forms.ChoiceField(label="Which line?", widget=forms.RadioSelect)
    note = f.text("How do you know?", "It goes back to those who search, so that it does not happen again")

    def __init__(self, *args: Any, lines: list[tuple[str, str]], whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence_id"].choices = ([("", "I cannot say, or all of it")] if whole else []) + lines  # type: ignore[attr-defined]
        self.fields["evidence_id"].required = not whole
        if whole:
            self.fields["evidence_id"].label = "Which line is about somebody else?"


class PassOnForm(f.Form):
    """Give a package to another team."""

    team = choose("Which team?", [])
    note = f.text("Why them?", required=False, rows=2)

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = NOBODY + [(one.pk, one.name) for one in teams]  # type: ignore[attr-defined]
