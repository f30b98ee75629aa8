"""What does a night cost beside a full run? A search after one record in a thousand has come, and the same search from nothing.

    python benchmarks/nightly.py --people 20000 --nights 3

A made-up force's exports are dealt out by records (a crime with all its rows): most are there at first, each night brings a
share of the rest. Every search is a process of its own, as a user runs it, with its seconds by stage. `ratio` is a night's
seconds beside those of the full run, which holds on any machine better than seconds do; `derived_bytes` what it leaves in
`lake/derived`. `equal` says whether the drafts of the last night are, to the letter, those of the full run; `apart` how many are
not, or are in one of the two alone. One JSON object on standard output, a short table on standard error.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from machine import describe_machine

# One process a search: its stages are told by the progress that a user sees.
SEARCH = """
import json, resource, sys, time
from pathlib import Path
from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.search import search
data, full, inputs = Path(sys.argv[1]), sys.argv[2] == "full", [Path(name) for name in sys.argv[3:]]
stages, now = {}, ["Starting", time.perf_counter(), time.process_time()]
def tell(stage, done, total):
    if stage != now[0]:
        spent = stages.setdefault(now[0], [0.0, 0.0])
        spent[0] += time.perf_counter() - now[1]
        spent[1] += time.process_time() - now[2]
        now[:] = stage, time.perf_counter(), time.process_time()
begun = time.perf_counter()
with DuckDBEngine(memory="4GB", spill=data / "spill") as engine:
    report = search(Lake.open(data / "lake"), engine=engine, inputs=inputs, made_up=True, full=full, progress=tell)
    tell("", 0, 0)
    records = engine.fetch("SELECT (SELECT count(*) FROM person_record) AS person_records, (SELECT count(*) FROM event) AS events, "
                           "(SELECT count(*) FROM narrative) AS narratives, (SELECT count(*) FROM link) AS links").to_pylist()[0]
print(json.dumps({
    "seconds": round(time.perf_counter() - begun, 2), "processor_seconds": round(time.process_time(), 2),
    "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "stages": {name: {"seconds": round(wall, 2), "processor_seconds": round(cpu, 2)} for name, (wall, cpu) in stages.items()},
    "drafts": report.drafts, "folder": str(report.folder.absolute()), **records,
}))
"""

Figures = dict[str, Any]


def deal(exports: Path, folder: Path, nights: int, share: float, seed: int = 1) -> list[Path]:
    """Deal the records of the exports into `folder/0` (what is there at first) and one folder for each night after it.

    Each night gets `share` of the records, drawn by the digest of their number; what is issued anew comes the night after.
    Rows are read and written one at a time, however large the force.
    """
    for path in sorted(exports.iterdir()):
        name = path.name.removesuffix(".gz")
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as rows, _Dealt(folder, name) as dealt:
            if ".json" not in name:
                dealt.head = rows.readline()
            for key, row in _records(name, rows):
                digest = hashlib.sha256(f"{seed}{path.name.split('_')[0]}{key!r}".encode()).digest()
                luck = int.from_bytes(digest[:6]) / 2**48
                night = int(luck / share) + 1 if luck < share * nights else 0
                if night and "_update_" in name:
                    night = min(night + 1, nights)
                dealt.put(night, row)
    return [folder / str(night) for night in range(nights + 1) if (folder / str(night)).exists()]


def _records(name: str, rows: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each row of an export with the number of its record."""
    for row in rows:
        if ".json" not in name:
            yield re.split(rb"[,|;]", row, maxsplit=1)[0], row
        elif row.lstrip().startswith(b"{"):
            named = re.match(rb'\s*\{"(?:log|ref)":"([^"]*)"', row)
            yield (named[1] if named else b""), row.strip().rstrip(b",") + b"\n"


class _Dealt:
    """One export as several files of its kind, one a night, each begun with its first row."""

    def __init__(self, folder: Path, name: str) -> None:
        self.head = b""
        self._folder, self._name, self._files = folder, name, dict[int, IO[bytes]]()
        self._list = name.endswith(".json")

    def put(self, night: int, row: bytes) -> None:
        """Write one row into the file of a night."""
        begun = night in self._files
        if not begun:
            stem, kind = self._name.split(".", 1)
            target = self._folder / str(night) / f"{stem}_night_{night}.{kind}"
            target.parent.mkdir(parents=True, exist_ok=True)
            self._files[night] = target.open("wb")
            self._files[night].write(b"[\n" if self._list else self.head)
        if self._list:
            row = (b",\n" if begun else b"") + row.rstrip(b"\n")
        self._files[night].write(row)

    def __enter__(self) -> _Dealt:
        return self

    def __exit__(self, *fault: object) -> None:
        for file in self._files.values():
            file.write(b"\n]\n" if self._list else b"")
            file.close()


