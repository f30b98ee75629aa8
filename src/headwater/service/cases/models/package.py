"""A confirmed package as it reaches a team: what the search found, what the team answered."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from headwater.service.cases.models.subject import Subject
from headwater.service.cases.rules import NOT_NEEDED_REASONS, RESTRICTIONS, PackageState, say_state


class Package(models.Model):
    """What the search hands on for one subject, released by an analyst, in the inbox of one team."""

    HEAVY = ("content", "answers")
    """Columns that no list needs."""

    reference = models.CharField(max_length=40, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="packages")
    team = models.ForeignKey("agencies.Team", on_delete=models.PROTECT, related_name="packages")
    state = models.CharField(
        max_length=20, choices=[(state, state) for state in PackageState], default=PackageState.WAITING
    )
    trigger = models.CharField(max_length=60)
    trigger_title = models.CharField(max_length=200)
    run = models.CharField(max_length=120)
    why_now = models.TextField()
    newest_on = models.DateField(help_text="Day of the newest evidence.")
    content = models.JSONField(help_text="The released package, in the published shape.")
    digest = models.CharField(max_length=64, help_text="Of the content: the same again changes nothing.")
    news = models.JSONField(default=list, help_text="What later runs added: day and sentences.")
    household_keys = ArrayField(
        models.CharField(max_length=24, blank=True),
        default=list,
        help_text="Keyed digests of those at home, in the order of the content; empty where the package came as a file.",
    )
    received_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    answer_by = models.DateField(null=True)
    urgent = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False)
    restriction = models.CharField(max_length=20, blank=True, choices=list(RESTRICTIONS.items()))
    decided_by = models.ForeignKey("agencies.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True, choices=list(NOT_NEEDED_REASONS.items()))
    note = models.TextField(blank=True)
    evidence_id = models.CharField(
        max_length=80, blank=True, help_text="Which line of evidence was wrong or about somebody else."
    )
    returned_at = models.DateTimeField(null=True, help_text="When the answer went back to the search.")
    answers = models.JSONField(
        default=list, help_text="What was answered before something new came, with the package as it was then."
    )
    earlier_waits = models.BooleanField(
        default=False, help_text="An answer from before has not gone back to the search yet."
    )
    passed_because = models.TextField(blank=True, help_text="Why another team passed it to this one.")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="packages")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["team", "state", "-newest_on", "id"], name="package_inbox"),
            models.Index(
                fields=["decided_at"], condition=Q(returned_at=None) & ~Q(decided_at=None), name="package_unreturned"
            ),
            models.Index(fields=["id"], condition=Q(earlier_waits=True), name="package_earlier"),
            GinIndex(fields=["household_keys"], name="package_household"),
        ]

    @property
    def state_words(self) -> str:
        """How it stands, in words that fit what it is about."""
        return say_state(self.state, place=self.subject.is_place)

    @property
    def is_locked(self) -> bool:
        """Whether only some may see it: as its case, once it has one."""
        return self.case.restricted if self.case else self.restricted
