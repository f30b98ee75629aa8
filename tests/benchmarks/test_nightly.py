"""Does the measurement of a night see a draft that is not as in the full run?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightly import count_apart


def a_run(folder: Path, **drafts: dict[str, str]) -> Path:
    """A run with these drafts."""
    (folder / "packages").mkdir(parents=True)
    for name, content in drafts.items():
        said = {
            "name": "Ann",
            "batch": "000001-crime-aa",
            "method": {"identity": folder.name, "lexicon": folder.name},
            **content,
        }
        (folder / "packages" / f"K-{name}.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        ({"a": {}, "b": {}}, 0),
        ({"a": {"batch": "000007-crime-aa"}, "b": {}}, 0),
        ({"a": {"batch": "000001-crime-bb"}, "b": {}}, 1),
        ({"a": {"name": "Anne"}, "b": {}}, 1),
        ({"a": {}}, 1),
        ({"a": {}, "c": {}}, 2),
    ],
)
def test_drafts_are_apart_when_anything_but_the_names_of_the_run_differs(
    tmp_path: Path, other: dict[str, dict[str, str]], apart: int
) -> None:
    one = a_run(tmp_path / "night", a={}, b={})
    assert count_apart(one, a_run(tmp_path / "full", **other)) == apart
