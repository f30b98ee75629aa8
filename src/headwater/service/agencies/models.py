"""Agencies, teams with areas, users with roles in teams, and sharing agreements with their signatures."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from headwater.service.agencies.rules import (
    CATEGORY_WORDS,
    LAWFUL_BASES,
    Kind,
    Role,
    is_live,
    say_agreement_state,
    say_categories,
)


def today() -> date:
    """The day it is where the service is used."""
    return timezone.localdate()


class Agency(models.Model):
    """An organisation whose people work here, or that takes referrals."""

    name = models.CharField(max_length=120, unique=True, help_text="As people know it.")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in Kind])
    regime = models.CharField(
        max_length=20, choices=[("part-3", "Data Protection Act 2018, part 3"), ("uk-gdpr", "UK GDPR")], default="uk-gdpr",
        help_text="Under which law the agency handles data here.",
    )  # fmt: skip
    domains = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text="E-mail domains of its people."
    )
    data_protection_emails = ArrayField(
        models.EmailField(), default=list, blank=True, help_text="The data-protection officer's list."
    )
    answer_within_days = models.PositiveSmallIntegerField(
        default=5, help_text="Days in which the agency promises to answer a referral."
    )
    takes_referrals = models.BooleanField(default=True, help_text="No when it is full: nobody is offered it.")
    why_full = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name

    @property
    def domain_words(self) -> str:
        """What its e-mail addresses end in, in words."""
        return " or ".join(self.domains) or "no address that was entered here"


class Team(models.Model):
    """People of one agency who work together: a neighbourhood team, a duty team, an analysts' desk."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    lake_team = models.CharField(
        max_length=60, blank=True, help_text="The team's number in the search's own list of teams."
    )

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="team_name_once_in_agency"),
            models.UniqueConstraint(fields=["lake_team"], condition=~Q(lake_team=""), name="team_once_in_search"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamArea(models.Model):
    """An area that a team covers, from a day to a day; an area may have many teams."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    starts = models.DateField(default=today)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="area_ends_after_start")
        ]


class Users(BaseUserManager["User"]):
    """Makes users; an address is kept in small letters."""

    def create_user(
        self, email: str, *, name: str, agency: Agency, password: str | None = None, **more: object
    ) -> User:
        """A user of an agency; without a password until they set one or use a passkey."""
        user = self.model(email=email.casefold().strip(), name=name, agency=agency, **more)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By address, whatever its letters."""
        return self.get(email=(username or "").casefold())


class User(AbstractBaseUser):
    """Somebody who signs in: belongs to one agency and holds roles in its teams."""

    email = models.EmailField(unique=True, error_messages={"unique": "Somebody has this e-mail address already."})
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=60, blank=True, help_text="Rank or job title.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="users")
    is_active = models.BooleanField(default=True)
    joined_on = models.DateField(default=today)
    left_on = models.DateField(null=True, blank=True)

    objects = Users()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    has_second_factor = False
    """Told only of somebody who is signed in: read with the session."""

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()

    def get_full_name(self) -> str:
        """Title and name."""
        return str(self)

    @cached_property
    def live_memberships(self) -> list[Membership]:
        """The roles that hold today; read once for a request."""
        day = today()
        held = self.memberships.filter(
            Q(ends=None) | Q(ends__gte=day), starts__lte=day, team__agency_id=F("user__agency_id")
        )
        return list(held.select_related("team").order_by("team__name", "role")) if self.is_active else []

    @property
    def role_words(self) -> str:
        """The roles, for the log."""
        return ", ".join(sorted({one.role for one in self.live_memberships})) or "no role"


class Membership(models.Model):
    """A role of a user in a team, from a day to a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, role) for role in Role])
    starts = models.DateField(default=today)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team", "role"], condition=Q(ends=None), name="role_once_in_team"),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="role_ends_after_start"),
        ]


class Agreement(models.Model):
    """What one agency may tell another, for what, on which lawful basis, from a day to a day. Without a live one nothing passes routinely."""

    giver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements_given")
    receiver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements_received")
    purpose = models.CharField(max_length=200)
    lawful_basis = models.CharField(max_length=30, choices=list(LAWFUL_BASES.items()))
    categories = ArrayField(models.CharField(max_length=20, choices=list(CATEGORY_WORDS.items())))
    starts = models.DateField()
    ends = models.DateField()
    review_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    why_withdrawn = models.CharField(max_length=200, blank=True)
    reminded_at_days = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="The last reminder of its review."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="agreement_has_two_parties"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="agreement_ends_after_start"),
        ]

    def clean(self) -> None:
        """Dates in order."""
        if self.starts and self.ends and self.review_on and not self.starts <= self.review_on <= self.ends:
            raise ValidationError({"review_on": "The review must be between the first and the last day."})

    @property
    def _facts(self) -> dict[str, object]:
        return {
            "on": today(), "starts": self.starts, "ends": self.ends, "withdrawn": self.withdrawn_on,
            "signed": {one.agency_id for one in self.signatures.all()}, "parties": {self.giver_id, self.receiver_id},
        }  # fmt: skip

    @property
    def category_words(self) -> list[str]:
        """What may be told, in words."""
        return say_categories(self.categories)

    @property
    def is_live(self) -> bool:
        """Whether it holds today."""
        return is_live(**self._facts)  # type: ignore[arg-type]

    @property
    def state(self) -> str:
        """Its state in words."""
        return say_agreement_state(**self._facts, review=self.review_on)  # type: ignore[arg-type]


class Signature(models.Model):
    """One party's signature: by whom, in which named role."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    role = models.CharField(max_length=80, help_text="For example: Head of Safeguarding.")
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    signed_on = models.DateField(default=today)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "agency"], name="one_signature_for_a_party")]
