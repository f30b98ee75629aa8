"""Notices to users, and the outbox of mails. Neither holds personal data: a reference and a link, no more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One thing that a user is told."""

    user = models.ForeignKey("agencies.User", on_delete=models.CASCADE, related_name="notices")
    words = models.CharField(max_length=200, help_text="What it is about; never who.")
    reference = models.CharField(max_length=20, blank=True)
    link = models.CharField(max_length=200)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    acknowledged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(acknowledged_at=None), name="notice_open"),
            models.Index(
                fields=["at"], condition=Q(urgent=True, acknowledged_at=None, escalated_at=None), name="notice_urgent"
            ),
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
