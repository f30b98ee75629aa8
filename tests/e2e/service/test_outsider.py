"""An agency without an account: a link by mail, a code to the same address, one answer; a real mail server carries both."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import MakeFolder
from tests.e2e.service.conftest import Live, free_port, serving, sign_in_on
from tests.e2e.service.steps import begin_case, check, in_service, refer

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

TO = "coach@outside.example"


class Post:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content.decode().replace("=\r\n", "")))
        return "250 kept"

    def newest(self, to: str, words: str) -> str:
        until = time.monotonic() + 30
        while True:
            for receivers, text in reversed(self.mails):
                if to in receivers and words in text:
                    return text
            assert time.monotonic() < until, f"no mail to {to} with {words!r}; there are {self.mails}"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Post, int]]:
    kept, port = Post(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, port
    server.stop()


@pytest.fixture(scope="module")
def with_mail(post: tuple[Post, int], make_data: MakeFolder) -> Iterator[Live]:
    """A service that sends its mails to that server."""
    with serving(make_data("mail"), {"HEADWATER_MAIL_SERVER": f"127.0.0.1:{post[1]}"}) as found:
        yield found


def page_of(browser: Browser, live: Live, key: str | None) -> Page:
    page = browser.new_context(base_url=live.address).new_page()
    if key:
        sign_in_on(page, live, key)
    return page


def test_an_outsider_answers_by_a_link_that_works_once(
    browser: Browser, with_mail: Live, post: tuple[Post, int]
) -> None:
    kept = post[0]
    officer = page_of(browser, with_mail, "officer@police")
    case = begin_case(officer, "Alex Outside")
    refer(officer, case, "Made-up Boxing Club", email=TO)
    referral = officer.url
    letter = kept.newest(TO, "asks for your help")
    assert "Alex" not in letter
    found = re.search(r"http://localhost:\d+(/answer/\S+)", letter)
    assert found
    address = found[1]

    coach = page_of(browser, with_mail, None)
    coach.goto(address)
    check(coach)
    expect(coach.get_by_text("Alex Outside")).to_have_count(0)
    coach.get_by_role("button", name="Send me a code").click()
    coach.get_by_label("The code").fill("000000")
    coach.get_by_role("button", name="Open the request").click()
    expect(coach.get_by_role("alert")).to_contain_text("not the code that we sent")
    check(coach)
    code = re.search(r"Your code is (\d{6})", kept.newest(TO, "Your code is"))
    assert code
    coach.get_by_label("The code").fill(code[1])
    coach.get_by_role("button", name="Open the request").click()
    expect(coach.get_by_role("heading", name="Alex Outside")).to_be_visible()
    expect(coach.get_by_text("Please help with evenings.")).to_be_visible()
    check(coach)

    # Somebody who found the link in another browser is asked for a code first.
    thief = page_of(browser, with_mail, None)
    thief.goto(address)
    expect(thief.get_by_text("Alex Outside")).to_have_count(0)

    coach.get_by_label("We help").check()
    coach.get_by_label("Anything to add?").fill("Fridays at six.")
    coach.get_by_role("button", name="Send the answer").click()
    expect(coach.get_by_role("heading", name="Thank you")).to_be_visible()
    check(coach)
    assert coach.goto(address).status == 404  # type: ignore[union-attr]
    assert coach.goto(case).url.endswith("/sign-in/login/?next=" + case)  # type: ignore[union-attr]

    officer.goto(referral)
    expect(officer.get_by_text("Fridays at six.")).to_be_visible()
    officer.goto(f"{case}timeline/")
    expect(officer.get_by_text("By mailed link, Made-up Boxing Club").first).to_be_visible()
    for receivers, text in kept.mails:
        assert "Alex" not in text, receivers
    held = in_service(
        with_mail,
        "from headwater.service.notices.models import Mail\nprint(Mail.objects.exclude(sent_at=None).exclude(body='').count())",
    )
    assert held.strip() == "0", "what was sent holds no link or code any more"
