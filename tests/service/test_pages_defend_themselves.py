"""Does every page send its headers, ask for its token, and keep quiet about what it does not show?"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.service.asking import addresses, some
from tests.service.conftest import Town
from tests.service.test_stranger import make_ids

pytestmark = pytest.mark.service


@pytest.mark.parametrize(
    "key", some("sergeant@police", None, "administrator@police", "auditor@police", "youth-worker@charity", short=2)
)
def test_every_answer_carries_the_headers(town: Town, key: str | None) -> None:
    client = town.client(key)
    more = ["/nothing/", "/sign-in/login/", "/sign-in/password/reset/", "/sign-in/2fa/", "/cases/?format=csv"]
    for address in [*(address for address, _ in addresses(town)), *more]:
        answer = client.get(address)
        headers = answer.headers
        assert "no-store" in headers["Cache-Control"], address
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert "default-src 'none'" in policy, address
        assert headers["X-Frame-Options"] == "DENY", address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert "camera=()" in headers["Permissions-Policy"], address
        if headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            assert " onclick=" not in text, address
            assert "<style" not in text, address
            assert "style=" not in text.replace("stylesheet=", ""), address
            assert "http://" not in text.replace("http://localhost", "").replace("http://www.w3.org", ""), address


def test_a_page_that_breaks_tells_nothing_and_is_kept_by_no_cache(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.cases import selectors

    def broken(*_: object, **__: object) -> None:
        raise ValueError("Jordan Example")

    monkeypatch.setattr(selectors, "my_work", broken)
    client = town.client("officer@police")
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Jordan" not in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_log_of_faults_holds_no_values() -> None:
    import logging
    import logging.config

    from headwater.service.config import settings

    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    form = dict(settings.LOGGING["formatters"]["line"])  # type: ignore[index]
    module, _, name = form.pop("()").rpartition(".")
    made = getattr(__import__(module, fromlist=[name]), name)
    handler.setFormatter(made(form["format"], style=form["style"]))
    logger = logging.getLogger("test-faults")
    logger.addHandler(handler)
    try:
        try:
            raise ValueError("Key (name)=(Jordan Example) exists")
        except ValueError as fault:
            raise RuntimeError("Failing row contains (Jordan Example)") from fault
    except RuntimeError:
        logger.exception("Internal Server Error: %s", "/cases/")
    logger.removeHandler(handler)
    told = kept.getvalue()
    assert "RuntimeError" in told
    assert "ValueError" in told
    assert "test_pages_defend_themselves.py" in told
    assert "Jordan" not in told


@pytest.mark.parametrize("key", some("sergeant@police", None, "administrator@police", "analyst@police"))
def test_nothing_is_sent_without_its_token(town: Town, key: str | None) -> None:
    client = town.client(key)
    client.handler.enforce_csrf_checks = True
    for address, _ in addresses(town):
        assert client.post(address, {"answer": "accept", "words": "x"}).status_code == 403, address
    for address in ("/sign-in/login/", "/sign-in/logout/", "/sign-in/password/reset/"):
        assert client.post(address, {"login": "x", "password": "y"}).status_code == 403, address


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80"]
)
def test_another_name_gets_no_answer_and_no_mail(town: Town, host: str) -> None:
    from django.core import mail

    client = town.client(None)
    client.defaults["HTTP_HOST"] = host
    assert client.get("/sign-in/login/").status_code == 400
    assert client.post("/sign-in/password/reset/", {"email": "officer@police.example"}).status_code == 400
    assert mail.outbox == []
    honest = town.client(None)
    honest.post("/sign-in/password/reset/", {"email": "officer@police.example"}, HTTP_X_FORWARDED_HOST=host)
    assert mail.outbox
    assert "evil" not in "".join(one.body for one in mail.outbox)


@pytest.mark.parametrize("address", ["/sign-in/login/", "/cases/begin/"])
def test_a_body_too_large_is_not_read(town: Town, address: str) -> None:
    client = town.client(None)
    file = io.BytesIO(b"x" * 70_000_000)
    file.name = "x.txt"
    assert client.post(address, {"file": file}).status_code == 413


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - what must be refused
def test_a_first_run_is_served_to_this_machine_only(tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.running.prepare import NotReady
    from headwater.service.running.serve import serve

    monkeypatch.delenv("HEADWATER_SECRET_FILE", raising=False)
    with pytest.raises(NotReady, match="secret file"):
        serve(tmp_path, host=host, port=8999, processes=1, with_worker=False, say=lambda words: None)


def test_forbidden_and_unknown_ask_the_database_the_same(town: Town) -> None:
    """What exists must not show in how long the refusal takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ids = make_ids(town)
    pairs = [
        (f"/cases/{ids['cases']['number']}/", "/cases/987654321/"),
        (f"/cases/{ids['cases']['number']}/documents/{ids['cases']['document_id']}/", "/cases/987654321/documents/1/"),
        (f"/referrals/{ids['referrals']['number']}/", "/referrals/987654321/"),
        (f"/disclosures/{ids['disclosures']['number']}/", "/disclosures/987654321/"),
        ("/packages/K-example0001/", "/packages/K-nothing/"),
    ]
    for key in ("sergeant-coventry@police", "youth-worker@charity"):
        client = town.client(key)
        client.get("/")
        for known, unknown in pairs:
            asked = []
            for address in (known, unknown):
                with CaptureQueriesContext(connection) as caught:
                    assert client.get(address).status_code == 404
                asked.append(len(caught.captured_queries))
            assert asked[0] == asked[1], (key, known)
