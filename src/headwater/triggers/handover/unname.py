"""How are names taken out of words? Each hidden name, whole or a part of it, is written as the part that its bearer has."""

from __future__ import annotations

import re
from collections.abc import Iterable

ANOTHER = "another person of the home"

_ORDINARY = frozenset(
    """
    amber an angel april art as at august autumn be bill bishop black brown by chance chase cook crystal daisy
    dawn day dean do drew earl faith field frank gene go grace grant green guy hall he hill hope in iris is ivy
    jade jasmine jay joy june king lane lily little long love major man mark may me miles misty my nick no noble
    of old olive on or page pat pearl penny poppy price ray rich rob rose ruby sandy short sky so son star stone
    sue summer sunny to unity us van violet wade ward we white will wood young
    """.split()  # noqa: SIM905
)
"""Words of every day that are names too. In small letters they are taken for the word: a record is not garbled for nothing."""

_NO_NAME = frozenset({"not", "known"})


class Unnaming:
    """Takes the names of some people out of a text; the subject's own names stay."""

    def __init__(self, hidden: Iterable[tuple[str, str]], own: Iterable[str]) -> None:
        """`hidden`: name and the part its bearer has."""
        kept = {word.casefold() for word in own}
        self._whole: dict[str, str] = {}
        self._any: dict[str, str] = {}
        for name, part in hidden:
            words = [word for word in name.split() if word.casefold() not in _NO_NAME]
            whole = " ".join(words).casefold()
            if len(words) > 1:
                self._whole[whole] = part
            for form in {whole, *(word.casefold() for word in words if len(word) > 1)} - kept - {""}:
                # One name of several people: whose it is here, nobody can say.
                self._any[form] = part if self._any.get(form, part) == part else ANOTHER

    def any(self, text: str) -> str:
        """The text without any of the names, whole or in part."""
        return _take_out(text, self._any)[0]

    def any_marked(self, text: str, start: int, end: int) -> tuple[str, int, int]:
        """The same, with where the marked words begin and end now; a name that the mark cuts is marked whole."""
        return _take_out(text, self._any, start, end)

    def whole(self, text: str) -> str:
        """The text without whole names: for words in which professionals are named too."""
        return _take_out(text, self._whole)[0]


def _take_out(text: str, parts: dict[str, str], start: int = 0, end: int = 0) -> tuple[str, int, int]:
    if not parts:
        return text, start, end
    forms = sorted(parts, key=len, reverse=True)
    one = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
    told, at, begins, ends = "", 0, start, end
    for found in re.finditer(rf"(?<!\w)(?:{one})(?!\w)", text, flags=re.IGNORECASE):
        if found[0].islower() and found[0] in _ORDINARY:
            continue
        part = f"[{parts[' '.join(found[0].casefold().split())]}]"
        between = text[at : found.start()]
        # First name and surname with nothing but space between are one person: they are told once.
        again = not between.strip() and told.endswith(part)
        told += "" if again else between + part
        first = len(told) - len(part)
        if found.start() <= start < found.end():
            begins = first
        elif found.end() <= start:
            begins = start + len(told) - found.end()
        if found.start() < end <= found.end():
            ends = len(told)
        elif found.end() < end:
            ends = end + len(told) - found.end()
        at = found.end()
    told += text[at:]
    # A mark may end in the space between two names that are told once.
    ends = min(ends, len(told))
    return told, min(begins, ends), ends
