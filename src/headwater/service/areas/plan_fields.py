"""The numbers that a planner sets: a field for each, with its limits and its name in what is said of a fault."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from headwater.areas.deprivation import DOMAINS
from headwater.areas.levels import NPU, SMALL_AREA, Level
from headwater.service.areas.choices import ROLES
from headwater.service.design import forms as f

MOST_POSTS = 20_000


def level_choices(levels: Mapping[str, Level]) -> list[tuple[str, str]]:
    """The levels that posts can be given to: neither single small areas nor whole units."""
    return [(one.id, one.many.capitalize()) for one in levels.values() if one.id not in (SMALL_AREA, NPU)]


def percent(label: str, help_text: str = "", *, most: int = 100, required: bool = True) -> forms.DecimalField:
    """Per cent, with one place after the point."""
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=0, max_value=most, decimal_places=1, required=required,
        widget=forms.TextInput({"inputmode": "decimal", "size": 6}),
    )  # fmt: skip


def whole(label: str, help_text: str = "", *, required: bool = False) -> forms.IntegerField:
    """A number of posts."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=MOST_POSTS,
        required=required,
        widget=forms.TextInput({"inputmode": "numeric", "size": 6}),
    )


def ratio(label: str, help_text: str = "") -> forms.DecimalField:
    """So many of one for one of another."""
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "size": 6}),
    )


def name_of_weight(domain: str) -> str:
    """What the weight of a domain is called where it stands without its heading."""
    return f"Weight of {DOMAINS[domain][0].lower()}{DOMAINS[domain][1:]}"


def _numbers() -> dict[str, forms.Field]:
    """The weights of the domains, and the numbers of each role."""
    found: dict[str, forms.Field] = {}
    for name, words in DOMAINS.items():
        found[f"weight_{name}"] = one = percent(words)
        one.called = name_of_weight(name)  # type: ignore[attr-defined]
    for role, called in ROLES.items():
        found[f"{role}_posts"] = whole(f"{called}: posts in all", required=True)
        found[f"{role}_floor"] = whole(f"{called}: at least, in each place")
        found[f"{role}_ceiling"] = whole(f"{called}: at most, in each place")
        found[f"{role}_moves"] = whole(f"{called}: at most so many may move")
    return found


Numbers = type("Numbers", (f.EditForm,), _numbers())

OF_THE_FILE = (*_numbers(), "weighting", "workload", "band", "mix_least", "mix_most", "method")
"""What a file of rules says instead."""
