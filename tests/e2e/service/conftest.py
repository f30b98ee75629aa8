"""The service as a user meets it: `headwater serve` as a process of its own, made-up people, a real browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import MakeFolder
from tests.filled import copy_filled, environment, fill


@dataclass(frozen=True)
class Live:
    """A running service: its address, its data, the password of everybody in it."""

    address: str
    data: Path
    password: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, more: dict[str, str] | None = None) -> Iterator[Live]:
    """`headwater serve` on this folder until the block ends."""
    fill(data, more)
    port = free_port()
    command = [sys.executable, "-m", "headwater.cli", "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, env=environment(more))
    try:
        address = f"http://localhost:{port}"
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{address}/health/", timeout=2) as answer:
                    assert answer.status == 200
                    break
            except OSError:
                assert process.poll() is None, "the service ended"
                assert time.monotonic() < until, "the service did not answer within a minute"
                time.sleep(0.2)
        password = (data / "sign-in.txt").read_text("utf-8").splitlines()[0].rpartition(" ")[2]
        yield Live(address, data, password)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def make_data(make_folder: MakeFolder, tmp_path_factory: pytest.TempPathFactory) -> MakeFolder:
    """Makes the data folder of a service with made-up people."""

    def make(name: str) -> Path:
        data = make_folder(name) / "data"
        copy_filled(tmp_path_factory, data)
        return data

    return make


@pytest.fixture(scope="session")
def live(make_data: MakeFolder) -> Iterator[Live]:
    """One running service for all journeys; each makes the items that it needs."""
    with serving(make_data("live")) as found:
        yield found


def sign_in_on(page: Page, live: Live, key: str) -> None:
    """Sign somebody in by the form."""
    page.goto("/")
    page.get_by_label("Email").fill(f"{key}.example")
    page.get_by_label("Password").fill(live.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live.address}/")


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, live: Live) -> Iterator[SignIn]:
    """A page of somebody who has signed in by the form: `sign_in("sergeant@police", width=1280)`."""
    opened = []

    def open_as(key: str, *, width: int = 1280, height: int = 900, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts, base_url=live.address
        )
        opened.append(context)
        page = context.new_page()
        sign_in_on(page, live, key)
        return page

    yield open_as
    for context in opened:
        context.close()
