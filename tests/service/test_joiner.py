"""Does somebody who is added get in, by the words of the page alone?"""

from __future__ import annotations

import re

import pytest

from tests.service.conftest import Town, run_on_commit

pytestmark = pytest.mark.service


def test_somebody_who_is_added_sets_a_password_by_mail_and_is_in(town: Town) -> None:
    from django.core import mail

    administrator, team = town.client("administrator@police"), town.user("officer@police").live_memberships[0].team
    told = {"name": "Nina New", "email": "nina@police.example", "title": "PC", "team": team.pk, "role": "officer"}
    page = administrator.post("/people/add/", told, follow=True)
    assert "They have not signed in yet." in page.content.decode()
    assert "choose “Forgot your password?”" in page.content.decode()
    where = page.request["PATH_INFO"]

    joiner = town.client(None)
    assert "Forgot your password?" in joiner.get("/sign-in/login/").content.decode()
    assert joiner.post("/sign-in/password/reset/", {"email": "Nina@police.example"}).status_code == 302
    run_on_commit()
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == (["nina@police.example"], "Headwater: Set your password")
    assert "Nina" not in sent.body
    link = re.search(r"https?://[^/\s]+(/sign-in/password/reset/key/\S+)", sent.body)
    assert link
    form = joiner.get(link[1], follow=True)
    assert "Set your password</h1>" in form.content.decode()
    new = {"password1": "four odd words here", "password2": "four odd words here"}
    assert "Your password is set" in joiner.post(form.request["PATH_INFO"], new, follow=True).content.decode()
    joiner.post("/sign-in/login/", {"login": "nina@police.example", "password": "four odd words here"})
    assert "My work</h1>" in joiner.get("/").content.decode()
    assert "They have not signed in yet." not in administrator.get(where).content.decode()


def test_an_address_that_nobody_has_tells_nobody_so(town: Town) -> None:
    from django.core import mail

    page = town.client(None).post("/sign-in/password/reset/", {"email": "nobody@police.example"}, follow=True)
    assert "If somebody here has this address" in page.content.decode()
    run_on_commit()
    assert all("/password/reset/key/" not in one.body for one in mail.outbox)
