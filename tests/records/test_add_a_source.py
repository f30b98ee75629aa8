"""Does the how-to page work when it is followed to the letter?"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from headwater.cli import main
from headwater.engine import DuckDBEngine
from headwater.records import Lake, open_records

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-source.md").read_text(encoding="utf-8")


def test_an_eighth_source_needs_one_mapping_file_and_no_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "CATALOGUE", "SETTINGS"):
        monkeypatch.delenv(f"HEADWATER_{name}", raising=False)
    # 1 and 2: save the export and the mapping under the names that the page gives.
    for name, kind in (("housing_2016.csv", "csv"), ("my-catalogue/sources/housing.yaml", "yaml")):
        assert f"Save this as `{name}`" in PAGE
        content = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
        assert content
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content[1])
    # 3: name the catalogue and load.
    setting = re.search(r"In `headwater.toml`: `(.*?)`", PAGE)
    command = re.search(r"```\nheadwater (.*?)\n```", PAGE)
    assert setting
    assert command
    Path("headwater.toml").write_text(setting[1] + "\n")
    monkeypatch.setattr(sys, "argv", ["headwater", *command[1].split()])
    with pytest.raises(SystemExit, match="0"):
        main()
    said = capsys.readouterr().out
    promised = re.search(r"It says: (3 rows = 2 accepted \+ 1 set aside)", PAGE)
    assert promised
    assert promised[1] in said
    assert "SEEN is not a date" in said
    with DuckDBEngine() as engine:
        open_records(engine, Lake.open(Path(".headwater/lake")))
        people = engine.fetch("SELECT given_name, family_name FROM person_record").to_pylist()
        texts = engine.fetch("SELECT text FROM narrative ORDER BY 1")["text"].to_pylist()
    assert people == [{"given_name": "Carla", "family_name": "MADEUP"}] * 2
    assert texts == ["Door kicked in.", "Shouting at night, child crying."]
