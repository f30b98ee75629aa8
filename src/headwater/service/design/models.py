"""Which forms were sent already? A second click on the same button finds what the first one did."""

from __future__ import annotations

from django.db import models


class Sent(models.Model):
    """One form that was sent, by its own number, and where its sender was led."""

    number = models.UUIDField(primary_key=True)
    user = models.BigIntegerField(null=True)
    led_to = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
