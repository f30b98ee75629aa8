"""The two logs as tables. Rows are written by functions in the database only; the service may read the lines, and not the old values."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

VERBS = (
    "collect", "alter", "erase", "consult", "search", "disclose", "combine", "print", "export", "send", "refuse", "break glass", "sign in", "sign out",
)  # fmt: skip
"""Collection, alteration, consultation, disclosure, combination and erasure are the words of section 62 of the Data Protection Act 2018."""


class Entry(models.Model):
    """One line of the accountability log: who did what to which item. No personal text stands in it."""

    at = models.DateTimeField()
    verb = models.TextField(choices=[(verb, verb) for verb in VERBS])
    user = models.BigIntegerField(null=True, help_text="Number of the member of staff; null for the service itself.")
    agency = models.BigIntegerField(null=True)
    role = models.TextField(blank=True, help_text="The roles that the user held, or which part of the service acted.")
    request = models.TextField(blank=True, help_text="Names the request: all that one click did.")
    item_type = models.TextField(help_text="Table of the item.")
    items = ArrayField(models.TextField(), help_text="Numbers of the items.")
    case = models.BigIntegerField(null=True, help_text="The case that the item belongs to, where there is one.")
    categories = ArrayField(
        models.TextField(), default=list, help_text="Categories of data, when something was disclosed."
    )
    recipient = models.TextField(
        blank=True, help_text="To whom it was disclosed: an agency's number, or a digest of an address."
    )
    agreement = models.BigIntegerField(null=True, help_text="The sharing agreement that allowed it.")
    basis = models.TextField(blank=True, help_text="Lawful basis, one of a list; never free text.")
    digest = models.TextField(
        blank=True, help_text="Salted SHA-256 of the values; the salt goes with the values when they are erased."
    )

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["case", "-id"], name="audit_entry_case"),
            models.Index(fields=["user", "-id"], name="audit_entry_user"),
            models.Index(fields=["agency", "-id"], name="audit_entry_agency"),
            models.Index(fields=["item_type", "-id"], name="audit_entry_type"),
        ]


class Seal(models.Model):
    """The chain: each line's hash covers the hash before it, in the order of commits."""

    sequence = models.BigAutoField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)
    previous = models.TextField()
    hash = models.TextField()

    class Meta:
        db_table = "audit_seal"


class Value(models.Model):
    """What changed, in words: old and new values of one line of the log. Erasing it leaves the digest, so the chain still verifies."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    salt = models.TextField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        db_table = "audit_value"
        indexes = [models.Index(fields=["entry"], condition=Q(new__isnull=True), name="audit_value_removed")]
