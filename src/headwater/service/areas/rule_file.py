"""What does a planner bring in a file? The rules of `headwater areas allocate`, read as the service can keep and show them. Pure: no Django."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from headwater.areas.allocation import HUNTINGTON_HILL, WEBSTER
from headwater.areas.levels import Level
from headwater.areas.planning import Scenario, ScenarioError, parse_scenario
from headwater.areas.planning.scenario import HUNTINGTON
from headwater.service.areas.choices import ROLES, Choices, RoleChoice

MOST_KB = 64
MOST = 20_000
"""No number of a rule is larger: a force has fewer posts."""


def read_rules(content: bytes, name: str) -> tuple[Scenario, str]:
    """The rules of a file, and its text. Raises ScenarioError, which says what cannot be, where, and what to write instead."""
    if len(content) > MOST_KB * 1_000:
        raise ScenarioError(f"{name} is larger than {MOST_KB} kB. Rules are a page or two: is it the right file?")
    try:
        text = content.decode("utf-8-sig")
        told = parse_scenario(text, name)
    except UnicodeDecodeError:
        raise ScenarioError(f"{name} is not UTF-8 text. Save it as a YAML file in UTF-8.") from None
    except ScenarioError:
        raise
    except (ValueError, TypeError, RecursionError):
        raise ScenarioError(f"{name} cannot be read as rules. Write it like the example of the how-to.") from None
    if strange := sorted(set(told.roles) - set(ROLES)):
        raise ScenarioError(
            f"{name}, roles: {strange[0]!r} is no role of a plan. Write {' or '.join(ROLES)} for {' or '.join(ROLES.values())}."
        )
    if not told.need.recipe().weights:
        raise ScenarioError(f"{name}, need.weights: there is none. Give one at least, or take `weights` out.")
    for where, value in _each(told.model_dump(), ""):
        if isinstance(value, int | float) and not (math.isfinite(value) and value <= MOST):
            raise ScenarioError(f"{name}, {where}: the number is larger than {MOST:,}. Write a smaller one.")
        if isinstance(value, str) and any(not sign.isprintable() and sign not in "\n\t" for sign in value):
            raise ScenarioError(f"{name}, {where}: there is a sign that cannot be printed. Take it out.")
    return told, text


def _each(told: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Every single value with where it stands; keys are values too."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield where or "the file", key
            yield from _each(value, f"{where}.{key}".lstrip("."))
    elif isinstance(told, list | tuple):
        for number, value in enumerate(told, start=1):
            yield from _each(value, f"{where}, number {number}")
    else:
        yield where, told


def choices_of(told: Scenario, text: str, name: str, seconds: int, index: str = "") -> Choices:
    """The rules of a file as a plan keeps them: all that the form has fields for, and the text, by which the posts are worked out."""
    weights = told.need.recipe().weights
    whole = sum(weights.values()) or 1.0
    roles = {id: RoleChoice(one.posts, one.floor, one.ceiling, one.most_moves) for id, one in told.roles.items()}
    plain = told.mix is not None and (told.mix.role, told.mix.per) == ("pcso", "pc")
    return Choices(
        {domain: weight / whole for domain, weight in weights.items()}, told.need.workload, roles, told.unit_share,
        (told.mix.least, told.mix.most) if told.mix and plain else None,
        HUNTINGTON_HILL if told.method == HUNTINGTON else WEBSTER, seconds, text, name, index,
    )  # fmt: skip


def say_rule_file(told: Scenario, name: str, level: Level | None) -> list[tuple[str, str]]:
    """What the file says beyond the fields of the form, as lines of words."""
    names = level.names if level else {}

    def limits(floor: int | None, ceiling: int | None, what: str) -> str:
        words = [f"at least {floor:,}"] if floor else []
        words += [f"at most {ceiling:,}"] if ceiling is not None else []
        return f"{' and '.join(words) or 'no least'} {what}"

    found = [
        ("Single units", [f"{one.unit} {limits(one.floor, one.ceiling, ROLES[one.role])}" for one in told.units]),
        (
            "Single places",
            [
                f"{names.get(one.place, one.place)} {limits(one.floor, one.ceiling, ROLES[one.role])}"
                for one in told.places
            ],
        ),
        (
            "Posts tied to a place",
            [
                f"{one.posts:,} {ROLES[one.role]} in {names.get(one.place, one.place)}: {one.why}".rstrip(".")
                for one in told.fixed
            ],
        ),
        (
            "Teams",
            [
                f"{one.name} ({', '.join(names.get(place, place) for place in one.places)}) "
                + limits(one.floor, one.ceiling, "posts")
                for one in told.teams
            ],
        ),
        ("Moves of all roles together", [f"at most {told.most_moves:,}"] if told.most_moves is not None else []),
    ]
    if told.mix and (told.mix.role, told.mix.per) != ("pcso", "pc"):
        mix = f"{told.mix.least:g} to {told.mix.most:g} {ROLES[told.mix.role]}s for one {ROLES[told.mix.per]} in each place"
        found.insert(0, ("Mix", [mix]))
    return [("Rules from", f"the file {name}"), *((what, "; ".join(lines)) for what, lines in found if lines)]
