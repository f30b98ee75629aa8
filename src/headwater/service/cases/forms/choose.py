"""A drop-down list for many choices, with an empty line at its top."""

from __future__ import annotations

from typing import Any

from django import forms

NOBODY = [("", "Choose one")]


def choose(
    label: str, choices: list[tuple[Any, str]], help_text: str = "", *, required: bool = True
) -> forms.ChoiceField:
    """A drop-down list for many choices."""
    return forms.ChoiceField(label=label, choices=NOBODY + choices, help_text=help_text, required=required)
