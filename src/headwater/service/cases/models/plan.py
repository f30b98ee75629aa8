"""The plan and what belongs to it: goals, actions, meetings, reviews, worries, documents."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from headwater.service.agencies.models import today
from headwater.service.cases.models.case import Case
from headwater.service.cases.rules import WORRY


class Goal(models.Model):
    """What the person and the people around them want to reach, in plain words."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="goals")
    words = models.CharField(max_length=300)
    reached_on = models.DateField(null=True)
    unsafe_to_print = models.BooleanField(
        default=False, help_text="About domestic abuse, or dangerous in the wrong hands: never on paper."
    )


class Meeting(models.Model):
    """People met, with an agenda before and minutes after."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="meetings")
    on = models.DateField()
    where = models.CharField(max_length=200, blank=True)
    agenda = models.TextField()
    present = models.TextField(blank=True)
    minutes = models.TextField(blank=True)


class Action(models.Model):
    """Who does what by when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="actions")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="actions")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="actions")
    words = models.CharField(max_length=300)
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="+", help_text="Whose job it is."
    )
    owner = models.ForeignKey("agencies.User", null=True, on_delete=models.PROTECT, related_name="owned_actions")
    owner_words = models.CharField(
        max_length=120, blank=True, help_text="Who, when it is no user: the person, a parent, a teacher."
    )
    due_on = models.DateField()
    state = models.CharField(
        max_length=8, choices=[("open", "To do"), ("done", "Done"), ("not done", "Not done")], default="open"
    )
    ended_on = models.DateField(null=True)
    how = models.TextField(blank=True, help_text="What was done, or why not.")
    unsafe_to_print = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="action_of_owner"),
            models.Index(fields=["case", "due_on"], condition=Q(state="open"), name="action_of_case"),
            models.Index(fields=["agency", "due_on"], condition=Q(state="open"), name="action_of_agency"),
        ]

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it is still to do."""
        return self.state == "open" and self.due_on < today()

    @property
    def who(self) -> str:
        """Who does it."""
        return self.owner_words or (self.owner.name if self.owner else self.agency.name)


class Review(models.Model):
    """A look back at an agreed interval."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reviews")
    held_on: models.DateField[date, date] = models.DateField()
    better = models.TextField()
    worse = models.TextField(blank=True)
    person_says = models.TextField(blank=True, help_text="What the person says about it.")
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")


class Worry(models.Model):
    """How worried people are, from a moment on, and why."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="worries")
    level = models.CharField(max_length=8, choices=list(WORRY.items()))
    why = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")


class Document(models.Model):
    """A file of a case; always downloaded, never shown inside a page."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=150)
    file = models.FileField(max_length=120)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    scanned = models.BooleanField(default=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
