"""A case: the work around a subject, who is at home, and one timeline across agencies."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from headwater.service.agencies.models import today
from headwater.service.agencies.rules import CATEGORY_WORDS, LAWFUL_BASES, Category
from headwater.service.cases.models.subject import Subject
from headwater.service.cases.rules import CONSENT, OUTCOMES, RESTRICTIONS, REVIEW_EVERY, WORRY, CaseState


class Case(models.Model):
    """The work around a subject, led by one team."""

    team = models.ForeignKey("agencies.Team", on_delete=models.PROTECT, related_name="cases")
    lead = models.ForeignKey(
        "agencies.User", null=True, on_delete=models.PROTECT, related_name="led_cases", help_text="Lead professional."
    )
    state = models.CharField(max_length=6, choices=[(state, state) for state in CaseState], default=CaseState.OPEN)
    purpose = models.CharField(max_length=40, default="welfare")
    why = models.TextField(help_text="Why the work was begun, in one sentence.")
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    consent = models.CharField(max_length=10, choices=list(CONSENT.items()), default="not-asked")
    consent_on = models.DateField(null=True)
    without_basis = models.CharField(max_length=30, blank=True, choices=list(LAWFUL_BASES.items()))
    without_why = models.TextField(blank=True)
    wishes = models.TextField(blank=True, help_text="What the person wants, in their own words.")
    strengths = models.TextField(blank=True)
    needs = models.TextField(blank=True)
    contact_safely = models.TextField(blank=True)
    worry = models.CharField(max_length=8, choices=list(WORRY.items()), default="some")
    review_every = models.PositiveSmallIntegerField(choices=list(REVIEW_EVERY.items()), default=28)
    next_review_on = models.DateField()
    restricted = models.BooleanField(default=False)
    restriction = models.CharField(max_length=20, blank=True, choices=list(RESTRICTIONS.items()))
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=list(OUTCOMES.items()))
    outcome_words = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    moved_at = models.DateTimeField(auto_now_add=True, help_text="When something last happened.")

    class Meta:
        indexes = [
            models.Index(fields=["team", "state", "-moved_at", "-id"], name="case_of_team"),
            models.Index(fields=["team", "next_review_on", "id"], condition=Q(state="open"), name="case_review"),
            models.Index(fields=["lead", "next_review_on"], condition=Q(state="open"), name="case_of_lead"),
            models.Index(fields=["lead", "-moved_at", "-id"], condition=Q(state="open"), name="case_of_lead_moved"),
            models.Index(fields=["team", "state"], condition=Q(restricted=True), name="case_restricted"),
        ]

    @property
    def reference(self) -> str:
        """The number that people quote."""
        return f"C-{self.pk:06d}"

    @property
    def subject(self) -> Subject:
        """The one whom it is about; the first when there are several."""
        return next(iter(self.about.all())).subject

    @property
    def name(self) -> str:
        """Whom it is about."""
        return ", ".join(one.subject.name for one in self.about.all())

    @property
    def review_is_due(self) -> bool:
        """Whether a review is due today or late."""
        return self.state == CaseState.OPEN and self.next_review_on <= today()


class CaseSubject(models.Model):
    """Whom a case is about."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="about")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="in_cases")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["case", "subject"], name="subject_once_in_case")]


class Member(models.Model):
    """Somebody of the household, as far as records or people tell."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="household")
    name = models.CharField(max_length=200)
    relationship = models.CharField(max_length=80)
    age_words = models.CharField(max_length=40, blank=True)
    lives_here = models.BooleanField(default=True)
    suspected_on = models.DateField(
        null=True, help_text="A record names this person as a suspect of harm at home: the newest day."
    )
    source = models.CharField(max_length=200, blank=True)
    key = models.CharField(
        max_length=24,
        blank=True,
        editable=False,
        help_text="Keyed digest of the number in the lake; empty for somebody whom people wrote down.",
    )

    class Meta:
        indexes = [models.Index(fields=["key"], condition=~Q(key=""), name="member_key")]


class Entry(models.Model):
    """One line of a case's timeline: what happened, who wrote it, for whose eyes."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField(help_text="When it happened.")
    made_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=20)
    category = models.CharField(max_length=20, choices=list(CATEGORY_WORDS.items()), default=Category.NOTES)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("agencies.User", null=True, on_delete=models.PROTECT, related_name="+")
    by_words = models.CharField(max_length=120, blank=True, help_text="Who, when it was no user.")
    words = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    present = ArrayField(models.CharField(max_length=120), default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-at", "-id"], name="entry_of_case")]
