"""Staffing files and plans of posts, with the decisions about each plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from headwater.service.agencies.models import today


class Staffing(models.Model):
    """The posts of one day, from a file: places and roles, nobody's name."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=20)
    as_of = models.DateField(default=today, help_text="The day for which the posts hold.")
    rows = models.JSONField(help_text="Area, role, posts, and how many of them are tied to the place.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-as_of", "-id")

    def __str__(self) -> str:
        return self.name

    def posts(self, column: str = "posts") -> dict[str, dict[str, int]]:
        """Role → area → posts, or those of them that are `fixed`."""
        found: dict[str, dict[str, int]] = {}
        for row in self.rows:
            found.setdefault(row["role"], {})[row["area"]] = int(row[column])
        return found


class Plan(models.Model):
    """A named scenario: the choices, and the posts that follow from them. Once it is published nothing of it changes: the database
    refuses (see the first migration)."""

    HEAVY = ("result",)
    """Columns that no list needs."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=[("draft", "draft"), ("published", "published")], default="draft")
    level = models.CharField(max_length=20)
    staffing = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="plans", null=True)
    choices = models.JSONField(encoder=DjangoJSONEncoder, help_text="Weights and rules, as the planner set them.")
    result = models.JSONField(encoder=DjangoJSONEncoder, help_text="Need, posts and reasons, as they were worked out.")
    made_by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-changed_at", "-id")
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="plan_name_once_in_agency")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        """Whether it stands as it is for good."""
        return self.state == "published"

    @property
    def last_change(self) -> tuple[datetime, Any, str]:
        """When something was last done about it, by whom, and what: worked out, or what was decided."""
        *_, last = [
            (self.changed_at, self.changed_by, "worked out"),
            *((one.at, one.by, one.get_verb_display().lower()) for one in self.decisions.all()),
        ]
        return last

    @property
    def posts(self) -> dict[str, dict[str, int]]:
        """Role → place → posts."""
        found: dict[str, Any] = self.result["posts"]
        return found


class PlanDecision(models.Model):
    """What was decided about a plan: by whom, when, on whose authority, and why. Never changed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=10, choices=[("publish", "Published"), ("withdraw", "Withdrawn")])
    decided_by = models.CharField(max_length=120, help_text="Who decided, by name and rank or office.")
    words = models.TextField(help_text="What was decided, and why.")
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["plan", "verb"], name="plan_decided_once"),
            models.CheckConstraint(condition=~Q(words=""), name="plan_decision_has_words"),
        ]
