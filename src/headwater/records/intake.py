"""How do the files of one source become batches? In portions of whole records, each row accounted for."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.engine import Engine
from headwater.records.aside import NOT_SAID
from headwater.records.batch import HASH_BYTES, Batch, BatchReport, Closed
from headwater.records.compile import Plan, empty_tables, pairing, partners_of, plan_of
from headwater.records.decode import fields_of_records, in_utf_8, text_of_records
from headwater.records.examine import Facts, open_stream, split_records
from headwater.records.lake import Lake, fingerprint
from headwater.records.mapping import SourceMapping
from headwater.records.split import CHUNK, Piece

RELATIONSHIPS_AT_ONCE = 1_000_000
ROWS_AT_ONCE = 8192


@dataclass(frozen=True)
class Due:
    """A file that is to become the batch of this number."""

    path: Path
    facts: Facts
    number: int


@dataclass(frozen=True)
class SourceFiles:
    """Files of one source, in the order in which they are loaded."""

    mapping: SourceMapping
    files: list[Due]

    @property
    def size(self) -> int:
        """How many bytes they are, unpacked."""
        return sum(due.facts.unpacked_size for due in self.files)


def take_source(engine: Engine, lake: Lake, work: SourceFiles) -> Iterator[int | Closed]:
    """Write a batch for each file. Answers as it goes on: how many more bytes were read, and each batch that is whole, which the caller is
    to keep. What is being written when it is closed before its end is removed."""
    plan = plan_of(work.mapping)
    _remember_rows(engine, lake, work.mapping)
    for group in _groups(work.files):
        yield from _take_group(engine, work.mapping, plan, [_batch(lake, work.mapping, due) for due in group])


def _groups(files: list[Due]) -> Iterator[list[Due]]:
    """Small files together, as many as one portion takes; a larger file alone.

    What a file leaves in the lake does not depend on its company: a portion never holds a part of a file with others.
    """
    group: list[Due] = []
    held = 0
    for due in files:
        if group and held + due.facts.unpacked_size > CHUNK:
            yield group
            group, held = [], 0
        group.append(due)
        held += due.facts.unpacked_size
    if group:
        yield group


def _batch(lake: Lake, mapping: SourceMapping, due: Due) -> Batch:
    facts = due.facts
    report = BatchReport(
        batch=f"{due.number:06d}-{mapping.id}-{facts.sha256[:12]}",
        source=mapping.id,
        file=due.path.name,
        sha256=facts.sha256,
        size=facts.size,
        mapping=fingerprint([mapping.model_dump_json(by_alias=True)]),
        encoding=facts.encoding,
        byte_order_mark=facts.mark,
        unpacked_size=facts.unpacked_size,
        columns_not_in_mapping=list(facts.columns_not_in_mapping),
    )
    return Batch(lake, due.path, facts, report)


def _remember_rows(engine: Engine, lake: Lake, mapping: SourceMapping) -> None:
    """Table `seen`: the hashes of all rows that the source brought before."""
    before = [path for path in lake.batch_files("raw") if path.parent.name.split("-")[1] == mapping.id]
    if before:
        engine.read_parquet("raw_before", before)
        engine.create("seen", "SELECT row_hash FROM raw_before WHERE source = $source", {"source": mapping.id})
    else:
        engine.create("seen", "SELECT ''::BLOB AS row_hash WHERE false")


def _take_group(engine: Engine, mapping: SourceMapping, plan: Plan, batches: list[Batch]) -> Iterator[int | Closed]:
    """Take in the files of one group, portion by portion; then each becomes a batch, in order."""
    if plan.pending:
        for name, sql in empty_tables():
            engine.create(name, sql)
    portion: list[tuple[int, Piece]] = []
    held = 0
    try:
        for batch in batches:
            batch.begin()
        for file_no, batch in enumerate(batches):
            with open_stream(batch.path) as (stream, mark):
                header_is_due = bool(batch.facts.header)
                for piece in split_records(mapping, stream, mark):
                    if header_is_due:
                        header_is_due = False
                        piece = _without_first(piece)
                    if held and held + len(piece.content) > CHUNK:
                        _take(engine, mapping, plan, batches, portion)
                        yield held
                        portion, held = [], 0
                    portion.append((file_no, piece))
                    held += len(piece.content)
        _take(engine, mapping, plan, batches, portion)
        yield held
        if plan.pending:
            _pair_relationships(engine, batches)
        for batch in batches:
            yield batch.close()
    except OSError as fault:
        fault.filename = fault.filename or str(batches[0].folder.parent)
        raise
    finally:
        for batch in batches:
            batch.abandon()


def _without_first(piece: Piece) -> Piece:
    fields = None if piece.fields is None else piece.fields[1:]
    return Piece(piece.content, piece.starts[1:], piece.ends[1:], piece.offset, fields)


def _take(
    engine: Engine, mapping: SourceMapping, plan: Plan, batches: list[Batch], portion: list[tuple[int, Piece]]
) -> None:
    """Take in some whole records: decode, set aside repeats and faults, make canonical rows of the rest."""
    parts = [_rows(mapping, plan, file_no, batches[file_no], piece) for file_no, piece in portion if piece.starts.size]
    if not parts:
        return
    incoming = pa.concat_tables(parts)
    repeated = _repeated(engine, incoming)
    fresh = incoming.filter(pa.array(~repeated))
    for batch, rows in _by_file(incoming, batches):
        batch.report.rows_in += rows.num_rows
    for batch, rows in _by_file(incoming.filter(pa.array(repeated)), batches):
        batch.report.exact_repeats += rows.num_rows
    if fresh.num_rows == 0:
        return
    numbered = fresh.drop_columns(["byte_start", "byte_end"]).append_column(
        "position", pa.array(np.arange(fresh.num_rows, dtype=np.int64))
    )
    # In batches of rows, so that the engine can share them out among its threads.
    engine.register("fresh", pa.Table.from_batches(numbered.combine_chunks().to_batches(max_chunksize=ROWS_AT_ONCE)))
    engine.run("INSERT INTO seen SELECT row_hash FROM fresh")
    for name, sql in plan.sheets:
        engine.create(name, sql)
    _judge(engine, plan, batches, fresh)
    made = _note(engine, mapping, plan, batches)
    for name, sql in plan.tables:
        rows = engine.fetch(sql)
        if name == "involvement" and plan.pending:
            engine.register("involved", rows)
            engine.run(f"INSERT INTO partner {partners_of(plan.partner_roles)}")
        for batch, part in _by_file(rows, batches):
            batch.add(name, part)
            made[id(batch), name] -= part.num_rows
    for batch in batches:
        for name, _ in plan.tables:
            batch.report.note(f"{name} named twice in one row; the first kept", made[id(batch), name])
    if plan.pending:
        engine.run(f"INSERT INTO pending BY NAME {plan.pending}")


def _rows(mapping: SourceMapping, plan: Plan, file_no: int, batch: Batch, piece: Piece) -> pa.Table:
    """The records of a piece as a table: where each stands, its hash, its text, its fields, and what is wrong with it."""
    count = int(piece.starts.size)
    first = batch.rows_read + 1
    batch.rows_read += count
    encoding = batch.facts.encoding
    content = piece.content
    hashes = [
        hashlib.blake2b(content[start:end], digest_size=HASH_BYTES).digest()
        for start, end in zip(piece.starts.tolist(), piece.ends.tolist(), strict=True)
    ]
    text, bad = in_utf_8(piece, encoding)
    reasons: list[str | None] = [None] * count
    for row in np.flatnonzero(bad).tolist():
        reasons[row] = f"holds bytes that are not {encoding}"
    columns: dict[str, pa.Array] = {}
    header = batch.facts.header
    if header:
        assert piece.fields is not None  # noqa: S101 - split_csv always counts fields
        wrong = piece.fields != len(header)
        for row in np.flatnonzero(wrong & ~bad).tolist():
            found = int(piece.fields[row])
            reasons[row] = f"has {found} fields, not {len(header)}" if found else "has a quote that is never closed"
        whole = ~(wrong | bad)
        parsed, good = fields_of_records(text, whole, mapping.format.delimiter, list(header))
        for row in np.flatnonzero(whole)[~good].tolist():
            reasons[row] = "has quotes in the wrong places"
        place = np.where(whole, np.cumsum(whole) - 1, -1)
        index = None if whole.all() else pa.array(place, mask=~whole)
        for name, column in plan.inputs.items():
            values = parsed[name].combine_chunks()
            columns[column] = values if index is None else values.take(index)
    return pa.table(
        {
            "file_no": pa.array(np.full(count, file_no, np.int32)),
            "row_no": pa.array(np.arange(first, first + count, dtype=np.int64)),
            "byte_start": pa.array(piece.starts + piece.offset),
            "byte_end": pa.array(piece.ends + piece.offset),
            "row_hash": pa.array(hashes, pa.binary(HASH_BYTES)),
            "raw": text_of_records(text),
            "fault": pa.array(reasons, pa.string()),
            **columns,
        }
    )


def _repeated(engine: Engine, incoming: pa.Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows the source brought before, in this portion or earlier."""
    hashes = incoming["row_hash"].combine_chunks()
    words = np.frombuffer(hashes.buffers()[1], dtype="V16")[hashes.offset : hashes.offset + len(hashes)]
    repeated = np.ones(len(hashes), dtype=bool)
    repeated[np.unique(words, return_index=True)[1]] = False
    engine.register("incoming", incoming.select(["row_hash"]))
    met = engine.fetch("SELECT row_hash FROM seen SEMI JOIN incoming USING (row_hash)")["row_hash"]
    if len(met):
        repeated |= np.isin(words, np.array(met.to_pylist(), dtype="V16"))
    return repeated


