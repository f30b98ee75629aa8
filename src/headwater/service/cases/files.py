"""What kind of file is it? Read from its bytes, never from its name. Pure."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

LARGEST = 10_000_000
"""Bytes."""


MARKUP = re.compile(
    r"<[!?/]?(a|audio|base|body|doctype|embed|form|frame|frameset|head|html|iframe|img|input|link|math|meta|object|script|style|svg|template|video|xml)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
"""A tag of a page or a picture that a browser would run. `<a.person@example.org>` is none."""

PROGRAMS = ("vbaproject", "macrosheets/", "/embeddings/", "/activex/", "basic/", "scripts/")
"""Parts of an office document that are programs or hold whole files."""


def kind_of_file(content: bytes) -> str | None:
    """`pdf`, `png`, `jpg`, `docx`, `xlsx`, `odt`, `ods` or `txt`; None for what is not taken, such as programs, pages and pictures with scripts."""
    if not content or len(content) > LARGEST:
        return None
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if MARKUP.search(text):
        return None
    return None if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text) else "txt"


def _kind_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            names = set(whole.namelist())
            if any(part in f"/{name}".casefold() for name in names for part in PROGRAMS):
                return None
            if "word/document.xml" in names:
                return "docx"
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "mimetype" not in names:
                return None
            with whole.open("mimetype") as part:  # No more than a line of it: the rest could unpack to gigabytes.
                told = part.read(80).decode("ascii", "ignore")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return None
    return {
        "application/vnd.oasis.opendocument.text": "odt",
        "application/vnd.oasis.opendocument.spreadsheet": "ods",
    }.get(told.strip())
