"""Does every page send its headers, ask for its token, escape what people wrote, and bear hostile addresses, names and files?"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Town
from tests.service.test_stranger import fill, make_ids, ours

pytestmark = pytest.mark.service


def some(*keys: str | None, short: int = 1) -> list[Any]:
    """Readers of whom the short run asks the first; the others are asked in `make test-full`."""
    return [*keys[:short], *(pytest.param(key, marks=pytest.mark.full) for key in keys[short:])]


def addresses(town: Town) -> Iterator[tuple[str, bool]]:
    """Every address, with whether it has an item in it."""
    ids = make_ids(town)
    for route, pattern in ours():
        yield fill(route, pattern, ids), bool(pattern.pattern.converters)


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


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now %}"
FORMULA = "=HYPERLINK(1)"


def write_everywhere(town: Town, words: str) -> dict[str, dict[str, Any]]:
    """The same words in every text of the town."""
    from django.apps import apps
    from django.db import models

    ids = make_ids(town)
    town.referred(town_case(ids), categories=["plan", "wishes", "notes", "documents"])
    for label in ("agencies", "notices", "cases"):
        for model in apps.get_app_config(label).get_models():
            fields = [
                field.name
                for field in model._meta.local_fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and not field.unique
                and not isinstance(field, models.EmailField | models.FileField)
                and field.name not in ("link", "lake_team", "lake_id", "token_digest", "password", "trigger", "kind", "file", "reason", "purpose")
            ]  # fmt: skip
            once = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
            for row in model._default_manager.all():
                values = {}
                for name in fields:
                    most = getattr(model._meta.get_field(name), "max_length", None) or 4000
                    values[name] = f"{words[: most - 8]} {row.pk}" if name in once else words[:most]
                model._default_manager.filter(pk=row.pk).update(**values)
    spoil_package(words)
    return ids


def town_case(ids: dict[str, dict[str, Any]]) -> Any:
    from headwater.service.cases.models import Case

    return Case.objects.get(pk=ids["cases"]["number"])


def spoil_package(words: str) -> None:
    """The package's own content, with the words wherever a sentence stands."""
    from headwater.service.cases.models import Package

    def spoil(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoil(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoil(one, key) for one in value]
        told = (
            "sentence",
            "name",
            "text",
            "why_now",
            "address",
            "address_note",
            "label",
            "where",
            "why",
            "title",
            "trigger_title",
            "help",
            "owner",
            "area",
        )
        return words if isinstance(value, str) and key in told else value

    for package in Package.objects.all():
        Package.objects.filter(pk=package.pk).update(content=spoil(package.content))


@pytest.mark.parametrize(
    "key", some("sergeant@police", "youth-worker@charity", "administrator@police", "teacher@school", short=2)
)
def test_what_people_write_is_never_run(town: Town, key: str) -> None:
    ids = write_everywhere(town, EVIL)
    client = town.client(key)
    shown = 0
    for route, pattern in ours():
        address = fill(route, pattern, ids)
        answer = client.get(address)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode()
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        shown += "&lt;script&gt;alert" in text
    assert shown > 3


@pytest.mark.parametrize(
    "key", ["sergeant@police", "administrator@police", "auditor@police", "charity-manager@charity"]
)
def test_no_cell_of_any_export_is_a_formula(town: Town, key: str) -> None:
    ids = write_everywhere(town, FORMULA)
    client = town.client(key)
    seen = 0
    for route, pattern in ours():
        answer = client.get(fill(route, pattern, ids), {"format": "csv", "state": "all"})
        if answer.headers.get("Content-Type", "").startswith("text/csv"):
            assert answer.headers["Content-Disposition"].startswith("attachment")
            for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))):
                for cell in row:
                    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), route
                    seen += "HYPERLINK" in cell
    assert seen or key == "auditor@police"


HOSTILE = (
    "²",
    "٣",
    "9" * 40,
    "-1",
    "\x00",
    "%",
    "' OR 1=1 --",
    "C-²",
    "C-" + "9" * 18,
    "C-٣",
    "K-\x00",
    "../../etc/passwd",
    "\ud83d",
    "a" * 5000,
)


@pytest.mark.parametrize("key", some("sergeant@police", "auditor@police", "administrator@police", "analyst@police"))
def test_hostile_words_in_the_address_break_nothing(town: Town, key: str) -> None:
    client = town.client(key)
    names = (
        "q",
        "after",
        "before",
        "order",
        "state",
        "team",
        "lead",
        "due",
        "kind",
        "verb",
        "who",
        "case",
        "side",
        "move",
        "goal",
        "format",
        "trigger",
        "here",
    )
    for address, has_item in addresses(town):
        if not has_item or "timeline" in address or "actions/add" in address:
            for word in HOSTILE:
                word = word.encode("utf-8", "replace").decode()
                answer = client.get(address, dict.fromkeys(names, word))
                assert answer.status_code < 500, (address, word)