def _by_file(rows: pa.Table, batches: list[Batch]) -> Iterator[tuple[Batch, pa.Table]]:
    """The rows of each file, from rows in order of `file_no`."""
    numbers = rows["file_no"].to_numpy()
    for file_no in np.unique(numbers).tolist():
        first, after = np.searchsorted(numbers, [file_no, file_no + 1])
        yield batches[file_no], rows.slice(int(first), int(after - first))


def _judge(engine: Engine, plan: Plan, batches: list[Batch], fresh: pa.Table) -> None:
    """Write the raw rows and the refused ones, and count which rows are accepted and when they were recorded."""
    verdicts = engine.fetch(plan.verdicts)
    raw = fresh.append_column("recorded_on", verdicts["recorded_on"])
    refused = engine.fetch(plan.refused)
    refused = refused.append_column("raw", fresh["raw"].take(refused["position"]))
    for batch, rows in _by_file(raw.append_column("refused", verdicts["refused"]), batches):
        batch.add("raw", rows)
        bad = rows["refused"].to_numpy()
        batch.report.quarantined += int(bad.sum())
        batch.report.accepted += int((~bad).sum())
        days = rows.filter(pa.array(~bad))["recorded_on"].value_counts().to_pylist()
        batch.days.update({row["values"]: row["counts"] for row in days})
    for batch, rows in _by_file(refused, batches):
        batch.add("quarantine", rows)
        batch.reasons.update(
            f"{column} {reason}"
            for column, reason in zip(rows["column"].to_pylist(), rows["reason"].to_pylist(), strict=True)
        )


