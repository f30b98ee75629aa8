"""A link for an agency without an account: works once, ends, and opens only with a code that is sent to the same address.

Token and code are kept as digests only. What the page shows is what the receiver of any request sees before it is answered.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.audit.actions import keyed_digest, log
from headwater.service.cases.models import OutsideLink, Referral
from headwater.service.design.send import Refused
from headwater.service.notices.actions import send_mail

LINK_DAYS, CODE_MINUTES, OPEN_MINUTES, MOST_CODES, MOST_TRIES = 7, 15, 60, 5, 5


@transaction.atomic
def send_link(referral: Referral) -> None:
    """Mail a new link to the referral's outside address; former ones end."""
    referral.links.filter(used_at=None).update(used_at=timezone.now())
    token = secrets.token_urlsafe(32)
    OutsideLink.objects.create(
        referral=referral,
        email=referral.outside_email,
        token_digest=_digest(token),
        ends_at=timezone.now() + timedelta(days=LINK_DAYS),
    )
    more = f"The link works once, until {LINK_DAYS} days from now. It asks for a code, which comes to this address."
    send_mail(
        referral.outside_email,
        f"{referral.sender.name} asks for your help",
        link=reverse("outside", args=[token]),
        reference=referral.reference,
        more=more,
    )


def find_link(token: str, *, lock: bool = False) -> OutsideLink | None:
    """The link of a token, when it still works, its referral still asks and the agreement is live; None otherwise, whatever the reason.
    `lock`: nobody changes referral or link until the transaction ends; the referral first, as everybody does who takes it back."""
    rows = OutsideLink.objects.select_related(
        "referral__case__team__agency",
        "referral__receiver",
        "referral__sender",
        "referral__agreement",
        "referral__by",
        "referral__sender_team",
    )
    if lock:
        asks = OutsideLink.objects.filter(token_digest=_digest(token)).values("referral_id")
        Referral.objects.select_for_update().filter(pk__in=asks).first()
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(
        token_digest=_digest(token), used_at=None, ends_at__gt=timezone.now(), tries__lt=MOST_TRIES
    ).first()
    if found is None or found.referral.state != "sent":
        return None
    return found if found.referral.agreement is not None and found.referral.agreement.is_live else None


def opened_before(number: int | None, token: str) -> Referral | None:
    """What was asked by a link that somebody opened with its code before it ended; None when it was another, or nobody's."""
    found = OutsideLink.objects.select_related("referral").filter(token_digest=_digest(token)).first()
    return found.referral if found is not None and found.pk == number and found.opened_at is not None else None


def is_open(link: OutsideLink) -> bool:
    """Whether the code was given not long ago; after that it is asked for again, because the screen may be somebody else's."""
    return link.opened_at is not None and link.opened_at > timezone.now() - timedelta(minutes=OPEN_MINUTES)


@transaction.atomic
def send_code(link: OutsideLink) -> None:
    """Mail a code to the address of the link. Raises Refused after too many."""
    if link.codes_sent >= MOST_CODES:
        raise Refused("Too many codes were sent to this address. Ask the team that wrote to you for a new link.")
    code = f"{secrets.randbelow(1_000_000):06d}"
    link.code_digest, link.code_ends_at, link.codes_sent = (
        _digest(f"{link.pk} {code}"),
        timezone.now() + timedelta(minutes=CODE_MINUTES),
        link.codes_sent + 1,
    )
    link.save(update_fields=["code_digest", "code_ends_at", "codes_sent"])
    send_mail(
        link.email,
        "Your code",
        more=f"Your code is {code}. It works for {CODE_MINUTES} minutes.",
        reference=link.referral.reference,
    )


@transaction.atomic
def check_code(link: OutsideLink, code: str) -> bool:
    """Whether it is the code that was sent. Wrong ones are counted; after some the link is dead."""
    locked = OutsideLink.objects.select_for_update().get(pk=link.pk)
    fits = bool(locked.code_digest) and hmac.compare_digest(locked.code_digest, _digest(f"{locked.pk} {code.strip()}"))
    if not fits or locked.tries >= MOST_TRIES or locked.code_ends_at is None or locked.code_ends_at < timezone.now():
        locked.tries += 1
        locked.save(update_fields=["tries"])
        return False
    locked.opened_at, locked.code_digest = timezone.now(), ""
    locked.save(update_fields=["opened_at", "code_digest"])
    log(
        "disclose", "cases_referral", [locked.referral_id], case=link.referral.case_id, categories=["identity", "reasons"],
        recipient=f"outside {keyed_digest(locked.email)}", agreement=link.referral.agreement_id,
    )  # fmt: skip
    return True


def _digest(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
