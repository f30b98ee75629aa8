"""Questions of case work, in plain words."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.models import Agency, Team, User
from headwater.service.agencies.rules import CATEGORY_WORDS, LAWFUL_BASES, URGENT_BASES, Category
from headwater.service.cases import rules
from headwater.service.cases.files import LARGEST
from headwater.service.design import forms as f
from headwater.service.design.lists import Filters

NOBODY = [("", "Choose one")]


def choose(
    label: str, choices: list[tuple[Any, str]], help_text: str = "", *, required: bool = True
) -> forms.ChoiceField:
    """A drop-down list for many choices."""
    return forms.ChoiceField(label=label, choices=NOBODY + choices, help_text=help_text, required=required)


class TakeOnForm(f.Form):
    """Take a package on."""

    lead = choose("Who leads?", [], "The one whom the person and the agencies turn to")
    review_every = f.one_of("How often do you look back?", list(rules.REVIEW_EVERY.items()))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class BeginForm(f.Form):
    """Begin a case about somebody whom no search found."""

    team = choose("For which team?", [])
    name = f.line("Name", limit=200)
    born_on = f.day("Date of birth", required=False)
    address = f.line("Address", required=False, limit=300)
    why = f.text("Why now?", "One or two sentences", rows=3)
    review_every = f.one_of("How often do you look back?", list(rules.REVIEW_EVERY.items()))
    looked = f.tick("I have searched, and there is no case about this person yet", required=True)

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = NOBODY + [(one.pk, one.name) for one in teams]  # type: ignore[attr-defined]
        self.initial.setdefault("review_every", 28)


class WishesForm(f.EditForm):
    """What the person wants."""

    wishes = f.text("What does the person want?", "Their own words", rows=5)
    strengths = f.text("What is strong in their life?", "People, skills, habits that help", required=False)
    needs = f.text("What do they need?", required=False)


class ConsentForm(f.EditForm):
    """Whether the person agrees."""

    consent = f.one_of("Does the person agree that agencies work together?", list(rules.CONSENT.items()))
    without_basis = forms.ChoiceField(
        label="Without consent: on which lawful basis?",
        choices=[("", "Not needed"), *LAWFUL_BASES.items()],
        required=False,
    )
    without_why = f.text("Without consent: why is it right all the same?", required=False, rows=3)


class NoteForm(f.Form):
    """A note."""

    words = f.line("In a few words", "It stands in the timeline", limit=150)
    text = f.text("The note", "Write what you saw and heard, and say what is your opinion", rows=8, limit=20_000)
    health = f.tick("This is about health: show it only to those who may see health")


class ContactForm(f.Form):
    """A contact."""

    with_whom = f.line("With whom?", "For example, the person, his mother, his teacher")
    how = f.one_of("How?", [(one, one) for one in ("Met", "Visited", "Called", "Wrote", "Tried, and did not reach")])
    on = f.day("On which day?")
    text = f.text("What was said?", rows=6, limit=20_000)


class GoalForm(f.EditForm):
    """A goal."""

    words = f.line("What do we want to reach?", "Plain words that the person would use", limit=300)
    reached = f.tick("It is reached")
    unsafe_to_print = f.tick("Never print it: it is about abuse at home, or dangerous in the wrong hands")


class ActionForm(f.Form):
    """An action."""

    words = f.line("What will be done?", "Plain words: “Help Jake to open a bank account”", limit=300)
    who = choose("Who does it?", [])
    owner_words = f.line("Or somebody without an account here", "The person, a parent, a teacher", required=False)
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


class ChangeActionForm(ActionForm, f.EditForm):
    """An action that is given to somebody else, or said anew."""


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


class ReviewForm(f.Form):
    """A review."""

    better = f.text("What is better?", rows=3)
    worse = f.text("What is not better?", required=False, rows=3)
    person_says = f.text("What does the person say?", "Their own words", required=False, rows=3)
    every = f.one_of("When do you look back again?", list(rules.REVIEW_EVERY.items()))


class MemberForm(f.Form):
    """Somebody at home."""

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


class LeadForm(f.Form):
    """Who leads."""

    lead = choose("Who leads now?", [])

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = NOBODY + [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]


class RestrictForm(f.Form):
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


class BreakGlassForm(f.Form):
    """Why a restricted case must be opened."""

    reason = f.text("Why must you open it now?", "The data-protection officer’s list reads this at once")


class CloseForm(f.Form):
    """How a case ends."""

    outcome = f.one_of("How do things stand?", list(rules.OUTCOMES.items()))
    words = f.text("What has changed?", rows=4)
    learned = f.text("What did you learn that would help the next time?", rows=3)


class ReopenForm(f.Form):
    """Why a case is opened again."""

    why = f.text("Why?", rows=3)


class ReferForm(f.Form):
    """Ask another agency."""

    receiver = choose("Whom do you ask?", [], "Agencies with which there is a live sharing agreement")
    ask = f.text("What do you ask them to do?")
    categories = f.some_of(
        "What more may they see if they accept?",
        [(one, words) for one, words in CATEGORY_WORDS.items() if one not in (Category.IDENTITY, Category.REASONS)],
        "They always see the name, the date of birth and why. Choose no more than they need; nothing is an answer too",
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


class SearchForm(Filters):
    """What to search for."""

    q = forms.CharField(label="Name, reference or address", max_length=120)


class InboxFilters(Filters):
    """Filters of the inbox."""

    q = forms.CharField(label="Name", max_length=80)
    state = forms.ChoiceField(
        label="Answer",
        choices=[
            ("waiting", "Waiting"),
            ("all", "All"),
            *((one, one.capitalize()) for one in rules.PackageState if one != "waiting"),
        ],
    )
    team = forms.ChoiceField(label="Team")

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", "All my teams"), *((one.pk, one.name) for one in teams)]  # type: ignore[attr-defined]


class CaseFilters(Filters):
    """Filters of the list of cases."""

    q = forms.CharField(label="Name", max_length=80)
    state = forms.ChoiceField(label="State", choices=[("open", "Open"), ("closed", "Closed"), ("all", "All")])
    lead = forms.ChoiceField(label="Lead", choices=[("", "Anybody"), ("me", "Me"), ("nobody", "Nobody yet")])
    due = forms.ChoiceField(label="Due", choices=[("", "Anything"), ("review", "Review due"), ("late", "Action late")])


class ReferralFilters(Filters):
    """Filters of the list of referrals."""

    side = forms.ChoiceField(label="Direction", choices=[("in", "To us"), ("out", "From us")])
    state = forms.ChoiceField(
        label="State", choices=[("", "All"), *((one, one.capitalize()) for one in rules.ReferralState)]
    )
    move = forms.ChoiceField(label="Whose move", choices=[("", "Anybody’s"), ("ours", "Ours")])


class DisclosureFilters(Filters):
    """Filters of what was told at once."""

    side = forms.ChoiceField(label="Direction", choices=[("", "Both"), ("in", "To us"), ("out", "From us")])


class PrintForm(f.Form):
    """Before a plan is printed."""

    checked = f.tick("I have checked who lives there, and nobody who must not read it will", required=True)
    large = f.tick("Large print")