def run_search(data: Path, inputs: list[Path], full: bool = False) -> Figures:
    """One search as a process of its own; stops with its message when it fails."""
    words = [sys.executable, "-c", SEARCH, str(data), "full" if full else "night", *map(str, inputs)]
    before = count_derived(data / "lake")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: Figures = json.loads(done.stdout)
    return {**found, "derived_bytes": count_derived(data / "lake") - before}


def count_derived(lake: Path) -> int:
    """Bytes of what is derived from the records, a file that stands in several folders counted once."""
    status = [path.stat() for path in (lake / "derived").rglob("*") if path.is_file()]
    return sum({each.st_ino: each.st_size for each in status}.values())


def read_drafts(run: Path) -> dict[str, Any]:
    """The drafts of a run by number, without what names the run itself: which joining and which reading of the records it rests on, and
    the running number of a batch, which tells in what order files came."""
    drafts = {}
    for path in sorted((run / "packages").glob("K-*.json")):
        draft = json.loads(re.sub(r'("batch": ")\d+-', r"\1", path.read_text("utf-8")))
        for name in ("identity", "lexicon"):
            del draft["method"][name]
        drafts[path.stem] = draft
    return drafts


def count_apart(one: Path, other: Path) -> int:
    """How many drafts are not the same in two runs, or are in one of them alone."""
    ours, theirs = read_drafts(one), read_drafts(other)
    return sum(ours.get(name) != theirs.get(name) for name in ours.keys() | theirs.keys())


def measure(people: int, nights: int, folder: Path) -> Figures:
    """A first search, some nights, and after the last night a full search of the same records in a lake of its own."""
    make = "from headwater.cli import main; main()"
    words = ["synth", str(folder / "force"), "--people", str(people), "--seed", "1", "--quiet"]
    subprocess.run([sys.executable, "-c", make, *words], check=True, stdout=subprocess.DEVNULL)
    dealt = deal(folder / "force" / "exports", folder / "dealt", nights, 0.001)
    first = run_search(folder / "nightly", dealt[:1])
    increments = [run_search(folder / "nightly", [night]) for night in dealt[1:]]
    full = run_search(folder / "anew", dealt, full=True)
    apart = count_apart(Path(increments[-1]["folder"]), Path(full["folder"]))
    for each in (first, *increments, full):
        del each["folder"]
    best = min(increments, key=lambda night: night["processor_seconds"])
    return {
        "people": people, "first": first, "nights": increments, "full": full, "equal": apart == 0, "apart": apart,
        "ratio": round(best["processor_seconds"] / full["processor_seconds"], 4),
        "ratio_of_seconds": round(best["seconds"] / full["seconds"], 4),
    }  # fmt: skip


def tell(figures: Figures) -> None:
    """A short table by stage on standard error: seconds of the processor in a full run, in the quickest night, and their ratio."""
    best = min(figures["nights"], key=lambda night: night["processor_seconds"])
    print(
        f"{figures['people']:,} people: full, night (processor seconds), ratio {figures['ratio']:.1%}, "
        f"equal: {str(figures['equal']).lower()} ({figures['apart']} of {figures['full']['drafts']} drafts apart)",
        file=sys.stderr,
    )
    for stage in {**figures["full"]["stages"], **best["stages"]}:
        full, night = (part["stages"].get(stage, {}).get("processor_seconds", 0.0) for part in (figures["full"], best))
        print(f"  {stage[:42]:44}{full:9.2f}{night:9.2f}", file=sys.stderr)


def main() -> int:
    """Measure each size in a temporary folder that is gone afterwards."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[20000, 100000], help="people in each force")
    parser.add_argument("--nights", type=int, default=3, help="nights to search; the quickest counts")
    chosen = parser.parse_args()
    results: Figures = {"machine": describe_machine(), "forces": []}
    for people in chosen.people:
        with tempfile.TemporaryDirectory(prefix="headwater-nightly-") as name:
            results["forces"].append(measure(people, chosen.nights, Path(name)))
        tell(results["forces"][-1])
    json.dump(results, sys.stdout, indent=2, sort_keys=True)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
