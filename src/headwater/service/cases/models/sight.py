"""Who sees what beyond the rule: grants on restricted cases, broken glass, urgent disclosures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from headwater.service.agencies.rules import CATEGORY_WORDS, LAWFUL_BASES
from headwater.service.cases.models.case import Case


class Grant(models.Model):
    """A named person may see a restricted case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey("agencies.User", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("agencies.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="grant_once")]


class BreakGlass(models.Model):
    """Somebody with cause opened a restricted case, with a reason, for a short time; the data-protection officer's list was told."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="broken_glass")
    user = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "until"], name="glass_of_user")]


class Disclosure(models.Model):
    """What was told to another agency at once, to keep somebody safe: this and nothing else of the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="disclosures_received")
    basis = models.CharField(max_length=30, choices=list(LAWFUL_BASES.items()))
    reason = models.TextField()
    categories = ArrayField(models.CharField(max_length=20, choices=list(CATEGORY_WORDS.items())))
    told = models.JSONField(help_text="What was told, as it was then: category → lines.")
    documents = ArrayField(
        models.BigIntegerField(), default=list, help_text="The files that were told, in the order of their lines."
    )
    reader = models.ForeignKey(
        "agencies.User", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who reads it when the case is restricted and the receiver has no manager here.",
    )  # fmt: skip
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    @property
    def reference(self) -> str:
        """The number that people quote."""
        return f"D-{self.pk:06d}"
