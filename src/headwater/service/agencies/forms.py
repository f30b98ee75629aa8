"""Questions about people, roles and agreements."""

from __future__ import annotations

from typing import Any

from django import forms

from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import Agency, Team
from headwater.service.agencies.rules import CATEGORY_WORDS, LAWFUL_BASES, roles_of
from headwater.service.agencies.selectors import LACKS
from headwater.service.design import forms as f
from headwater.service.design.lists import Filters


class RoleForm(f.Form):
    """A role in a team of the own agency."""

    team = forms.ChoiceField(label="In which team?")
    role = f.one_of("As what?", ())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(team.pk, team.name) for team in Team.objects.filter(agency_id=actor.agency_id)]
        self.fields["team"].choices = [("", "Choose one"), *teams]  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role, role[0].upper() + role[1:]) for role in roles_of(actor.user.agency.kind)]  # type: ignore[attr-defined]


class PersonForm(RoleForm):
    """Somebody who joins."""

    name = f.line("Name")
    title = f.line("Rank or job title", required=False, limit=60)
    email = forms.EmailField(label="Work e-mail address", help_text="They sign in with it.")
    field_order = ("name", "title", "email", "team", "role")


class TeamForm(f.Form):
    """A team."""

    name = f.line("What is the team called?")
    lake_team = f.line(
        "Its number in the search",
        "For neighbourhood teams: the team_id of the search's list of teams",
        required=False,
        limit=60,
    )


class AreaForm(f.Form):
    """An area that a team covers."""

    code = f.line("Code of the area", "As the statistics office writes it, for example E01010012", limit=20)
    name = f.line("Its name")
    starts = f.day("From which day?")


class LeaveForm(f.Form):
    """Nothing to fill in: one weighty click."""


class AgreementForm(f.Form):
    """What may be told to whom, for what, until when."""

    receiver = forms.ModelChoiceField(label="With which agency?", queryset=Agency.objects.none())
    purpose = f.line("For what?", "One sentence: what will be possible that is not possible now", limit=200)
    lawful_basis = f.one_of("On which lawful basis?", list(LAWFUL_BASES.items()))
    categories = f.some_of("What may be told?", list(CATEGORY_WORDS.items()), "No more than the purpose needs")
    starts = f.day("From which day?")
    ends = f.day("Until which day?")
    review_on = f.day("When is it reviewed?")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = Agency.objects.exclude(pk=actor.agency_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        found = super().clean() or {}
        starts, ends, review = (found.get(name) for name in ("starts", "ends", "review_on"))
        if starts and ends and ends < starts:
            self.add_error("ends", "It ends before it begins.")
        elif starts and ends and review and not starts <= review <= ends:
            self.add_error("review_on", "The review must be between the first and the last day.")
        return found


class SignForm(f.Form):
    """A signature."""

    role = f.line("In which role do you sign?", "For example, Head of Safeguarding", limit=80)
    sure = f.tick("I may sign for my agency", required=True)


class WithdrawForm(f.Form):
    """Why an agreement ends early."""

    why = f.line("Why?", limit=200)


FULL = "If you are full: say until when, or who could help instead. It stands where others ask."


class IntakeForm(f.EditForm):
    """Whether an agency takes referrals now."""

    takes = f.one_of("Do you take referrals now?", [("yes", "Yes"), ("no", "No, we are full")])
    why_full = f.line("If you are full: until when, or who could help instead?", required=False, limit=200)
    days = forms.IntegerField(label="Within how many working days do you answer?", min_value=1, max_value=60)

    def clean(self) -> dict[str, Any]:
        """A no says until when, or who could help instead."""
        found = super().clean() or {}
        if found.get("takes") == "no" and not (found.get("why_full") or "").strip():
            self.add_error("why_full", FULL)
        return found


class PeopleFilters(Filters):
    """Filters of the list of people."""

    q = forms.CharField(label="Name or e-mail")
    here = forms.ChoiceField(label="Here", choices=[("", "All"), ("yes", "Works here"), ("no", "Has left")])
    lacks = forms.ChoiceField(label="What is missing", choices=[("", "All"), *LACKS.items()])


class AgreementFilters(Filters):
    """Filters of the list of agreements."""

    q = forms.CharField(label="Agency")
