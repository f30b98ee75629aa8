"""Signing in: a passkey, codes from an app without JavaScript, and the limits on guessing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import check, follow

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


def code_of(secret: str) -> str:
    """The six figures of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    told = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    place = told[-1] & 15
    return f"{(struct.unpack('>I', told[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def confirm(page: Page, live: Live) -> None:
    """Before a way to sign in is added the password is asked once more."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Your password").fill(live.password)
        page.get_by_role("button", name="Go on").click()


FOREIGN = re.compile(r"two-factor|authenticat|security key|passwordless|safeguard|deactivate|session", re.IGNORECASE)
"""Words of the sign-in library that nobody says."""


def look_at_account(page: Page) -> None:
    """Each page of the account: our words, the menu, nothing cut off on a phone."""
    page.set_viewport_size({"width": 360, "height": 800})
    for address in (
        "2fa/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/totp/activate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "sessions/",
        "password/change/", "reauthenticate/", "2fa/reauthenticate/", "2fa/reauthenticate/webauthn/",
    ):  # fmt: skip
        page.goto(f"/sign-in/{address}")
        check(page)
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        assert not FOREIGN.search(page.inner_text("main")), address
    for words in ("Rename", "Remove"):
        page.goto("/sign-in/2fa/webauthn/")
        follow(page, page.get_by_role("link", name=words).first)
        check(page)
        assert not FOREIGN.search(page.inner_text("main")), words


def test_somebody_adds_a_passkey_and_signs_in_with_it(sign_in: SignIn, live: Live) -> None:
    nurse = sign_in("nurse@health")
    client = nurse.context.new_cdp_session(nurse)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    nurse.goto("/account/")
    check(nurse)
    follow(nurse, nurse.get_by_role("link", name="Passkeys and codes from an app"))
    check(nurse)
    nurse.goto("/sign-in/2fa/webauthn/add/")
    confirm(nurse, live)
    check(nurse)
    expect(nurse.get_by_label("Let me in with it alone")).to_be_checked()
    nurse.get_by_role("button", name="Add the passkey").click()
    nurse.wait_for_url(lambda address: "/add/" not in address)
    expect(nurse.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    check(nurse)
    nurse.get_by_role("link", name="I have kept them").click()
    expect(nurse.get_by_role("heading", name="My work")).to_be_visible()
    look_at_account(nurse)
    nurse.get_by_role("button", name="Sign out").click()
    nurse.goto("/sign-in/login/")
    nurse.get_by_role("button", name="Sign in with a passkey").click()
    nurse.wait_for_url(f"{live.address}/")
    expect(nurse.get_by_role("heading", name="My work")).to_be_visible()


def test_codes_from_an_app_need_no_javascript(sign_in: SignIn, browser: Browser, live: Live) -> None:
    teacher = sign_in("teacher@school", scripts=False, width=320)
    teacher.goto("/sign-in/2fa/totp/activate/")
    confirm(teacher, live)
    text = teacher.content()
    secret = re.search(r'value="([A-Z2-7]{16,})"|>\s*([A-Z2-7]{16,})\s*<', text)
    assert secret
    key = secret[1] or secret[2]
    teacher.get_by_label("Which 6 digits").fill(code_of(key))
    teacher.get_by_role("button", name="Set it up").click()
    teacher.get_by_role("button", name="Sign out").click()
    teacher.goto("/sign-in/login/")
    teacher.get_by_label("Email").fill("teacher@school.example")
    teacher.get_by_label("Password").fill(live.password)
    teacher.get_by_role("button", name="Sign in", exact=True).click()
    assert "/2fa/authenticate/" in teacher.url
    time.sleep(30 - time.time() % 30 + 0.5)  # A code works once: the next one is waited for.
    teacher.get_by_label("The code").fill(code_of(key))
    teacher.get_by_role("button", name="Sign in", exact=True).click()
    expect(teacher.get_by_role("heading", name="My work")).to_be_visible()


def test_guessing_is_stopped_and_nobody_learns_who_has_an_account(browser: Browser, live: Live) -> None:
    page = browser.new_context(base_url=live.address).new_page()
    told = []
    for address in ("council-manager@council.example", "nobody@council.example"):
        page.goto("/sign-in/login/")
        page.get_by_label("Email").fill(address)
        page.get_by_label("Password").fill("wrong-password-1")
        page.get_by_role("button", name="Sign in", exact=True).click()
        told.append(page.get_by_role("alert").inner_text())
    assert told[0] == told[1]
    for _ in range(6):
        page.goto("/sign-in/login/")
        page.get_by_label("Email").fill("council-manager@council.example")
        page.get_by_label("Password").fill("wrong-password-1")
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Too many")
