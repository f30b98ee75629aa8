"""What kind of file is it? Read from its bytes, never from its name. Pure."""

from __future__ import annotations

import io
import zipfile

LARGEST = 10_000_000
"""Bytes."""


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
    if "<" in text[:2000] and any(
        word in text[:2000].casefold() for word in ("<!doctype", "<html", "<svg", "<script", "<?xml")
    ):
        return None
    return None if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text) else "txt"


def _kind_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            names = set(whole.namelist())
            if any("vbaproject" in name.casefold() for name in names):
                return None
            if "word/document.xml" in names:
                return "docx"
            if "xl/workbook.xml" in names:
                return "xlsx"
            told = whole.read("mimetype")[:80].decode("ascii", "ignore") if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return None
    return {
        "application/vnd.oasis.opendocument.text": "odt",
        "application/vnd.oasis.opendocument.spreadsheet": "ods",
    }.get(told.strip())
