"""Does an agency's own sign-in admit its people, and nobody else?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def arrive(address: str, *, verified: bool = True, provider: str = "council") -> list[Any]:
    """Somebody comes back from the agency's sign-in; whom the service took them for."""
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.test import RequestFactory, override_settings

    from headwater.service.agencies.sign_in import SocialAccountAdapter

    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    taken_for: list[Any] = []
    login = SimpleNamespace(
        is_existing=False,
        account=SimpleNamespace(provider=provider),
        email_addresses=[SimpleNamespace(email=address, verified=verified)],
        connect=lambda request, user: taken_for.append(user),
    )
    vouched = {"council": ["council.example"], "police": ["police.example"]}
    with override_settings(SIGN_IN_DOMAINS=vouched):
        SocialAccountAdapter(request).pre_social_login(request, login)
    return taken_for


def test_somebody_whom_the_administrator_entered_comes_in(town: Town) -> None:
    assert arrive("Social-Worker@council.example") == [town.user("social-worker@council")]


@pytest.mark.parametrize(
    ("address", "verified"),
    [("nobody@council.example", True), ("social-worker@council.example", False), ("", True)],
)
def test_nobody_else_comes_in(town: Town, address: str, verified: bool) -> None:
    from allauth.core.exceptions import ImmediateHttpResponse

    with pytest.raises(ImmediateHttpResponse):
        arrive(address, verified=verified)


@pytest.mark.parametrize("provider", ["council", "unknown"])
def test_a_directory_vouches_for_its_own_people_only(town: Town, provider: str) -> None:
    from allauth.core.exceptions import ImmediateHttpResponse

    with pytest.raises(ImmediateHttpResponse):
        arrive("sergeant@police.example", provider=provider)


def test_an_address_outside_the_agency_s_domains_comes_in_by_password_only(town: Town) -> None:
    from allauth.core.exceptions import ImmediateHttpResponse

    user = town.user("social-worker@council")
    user.email = "social-worker@elsewhere.example"
    user.save()
    with pytest.raises(ImmediateHttpResponse):
        arrive(user.email)


def test_a_leaver_does_not_come_in(town: Town) -> None:
    from allauth.core.exceptions import ImmediateHttpResponse

    from headwater.service.agencies.actions import end_time_here

    user = town.user("officer@police")
    end_time_here(acting=town.actor("administrator@police"), user_id=user.pk)
    with pytest.raises(ImmediateHttpResponse):
        arrive(user.email, provider="police")


def test_nobody_signs_up_by_themselves(town: Town) -> None:
    page = town.client(None).post(
        "/sign-in/signup/", {"email": "x@police.example", "password1": "long-enough-1", "password2": "long-enough-1"}
    )
    assert "Nobody enters themselves" in page.content.decode()
