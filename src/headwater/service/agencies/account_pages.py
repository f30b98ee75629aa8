"""The pages of the sign-in library in our own words: the navigation of whoever may use it, and what the fields are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as code
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkey
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import User

WORDS = {
    "oldpassword": ("Your password now", ""), "password": ("Your password", ""),
    "password1": ("The new password", "At least 12 signs. Four words that do not belong together are strong"),
    "password2": ("The new password again", ""), "email": ("Your e-mail address", "The one of your agency"),
    "code": ("The code", "6 digits from your app, or one of your recovery codes"), "name": ("A name for it", "So that you know it again: “work phone”"),
    "passwordless": ("Let me in with it alone, without my password", "It then asks for your finger, your face or a PIN each time"),
}  # fmt: skip
"""What a field asks, and the hint under it."""


class Navigation:
    """Shows the navigation on the account pages too, to those who may go where it leads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        if request.path.startswith("/sign-in/") and isinstance(request.user, User):
            actor = Actor(request.user)
            if actor.roles and (request.user.has_second_factor or not settings.SECOND_FACTOR):
                request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)


class OwnWords:
    """A form of the library that asks in our words."""

    fields: dict[str, Any]
    more: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if found := self.more.get(name) or WORDS.get(name):
                field.label, field.help_text = found
                field.widget.attrs.pop("placeholder", None)


class ChangePassword(OwnWords, account.ChangePasswordForm):  # type: ignore[misc]
    """Change the password."""


class SetPassword(OwnWords, account.SetPasswordForm):  # type: ignore[misc]
    """Set a first password."""


class ResetPassword(OwnWords, account.ResetPasswordForm):  # type: ignore[misc]
    """Ask for the mail."""


class ResetPasswordKey(OwnWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Set a new one by the mail."""


class Reauthenticate(OwnWords, account.ReauthenticateForm):  # type: ignore[misc]
    """Show again who one is, by password."""


class Authenticate(OwnWords, code.AuthenticateForm):  # type: ignore[misc]
    """Sign in with a code."""


class ReauthenticateByCode(OwnWords, code.ReauthenticateForm):  # type: ignore[misc]
    """Show again who one is, by a code."""


class ActivateApp(OwnWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """Set up codes from an app."""

    more: ClassVar[dict[str, tuple[str, str]]] = {"code": ("Which 6 digits does the app show now?", "")}


class AddPasskey(OwnWords, passkey.AddWebAuthnForm):  # type: ignore[misc]
    """Add a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("passwordless", True)


class EditPasskey(OwnWords, passkey.EditWebAuthnForm):  # type: ignore[misc]
    """Rename a passkey."""
