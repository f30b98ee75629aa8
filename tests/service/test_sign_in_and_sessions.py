"""Who can become somebody else: by an old session, a page of the sign-in library, a redirect, many guesses?"""

from __future__ import annotations

import time

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def test_a_session_ends_after_a_day_of_work_however_busy(town: Town) -> None:
    from django.conf import settings

    client = town.client("officer@police")
    assert client.get("/").status_code == 200
    session = client.session
    session["began_at"] = time.time() - settings.SESSION_COOKIE_AGE - 1
    session["seen_at"] = time.time()
    session.save()
    assert client.get("/").status_code == 302
    assert client.get("/cases/").status_code == 302


def test_signing_in_changes_the_number_of_the_session(town: Town) -> None:
    client = town.client(None)
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    user = town.user("officer@police")
    user.set_password("a-long-enough-password")
    user.save()
    told = {"login": "officer@police.example", "password": "a-long-enough-password"}
    assert client.post("/sign-in/login/", told).status_code == 302
    assert client.session.session_key != before
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(town: Town, where: str) -> None:
    client = town.client(None)
    user = town.user("officer@police")
    user.set_password("a-long-enough-password")
    user.save()
    told = {"login": "officer@police.example", "password": "a-long-enough-password", "next": where}
    answer = client.post("/sign-in/login/", told)
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")
    outside = town.client(None).get("//evil.example/cases/")
    assert not outside.headers.get("Location", "").startswith("//")


@pytest.mark.parametrize(
    "address", ["/sign-in/email/", "/sign-in/3rdparty/", "/sign-in/social/connections/", "/sign-in/3rdparty/signup/"]
)
def test_nobody_changes_who_they_are(town: Town, address: str) -> None:
    client = town.client("officer@police")
    for method in ("get", "post"):
        answer = getattr(client, method)(address, {"email": "else@evil.example", "action_add": ""})
        assert answer.status_code == 404, f"{method} {address}"


@pytest.mark.parametrize("address", ["/sign-in/signup/"])
def test_nobody_enters_themselves(town: Town, address: str) -> None:
    from headwater.service.agencies.models import User

    before = User.objects.count()
    told = {"email": "new@police.example", "password1": "a-long-enough-password", "password2": "a-long-enough-password"}
    town.client(None).post(address, told)
    assert User.objects.count() == before


def test_a_leaver_cannot_come_back_by_any_way(town: Town) -> None:
    from headwater.service.agencies.actions import end_time_here
    from headwater.service.notices.models import Mail

    user = town.user("officer@police")
    user.set_password("a-long-enough-password")
    user.save()
    client = town.client("officer@police")
    assert client.get("/").status_code == 200
    end_time_here(acting=town.actor("administrator@police"), user_id=user.pk)
    assert client.get("/").status_code == 302
    anew = town.client(None)
    anew.post("/sign-in/login/", {"login": user.email, "password": "a-long-enough-password"})
    assert anew.get("/").status_code == 302
    from django.core import mail

    before = len(mail.outbox)
    anew.post("/sign-in/password/reset/", {"email": user.email})
    assert not [one for one in mail.outbox[before:] if "/password/reset/key/" in one.body]
    assert Mail.objects.filter(to=user.email, sent_at=None).count() >= 0


def test_many_names_do_not_wash_the_counters_away(town: Town) -> None:
    """The limits on guessing count in the cache; a small one forgets them when somebody fills it."""
    from django.core.cache import cache

    cache.set("counter", 5, 600)
    for number in range(1200):
        cache.set(f"filler-{number}", 1, 600)
    assert cache.get("counter") == 5


def test_guessing_is_stopped(town: Town) -> None:
    client = town.client(None)
    told = {"login": "officer@police.example", "password": "wrong"}
    pages = [client.post("/sign-in/login/", told) for _ in range(8)]
    assert "Too many" in pages[-1].content.decode() or pages[-1].status_code == 429
    other = town.client(None)
    other.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    other.post("/sign-in/login/", told)
    last = other.post("/sign-in/login/", told)
    assert "Too many" in last.content.decode() or last.status_code == 429, "another address does not open it again"


