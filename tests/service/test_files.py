"""Does a file that somebody keeps break nothing, run nothing and hide nothing?"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


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
