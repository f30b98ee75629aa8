"""Whom is it about? A person or a place, as far as a decision needs it."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from headwater.service.agencies.models import today
from headwater.service.cases.keys import key_of
from headwater.service.cases.tokens import tokens_of
from headwater.service.design.frame import is_made_up


class Subject(models.Model):
    """A person or place; the same one for every package and case about them."""

    kind = models.CharField(max_length=6, choices=[("person", "person"), ("place", "place")], default="person")
    name = models.CharField(max_length=200)
    other_names = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    born_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    address_withheld = models.BooleanField(default=False)
    area = models.CharField(max_length=120, blank=True)
    lake_id = models.CharField(
        max_length=60,
        blank=True,
        help_text="The person or place in the lake; links a later search to the same subject.",
    )
    key = models.CharField(
        max_length=24,
        blank=True,
        editable=False,
        help_text="Keyed digest of the number in the lake: tells that somebody at another home is this person.",
    )
    corrected = ArrayField(
        models.CharField(max_length=20), default=list, help_text="What people wrote themselves: no search changes it."
    )
    search_says = models.JSONField(
        default=dict, help_text="What the newest search says instead of what people wrote; never a withheld address."
    )
    known_on = models.DateField(default=today, help_text="The day for which the source told this.")
    tokens = ArrayField(models.CharField(max_length=30), default=list, editable=False)

    class Meta:
        indexes = [
            GinIndex(fields=["tokens"], name="subject_tokens"),
            models.Index(fields=["key"], condition=~models.Q(key=""), name="subject_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lake_id"], condition=~models.Q(lake_id=""), name="subject_once_from_lake")
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        """With the words and the key by which it is found; a withheld address is none of them."""
        self.key = key_of(self.lake_id)
        self.tokens = tokens_of([self.name, *self.other_names], "" if self.address_withheld else self.address)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_place(self) -> bool:
        """Whether it is a place: nobody there is meant, agrees, or was told."""
        return self.kind == "place"

    @property
    def age_on(self) -> date:
        """The day for which an age is told: today; of made-up people the day of their records, which may lie years back."""
        return self.known_on if is_made_up() else today()

    @property
    def age(self) -> int | None:
        """Whole years on that day."""
        if self.born_on is None:
            return None
        day = self.age_on
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))
