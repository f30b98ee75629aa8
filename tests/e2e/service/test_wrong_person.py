"""A package is about somebody else: the answer goes back to the search, where feedback counts it."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from headwater.records import Lake
from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import bring_package, check, read_feedback

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


def test_wrong_person_goes_back_to_the_search(sign_in: SignIn, live: Live) -> None:
    Lake.open(live.data / "lake")
    bring_package(live, "Kit Mistaken", "K-mistaken0001")
    sergeant = sign_in("sergeant@police", width=320, height=700, scripts=False)
    sergeant.goto("/inbox/")
    sergeant.get_by_role("link", name="Kit Mistaken").click()
    sergeant.get_by_role("link", name="Wrong person").click()
    sergeant.get_by_role("button", name="Send the answer").click()
    expect(sergeant.get_by_role("alert")).to_contain_text("How do you know")
    sergeant.get_by_label("He was dealt with for taking food from a shop.").check()
    sergeant.get_by_label("How do you know?").fill("I know both: that was his cousin.")
    sergeant.get_by_role("button", name="Send the answer").click()
    expect(sergeant.get_by_role("status")).to_contain_text("the answer went back to the search")
    seeing = sign_in("sergeant@police")
    seeing.goto("/packages/K-mistaken0001/")
    expect(seeing.get_by_text("Wrong person").first).to_be_visible()
    check(seeing)
    until = time.monotonic() + 30
    while not any(one["answered"] > one["right"] for one in read_feedback(live.data).get("triggers", [])):
        assert time.monotonic() < until, "the worker did not hand the answer back"
        time.sleep(0.5)
