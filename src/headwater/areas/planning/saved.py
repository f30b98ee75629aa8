"""What did an earlier scenario give? Proposals kept by name, to stand beside a new one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from headwater.areas.levels import Level
from headwater.areas.planning.proposal import Proposal
from headwater.areas.planning.scenario import ScenarioError
from headwater.engine import write_atomically


@dataclass(frozen=True)
class Saved:
    """A proposal as it was kept: its title, level, when, role → place → posts, each place's need, what it rests on, and its rules."""

    name: str
    title: str
    level: str
    saved_at: str
    posts: Mapping[str, Mapping[str, int]]
    need: Mapping[str, float]
    sources: tuple[str, ...]
    rules: Mapping[str, object]


def save_scenario(folder: Path, name: str, proposal: Proposal) -> Path:
    """Keep the proposal as `name`; one of that name stays as it is, and ScenarioError says so."""
    path = _path(folder, name)
    if path.exists():
        raise ScenarioError(
            f"A scenario {name!r} is kept already ({path}), and what is kept does not change. Choose another name."
        )
    kept = Saved(
        name, proposal.scenario.title, proposal.level.id, datetime.now(UTC).isoformat(timespec="seconds"),
        {role: dict(one.posts) for role, one in proposal.results.items()}, dict(proposal.need), tuple(proposal.sources),
        proposal.scenario.model_dump(mode="json"),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(asdict(kept), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def open_scenario(folder: Path, name: str, level: Level) -> Saved:
    """The scenario of that name, for a level that it fits. Raises ScenarioError."""
    path = _path(folder, name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        saved = Saved(**(content | {"sources": tuple(content["sources"])}))
    except FileNotFoundError:
        there = ", ".join(sorted(one.stem for one in folder.glob("*.json"))) or "none"
        raise ScenarioError(
            f"No scenario {name!r} is kept. There are: {there}. Keep one: headwater areas allocate --save NAME"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise ScenarioError(f"{path} is no kept scenario. Take it away, and keep it anew.") from None
    if saved.level != level.id:
        raise ScenarioError(
            f"The scenario {name!r} gives posts to each {saved.level}, and these rules to each {level.id}."
        )
    if strange := sorted({place for posts in saved.posts.values() for place in posts} - set(level.names)):
        raise ScenarioError(
            f"The scenario {name!r} has {strange[0]}, which is no {level.one} any more. The areas have changed since."
        )
    return saved


def _path(folder: Path, name: str) -> Path:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", name):
        raise ScenarioError(f"{name!r} is no name for a scenario. Write it in small letters, digits, - and _.")
    return folder / f"{name}.json"
