"""Who signed in, signed out, or was refused? One line of the log each, whatever way they came by."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from headwater.service.agencies.models import User
from headwater.service.audit.actions import keyed_digest, log, name_actor


def start_watching() -> None:
    """Hear Django's signals from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid="log-sign-in")
    user_logged_out.connect(_signed_out, dispatch_uid="log-sign-out")
    user_login_failed.connect(_refused, dispatch_uid="log-sign-in-refused")


def _signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    _name(request, user)
    log("sign in", "agencies_user", [user.pk])


def _signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        _name(request, user)
        log("sign out", "agencies_user", [user.pk])


def _refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    told = str(credentials.get("email") or credentials.get("username") or "").casefold().strip()
    log("refuse", "agencies_user", [], basis=f"sign-in {keyed_digest(told)}")


def _name(request: HttpRequest | None, user: User) -> None:
    number = getattr(request, "headwater_number", "")
    name_actor(user=user.pk, agency=user.agency_id, role=user.role_words, request=number)
