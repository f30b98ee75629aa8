"""An analyst, a lake of four drafts beside the service, and a way to answer a draft's form as a browser would send it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from headwater.service.desk.rules import Question, ask
from headwater.triggers.desk import Decision, State, about, judge_draft, read_decisions
from headwater.triggers.packages.package import Package
from tests.service.conftest import Town
from tests.triggers.desk.conftest import Desk, copy_desk, make_desk

WHO = "analyst@police"


class _Fields(HTMLParser):
    """The form of a page as a browser would send it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, Any] = {"leaves": []}
        self._inside = ""
        self._form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "form":
            self._form = told.get("method") == "post" and "action" not in told
        elif not self._form:
            return
        elif tag == "input" and told.get("type") in ("checkbox", "radio"):
            if "checked" in told:
                value = told.get("value")
                if name == "leaves":
                    self.sent[name].append(value)
                else:
                    self.sent[name] = "on" if value is None else value
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            self.sent[name] = told.get("value") or ""
        elif tag in ("select", "textarea"):
            self._inside = name
            self.sent[name] = ""
        elif tag == "option" and "selected" in told:
            self.sent[self._inside] = told.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._form and self.sent.get(self._inside) == "" and self._inside in ("told", "note"):
            self.sent[self._inside] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._inside = ""
        elif tag == "form":
            self._form = False


@dataclass
class Open:
    """The desk in the service, with somebody signed in."""

    town: Town
    desk: Desk
    client: Any

    def draft(self, name: str = "Alphaham") -> Package:
        return self.desk.drafts()[name]

    def address(self, draft: Package) -> str:
        return f"/desk/{draft.package_id}/"

    def read(self, draft: Package, client: Any = None) -> dict[str, Any]:
        """What the form holds when the page is opened."""
        return fields_of((client or self.client).get(self.address(draft)))

    def send(self, draft: Package, sent: dict[str, Any], client: Any = None, **more: Any) -> Any:
        return (client or self.client).post(self.address(draft), sent, **more)

    def all_right(self, draft: Package, **more: str) -> dict[str, Any]:
        """The form as opened, with every piece right; `release="confirmed"` hands it on."""
        right = {
            question.key: "confirmed" for question in ask(draft) if question.kind in ("identity", "evidence")
        }  # fmt: skip
        return self.read(draft) | right | more

    def key(self, draft: Package, kind: str, number: int = 0) -> str:
        """The name of a question's field."""
        return self.question(draft, kind, number).key

    def question(self, draft: Package, kind: str, number: int = 0) -> Question:
        return [one for one in ask(draft) if one.kind == kind][number]

    def kept(self, draft: Package) -> list[Decision]:
        return about(read_decisions(self.desk.lake), draft.package_id)

    def state(self, draft: Package) -> State:
        return judge_draft(draft, self.kept(draft), self.desk.trigger)

    def consultations(self) -> list[dict[str, Any]]:
        path = self.desk.lake.folder / "log" / "consultations.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def fields_of(page: Any) -> dict[str, Any]:
    """The fields of a page's form with what they hold."""
    found = _Fields()
    found.feed(page.content.decode())
    assert "known" in found.sent, page.content.decode()
    return found.sent


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A lake of four drafts, searched once; each test has a copy."""
    return make_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(searched: Desk, tmp_path: Path) -> Desk:
    """A copy of it that the test may change."""
    return copy_desk(searched, tmp_path)


@pytest.fixture
def opened(town: Town, desk: Desk) -> Iterator[Open]:
    """The town, a lake of four drafts beside its service, and teams that take them."""
    from django.conf import settings
    from django.test import override_settings

    from headwater.service.agencies.models import Team

    for draft in desk.drafts().values():
        Team.objects.get_or_create(
            agency=town.agency("Police"), lake_team=draft.team.team_id, defaults={"name": draft.team.name}
        )
    with override_settings(HEADWATER=settings.HEADWATER.model_copy(update={"data": desk.lake.folder.parent})):
        yield Open(town, desk, town.client(WHO))


@pytest.fixture
def second(opened: Open) -> Any:
    """Another analyst of the same force, signed in."""
    from headwater.service.agencies.models import Membership, User

    first = opened.town.user(WHO)
    made = User.objects.create(email="second@police.example", name="Sam Second", agency=first.agency)
    Membership.objects.create(user=made, team=first.live_memberships[0].team, role="analyst", starts="2016-01-01")
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    client.force_login(made, backend="headwater.service.agencies.sign_in.Backend")
    return client
