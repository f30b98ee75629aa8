"""Enter the first people of an installation, from the command line: nobody is there yet who could do it by a page."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.service.running.prepare import NotReady


def enrol(
    *, name: str, kind: str, domains: Iterable[str], data_protection: Iterable[str], email: str, person: str
) -> str:
    """A new agency with its first administrator; the link by which they set a password. Raises NotReady with what to mend."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from django.conf import settings
    from django.core.exceptions import ValidationError

    from headwater.service.agencies.actions import found_agency
    from headwater.service.audit.actions import acting_as
    from headwater.service.design.send import Refused

    try:
        with acting_as("operator"):
            _, user = found_agency(
                name=name, kind=kind, domains=domains, data_protection=data_protection, email=email, person=person
            )
            key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    except Refused as fault:
        raise NotReady(str(fault)) from None
    except ValidationError as fault:
        told = "; ".join(f"{field}: {' '.join(errors)}" for field, errors in fault.message_dict.items())
        raise NotReady(f"The agency was not added. {told}") from None
    return f"{settings.SITE_ADDRESS}/sign-in/password/reset/key/{key}/"