def _note(engine: Engine, mapping: SourceMapping, plan: Plan, batches: list[Batch]) -> Counter[tuple[int, str]]:
    """Put into the reports what was emptied, not made or not in a code list; returns rows made by batch and table.

    What stands in an intelligence file is counted and never said: a shifted column would print the report's own words.
    """
    made: Counter[tuple[int, str]] = Counter()
    for sql, counts in plan.counts:
        for row in engine.fetch(sql).to_pylist():
            batch = batches[row["file_no"]]
            for number, count in enumerate(counts):
                found = row[f"n{number}"]
                if count.codes:
                    for code, times in found or ():
                        batch.report.miss(count.codes, code if mapping.handling == "ordinary" else NOT_SAID, times)
                elif count.table:
                    made[id(batch), count.table] += found
                else:
                    batch.report.note(count.words, found)
    return made


def _pair_relationships(engine: Engine, batches: list[Batch]) -> None:
    """Write the relationships that had to wait for the other person's row."""
    last = engine.fetch("SELECT coalesce(max(row_no), 0) AS n FROM pending")["n"][0].as_py()
    for first in range(1, last + 1, RELATIONSHIPS_AT_ONCE):
        rows = engine.fetch(pairing(), {"first": first, "after": first + RELATIONSHIPS_AT_ONCE})
        for batch, part in _by_file(rows, batches):
            batch.add("relationship", part)
