"""What the worker does with mails."""

from django_tasks import task

from headwater.service.audit.actions import acting_as
from headwater.service.notices.outbox import deliver_mail


@task()
def deliver(number: int) -> None:
    """Send one mail of the outbox."""
    with acting_as("worker: mail"):
        deliver_mail(number)
