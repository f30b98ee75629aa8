"""Do the published schemas say what the code writes?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from headwater.triggers.pages.schema import PUBLISHED, build_schema
from tests.pages.people import make_bare, make_crowded, make_hostile, make_rich, make_team_list

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_what_the_code_makes(name: str) -> None:
    published = (REFERENCE / name).read_text(encoding="utf-8")
    assert published == build_schema(name), "run: python -m headwater.triggers.pages.schema docs/reference"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_schema_is_valid_and_refuses_what_it_does_not_name(name: str) -> None:
    schema = json.loads(build_schema(name))
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert not Draft202012Validator(schema).is_valid({})


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("package.schema.json", make_rich()),
        ("package.schema.json", make_bare()),
        ("package.schema.json", make_hostile()),
        ("package.schema.json", make_crowded(5)),
        ("team-list.schema.json", make_team_list(0)),
        ("team-list.schema.json", make_team_list(30)),
    ],
    ids=["rich", "bare", "hostile", "crowded", "empty list", "list"],
)
def test_what_is_written_satisfies_the_schema(name: str, written: BaseModel) -> None:
    Draft202012Validator(json.loads(build_schema(name))).validate(json.loads(written.model_dump_json()))
