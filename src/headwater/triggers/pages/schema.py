"""What may other systems rely on? Writes the JSON Schemas of a package and of a team's list.

python -m headwater.triggers.pages.schema docs/reference
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from headwater.triggers.packages.package import Package, TeamList

PUBLISHED: dict[str, type[BaseModel]] = {"package.schema.json": Package, "team-list.schema.json": TeamList}


def build_schema(name: str) -> str:
    """The published schema of that file name, as the text of the file (JSON Schema 2020-12)."""
    schema = PUBLISHED[name].model_json_schema(mode="serialization")
    return (
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2, ensure_ascii=False)
        + "\n"
    )


def write_schemas(folder: Path) -> None:
    """Write every published schema to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PUBLISHED:
        (folder / name).write_text(build_schema(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
