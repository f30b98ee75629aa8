"""A referral: a request from one agency to another, with what the receiver may see; and the link for one that has no account."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from headwater.service.agencies.rules import CATEGORY_WORDS, say_categories
from headwater.service.cases.models.case import Case
from headwater.service.cases.rules import DECLINE_REASONS, WHOSE_MOVE, ReferralState


class Referral(models.Model):
    """A request. While it is accepted and its agreement is live, the receiver sees the categories that it names."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    sender = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="referrals_sent")
    sender_team = models.ForeignKey("agencies.Team", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("agencies.User", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="referrals_received")
    agreement = models.ForeignKey("agencies.Agreement", null=True, on_delete=models.PROTECT, related_name="referrals")
    outside_email = models.EmailField(blank=True, help_text="When the receiver has no account here.")
    ask = models.TextField(help_text="What the receiver is asked to do.")
    categories = ArrayField(models.CharField(max_length=20, choices=list(CATEGORY_WORDS.items())))
    state = models.CharField(
        max_length=30, choices=[(state, state) for state in ReferralState], default=ReferralState.DRAFT
    )
    sent_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("agencies.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, blank=True, choices=list(DECLINE_REASONS.items()))
    words = models.TextField(blank=True, help_text="What the receiver said last.")
    information = models.TextField(blank=True, help_text="What the sender added when it was returned.")
    escalated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["receiver", "state", "-id"], name="referral_in"),
            models.Index(fields=["sender_team", "state", "-id"], name="referral_out"),
            models.Index(fields=["receiver", "-id"], name="referral_in_newest"),
            models.Index(fields=["sender_team", "-id"], name="referral_out_newest"),
            models.Index(fields=["case"], condition=Q(state="accepted"), name="referral_live"),
            models.Index(
                fields=["answer_by"], condition=Q(state__in=["sent", "returned for information"]), name="referral_clock"
            ),
        ]

    @property
    def reference(self) -> str:
        """The number that people quote."""
        return f"R-{self.pk:06d}"

    @property
    def category_words(self) -> list[str]:
        """What the receiver may see, in words."""
        return say_categories(self.categories)

    @property
    def awaits_answer(self) -> bool:
        """Whether somebody's days run: the receiver's for the request, or the sender's for what was asked back."""
        return self.state in (ReferralState.SENT, ReferralState.RETURNED)

    @property
    def whose_move(self) -> str:
        """Who must act next, by name; nobody when it is over."""
        side = WHOSE_MOVE.get(ReferralState(self.state))
        return {"sender": self.sender.name, "receiver": self.receiver.name}.get(side or "", "nobody")


class OutsideLink(models.Model):
    """A link for somebody without an account: works once, ends, and opens only with a code sent to the same address."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="links")
    email = models.EmailField()
    token_digest = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField()
    code_digest = models.CharField(max_length=64, blank=True)
    code_ends_at = models.DateTimeField(null=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
