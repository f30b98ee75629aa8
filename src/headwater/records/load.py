"""How do a force's exports get into the lake? Whole or not at all, each row accounted for, nothing ever overwritten."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa

from headwater.engine import Engine, Progress, quote_identifier, quote_text
from headwater.records.compile import (
    coded_fields,
    condition_of,
    faults_of,
    handling_of,
    moment_of,
    notes_of,
    source_of_rule,
    text_of,
    value_of,
)
from headwater.records.decode import fields_of_records, text_of_records, undecodable
from headwater.records.lake import Lake, fingerprint, write_json
from headwater.records.mapping import RowRule, SourceMapping, read_sources
from headwater.records.schema import TABLES, Table
from headwater.records.split import Piece, SplitError, split_csv, split_json_array, split_lines

_BOM = b"\xef\xbb\xbf"


class FileFault(Exception):
    """A file cannot be loaded as a whole; nothing of it was. The message says which file, why, and what to do."""


@dataclass
class BatchReport:
    """What became of one file: `rows_in` = `accepted` + `quarantined` + `exact_repeats`."""

    batch: str
    source: str
    file: str
    sha256: str
    size: int
    mapping: str
    rows_in: int = 0
    accepted: int = 0
    quarantined: int = 0
    exact_repeats: int = 0
    data_from: str | None = None
    data_to: str | None = None
    tables: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    quarantine_reasons: dict[str, int] = field(default_factory=dict)
    columns_not_in_mapping: list[str] = field(default_factory=list)


@dataclass
class LoadReport:
    """What became of all files: loaded now, loaded before, and not of any source."""

    batches: list[BatchReport] = field(default_factory=list)
    already_loaded: list[str] = field(default_factory=list)
    not_recognised: list[str] = field(default_factory=list)


def load(
    lake: Lake,
    inputs: Sequence[Path],
    *,
    engine: Engine,
    catalogue: Path | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> LoadReport:
    """Load files, or all files of folders, into the lake; one batch a file, in order of source and file name.

    A file that was loaded before changes nothing. A file of no known source is named in the report. Raises FileFault
    for a file that cannot be loaded, MappingError for a mapping, LakeBusy when another run is writing.
    """
    sources = read_sources(catalogue)
    report = LoadReport()
    work: list[tuple[SourceMapping, Path]] = []
    for path in _files(inputs):
        mapping = next((mapping for mapping in sources.values() if mapping.takes(path.name)), None)
        if mapping is None:
            report.not_recognised.append(str(path))
        else:
            work.append((mapping, path))
    work.sort(key=lambda pair: (pair[0].id, pair[1].name, str(pair[1])))
    for mapping, path in work:
        _check_head(mapping, path)
    with lake.hold():
        _sweep(lake)
        for mapping, path in work:
            sha256 = _digest(path)
            if any(m["sha256"] == sha256 and m["source"] == mapping.id for m in lake.manifests()):
                report.already_loaded.append(str(path))
                continue
            report.batches.append(_load_file(lake, engine, mapping, path, sha256, progress))
    return report


def _files(inputs: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for given in inputs:
        if given.is_dir():
            found.extend(path for path in sorted(given.rglob("*")) if path.is_file() and not path.name.startswith("."))
        elif given.is_file():
            found.append(given)
        else:
            raise FileFault(f"There is no file or folder {given}. Check the name.")
    return list(dict.fromkeys(found))


def _sweep(lake: Lake) -> None:
    """Remove what a killed load left behind: folders that never became a batch."""
    for leftover in lake.batches.glob(".*.part"):
        shutil.rmtree(leftover, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    """The plain bytes of a file, unpacked when it is gzip, without a byte-order mark; faults become FileFault."""
    raw: BinaryIO = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[assignment]  # noqa: SIM115
    with raw as handle:
        try:
            buffered = io.BufferedReader(cast(Any, handle))
            if buffered.peek(3)[:3] == _BOM:
                buffered.read(3)
            yield buffered
        except (EOFError, zlib.error):
            raise FileFault(f"{path.name} is a cut-off gzip file. Fetch it again, whole; nothing was loaded.") from None
        except gzip.BadGzipFile:
            raise FileFault(
                f"{path.name} is not a gzip file although its name ends in .gz. Rename or fetch it again."
            ) from None
        except SplitError as fault:
            raise FileFault(f"{path.name} {fault}. Export it again; nothing was loaded.") from None


def _check_head(mapping: SourceMapping, path: Path) -> None:
    """Find the faults of a whole file that show at once: empty, binary, wrong columns."""
    with _stream(path) as stream:
        head = stream.read(65536)
    if not head.strip():
        raise FileFault(f"{path.name} is empty. Export it again; nothing was loaded.")
    if head.count(0) > len(head) // 500:
        raise FileFault(f"{path.name} is not a text file. Export it as {_form(mapping)}; nothing was loaded.")
    if mapping.format.kind == "csv":
        _check_columns(mapping, path, _header(mapping, path))


def _form(mapping: SourceMapping) -> str:
    return {"csv": "CSV text", "jsonl": "one JSON object a line", "json": "one JSON array"}[mapping.format.kind]


def _header(mapping: SourceMapping, path: Path) -> list[str]:
    with _stream(path) as stream:
        first = next(iter(split_csv(stream, mapping.format.delimiter, chunk=1 << 20)), None)
    if first is None:
        raise FileFault(f"{path.name} holds no rows, not even column names. Export it again; nothing was loaded.")
    text = first.content[int(first.starts[0]) : int(first.ends[0])].decode(mapping.format.encoding, "replace")
    parsed = next(csv.reader(io.StringIO(text, newline=""), delimiter=mapping.format.delimiter), [])
    return [name.strip() for name in parsed]


def _check_columns(mapping: SourceMapping, path: Path, header: list[str]) -> list[str]:
    missing = [name for name in mapping.columns if name not in header]
    doubled = [name for name, count in Counter(header).items() if count > 1]
    if missing or doubled:
        what = f"lacks the columns {', '.join(missing)}" if missing else f"has {', '.join(doubled)} more than once"
        raise FileFault(
            f"{path.name} {what} (source {mapping.id}, delimiter {mapping.format.delimiter!r}). "
            "Export it with the columns of the mapping file, or mend the mapping; nothing was loaded."
        )
    return [name for name in header if name not in mapping.columns]


def _load_file(
    lake: Lake, engine: Engine, mapping: SourceMapping, path: Path, sha256: str, progress: Progress
) -> BatchReport:
    number = len(lake.manifests()) + 1
    report = BatchReport(
        batch=f"{number:06d}-{mapping.id}-{sha256[:12]}",
        source=mapping.id,
        file=path.name,
        sha256=sha256,
        size=path.stat().st_size,
        mapping=fingerprint([mapping.model_dump_json(by_alias=True)]),
    )
    folder = lake.batches / f".{report.batch}.{os.getpid()}.part"
    folder.mkdir(parents=True, mode=0o700)
    try:
        _prepare(engine, lake, mapping)
        stage = f"Loading {path.name}"
        progress(stage, 0, report.size)
        with _stream(path) as stream:
            for piece, header in _pieces(mapping, path, stream, report):
                _take(engine, mapping, report, piece, header)
                progress(stage, min(piece.offset + len(piece.content), report.size), report.size)
        _pair_relationships(engine, mapping)
        _finish(engine, lake, mapping, report, folder)
        folder.replace(lake.batches / report.batch)
        _sync(lake.batches)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _pieces(
    mapping: SourceMapping, path: Path, stream: BinaryIO, report: BatchReport
) -> Iterator[tuple[Piece, list[str]]]:
    if mapping.format.kind == "csv":
        header: list[str] = []
        for piece in split_csv(stream, mapping.format.delimiter):
            if not header:
                header = _header(mapping, path)
                report.columns_not_in_mapping = _check_columns(mapping, path, header)
                fields = None if piece.fields is None else piece.fields[1:]
                piece = Piece(piece.content, piece.starts[1:], piece.ends[1:], piece.offset, fields)
            if piece.starts.size:
                yield piece, header
    elif mapping.format.kind == "jsonl":
        for piece in split_lines(stream):
            yield piece, []
    else:
        for piece in split_json_array(stream):
            yield piece, []


def _prepare(engine: Engine, lake: Lake, mapping: SourceMapping) -> None:
    """Empty tables for one batch, and the hashes of all rows that the source brought before."""
    before = lake.batch_files("raw")
    if before:
        engine.read_parquet("raw_before", before)
        engine.create("seen", "SELECT row_hash FROM raw_before WHERE source = $source", {"source": mapping.id})
    else:
        engine.create("seen", "SELECT '' AS row_hash WHERE false")
    engine.create(
        "batch_raw",
        "SELECT 0::BIGINT AS row_no, 0::BIGINT AS byte_start, 0::BIGINT AS byte_end, '' AS row_hash, '' AS raw WHERE false",
    )
    engine.create(
        "batch_quarantine",
        "SELECT 0::BIGINT AS row_no, '' AS \"column\", '' AS value, '' AS reason, '' AS raw WHERE false",
    )
    engine.create("batch_moment", "SELECT TIMESTAMP '2000-01-01' AS recorded WHERE false")
    for table in TABLES.values():
        columns = ", ".join(f"NULL::{column.type} AS {quote_identifier(column.name)}" for column in _stored(table))
        engine.create(f"batch_{table.name}", f"SELECT {columns} WHERE false")
    for number, rule in enumerate(mapping.rows):
        if rule.other_role:
            columns = ", ".join(f"NULL::{c.type} AS {quote_identifier(c.name)}" for c in _stored(TABLES[rule.table]))
            engine.create(f"pending_{number}", f"SELECT {columns} WHERE false")


def _stored(table: Table) -> list[Any]:
    return [column for column in table.all_columns if column.name not in ("source", "batch")]


def _take(engine: Engine, mapping: SourceMapping, report: BatchReport, piece: Piece, header: list[str]) -> None:
    """Take in some whole records: decode, set aside repeats and faults, make canonical rows of the rest."""
    count = int(piece.starts.size)
    first = report.rows_in + 1
    report.rows_in += count
    bad = undecodable(piece, mapping.format.encoding)
    texts = text_of_records(piece, mapping.format.encoding, bad)
    reasons: list[str | None] = [None] * count
    for row in np.flatnonzero(bad).tolist():
        reasons[row] = f"holds bytes that are not {mapping.format.encoding}"
    columns: dict[str, pa.Array] = {}
    if header:
        assert piece.fields is not None  # noqa: S101 - split_csv always counts fields
        wrong = piece.fields != len(header)
        for row in np.flatnonzero(wrong & ~bad).tolist():
            found = int(piece.fields[row])
            reasons[row] = f"has {found} fields, not {len(header)}" if found else "has a quote that is never closed"
        whole = np.flatnonzero(~(wrong | bad))
        parsed, good = fields_of_records(texts.take(pa.array(whole)), mapping.format.delimiter, header)
        for row in whole[~good].tolist():
            reasons[row] = "has quotes in the wrong places"
        place = np.full(count, -1, np.int64)
        place[whole] = np.arange(whole.size)
        index = pa.array(place, mask=place < 0)
        columns = {name: parsed[name].combine_chunks().take(index) for name in mapping.columns}
    incoming = pa.table(
        {
            "row_no": pa.array(np.arange(first, first + count, dtype=np.int64)),
            "byte_start": pa.array(piece.starts + piece.offset),
            "byte_end": pa.array(piece.ends + piece.offset),
            "raw": texts,
            "fault": pa.array(reasons, pa.string()),
            **columns,
        }
    )
    engine.register("incoming_rows", incoming)
    engine.create(
        "incoming",
        "SELECT *, row_number() OVER (PARTITION BY row_hash ORDER BY row_no) > 1 "
        "OR row_hash IN (SELECT row_hash FROM seen) AS repeated FROM (SELECT *, md5(raw) AS row_hash FROM incoming_rows)",
    )
    fresh = "SELECT * EXCLUDE (repeated) FROM incoming WHERE NOT repeated"
    engine.run("INSERT INTO seen SELECT row_hash FROM incoming WHERE NOT repeated")
    engine.run(f"INSERT INTO batch_raw SELECT row_no, byte_start, byte_end, row_hash, raw FROM ({fresh})")
    engine.create("fresh", fresh)
    _quarantine(engine, mapping)
    counts = engine.fetch(
        "SELECT (SELECT count(*) FROM incoming WHERE repeated) AS repeats, (SELECT count(*) FROM refused) AS refused, "
        "(SELECT count(*) FROM accepted) AS accepted"
    ).to_pylist()[0]
    report.exact_repeats += counts["repeats"]
    report.quarantined += counts["refused"]
    report.accepted += counts["accepted"]
    _note(engine, mapping, report)
    for number, rule in enumerate(mapping.rows):
        _make_rows(engine, mapping, report, rule, number)


def _quarantine(engine: Engine, mapping: SourceMapping) -> None:
    """Split `fresh` into `accepted` and `refused`. Whole-row faults come first, so that later tests see good rows only."""
    tests = faults_of(mapping)
    whole = [test for test in tests if test[0] == "(whole row)"]
    single = [test for test in tests if test[0] != "(whole row)"]
    shape = " ".join(f"WHEN {test} THEN {quote_text(reason)}" for _, test, _, reason in whole)
    engine.create(
        "sound",
        f"SELECT * REPLACE (CASE WHEN fault IS NOT NULL THEN fault {shape} END AS fault) FROM fresh"
        if shape
        else "SELECT * FROM fresh",
    )
    numbered = " ".join(f"WHEN {test} THEN {number}" for number, (_, test, _, _) in enumerate(single))
    choice = f"CASE {numbered} END" if numbered else "NULL::INTEGER"
    engine.create("judged", f"SELECT *, {choice} AS failed FROM sound WHERE fault IS NULL")

    def pick(values: list[str]) -> str:
        cases = " ".join(f"WHEN {number} THEN {value}" for number, value in enumerate(values))
        return f"CASE failed {cases} END" if cases else "NULL"

    engine.create(
        "refused",
        "SELECT row_no, '(whole row)' AS \"column\", NULL::VARCHAR AS value, fault AS reason, raw FROM sound "
        "WHERE fault IS NOT NULL UNION ALL "
        f"SELECT row_no, {pick([quote_text(column) for column, _, _, _ in single])}, "
        f"{pick([value for _, _, value, _ in single])}, {pick([quote_text(reason) for _, _, _, reason in single])}, raw "
        "FROM judged WHERE failed IS NOT NULL",
    )
    engine.run("INSERT INTO batch_quarantine SELECT * FROM refused")
    version = (
        f"coalesce(TRY_CAST({text_of(mapping, mapping.version)} AS BIGINT), 1)" if mapping.version else "1::BIGINT"
    )
    recorded = moment_of(text_of(mapping, mapping.recorded), mapping.date_forms)
    engine.create(
        "accepted",
        f"SELECT * EXCLUDE (failed, fault), {text_of(mapping, mapping.record_key)} AS record_key_of_row, "
        f"{version} AS version_of_row, {handling_of(mapping)} AS handling_of_row FROM judged WHERE failed IS NULL",
    )
    engine.run(f"INSERT INTO batch_moment SELECT {recorded} FROM accepted")


def _note(engine: Engine, mapping: SourceMapping, report: BatchReport) -> None:
    notes = notes_of(mapping)
    if not notes:
        return
    counted = ", ".join(f"count_if({test}) AS n{number}" for number, (_, test, _) in enumerate(notes))
    row = engine.fetch(f"SELECT {counted} FROM accepted").to_pylist()[0]
    for number, (column, _, reason) in enumerate(notes):
        if row[f"n{number}"]:
            key = f"{column} {reason}"
            report.notes[key] = report.notes.get(key, 0) + row[f"n{number}"]


def _make_rows(engine: Engine, mapping: SourceMapping, report: BatchReport, rule: RowRule, number: int) -> None:
    table = TABLES[rule.table]
    lineage = {
        "row_no": "row_no",
        "record_key": "record_key_of_row",
        "version": "version_of_row",
        "handling": "handling_of_row",
    }
    selected = ", ".join(
        f"CAST({lineage.get(column.name) or (value_of(mapping, rule.set[column.name]) if column.name in rule.set else 'NULL')} "
        f"AS {column.type}) AS {quote_identifier(column.name)}"
        for column in _stored(table)
    )
    conditions = " AND ".join(condition_of(mapping, condition) for condition in rule.when) or "true"
    engine.create("made", f"SELECT {selected} FROM {source_of_rule(mapping, rule)} WHERE {conditions}")
    owed = [
        column.name
        for column in table.columns
        if column.required and not (rule.other_role and column.name == "other_person_record_id")
    ]
    complete = " AND ".join(f"{quote_identifier(name)} IS NOT NULL" for name in owed)
    target = f"pending_{number}" if rule.other_role else f"batch_{table.name}"
    engine.run(f"INSERT INTO {quote_identifier(target)} SELECT * FROM made WHERE {complete}")
    left = engine.fetch(f"SELECT count(*) AS n FROM made WHERE NOT ({complete})")["n"][0].as_py()
    if left:
        key = f"{table.name} not made: a value it needs is empty"
        report.notes[key] = report.notes.get(key, 0) + left
    for coded in coded_fields(mapping, rule):
        for row in engine.fetch(
            f"SELECT {coded.recorded} AS code, count(*) AS n FROM {source_of_rule(mapping, rule)} "
            f"WHERE {conditions} AND {coded.mapped} = 'unmapped' GROUP BY 1 ORDER BY 1"
        ).to_pylist():
            found = report.unmapped.setdefault(coded.list, {})
            found[row["code"]] = found.get(row["code"], 0) + row["n"]


def _pair_relationships(engine: Engine, mapping: SourceMapping) -> None:
    """Give each pending row the other person: everybody of the named role in the same version of the same event."""
    for number, rule in enumerate(mapping.rows):
        if not rule.other_role:
            continue
        columns = ", ".join(
            "p.relationship_id || '>' || i.person_record_id AS relationship_id"
            if column.name == "relationship_id"
            else "i.person_record_id AS other_person_record_id"
            if column.name == "other_person_record_id"
            else f"p.{quote_identifier(column.name)}"
            for column in _stored(TABLES[rule.table])
        )
        engine.run(
            f"INSERT INTO batch_relationship SELECT {columns} FROM pending_{number} p JOIN batch_involvement i "
            "ON i.event_id = p.event_id AND i.version = p.version AND i.person_record_id <> p.person_record_id "
            f"AND i.role = {quote_text(rule.other_role)}"
        )


def _finish(engine: Engine, lake: Lake, mapping: SourceMapping, report: BatchReport, folder: Path) -> None:
    """Write the batch's files and, last, its manifest."""
    if report.rows_in != report.accepted + report.quarantined + report.exact_repeats:
        raise AssertionError(
            f"rows in ({report.rows_in}) are not accepted + quarantined + exact repeats in {report.file}"
        )
    if report.rows_in == 0:
        raise FileFault(f"{report.file} holds column names but no rows. Export it again; nothing was loaded.")
    origin = f"{quote_text(mapping.id)} AS source, {quote_text(report.batch)} AS batch"
    for table in TABLES.values():
        names = ", ".join(quote_identifier(column.name) for column in table.all_columns)
        # A repeated event column (one row per crime and person) gives the same canonical row again: kept once a row.
        made = f"SELECT {names} FROM (SELECT DISTINCT *, {origin} FROM batch_{table.name}) ORDER BY {names}"
        count = engine.fetch(f"SELECT count(*) AS n FROM batch_{table.name}")["n"][0].as_py()
        if count:
            report.tables[table.name] = engine.write_parquet(made, folder / f"{table.name}.parquet")
    engine.write_parquet(f"SELECT {origin}, * FROM batch_raw ORDER BY row_no", folder / "raw.parquet")
    engine.write_parquet(
        f"SELECT {origin}, {quote_text(report.file)} AS file, * FROM batch_quarantine ORDER BY row_no",
        folder / "quarantine.parquet",
    )
    for row in engine.fetch(
        "SELECT \"column\" || ' ' || reason AS why, count(*) AS n FROM batch_quarantine GROUP BY 1 ORDER BY 1"
    ).to_pylist():
        report.quarantine_reasons[row["why"]] = row["n"]
    dates = engine.fetch(
        "SELECT CAST(min(recorded) AS DATE)::VARCHAR AS first, CAST(max(recorded) AS DATE)::VARCHAR AS newest "
        "FROM batch_moment WHERE recorded <= (SELECT quantile_disc(recorded, 0.995) + INTERVAL 31 DAY FROM batch_moment)"
    ).to_pylist()[0]
    report.data_from, report.data_to = dates["first"], dates["newest"]
    report.unmapped = {name: dict(sorted(codes.items())) for name, codes in sorted(report.unmapped.items())}
    write_json(folder / "manifest.json", asdict(report))
