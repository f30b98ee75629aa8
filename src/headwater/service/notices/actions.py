"""Tell somebody something: in the page at once, by mail when the transaction is kept. Acknowledge. Escalate what nobody acknowledged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Func, Value, When
from django.utils import timezone

from headwater.service.agencies.access import Actor, Role
from headwater.service.agencies.actions import managers_of, people_with
from headwater.service.agencies.models import Agency, User
from headwater.service.audit.actions import keyed_digest, log
from headwater.service.notices.models import OPEN, Mail, Notice
from headwater.service.notices.tasks import deliver

ESCALATE_AFTER = timedelta(hours=1)
"""An urgent notice that nobody acknowledged goes to the managers of its reader's teams, and where there is none, of the whole agency."""


Matter = tuple[str, int | str]
"""Kind and number of what somebody must do something about: `("referral", 12)`."""


def tell(
    users: Iterable[User], words: str, *, link: str, reference: str = "", urgent: bool = False, asks: Iterable[Matter] = (), leads_to: str = "",
) -> list[Notice]:  # fmt: skip
    """Tell these users; `words` say what it is about and never who. Each gets a mail with the reference and the link.

    `asks`: the matters that somebody must settle; when all are, the notice is done. `leads_to`: what stands behind the link.
    """
    made = []
    names = [_name(*matter) for matter in asks]
    for user in {user.pk: user for user in users if user.is_active}.values():
        made.append(
            Notice.objects.create(
                user=user, words=words, link=link, reference=reference, urgent=urgent, asks=names, leads_to=leads_to
            )
        )
        send_mail(
            user.email, f"{'Urgent: ' if urgent else ''}{words}", link=link, reference=reference, leads_to=leads_to
        )
    return made


def settle(kind: str, number: int | str) -> None:
    """What was asked is done, or asked no longer: notices that ask for nothing else are done too, whoever did it. Done again, nothing
    changes. Call it before anybody is told what comes next."""
    name = _name(kind, number)
    Notice.objects.filter(asks__contains=[name], settled_at=None).update(
        asks=Func(F("asks"), Value(name), function="array_remove"),
        settled_at=Case(When(asks__len=1, then=Value(timezone.now())), default=None),
    )


def _name(kind: str, number: int | str) -> str:
    return f"{kind} {number}"


def tell_data_protection(agency: Agency, words: str, *, link: str, reference: str = "", leads_to: str = "") -> None:
    """Tell the data-protection officer's list of an agency, and its auditors, at once."""
    auditors = people_with(agency.pk, [Role.AUDITOR])
    tell(auditors, words, link=link, reference=reference, urgent=True, leads_to=leads_to)
    for address in agency.data_protection_emails:
        send_mail(address, f"Urgent: {words}", link=link, reference=reference, leads_to=leads_to)


def send_mail(
    to: str, subject: str, *, link: str = "", reference: str = "", more: str = "", leads_to: str = ""
) -> Mail:  # fmt: skip
    """Put a mail into the outbox; the worker sends it once the transaction is kept."""
    lines = [subject + ".", ""]
    if reference:
        lines += [f"Reference: {reference}", ""]
    if more:
        lines += [more, ""]
    if link:
        lines += [*([f"{leads_to}:"] if leads_to else []), f"{settings.SITE_ADDRESS}{link}", ""]
    lines += ["This mail holds no personal data. Please do not answer it with any."]
    mail = Mail.objects.create(to=to, subject=f"Headwater: {subject}"[:150], body="\n".join(lines))
    log("send", "notices_mail", [mail.pk], recipient=keyed_digest(to))
    transaction.on_commit(lambda: deliver.enqueue(mail.pk))
    return mail


@transaction.atomic
def acknowledge(notice: Notice, *, acting: Actor) -> None:
    """The reader has seen it. Done again, nothing changes."""
    if notice.acknowledged_at is None and notice.user_id == acting.id:
        notice.acknowledged_at = timezone.now()
        notice.save(update_fields=["acknowledged_at"])


@transaction.atomic
def escalate_urgent() -> int:
    """Urgent notices that nobody acknowledged in time, and whose matter is not settled, go to the managers; how many went."""
    late = Notice.objects.select_for_update(skip_locked=True).filter(
        OPEN, urgent=True, escalated_at=None, at__lt=timezone.now() - ESCALATE_AFTER
    )
    count = 0
    for notice in late.select_related("user").order_by("at")[:200]:
        notice.escalated_at = timezone.now()
        notice.save(update_fields=["escalated_at"])
        tell(
            managers_of(
                notice.user.agency_id, [one.team_id for one in notice.user.live_memberships], but=notice.user_id
            ),
            f"Nobody has acknowledged: {notice.words}"[:200],
            link=notice.link,
            reference=notice.reference,
            asks=[(kind, number) for kind, _, number in (name.rpartition(" ") for name in notice.asks)],
            leads_to=notice.leads_to,
        )
        count += 1
    return count
