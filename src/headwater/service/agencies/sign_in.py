"""How allauth behaves here: nobody signs up by themselves, an agency's own directory admits its own people, secrets are kept encrypted."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from headwater.service.agencies.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, with the user's agency and whether they have a second factor read in the same question: every page needs them."""

    def get_user(self, user_id: int) -> User | None:
        """The signed-in user, or nobody."""
        factors = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
        people = User.objects.select_related("agency").annotate(factors=factors)
        found = people.filter(pk=user_id, is_active=True).first()
        if found is None or not self.user_can_authenticate(found):
            return None
        found.has_second_factor = found.factors
        return found


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an agency's administrator; a refusal says how to go on."""

    error_messages = {  # noqa: RUF012 - read by allauth from the class
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": f"Too many wrong passwords. Wait {settings.LOCKED_OUT_MINUTES} minutes, or ask your agency’s administrator.",
        "rate_limited": "Too many tries. Wait a minute, or ask your agency’s administrator.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def get_from_email(self) -> str:
        """The service's own address."""
        return str(settings.DEFAULT_FROM_EMAIL)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Nothing: the next page shows that it worked, and a message would stand above somebody's name."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An agency's own sign-in admits somebody whom its administrator has entered, by a verified address of the agency's domains."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """No: entering people is the administrator's."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the person by address. A directory vouches for the domains that the secret file gives it and for no others, or one agency's
        directory could name another agency's people. Raises ImmediateHttpResponse, back to the sign-in page, when there is none."""
        if sociallogin.is_existing:
            return
        address = next((one.email.casefold() for one in sociallogin.email_addresses if one.verified), "")
        found = User.objects.filter(email=address, is_active=True).select_related("agency").first() if address else None
        domain, vouched = address.rpartition("@")[2], settings.SIGN_IN_DOMAINS.get(sociallogin.account.provider, ())
        if found is None or domain not in found.agency.domains or domain not in vouched:
            messages.error(
                request, "Your agency let you in, but nobody has entered you here. Ask your agency's administrator."
            )
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        sociallogin.connect(request, found)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors; their secrets are encrypted with a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """For the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """From the database. Raises InvalidToken when the key is another."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor " + key.encode()).digest())) for key in keys]
    )
