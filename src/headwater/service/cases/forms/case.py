"""Questions about a case itself."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.models import Team, User
from headwater.service.agencies.rules import LAWFUL_BASES
from headwater.service.cases import rules
from headwater.service.cases.forms.choose import NOBODY, choose
from headwater.service.design import forms as f

SAFELY = "How is contact made safely?"
SAFELY_HELP = "When, where and how, and what not to do. It stands first, for everybody who works on the case. Empty when any way is safe"


class BeginForm(f.Form):
    """Begin a case about somebody whom no search found."""

    team = choose("For which team?", [])
    name = f.line("Name", limit=200)
    born_on = f.day("Date of birth", required=False)
    address = f.line("Address", required=False, limit=300)
    contact_safely = f.text(SAFELY, SAFELY_HELP, required=False, rows=3)
    why = f.text("Why now?", "One or two sentences", rows=3)
    review_every = f.one_of("How often do you look back?", list(rules.REVIEW_EVERY.items()))
    looked = f.tick("I have searched, and there is no case about this person yet", required=True)

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = NOBODY + [(one.pk, one.name) for one in teams]  # type: ignore[attr-defined]
        self.initial.setdefault("review_every", 28)


class AddPersonForm(f.Form):
    """One more person whom a case is about."""

    name = f.line("Name", limit=200)
    born_on = f.day("Date of birth", required=False)
    address = f.line("Address", required=False, limit=300)
    address_withheld = f.tick("Withhold the address: it is not kept here, and nobody can read it or search for it")


class PersonForm(AddPersonForm, f.EditForm):
    """Who somebody is, where they live, and how contact is made safely."""

    contact_safely = f.text(SAFELY, SAFELY_HELP, required=False, rows=3)
    gone = f.tick("Take this person off the case")


class WishesForm(f.EditForm):
    """What the person wants."""

    wishes = f.text("What does the person want?", "Their own words", rows=5)
    strengths = f.text("What is strong in their life?", "People, skills, habits that help", required=False)
    needs = f.text("What do they need?", required=False)


PLACE_WORDS = {
    "wishes": ("What do people there want?", "Those who live or work there, in their own words"),
    "strengths": ("What is strong there?", "People, groups, habits that help"),
    "needs": ("What is needed there?", ""),
    "relationship": ("Who are they there?", "For example, tenant, owner, daughter of the tenant"),
    "person_says": ("What do people there say?", "Their own words"),
    "evidence_id": ("Which line is about another place?", ""),
}  # fmt: skip
"""Field → question and hint where a case or package is about a place."""

PLACE_TITLES = {
    "What the person wants": "What people there want", "Who is at home": "Who lives there", "Wrong person": "Wrong place",
}  # fmt: skip


def ask_about_place(form: forms.Form, title: str) -> str:
    """Ask the questions of this form about a place, and its title so."""
    for name in PLACE_WORDS.keys() & form.fields.keys():
        form.fields[name].label, form.fields[name].help_text = PLACE_WORDS[name]
    return PLACE_TITLES.get(title, title)


class ConsentForm(f.EditForm):
    """Whether the person agrees."""

    consent = f.one_of("Does the person agree that agencies work together?", list(rules.CONSENT.items()))
    without_basis = forms.ChoiceField(
        label="Without consent: on which lawful basis?",
        choices=[("", "Not needed"), *LAWFUL_BASES.items()],
        required=False,
    )
    without_why = f.text("Without consent: why is it right all the same?", required=False, rows=3)


class MemberForm(f.EditForm):
    """Somebody at home."""

    stays = ("suspected",)
    name = f.line("Name", limit=200)
    relationship = f.line("Who are they to the person?", "For example, mother, step-father, cousin", limit=80)
    age_words = f.line("Age", required=False, limit=40)
    lives_here = f.tick("They live there now")
    suspected = f.tick("They are suspected of harm at home: think before paper or a call goes there")
    gone = f.tick("Take them off the list")


class WorryForm(f.Form):
    """How worried people are."""

    level = f.one_of("How worried are you now?", list(rules.WORRY.items()))
    why = f.text("Why?", rows=3)


class ReviewForm(f.Form):
    """A review."""

    better = f.text("What is better?", rows=3)
    worse = f.text("What is not better?", required=False, rows=3)
    person_says = f.text("What does the person say?", "Their own words", required=False, rows=3)
    every = f.one_of("When do you look back again?", list(rules.REVIEW_EVERY.items()))


class LeadForm(f.EditForm):
    """Who leads."""

    lead = choose("Who leads now?", [])

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = NOBODY + [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]


class RestrictForm(f.EditForm):
    """Whether only some may see a case."""

    restriction = forms.ChoiceField(
        label="Why is it restricted?",
        choices=[*rules.RESTRICTIONS.items(), ("none", "It is not restricted")],
        widget=forms.RadioSelect,
    )
    people = forms.MultipleChoiceField(
        label="Who may see it?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="You and the lead always may",
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]


class CloseForm(f.Form):
    """How a case ends."""

    outcome = f.one_of("How do things stand?", list(rules.OUTCOMES.items()))
    words = f.text("What has changed?", rows=4)
    learned = f.text("What did you learn that would help the next time?", "Your team reads it: name nobody", rows=3)


class ReopenForm(f.Form):
    """Why a case is opened again."""

    why = f.text("Why?", rows=3)
