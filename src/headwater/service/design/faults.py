"""What does a question say of an answer that cannot be? Its own name, what is wrong, and what to write instead."""

from __future__ import annotations

from typing import Any

from django import forms

NUMBER = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
"""All that can be wrong with a number; one sentence says what it must be."""


def name_faults(field: forms.Field, called: str) -> None:
    """Put words that name the question in the place of Django's, which leave the reader to look for it. What a form says in its own words
    stays. No sign in them is taken for a place to fill in."""
    called = called.replace("%", "per cent")
    for code, words in _words_of(field, called).items():
        plain = _plain(field, code)
        if field.error_messages.get(code, plain) == plain:
            field.error_messages[code] = words


def _plain(field: forms.Field, code: str) -> Any:
    """Django's own message; None where the field has none of this code, as for a validator's."""
    for one in type(field).__mro__:
        if code in getattr(one, "default_error_messages", {}):
            return one.default_error_messages[code]  # type: ignore[attr-defined]
    return None


def _words_of(field: forms.Field, called: str) -> dict[str, str]:
    if isinstance(field, forms.IntegerField):  # The parent of all numbers.
        return dict.fromkeys(NUMBER, f"{called}: write {say_number(field)}.")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        one = f"{called}: what was sent is no choice, or no longer one. Choose from those that are listed."
        return dict.fromkeys(("invalid_choice", "invalid_list", "invalid_pk_value"), one)
    if isinstance(field, forms.FileField):
        return {
            "invalid": f"{called}: no file arrived. Choose it again.",
            "missing": f"{called}: no file arrived. Choose it again.",
            "empty": f"{called}: there is nothing in this file. Choose another.",
            "max_length": f"{called}: the name of this file is longer than {field.max_length} signs. Give it a shorter one.",
        }
    if isinstance(field, forms.CharField):
        email = isinstance(field, forms.EmailField)
        return (
            {"invalid": f"{called}: this is no e-mail address. Write one like name@example.org."} if email else {}
        ) | {
            "max_length": f"{called}: this is %(show_value)d signs long, and {field.max_length} are the most. Write less.",
            "null_characters_not_allowed": f"{called}: there is a sign in it that cannot be kept. Type it anew.",
        }
    return {}


def say_number(field: forms.IntegerField) -> str:
    """What a number must be, in words: `a whole number from 0 to 20,000`."""
    places = getattr(field, "decimal_places", None)
    whole = not isinstance(field, forms.FloatField | forms.DecimalField)
    words = "a whole number" if whole else "a number"
    least, most = field.min_value, field.max_value
    if least is not None and most is not None:
        words += f" from {least:,} to {most:,}"
    elif least is not None or most is not None:
        words += f" of {least:,} or more" if least is not None else f" of {most:,} or less"
    if places is not None:
        words += f", with at most {places} {'place' if places == 1 else 'places'} after the point"
    return f"{words}, in digits without commas"
