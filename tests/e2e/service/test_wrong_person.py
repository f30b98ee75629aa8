"""A package is about somebody else: the answer goes back to the search, where feedback counts it."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import check, in_service

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

BRING = """
from headwater.service.agencies.models import Team, today
from headwater.service.cases.actions.packages import bring_in
from headwater.service.demo.example import make_example
team = Team.objects.get(lake_team="DY10")
one = make_example("DY10", team.name, "Dudley", today())
subject = one.subject.model_copy(update={"name": "Kit Mistaken", "person_id": "P-mistaken", "other_names": []})
print(bring_in([one.model_copy(update={"package_id": "K-mistaken0001", "subject": subject})], run="test").new)
"""


def test_wrong_person_goes_back_to_the_search(sign_in: SignIn, live: Live) -> None:
    from headwater.records import Lake

    Lake.open(live.data / "lake")
    assert in_service(live, BRING).strip() == "1"
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
    while True:
        done = subprocess.run(
            [sys.executable, "-m", "headwater.cli", "feedback", "--data", str(live.data), "--json"],
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        if found["answers"]:
            break
        assert time.monotonic() < until, "the worker did not hand the answer back"
        time.sleep(0.5)
    assert found["triggers"][0]["right"] == 0
