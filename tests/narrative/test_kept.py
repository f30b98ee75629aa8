"""Are compiled patterns kept for the next process, and never trusted when something is wrong with them?"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from headwater.narrative import Lexicon, kept
from headwater.narrative.finding import Finder, Owned
from headwater.narrative.patterns import read_pattern
from headwater.narrative.words import split_words

TEXTS = ["no signs of fights", "Nothing, not a fight", "seen by the door OD", "fihgting again"]
WRITTEN = ["no (sign|signs) of", "not ..2 fight{s,ing}", "^od", "fighting", "door <end>"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "headwater" / "narrative"


class Compiler:
    """Counts how often the patterns are compiled."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[Owned]:
        self.times += 1
        return [Owned(read_pattern(written), number) for number, written in enumerate(WRITTEN)]

    def finder(self, text: str = "a") -> Finder:
        return Finder.kept((text,), self, ["door"], slips=True)


def found(finder: Finder) -> list[list[int]]:
    words = split_words(TEXTS)
    return [column.tolist() for column in finder.find(words, finder.know(words)).columns()]


def test_what_is_kept_finds_the_same_and_is_not_compiled_again() -> None:
    compiler = Compiler()
    first, second = compiler.finder(), compiler.finder()
    assert compiler.times == 1
    assert found(first) == found(second) == found(Finder(compiler(), ["door"], slips=True))
    assert len(found(first)[0]) >= 3
    assert (first.book.word("door"), first.book.size) == (second.book.word("door"), second.book.size)
    assert second.book.word("elsewhere") == -1


def test_another_text_or_another_code_is_compiled_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = Compiler()
    compiler.finder("a")
    compiler.finder("b")
    assert compiler.times == 2
    monkeypatch.setattr(kept, "_code", lambda: b"another")
    compiler.finder("a")
    assert compiler.times == 3


@pytest.mark.parametrize("cut", [0, 10, 500])
def test_a_file_that_is_cut_short_is_compiled_and_written_again(folder: Path, cut: int) -> None:
    compiler = Compiler()
    expected = found(compiler.finder())
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:cut])
    assert found(compiler.finder()) == expected
    assert compiler.times == 2
    compiler.finder()
    assert compiler.times == 2


def test_a_file_that_was_changed_is_not_used(folder: Path) -> None:
    compiler = Compiler()
    expected = found(compiler.finder())
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    content[-200] ^= 1
    path.write_bytes(content)
    assert found(compiler.finder()) == expected
    assert compiler.times == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_folder_that_others_can_write_to_is_not_used(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    compiler = Compiler()
    compiler.finder()
    compiler.finder()
    assert compiler.times == 2
    assert not list(folder.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_the_folder_is_the_users_alone(folder: Path) -> None:
    Compiler().finder()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o077 for path in folder.iterdir()] == [0]


def test_without_a_folder_to_write_to_it_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    compiler = Compiler()
    assert found(compiler.finder()) == found(Finder(compiler(), ["door"], slips=True))


def test_no_pickle_is_read(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    kept._write(folder / "x.compiled", {"a": np.array([{}], dtype=object)})
    assert kept._read(folder / "x.compiled") is None


def test_only_the_newest_are_left(folder: Path) -> None:
    compiler = Compiler()
    for number in range(kept.MOST_FILES + 3):
        compiler.finder(str(number))
    assert len(list(folder.iterdir())) == kept.MOST_FILES


def test_the_catalogues_lexicon_says_what_is_wrong_in_it_as_before(tmp_path: Path) -> None:
    (tmp_path / "narrative").mkdir()
    (tmp_path / "narrative" / "lexicon.yaml").write_text(
        "concepts:\n  a:\n    bears: state\n    groups:\n      - {name: x, source: y, terms: ['(a|b']}\n"
    )
    with pytest.raises(Exception, match="Concept a: Pattern"):
        Lexicon.from_catalogue(tmp_path)
