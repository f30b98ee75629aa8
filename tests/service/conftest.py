"""A real service for the tests: an embedded PostgreSQL, the service's own role, made-up people. Each test is rolled back."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.filled import copy_filled

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running service with made-up people; Django is set up on it."""
    folder = Path(tempfile.mkdtemp(prefix="headwater-test-"))
    folder.chmod(0o711)  # As root, the database's user passes through.
    for name in ("DATABASE_URL", "HEADWATER_SECRET_FILE", "HEADWATER_OWNER_URL", "HEADWATER_ERASER_URL"):
        os.environ.pop(name, None)
    # The browser tests of the same run keep an event loop in this thread; nothing here runs inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    copy_filled(tmp_path_factory, folder / "data")
    from headwater.service.running.prepare import database_up, gather_static

    with database_up(folder / "data"):
        from django.test.utils import setup_test_environment

        gather_static()
        setup_test_environment()
        from django.db import connections

        yield folder / "data"
        connections.close_all()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def db(service: Path) -> Iterator[None]:
    """The database as the service's role; nothing of the test is kept."""
    from django.core import mail
    from django.db import connection, transaction

    from headwater.service.audit.actions import name_actor

    with transaction.atomic():
        name_actor(user=None, agency=None, role="test")
        mail.outbox = []
        yield
        transaction.set_rollback(True)
    connection.close()


def as_admin(folder: Path, question: str, *told: Any) -> list[Any]:
    """What the owner of the database reads that the service may not."""
    from headwater.service.postgres import open_cluster

    with open_cluster(folder / "database").connect() as admin:
        return list(admin.execute(question, list(told)).fetchall())  # type: ignore[call-overload]


def run_on_commit() -> None:
    """Do what waits for the end of the transaction, as if it had been kept."""
    from django.db import connection

    while connection.run_on_commit:
        _, todo, _ = connection.run_on_commit.pop(0)
        todo()


def version_in(page: str) -> str:
    """The version of what is changed, as a form carries it; empty when the page has none."""
    found = re.search(r'name="version" value="(\d+)"', page)
    return found[1] if found else ""


def read_and_send(client: Client, address: str, told: dict[str, Any]) -> Any:
    """Open a form and send it at once, as somebody alone at work does."""
    return client.post(address, {"version": version_in(client.get(address).content.decode()), **told})


@dataclass
class Town:
    """Short ways to people and items."""

    def user(self, key: str) -> Any:
        """`sergeant@police` and so on."""
        from headwater.service.agencies.models import User

        return User.objects.select_related("agency").get(email=f"{key}.example")

    def actor(self, key: str) -> Any:
        from headwater.service.agencies.access import Actor

        return Actor(self.user(key))

    def client(self, key: str | None) -> Client:
        from django.test import Client

        made = Client(HTTP_HOST="localhost")
        if key:
            made.force_login(self.user(key), backend="headwater.service.agencies.sign_in.Backend")
        return made

    def agency(self, word: str) -> Any:
        from headwater.service.agencies.models import Agency

        return Agency.objects.get(name__contains=word)

    def package(self) -> Any:
        from headwater.service.cases.models import Package

        return Package.objects.select_related("team", "subject").get(reference="K-example0001")

    def case(self, lead: str = "officer@police") -> Any:
        """The worked example, taken on."""
        from headwater.service.cases.actions.packages import take_on

        return take_on(self.package(), acting=self.actor("sergeant@police"), lead=self.user(lead), review_every=28)

    def referred(
        self, case: Any, to: str = "Fresh Start", categories: list[str] | None = None, *, accepted: bool = True
    ) -> Any:
        """The case, referred to another agency."""
        from headwater.service.cases.actions.referrals import accept, refer

        made = refer(
            case,
            acting=self.actor("officer@police"),
            receiver=self.agency(to),
            ask="Please help.",
            categories=categories or ["plan"],
        )
        if accepted:
            accept(made, acting=self.actor("youth-worker@charity"))
        return made


@pytest.fixture
def town(db: None) -> Town:
    """The made-up town."""
    return Town()


Post = Callable[..., Any]
