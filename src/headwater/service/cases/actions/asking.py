"""What a referral may ask and let pass, and how it is changed before it is sent, or sent again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from headwater.service.agencies.access import Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency, Agreement
from headwater.service.agencies.rules import say_categories
from headwater.service.cases.access import WORKERS
from headwater.service.cases.models import Referral
from headwater.service.design.send import Refused

ALWAYS = (Category.IDENTITY, Category.REASONS)
"""What whoever is asked sees in any case."""


def what_may_pass(agreement: Agreement, categories: Iterable[str]) -> list[str]:
    """These categories with those that always go. Raises Refused for more than the agreement lets pass."""
    needed = {str(one) for one in (*categories, *ALWAYS)}
    if over := needed - set(agreement.categories):
        words = "; ".join(say_categories(over))
        raise Refused(f"The agreement with {agreement.receiver.name} does not let this pass: {words}.", "categories")
    return sorted(needed)


def check_address(receiver: Agency, outside_email: str) -> str:
    """The address in small letters. Raises Refused for one that is not the receiver's."""
    if outside_email and outside_email.casefold().rpartition("@")[2] not in receiver.domains:
        raise Refused(
            f"The addresses of {receiver.name} end in {receiver.domain_words}. Another address would let somebody else in.",
            "outside_email",
        )
    return outside_email.casefold()


def check_reach(receiver: Agency, outside_email: str) -> None:
    """Somebody must hear of it: an agency where nobody who works cases signs in is asked by e-mail. Raises Refused."""
    if not outside_email and not people_with(receiver.pk, WORKERS):
        raise Refused(
            f"Nobody at {receiver.name} can sign in and answer here. Give an e-mail address: an address at {receiver.domain_words}.",
            "outside_email",
        )


@transaction.atomic
def change_referral(referral: Referral, *, ask: str, categories: list[str], outside_email: str) -> None:
    """Say anew what is asked, what may be seen, and to which address it goes. Raises Refused."""
    if referral.agreement is None or not referral.agreement.is_live:
        raise Refused(f"The sharing agreement with {referral.receiver.name} is not live any more.")
    referral.categories = what_may_pass(referral.agreement, categories)
    address = check_address(referral.receiver, outside_email)
    if address != referral.outside_email:
        referral.links.filter(used_at=None).update(used_at=timezone.now())
    referral.outside_email = address
    referral.ask = ask
    referral.version += 1
    referral.save()
