"""Which rows hold now? The newest version of everything the sources issued, as tables of the engine."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.engine import Engine, quote_identifier, quote_text
from headwater.records.lake import Lake, LakeError, fingerprint, write_json
from headwater.records.layers import without
from headwater.records.schema import TABLES

METHOD = "1"
"""Goes up when the code that finds current rows changes, so that what was kept before is not used."""

_OPEN_TEXT = "handling = 'ordinary'"
"""The texts that are kept. Those of intelligence stay in the batches alone, and are read from there each time."""

_DAYS = "recorded_on.parquet"
"""Beside what is kept: how many rows were recorded on each day."""

LITTLE = 0.02
"""What is kept is kept anew when it lacks more than this share of all rows."""

MANY = 0.1
"""From this share of records touched since on, working out all of them again is as quick."""


def open_records(engine: Engine, lake: Lake, as_of: date | None = None, *, soon: date | None = None) -> bool:
    """Make the eight canonical tables known to the engine under their own names, current rows only, and `raw`.

    Current means: of each `record_key` the highest version; within it, one row for each key, of the newest batch. What
    an older version had and the newest one has not (a person taken off a crime) is gone from these tables, not from
    the lake. With `as_of` only what was recorded by then; the answer says whether that hides anything. What is hidden of
    addresses is in `later_address_record`: a reader of today must not learn what was protected since. Raises LakeError
    when nothing has been loaded.

    Where `open_and_keep` kept the rows of an earlier day, only those of records that came since, or of which `as_of` hides
    something, are worked out; the rows are the same. `soon`: the day for which `hide_later` will be called, so that it need not
    look through all records again.
    """
    return _open(engine, lake, as_of, soon, engine.create)


def open_and_keep(engine: Engine, lake: Lake, *, soon: date | None = None) -> None:
    """Open the records as they stand today, as `open_records` does, and keep the current rows for later days: they are read from there from
    now on, as in memory they would leave little room for anything else. Call it while holding the lake.

    Nothing is kept where what was kept before lacks little. Of what was kept before, the newest stays: somebody may be reading it.
    """
    keeps = _lacks_much(lake)
    _open(engine, lake, None, soon, engine.define if keeps else engine.create)
    if keeps:
        _keep(engine, lake)


def _open(
    engine: Engine, lake: Lake, as_of: date | None, soon: date | None, make: Callable[[str, str], object]
) -> bool:
    """`open_records`; where the kept rows cannot be used, each table is made by `make`."""
    if not lake.manifests():
        raise LakeError(f"The lake {lake.folder} holds no records yet. Load some: headwater load FOLDER")
    present = [name for name in TABLES if lake.batch_files(name)]
    for name in present:
        engine.read_parquet(f"all_{name}", lake.batch_files(name))
    engine.read_parquet("raw", lake.batch_files("raw"))
    hidden = _hide(engine, "not_yet", as_of)
    unsure = _hide(engine, "not_yet_soon", min((day for day in (as_of, soon) if day), default=None))
    kept = _find_kept(lake)
    near = kept is not None and _open_kept(engine, lake, kept, present, unsure > 0)
    if not near:
        _open_all(engine, present, make)
    _open_later(engine, present)
    _remember(engine, soon, kept.folder if kept and near else None)
    return hidden > 0


@dataclass(frozen=True)
class _Opened:
    """How the open records were made: from the rows in folder `kept` but for those whose key is in `claimed_<table>` (column `id`), with
    `<table>_since` in their place. Without `kept`, from the batches. `soon`: see `open_records`."""

    kept: Path | None
    soon: date | None


def _find_opened(engine: Engine, lake: Lake) -> _Opened:
    row = engine.fetch("SELECT kept, soon FROM opened").to_pylist()[0]
    return _Opened(lake.derived("current", row["kept"]) if row["kept"] else None, row["soon"])


def holds_all_of(engine: Engine, lake: Lake, fresh: Collection[str]) -> bool:
    """Whether the tables `near_<table>` hold all rows, of any version, of every record of which the batches `fresh` (as `Lake.state`
    names them) tell."""
    opened = _find_opened(engine, lake)
    if not opened.kept:
        return False
    said = json.loads((opened.kept / "done.json").read_text("utf-8"))
    return not set(said["state"]) & set(fresh)


def _remember(engine: Engine, soon: date | None, kept: Path | None) -> None:
    engine.register(
        "opened",
        pa.table({"soon": pa.array([soon], pa.date32()), "kept": pa.array([kept.name if kept else None], pa.string())}),
    )


def hide_later(engine: Engine, lake: Lake, as_of: date) -> bool:
    """After `open_records` with no day, hide what was not recorded by `as_of`, as it does; says whether that hides anything."""
    if not _hide(engine, "not_yet", as_of):
        return False
    opened = _find_opened(engine, lake)
    if not opened.kept or opened.soon != as_of:
        return open_records(engine, lake, as_of)
    present = [name for name in TABLES if lake.batch_files(name)]
    _open_near(engine, present)
    _open_later(engine, present)
    return True


def _hide(engine: Engine, name: str, as_of: date | None) -> int:
    return engine.create(name, "SELECT batch, row_no FROM raw WHERE recorded_on > $as_of", {"as_of": as_of or date.max})


def _open_later(engine: Engine, present: list[str]) -> None:
    engine.create(
        "later_address_record",
        "SELECT * FROM "
        + (
            "all_address_record SEMI JOIN not_yet USING (batch, row_no)"
            if "address_record" in present
            else "address_record"
        ),
    )


def _lacks_much(lake: Lake) -> bool:
    kept = _find_kept(lake)
    accepted = {str(manifest["batch"]): int(str(manifest["accepted"])) for manifest in lake.manifests()}
    held = {name.rsplit(":", 1)[0] for name in kept.state} if kept else set()
    return sum(accepted.values()) - sum(accepted[name] for name in held) > LITTLE * sum(accepted.values())


def _keep(engine: Engine, lake: Lake) -> None:
    """Write the current rows, which are open as they stand today, one table after the other, and read them from their files."""
    state = lake.state()
    name = fingerprint([METHOD, *state])
    engine.create("narrative_not_kept", _texts_not_kept() if lake.batch_files("narrative") else _empty("narrative"))
    with lake.make_derived("current", name) as working:
        for table, described in TABLES.items():
            kept_rows = f"WHERE {_OPEN_TEXT}" if table == "narrative" else ""
            path = working / f"{table}.parquet"
            engine.write_parquet(f"SELECT * FROM {table} {kept_rows} ORDER BY {described.key}", path)
            engine.read_parquet(f"{table}_kept", [path])
        records = engine.fetch("SELECT count(*) AS n FROM (SELECT DISTINCT source, record_key FROM event_kept)")["n"]
        engine.write_parquet(
            "SELECT recorded_on, count(*) AS n FROM raw WHERE recorded_on IS NOT NULL GROUP BY recorded_on ORDER BY recorded_on",
            working / _DAYS,
        )
        write_json(working / "done.json", {"method": METHOD, "state": state, "records": records[0].as_py()})
    _read_kept(engine, lake.derived("current", name))
    for folder in lake.list_derived("current")[2:]:
        shutil.rmtree(folder, ignore_errors=True)


def _texts_not_kept() -> str:
    """They are looked for among the few rows that could be one: all texts at once would be much."""
    closed = f"SELECT narrative_id FROM all_narrative WHERE NOT ({_OPEN_TEXT})"
    rows = f"(SELECT * FROM all_narrative SEMI JOIN ({closed}) USING (narrative_id))"
    return f"SELECT * FROM ({_current('narrative', rows, 'current_unit')}) WHERE NOT ({_OPEN_TEXT})"


def _read_kept(engine: Engine, folder: Path) -> None:
    """Make the tables from `folder`, which holds just the rows that are open, but for texts that are not kept. Nothing is remembered of how
    they were made before: `hide_later` starts anew."""
    for name in TABLES:
        engine.read_parquet(f"{name}_kept", [folder / f"{name}.parquet"])
        more = f" UNION ALL BY NAME SELECT * FROM {name}_not_kept" if name == "narrative" else ""
        engine.define(name, f"SELECT * FROM {name}_kept{more}")
    engine.drop("current_unit")
    _remember(engine, None, None)


def _versions(rows: Iterable[str]) -> str:
    units = " UNION ".join(
        f"SELECT DISTINCT source, record_key, version FROM {each} ANTI JOIN not_yet USING (batch, row_no)"
        for each in rows
    )
    return f"SELECT source, record_key, max(version) AS version FROM ({units}) GROUP BY source, record_key"


def _current(name: str, rows: str, units: str) -> str:
    return (
        f"SELECT t.* FROM (SELECT * FROM {rows} ANTI JOIN not_yet USING (batch, row_no)) t "
        f"JOIN {units} u ON u.source = t.source AND u.record_key = t.record_key AND u.version = t.version QUALIFY row_number() OVER "
        f"(PARTITION BY t.{TABLES[name].key} ORDER BY t.batch DESC, t.row_no) = 1"
    )


def _empty(name: str) -> str:
    columns = ", ".join(f"NULL::{c.type} AS {quote_identifier(c.name)}" for c in TABLES[name].all_columns)
    return f"SELECT {columns} WHERE false"


def _open_all(engine: Engine, present: list[str], make: Callable[[str, str], object]) -> None:
    engine.create("current_unit", _versions(f"all_{name}" for name in present))
    for name in TABLES:
        make(name, _current(name, f"all_{name}", "current_unit") if name in present else _empty(name))


@dataclass(frozen=True)
class _Kept:
    folder: Path
    state: list[str]
    records: int


def _find_kept(lake: Lake) -> _Kept | None:
    """The newest kept rows of which every batch is still in the lake as it was."""
    state = set(lake.state())
    for folder in lake.list_derived("current"):
        said = json.loads((folder / "done.json").read_text("utf-8"))
        if said["method"] == METHOD and state.issuperset(said["state"]):
            return _Kept(folder, said["state"], said["records"])
    return None


def _open_kept(engine: Engine, lake: Lake, kept: _Kept, present: list[str], hidden: bool) -> bool:
    """Make the tables from what was kept and what came since; False, and nothing made, where that is much.

    A record that came, or of which something is hidden, can give or take any key that one of its rows ever had. So the rows
    of just these keys are worked out anew, from all records that claim them.
    """
    fresh = {name.rsplit(":", 1)[0] for name in set(lake.state()) - set(kept.state)}
    parts = []
    for name in present:
        files = [path for path in lake.batch_files(name) if path.parent.name in fresh]
        if files:
            engine.read_parquet(f"fresh_{name}", files)
            parts.append(f"SELECT DISTINCT source, record_key FROM fresh_{name}")
        if hidden:
            parts.append(
                f"SELECT DISTINCT source, record_key FROM all_{name} SEMI JOIN not_yet_soon USING (batch, row_no)"
            )
    touched = engine.create(
        "touched_unit", " UNION ".join(parts) or "SELECT '' AS source, '' AS record_key WHERE false"
    )
    if touched > MANY * kept.records:
        return False
    for name, table in TABLES.items():
        ids = f"SELECT DISTINCT {table.key} AS id FROM all_{name} SEMI JOIN touched_unit USING (source, record_key)"
        if name == "narrative":
            ids += f" UNION SELECT narrative_id FROM all_narrative WHERE NOT ({_OPEN_TEXT})"
        engine.create(f"claimed_{name}", ids if name in present else "SELECT '' AS id WHERE false")
    for name in present:
        engine.create(
            f"near_{name}",
            f"SELECT * FROM all_{name} SEMI JOIN claimed_{name} ON claimed_{name}.id = {TABLES[name].key}",
        )
    engine.create(
        "claiming_unit",
        "SELECT source, record_key FROM ("
        + " UNION ".join(f"SELECT DISTINCT source, record_key FROM near_{name}" for name in present)
        + ") ANTI JOIN touched_unit USING (source, record_key)",
    )
    # All rows of a touched record are near. Of another that claims one of their keys there can be more: its source is looked through.
    claiming = engine.fetch("SELECT DISTINCT source FROM claiming_unit ORDER BY source")["source"].to_pylist()
    where = f"WHERE source IN ({', '.join(quote_text(source) for source in claiming)})" if claiming else "WHERE false"
    for name in present:
        engine.create(
            f"claiming_{name}",
            f"SELECT source, record_key, version, batch, row_no FROM (SELECT * FROM all_{name} {where}) SEMI JOIN claiming_unit USING (source, record_key)",
        )
    _open_near(engine, present)
    for name, table in TABLES.items():
        engine.read_parquet(f"{name}_before", [kept.folder / f"{name}.parquet"])
        engine.define(
            name,
            f"SELECT * FROM {name}_before {without(f'claimed_{name}', [table.key])} UNION ALL BY NAME SELECT * FROM {name}_since",
        )
    return True


def _open_near(engine: Engine, present: list[str]) -> None:
    engine.create("current_unit", _versions(f"{which}_{name}" for name in present for which in ("near", "claiming")))
    for name in TABLES:
        engine.create(
            f"{name}_since", _current(name, f"near_{name}", "current_unit") if name in present else _empty(name)
        )


PLACEHOLDER_DAYS = frozenset({date(2099, 12, 31), date(2099, 1, 1), date(2100, 1, 1), date(2100, 12, 31)})
"""Far days that systems write when no date is known; nobody recorded anything on them."""

USUAL_MONTH = 30
"""A lake with fewer accepted rows than this in its usual month is too thin to tell a slip from a fact."""

FEWEST = 3
"""However thin the lake, this many rows must speak for a week before it is believed."""


def as_of_default(lake: Lake) -> date:
    """The newest load's data date: the newest day for which enough rows speak; see `newest_day_believed`.

    Only accepted rows count, by the day on which the source recorded them. Raises LakeError when nothing has been loaded.
    """
    days: Counter[date] = Counter()
    kept, counted = _find_kept(lake), set()
    if kept and (kept.folder / _DAYS).exists():
        days.update({row["recorded_on"]: row["n"] for row in pq.read_table(kept.folder / _DAYS).to_pylist()})
        counted = {name.rsplit(":", 1)[0] for name in kept.state}
    for path in lake.batch_files("raw"):
        if path.parent.name not in counted:
            with pq.ParquetFile(path) as raw:
                recorded = raw.read(columns=["recorded_on"])["recorded_on"]
            found = recorded.drop_null().value_counts().to_pylist()
            days.update({row["values"]: row["counts"] for row in found})
    if not days:
        raise LakeError(f"The lake {lake.folder} holds no records yet. Load some: headwater load FOLDER")
    return newest_day_believed(days)


def newest_day_believed(days: Mapping[date, int]) -> date:
    """The newest day on which so much was recorded that it is no slip, from the number of rows recorded on each day.

    A day is believed when the seven days up to it hold at least a tenth of a usual week (a usual month is the median of
    the months in which anything was recorded) and at least three rows. So neither typing slips nor rows dated ahead nor
    a default date move it. In a lake whose usual month has fewer than 30 rows nothing tells a slip from a fact: the
    newest day is taken as it is.
    """
    known = {day: count for day, count in days.items() if day not in PLACEHOLDER_DAYS} or dict(days)
    months: Counter[tuple[int, int]] = Counter()
    for day, count in known.items():
        months[day.year, day.month] += count
    usual = sorted(months.values())[len(months) // 2]
    if usual >= USUAL_MONTH:
        enough = max(FEWEST, usual * 12 / 52 / 10)
        for day in sorted(known, reverse=True):
            if sum(known.get(day - timedelta(days=back), 0) for back in range(7)) >= enough:
                return day
    return max(known)


@dataclass(frozen=True)
class RawRow:
    """One row of an export exactly as it came, and where it stands.

    Bytes `byte_start` up to (not with) `byte_end` of the file, unpacked when it is gzip and counted from its very first
    byte, a byte-order mark with it, are `text` in `encoding`.
    """

    source: str
    batch: str
    row_no: int
    file: str
    sha256: str
    byte_start: int
    byte_end: int
    text: str
    encoding: str

    @property
    def bytes_of(self) -> str:
        """What the byte range counts, in words."""
        return describe_bytes(self.file)


def describe_bytes(file: str) -> str:
    """What the byte range of a row of this file counts, in words."""
    return "the unpacked file" if file.endswith(".gz") else "the file"


def raw_row(engine: Engine, lake: Lake, batch: str, row_no: int) -> RawRow:
    """The row of an export behind a canonical row; raises LakeError when the lake does not hold it."""
    folder = lake.batches / batch
    if folder.parent != lake.batches or not (folder / "manifest.json").exists():
        raise LakeError(f"The lake holds no batch {batch}.")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    engine.read_parquet("one_raw", [folder / "raw.parquet"])
    rows = engine.fetch(
        "SELECT source, byte_start, byte_end, raw FROM one_raw WHERE row_no = $row_no", {"row_no": row_no}
    ).to_pylist()
    if not rows:
        raise LakeError(f"Batch {batch} has no row {row_no}.")
    row = rows[0]
    return RawRow(
        row["source"], batch, row_no, str(manifest["file"]), str(manifest["sha256"]),
        row["byte_start"], row["byte_end"], row["raw"], str(manifest["encoding"]),
    )  # fmt: skip


def count_dangling_references(engine: Engine) -> int:
    """How many events quote a reference that no loaded event has (records open)."""
    return int(
        engine.fetch(
            "SELECT count(*) AS n FROM event e WHERE linked_reference IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM event o WHERE o.reference = e.linked_reference)"
        )["n"][0].as_py()
    )


def count_dangling_by_source(engine: Engine, lake: Lake) -> dict[str, int]:
    """By source, how many events of the whole lake quote a reference that no event of the lake has."""
    files = lake.batch_files("event")
    if not files:
        return {}
    engine.read_parquet("loaded_event", files)
    rows = engine.fetch(
        "SELECT source, count(DISTINCT event_id) AS n FROM loaded_event WHERE linked_reference IS NOT NULL AND "
        "linked_reference NOT IN (SELECT reference FROM loaded_event) GROUP BY source ORDER BY source"
    ).to_pylist()
    return {row["source"]: row["n"] for row in rows}
