"""A small lake with drafts to decide about. Everybody in it is made up."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.desk import Decision, counted, digest_item, pieces, seen_of
from headwater.triggers.packages.package import Package
from headwater.triggers.rules.definition import Trigger, read_triggers
from headwater.triggers.runs.find import read_packages
from headwater.triggers.search import SearchReport, search
from tests.triggers.world import TODAY, Who, World, a_family, mother, present, victim


@dataclass
class Desk:
    lake: Lake
    report: SearchReport
    exports: Path

    @property
    def folder(self) -> Path:
        return self.report.folder

    @property
    def trigger(self) -> Trigger:
        return read_triggers()["tipt"]

    def drafts(self) -> dict[str, Package]:
        return {package.subject.name.split()[-1]: package for package in read_packages(self.folder)}

    def search(self) -> SearchReport:
        with DuckDBEngine(threads=2) as engine:
            self.report = search(self.lake, engine=engine, inputs=[self.exports], as_of=TODAY, made_up=True)
        return self.report

    def decide(
        self, package: Package, piece: str, verdict: str = "confirmed", reason: str | None = None, by: str = "one"
    ) -> Decision:
        known = pieces(package) | {item.evidence_id: digest_item(item) for item in counted(package)}
        return Decision.model_validate(
            {
                "package_id": package.package_id, "piece": piece, "verdict": verdict, "reason": reason, "by": by, "at": datetime.now(UTC),
                "run": self.report.run, "rules": "tipt 4", "seen": known.get(piece, seen_of(package)),
            }
        )  # fmt: skip

    def all_of(self, package: Package, **other: Any) -> list[Decision]:
        """Every piece confirmed and the package released, but for pieces named with a verdict and reason of their own."""
        return [self.decide(package, piece, *other.get(piece, ())) for piece in [*pieces(package), "release"]]


def story(world: World, name: str, *, drunk: str, more: str = "") -> Who:
    woman, child = a_family(name)
    world.crime("2016-01-01", victim(woman), present(child), flags="DA", scene=child.home)
    world.notice(drunk, child, mother(woman), text="Mother was drunk and could not stand." + more)
    return child


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A lake of four drafts, searched once; each test has a copy."""
    return make_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(searched: Desk, tmp_path: Path) -> Desk:
    """A copy that the test may change."""
    return copy_desk(searched, tmp_path)


def copy_desk(desk: Desk, folder: Path) -> Desk:
    """The same lake and exports once more, in this folder."""
    for name in ("lake", "exports"):
        shutil.copytree(desk.lake.folder.parent / name, folder / name)
    lake = Lake.open(folder / "lake", create=False)
    return Desk(lake, replace(desk.report, folder=lake.runs / desk.report.folder.name), folder / "exports")


def make_desk(folder: Path) -> Desk:
    """A lake in this folder with drafts about four children, one of them an update."""
    world = World()
    for number, name in enumerate(("Alphaham", "Betaham", "Gammaham")):
        story(world, name, drunk=f"2016-0{5 - number}-01")
    with_plan = story(world, "Deltaham", drunk="2016-01-05")
    world.plan("2016-11-11", with_plan, "CP_NEGLECT")
    exports = world.export(folder / "exports")
    lake = Lake.open(folder / "lake")
    made = Desk(lake, None, exports)  # type: ignore[arg-type]
    made.search()
    return made
