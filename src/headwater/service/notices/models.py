"""Notices to users, and the outbox of mails. Neither holds personal data: a reference and a link, no more."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

OPEN = Q(acknowledged_at=None, settled_at=None)
"""Notices that still want their reader: not acknowledged, and what they ask for is not done."""


class Notice(models.Model):
    """One thing that a user is told."""

    user = models.ForeignKey("agencies.User", on_delete=models.CASCADE, related_name="notices")
    words = models.CharField(max_length=200, help_text="What it is about; never who.")
    reference = models.CharField(max_length=20, blank=True)
    link = models.CharField(max_length=200)
    leads_to = models.CharField(
        max_length=60, blank=True, help_text="What stands behind the link; empty for the matter itself."
    )
    asks = ArrayField(
        models.CharField(max_length=40),
        default=list,
        help_text="What somebody must still do: kind and number of each matter.",
    )
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    acknowledged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text="When all that it asked for was done, by whomever.")

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=OPEN, name="notice_open"),
            models.Index(fields=["at"], condition=OPEN & Q(urgent=True, escalated_at=None), name="notice_urgent"),
            GinIndex(fields=["asks"], name="notice_asks"),
        ]


class Mail(models.Model):
    """One mail that is to be sent, or was. The worker sends it; one that failed is tried again."""

    to = models.EmailField()
    subject = models.CharField(max_length=150)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=Q(sent_at=None), name="mail_unsent")]
