"""Are the slips that are made for all words at once those that one would make word by word?"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from headwater.catalogue import read_text
from headwater.narrative import spelling
from headwater.narrative.patterns import code_phrases
from headwater.narrative.spelling import code_slips, find_slips, read_real_words


def _likely(word: str) -> set[str]:
    found: set[str] = set()
    length = len(word)
    if length >= spelling.SWAP_FROM:
        found |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, length - 1)}
    if length >= spelling.DOUBLE_FROM:
        found |= {word[:at] + word[at + 1 :] for at in range(1, length - 1) if word[at] == word[at + 1]}
        found |= {word[: at + 1] + word[at:] for at in range(1, length)}
    if length >= spelling.DROP_FROM:
        found |= {word[:at] + word[at + 1 :] for at in range(1, length - 1)}
    return found - {word}


def _unlikely(word: str) -> set[str]:
    length = len(word)
    if length < spelling.REPLACE_FROM:
        return set()
    instead, beside = spelling._INSTEAD, spelling._KEYS_BESIDE
    found = {word[:at] + letter + word[at + 1 :] for at in range(1, length) for letter in instead.get(word[at], "")}
    for at in range(1, length + 1):
        letters = beside.get(word[at - 1], "") + (beside.get(word[at], "") if at < length else "")
        found |= {word[:at] + letter + word[at:] for letter in letters}
    if length < spelling.DROP_FROM:
        found |= {word[:at] + word[at + 1 :] for at in range(1, length - 1)}
    return found - {word}


def _one_by_one(words: list[str]) -> dict[str, str]:
    known, real = set(words), read_real_words()
    spelled = [word for word in words if word.isalpha()]
    likely = [(slip, word) for word in spelled for slip in _likely(word)]
    tried = {slip for slip, _ in likely}
    unlikely = [(slip, word) for word in spelled for slip in _unlikely(word) if slip not in tried]
    found: dict[str, str] = {}
    for pairs in (likely, unlikely):
        times = Counter(slip for slip, _ in pairs)
        found |= {s: word for s, word in pairs if times[s] == 1 and s not in known and s not in real}
    return found


def _every_fourth_word() -> list[str]:
    written = re.findall(r"[^\W\d_]+", read_text("narrative", "lexicon.yaml").lower())
    return [*sorted(set(written))[::4], "rosé", "zażółcić", "x9"]


def test_slips_of_all_words_are_those_of_each_word() -> None:
    words = sorted(set(_every_fourth_word()))
    wanted = _one_by_one(words)
    assert len(wanted) > 50_000
    assert "zażółcći" in wanted
    assert find_slips(words) == wanted


def test_slips_are_known_by_the_codes_that_texts_have() -> None:
    words = ["violent", "drunk", "rosé", "zażółcić"]
    slips = find_slips(words)
    codes, meant = code_slips(words)
    spelled = {
        coded[0]: words.index(slips[slip]) for slip, (coded, _) in zip(slips, code_phrases(list(slips)), strict=True)
    }
    assert dict(zip(codes.tolist(), meant.tolist(), strict=True)) == spelled


def test_without_words_there_are_no_slips() -> None:
    codes, meant = code_slips([])
    assert codes.dtype == np.uint64
    assert not len(codes) + len(meant)
    assert find_slips(["a", "12"]) == {}
