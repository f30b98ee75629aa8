"""Send what lies in the outbox: each mail once, whoever asks, and later again where a server did not take it."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from headwater.service.notices.models import Mail

GIVE_UP_AFTER = 20
DELIVER_SECONDS = 40
"""So long late mails are sent in one look; a server that hangs must not stop the other clocks."""


def deliver_mail(number: int) -> bool:
    """Send one mail of the outbox, once, whoever asks. Whether it is sent."""
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True)
            .filter(pk=number, sent_at=None, attempts__lt=GIVE_UP_AFTER)
            .first()
        )
        if mail is None:
            return False
        mail.attempts += 1
        try:
            EmailMessage(
                mail.subject,
                mail.body,
                settings.DEFAULT_FROM_EMAIL,
                [mail.to],
                headers={"Auto-Submitted": "auto-generated"},
            ).send()
        except OSError as fault:  # SMTP faults are OSErrors.
            mail.fault = f"{type(fault).__name__}: {fault}"[:200]
        except Exception as fault:  # A mail that cannot even be written keeps no other from going.
            mail.fault = type(fault).__name__
        else:
            mail.sent_at, mail.fault, mail.body = (
                timezone.now(),
                "",
                "",
            )  # Links and codes in it are nobody's but the reader's.
        mail.save(update_fields=["attempts", "fault", "sent_at", "body"])
        return mail.sent_at is not None


def deliver_late_mails() -> int:
    """Send what a stopped worker or a mail server left, each in its own transaction, what was tried least first; how many went. A server
    that does not answer is asked again at the next look."""
    until = time.monotonic() + DELIVER_SECONDS
    waiting = Mail.objects.filter(
        sent_at=None, attempts__lt=GIVE_UP_AFTER, at__lt=timezone.now() - timedelta(minutes=2)
    )
    sent = 0
    for number in list(waiting.order_by("attempts", "at").values_list("pk", flat=True)[:200]):
        if time.monotonic() > until:
            break
        sent += deliver_mail(number)
    return sent
