"""Goals, actions, meetings, notes, documents, and the plan on paper."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.models import Agency, User
from headwater.service.cases.files import LARGEST
from headwater.service.cases.forms.choose import choose
from headwater.service.design import forms as f


class GoalForm(f.EditForm):
    """A goal."""

    stays = ("unsafe_to_print",)
    words = f.line("What do we want to reach?", "Plain words that the person would use", limit=300)
    reached = f.tick("It is reached")
    unsafe_to_print = f.tick("Never print it: it is about abuse at home, or dangerous in the wrong hands")


class ActionForm(f.Form):
    """An action."""

    words = f.line("What will be done?", "Plain words: “Help Jake to open a bank account”", limit=300)
    who = choose("Who does it?", [])
    owner_words = f.line(
        "Or somebody without an account here",
        "The person, a parent, a teacher. In the list above, choose the agency that sees to it",
        required=False,
    )
    due = f.day("By when?")
    goal = forms.ChoiceField(label="For which goal?", required=False)
    unsafe = f.tick("Never print it: it is about abuse at home, or dangerous in the wrong hands")

    def __init__(self, *args: Any, agencies: list[Agency], people: list[User], goals: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: list[Any] = [("", "Choose one")]
        for agency in agencies:
            own = [(f"u{one.pk}", str(one)) for one in people if one.agency_id == agency.pk]
            groups.append((agency.name, [(f"a{agency.pk}", f"{agency.name}, to be said who"), *own]))
        self.fields["who"].choices = groups  # type: ignore[attr-defined]
        self.fields["goal"].choices = [("", "None"), *((one.pk, one.words) for one in goals)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One answer to who does it."""
        found = super().clean() or {}
        if (found.get("who") or "").startswith("u") and (found.get("owner_words") or "").strip():
            self.add_error(
                "owner_words", "Choose one of the two: the person in the list, or somebody without an account."
            )
        return found


class ChangeActionForm(ActionForm, f.EditForm):
    """An action that is given to somebody else, or said anew."""

    stays = ("unsafe",)


class EndActionForm(f.EditForm):
    """What became of an action."""

    done = f.one_of("What became of it?", [("yes", "It is done"), ("no", "It was not done")])
    how = f.text("What was done, or why not?", required=False, rows=3)


class MeetingForm(f.EditForm):
    """A meeting."""

    on = f.day("When?")
    where = f.line("Where?", required=False, limit=200)
    agenda = f.text("What is it about?", "One line for each point")
    present = f.text("Who was there?", "One line for each; leave empty until it was held", required=False, rows=3)
    minutes = f.text("Minutes", "What was said and agreed; leave empty until it was held", required=False, rows=8)


class NoteForm(f.Form):
    """A note."""

    words = f.line("In a few words", "It stands in the timeline", limit=150)
    text = f.text("The note", "Write what you saw and heard, and say what is your opinion", rows=8, limit=20_000)
    health = f.tick("This is about health: show it only to those who may see health")


class ContactForm(f.Form):
    """A contact."""

    with_whom = f.line("With whom?", "For example, the person, his mother, his teacher")
    how = f.one_of("How?", [(one, one) for one in ("Met", "Visited", "Called", "Wrote", "Tried, and did not reach")])
    on = f.day("On which day?", f.LATELY)
    text = f.text("What was said?", rows=6, limit=20_000)


class DocumentForm(f.Form):
    """A file."""

    title = f.line("What is it?", limit=150)
    file = forms.FileField(
        label="File", help_text="PDF, PNG, JPEG, Word, Excel, LibreOffice or plain text, up to 10 MB"
    )

    def clean_file(self) -> Any:
        """Small enough to be looked at."""
        found = self.cleaned_data["file"]
        if found.size > LARGEST:
            raise forms.ValidationError("File: it is larger than 10 MB. Make it smaller, or add it in parts.")
        return found


class PrintForm(f.Form):
    """Before a plan is printed."""

    person = f.one_of("Whose paper is it?", [])
    safe = f.some_of(
        "What may stand on it?", [], "Tick only what anybody at home may read. What you do not tick is not printed"
    )
    checked = f.tick("I have checked who lives there, and nobody who must not read it will", required=True)
    large = f.tick("Large print")

    def __init__(
        self, *args: Any, people: list[tuple[int, str]], lines: list[tuple[str, str]] | None, **kwargs: Any
    ) -> None:
        """`lines`: what must be ticked to stand on paper; None: all of it does."""
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        self.fields["safe"].choices = lines or []  # type: ignore[attr-defined]
        self.fields["safe"].error_messages |= {
            "required": "Tick what may stand on the paper. With nothing ticked there is nothing to print.",
            "invalid_choice": "Somebody changed the plan since you opened this page. Read it again, and tick anew what may stand on it.",
        }
        if len(people) < 2:
            del self.fields["person"]
        if lines is None:
            del self.fields["safe"]
