"""Tell somebody something: in the page at once, by mail when the transaction is kept. Acknowledge. Escalate what nobody acknowledged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from headwater.service.agencies.access import Actor, Role
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency, User
from headwater.service.audit.actions import keyed_digest, log
from headwater.service.notices.models import Mail, Notice

ESCALATE_AFTER = timedelta(hours=1)
"""An urgent notice that nobody acknowledged goes to the managers of its reader's teams, and where there is none, of the whole agency."""

MANAGERS = (Role.SERGEANT, Role.PARTNERSHIP_OFFICER, Role.PARTNER_MANAGER)
GIVE_UP_AFTER = 20


def tell(users: Iterable[User], words: str, *, link: str, reference: str = "", urgent: bool = False) -> list[Notice]:
    """Tell these users; `words` say what it is about and never who. Each gets a mail with the reference and the link."""
    made = []
    for user in {user.pk: user for user in users if user.is_active}.values():
        made.append(Notice.objects.create(user=user, words=words, link=link, reference=reference, urgent=urgent))
        send_mail(user.email, f"{'Urgent: ' if urgent else ''}{words}", link=link, reference=reference)
    return made


def tell_data_protection(agency: Agency, words: str, *, link: str, reference: str = "") -> None:
    """Tell the data-protection officer's list of an agency, and its auditors, at once."""
    tell(people_with(agency.pk, [Role.AUDITOR]), words, link=link, reference=reference, urgent=True)
    for address in agency.data_protection_emails:
        send_mail(address, f"Urgent: {words}", link=link, reference=reference)


def send_mail(to: str, subject: str, *, link: str = "", reference: str = "", more: str = "") -> Mail:
    """Put a mail into the outbox; the worker sends it once the transaction is kept."""
    lines = [subject + ".", ""]
    if reference:
        lines += [f"Reference: {reference}", ""]
    if more:
        lines += [more, ""]
    if link:
        lines += [f"{settings.SITE_ADDRESS}{link}", ""]
    lines += ["This mail holds no personal data. Please do not answer it with any."]
    mail = Mail.objects.create(to=to, subject=f"Headwater: {subject}"[:150], body="\n".join(lines))
    log("send", "notices_mail", [mail.pk], recipient=keyed_digest(to))
    transaction.on_commit(lambda: _enqueue(mail.pk))
    return mail


def _enqueue(number: int) -> None:
    from headwater.service.notices.tasks import deliver

    deliver.enqueue(number)


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
        else:
            mail.sent_at, mail.fault, mail.body = (
                timezone.now(),
                "",
                "",
            )  # Links and codes in it are nobody's but the reader's.
        mail.save(update_fields=["attempts", "fault", "sent_at", "body"])
        return mail.sent_at is not None


def deliver_late_mails() -> int:
    """Send what a stopped worker or a mail server left; how many went."""
    waiting = Mail.objects.filter(
        sent_at=None, attempts__lt=GIVE_UP_AFTER, at__lt=timezone.now() - timedelta(minutes=2)
    )
    return sum(deliver_mail(number) for number in waiting.order_by("at").values_list("pk", flat=True)[:200])


@transaction.atomic
def acknowledge(notice: Notice, *, acting: Actor) -> None:
    """The reader has seen it. Done again, nothing changes."""
    if notice.acknowledged_at is None and notice.user_id == acting.id:
        notice.acknowledged_at = timezone.now()
        notice.save(update_fields=["acknowledged_at"])


def _managers_of(user: User) -> list[User]:
    """The managers of somebody's teams but themselves; where there is none, or somebody has left, those of the agency, else its
    administrators."""
    teams = [held.team_id for held in user.live_memberships]
    found = [person for team_id in teams for person in people_with(user.agency_id, MANAGERS, team_id)]
    for more in (MANAGERS, (Role.ADMINISTRATOR,)):
        if others := [person for person in found if person.pk != user.pk]:
            return others
        found = people_with(user.agency_id, more)
    return [person for person in found if person.pk != user.pk]


@transaction.atomic
def escalate_urgent() -> int:
    """Urgent notices that nobody acknowledged in time go to the managers; how many went."""
    late = Notice.objects.select_for_update(skip_locked=True).filter(
        urgent=True, acknowledged_at=None, escalated_at=None, at__lt=timezone.now() - ESCALATE_AFTER
    )
    count = 0
    for notice in late.select_related("user").order_by("at")[:200]:
        notice.escalated_at = timezone.now()
        notice.save(update_fields=["escalated_at"])
        tell(
            _managers_of(notice.user),
            f"Nobody has acknowledged: {notice.words}"[:200],
            link=notice.link,
            reference=notice.reference,
        )
        count += 1
    return count
