"""Where do compiled patterns lie, so that a process need not compile them again? In the user's own cache folder, or nowhere.

A file holds plain numbers (numpy's `.npz`, read without pickle) behind the SHA-256 of its content; its name is a digest of all
that it was made from: the patterns' texts, the code that compiles them and the Python that runs it. A file that is missing,
cut short or changed is no error: what it holds is compiled again. The folder is used only when it is the user's own and
closed to everyone else, as who can write there could change what a text is taken to say.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]

MOST_FILES = 8
"""How many compiled sets are left lying; the oldest go."""

_ENDING = ".compiled"
_DIGEST = 32


def find_folder() -> Path:
    """`headwater/narrative` in the user's cache folder (XDG Base Directory Specification; on Windows LOCALAPPDATA)."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path.home() / ".cache") / "headwater" / "narrative"


def recall_or_make(texts: tuple[str, ...], make: Callable[[], Arrays]) -> Arrays:
    """The arrays that were made from `texts`: those kept, or else those that `make` gives, which are then kept.

    Whatever is wrong with the folder, the answer is right; only time is lost.
    """
    try:
        folder = find_folder()
    except RuntimeError:  # no home
        return make()
    path = folder / (_name(texts) + _ENDING)
    kept = _read(path) if _is_ours(folder) else None
    if kept is not None:
        return kept
    made = make()
    with contextlib.suppress(OSError):
        _write(path, made)
    return made


def _name(texts: tuple[str, ...]) -> str:
    digest = hashlib.sha256(_code())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


@cache
def _code() -> bytes:
    """A digest of what compiles: this package's code, Python's version and its table of characters."""
    digest = hashlib.sha256(
        f"{sys.version_info} {sys.byteorder} {unicodedata.unidata_version} {np.__version__}".encode()
    )
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    if os.name == "nt":
        return stat.S_ISDIR(found.st_mode)  # a Windows profile is closed to others by itself
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _read(path: Path) -> Arrays | None:
    try:
        content = path.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
            return None
        with np.load(io.BytesIO(content[_DIGEST:]), allow_pickle=False) as found:
            return dict(found)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, arrays: Arrays) -> None:
    """Write beside and then rename, so that a killed write leaves no half file under the name that is read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _is_ours(path.parent):
        return
    held = io.BytesIO()
    np.savez(held, **arrays)  # type: ignore[arg-type]  # the stubs take the names for `allow_pickle`
    content = held.getvalue()
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    _forget_old(path.parent)


def _forget_old(folder: Path) -> None:
    by_age = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[MOST_FILES:]:
        if path.suffix in (_ENDING, ".part"):
            path.unlink(missing_ok=True)