def test_signing_in_and_out_is_in_the_log(town: Town) -> None:
    from headwater.service.audit.models import Entry

    user = town.user("officer@police")
    user.set_password("a-long-enough-password")
    user.save()
    client = town.client(None)
    client.post("/sign-in/login/", {"login": user.email, "password": "a-long-enough-password"})
    line = Entry.objects.filter(verb="sign in").latest("id")
    assert (line.user, line.agency, line.items) == (user.pk, user.agency_id, [str(user.pk)])
    client.post("/sign-in/logout/")
    assert Entry.objects.filter(verb="sign out", user=user.pk).exists()
    client.post("/sign-in/login/", {"login": user.email, "password": "wrong"})
    refused = Entry.objects.filter(verb="refuse", item_type="agencies_user").latest("id")
    assert user.email not in str(refused.items) + refused.basis


NEEDED = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate", "account_change_password", "account_set_password",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_email_verification_sent", "account_confirm_email", "account_confirm_login_code", "mfa_index", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn",
    "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn", "socialaccount_login_cancelled",
    "socialaccount_login_error", "openid_connect_login", "openid_connect_callback", "usersessions_list",
}  # fmt: skip
"""The pages of the sign-in library that people need; a new version must not bring one that nobody has looked at."""


def test_no_page_of_the_sign_in_library_is_open_by_chance(service: object) -> None:
    from django.urls import get_resolver

    from headwater.service.agencies.sign_in_urls import nowhere
    from tests.service.test_stranger import NOT_OURS, walk

    closed: set[str] = set()
    unknown = []
    for route, pattern in walk(get_resolver().url_patterns):
        if not route.startswith(NOT_OURS):
            continue
        if pattern.callback is nowhere:
            closed.add(route)
        elif route not in closed and pattern.name not in NEEDED:
            unknown.append(route)
    assert all("social/login" in route for route in unknown), (
        unknown
    )  # Old addresses, which only lead on to the new ones.


def test_a_stranger_is_led_to_sign_in_from_every_page_of_the_account(town: Town) -> None:
    client = town.client(None)
    for address in (
        "/sign-in/2fa/",
        "/sign-in/2fa/totp/activate/",
        "/sign-in/2fa/recovery-codes/",
        "/sign-in/sessions/",
        "/sign-in/password/change/",
    ):
        assert client.get(address).status_code == 302, address
    made = town.client("officer@police").get("/sign-in/2fa/webauthn/keys/1/remove/")
    assert made.status_code in (302, 404)


def test_whoever_is_locked_out_or_forgot_reads_how_to_go_on(town: Town) -> None:
    client = town.client(None)
    told = {"login": "pcso@police.example", "password": "wrong"}
    for _ in range(7):
        page = client.post("/sign-in/login/", told).content.decode()
    assert "Wait 5 minutes, or ask your agency’s administrator" in page
    for address in ("/sign-in/password/reset/", "/sign-in/password/reset/done/"):
        page = client.get(address).content.decode()
        assert "ask your agency’s administrator" in page
        assert "contact us" not in page
    pages = [client.post("/sign-in/password/reset/", {"email": "pcso@police.example"}) for _ in range(7)]
    assert pages[-1].status_code in (200, 429)
    assert "Wait a minute" in pages[-1].content.decode()


def test_the_account_pages_lead_where_the_reader_may_go(town: Town) -> None:
    page = town.client("pcso@police").get("/sign-in/2fa/").content.decode()
    assert "Passkeys and codes from an app</h1>" in page
    assert 'aria-label="Main"' in page
    assert 'href="/inbox/"' in page
    assert "Two-Factor" not in page


def test_without_the_second_factor_that_is_asked_for_nothing_leads_away(town: Town) -> None:
    from django.test import override_settings

    with override_settings(SECOND_FACTOR=True):
        page = town.client("pcso@police").get("/sign-in/2fa/").content.decode()
    assert 'aria-label="Main"' not in page
    assert "You need one of the two before you go on." in page


def test_where_somebody_is_signed_in_is_said_in_words() -> None:
    from headwater.service.design.templatetags.words import browser

    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
    assert browser(chrome) == "Chrome on Linux"
    assert browser(chrome.replace("X11; Linux x86_64", "Windows NT 10.0") + " Edg/120") == "Edge on Windows"
    assert browser("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Mobile Safari/604.1") == "Safari on an iPhone"
    assert browser("curl/8") == "A browser"
