"""Has every table a rule of retention, a place in the data dictionary, and a migration?"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

pytestmark = pytest.mark.service


def test_every_model_has_a_rule_of_retention(service: Path) -> None:
    """Ours and those of the packages below us: a row is a row, whoever made its table."""
    from django.apps import apps

    from headwater.service.retention import RULES

    named = [rule.model for rule in RULES]
    there = {model._meta.label for model in apps.get_models() if model._meta.managed}
    assert there == set(named)
    assert len(named) == len(set(named))
    assert all(rule.how_long and rule.why for rule in RULES)


def test_every_rule_can_be_asked(service: Path) -> None:
    from django.apps import apps

    from headwater.service.retention import RULES

    asked = 0
    for rule in RULES:
        if rule.find is not None:
            asked += apps.get_model(rule.model)._default_manager.filter(rule.find()).count() >= 0
    assert asked > 8


def test_no_model_has_changed_without_a_migration(service: Path) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_guards_stand(service: Path) -> None:
    from headwater.service.audit.guards import find_gaps

    assert find_gaps() == []


@pytest.mark.parametrize("name", ["access.md", "data-dictionary.md"])
def test_the_reference_pages_say_what_the_code_does(service: Path, name: str) -> None:
    from headwater.service.reference import pages

    there = (Path(__file__).parents[2] / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert there == pages()[name], "run: python -m headwater.service.reference docs/reference"