IMPOSSIBLE = (
    "/packages/%00/",
    "/packages/K-%00/take-on/",
    "/desk/%00/",
    "/answer/%00/",
    *(f"/{kind}/{'9' * 20}/" for kind in ("cases", "referrals", "notices", "people", "agreements", "disclosures")),
)


@pytest.mark.parametrize("address", IMPOSSIBLE)
def test_numbers_that_cannot_be_are_not_found(town: Town, address: str) -> None:
    for key in ("sergeant@police", "administrator@police", "analyst@police", "partnership@police"):
        assert town.client(key).get(address).status_code == 404, key


def test_a_number_too_large_in_a_form_is_a_fault_of_the_form(town: Town) -> None:
    case = town.case()
    officer, sergeant = town.client("officer@police"), town.client("sergeant@police")
    for client, address, told in (
        (officer, "wishes", {"wishes": "x", "version": "9" * 30}),
        (officer, "wishes", {"wishes": "x\x00", "version": "1"}),
        (officer, "actions/add", {"words": "x", "who": "u" + "9" * 30, "due_day": "1", "due_month": "1", "due_year": "99999"}),
        (officer, "notes/add", {"words": "x", "text": "y", "once": "not a number"}),
        (sergeant, "lead", {"lead": "9" * 30}),
    ):  # fmt: skip
        assert client.post(f"/cases/{case.pk}/{address}/", told).status_code == 422, (address, told)


# ---- files


def zip_of(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(name, content)
    return made.getvalue()


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked() -> None:
    import tracemalloc

    from headwater.service.cases.files import kind_of_file

    bomb = zip_of("mimetype", b"application/vnd.oasis.opendocument.text" + b" " * 200_000_000)
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    kind_of_file(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


def test_a_broken_archive_is_refused_and_breaks_nothing() -> None:
    from headwater.service.cases.files import kind_of_file

    whole = bytearray(zip_of("mimetype", b"application/vnd.oasis.opendocument.text" * 50))
    place = whole.index(b"mimetype") + 8
    for at in range(place, place + 20):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0xFF
        try:
            assert kind_of_file(bytes(spoilt)) in (None, "odt")
        except zlib.error:
            pytest.fail("a spoilt file is the reader's fault")
    assert kind_of_file(bytes(whole[:-4])) is None


PARTS = (
    "Basic/Standard/Module1.xml",
    "Scripts/python/x.py",
    "word/vbaProject.bin",
    "xl/macrosheets/sheet1.xml",
    "word/embeddings/oleObject1.bin",
)


@pytest.mark.parametrize("name", PARTS)
def test_a_document_that_carries_a_program_is_refused(name: str) -> None:
    from headwater.service.cases.files import kind_of_file

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        whole.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        whole.writestr("word/document.xml", "<x/>")
        whole.writestr(name, "x")
    assert kind_of_file(made.getvalue()) is None


PAGES = (
    b" " * 3000 + b"<svg onload=alert(1)>",
    b"<img src=x onerror=alert(1)>",
    b"\xef\xbb\xbf<html>",
    b"<a href='javascript:x'>",
    b"<SCRIPT\n>",
)


def test_a_letter_with_an_address_in_angles_is_plain_text() -> None:
    from headwater.service.cases.files import kind_of_file

    assert kind_of_file(b"From: A. Person <a.person@example.org>\n3 < 4, <b>ut") == "txt"


@pytest.mark.parametrize("content", PAGES)
def test_a_page_is_no_plain_text(content: bytes) -> None:
    from headwater.service.cases.files import kind_of_file

    assert kind_of_file(content) is None


def test_a_name_of_a_file_reaches_neither_disk_nor_header(town: Town, service: Path) -> None:
    case = town.case()
    officer = town.client("officer@police")
    file = io.BytesIO(b"words")
    file.name = '../../../x";\r\nSet-Cookie: a=b.txt'
    assert officer.post(f"/cases/{case.pk}/documents/add/", {"title": "T", "file": file}).status_code == 302
    kept = case.documents.get()
    assert "/" not in kept.file.name
    assert kept.file.name.endswith(".txt")
    answer = officer.get(f"/cases/{case.pk}/documents/{kept.pk}/")
    assert "Set-Cookie" not in answer.headers["Content-Disposition"]
    assert (service / "documents").stat().st_mode & 0o077 == 0
    assert Path(kept.file.path).stat().st_mode & 0o077 == 0
    answer.close()
    Path(kept.file.path).unlink()


@pytest.mark.parametrize("address", ["/sign-in/login/", "/cases/begin/"])
def test_a_body_too_large_is_not_read(town: Town, address: str) -> None:
    client = town.client(None)
    file = io.BytesIO(b"x" * 70_000_000)
    file.name = "x.txt"
    assert client.post(address, {"file": file}).status_code == 413


# ---- who is served, and how long it takes


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
