"""What did an earlier scenario give? Proposals kept by name, to stand beside a new one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from headwater.areas.earlier_wards import Carrier, GoneError, carry_posts
from headwater.areas.levels import Level
from headwater.areas.planning.proposal import Proposal
from headwater.areas.planning.scenario import ScenarioError
from headwater.areas.planning.staffing import NOTHING_CARRIED
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
    carried: str = ""
    """What it cost to count its posts of earlier wards in those of today."""


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


def open_scenario(folder: Path, name: str, level: Level, carrier: Carrier = NOTHING_CARRIED) -> Saved:
    """The scenario of that name, for a level that it fits; posts of wards that were drawn anew count where these lie today. Raises
    ScenarioError."""
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
    try:
        found = carry_posts(saved.posts, {}, level, carrier)
    except GoneError as fault:
        raise ScenarioError(f"The scenario {name!r} has posts in {fault}") from None
    return replace(saved, posts=found.posts, carried=found.said) if found.said else saved


def _path(folder: Path, name: str) -> Path:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", name):
        raise ScenarioError(f"{name!r} is no name for a scenario. Write it in small letters, digits, - and _.")
    return folder / f"{name}.json"
