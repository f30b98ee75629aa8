"""What stands on the front page of those who work no cases? Parts, contributed by the apps whose work it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One part of the front page: who gets it, what it reads (in a fixed number of questions, and logged), and the template that shows
    it as `told`. A part that reads None is not shown. `presses`: it stands above everything else."""

    template: str
    for_whom: Callable[[Any], bool]
    read: Callable[[Any], dict[str, Any] | None]
    presses: bool = False


PARTS: list[Part] = []
"""Filled by the apps as they start; in the order in which they are shown."""


def parts_for(actor: Any) -> list[dict[str, Any]]:
    """Template and content of each part that this person gets, and whether it presses."""
    read = ((part, part.read(actor)) for part in PARTS if part.for_whom(actor))
    return [
        {"template": part.template, "presses": part.presses, "told": told} for part, told in read if told is not None
    ]
