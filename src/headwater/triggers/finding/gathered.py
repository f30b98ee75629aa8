"""What was gathered of the subjects of a search? Tables, which are read as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""What was gathered of one subject: part → rows."""


@dataclass(frozen=True)
class Gathered:
    """Part → its rows, each about the subject in column `person_id`, in the order in which the part tells them."""

    parts: dict[str, pa.Table]

    def rows_of(self, people: Sequence[str], names: Collection[str] | None = None) -> Iterator[tuple[str, Rows]]:
        """Each of these subjects with the rows of every part, or of those named; a part that tells nothing of one has none."""
        grouped = {name: _by_subject(table) for name, table in self.parts.items() if names is None or name in names}
        for person in people:
            yield person, {name: found.get(person, []) for name, found in grouped.items()}

    def __getstate__(self) -> dict[str, bytes]:
        """As bytes of Arrow's stream format, which holds the rows of a share only, and not the tables that it was cut from."""
        return {name: _to_bytes(table) for name, table in self.parts.items()}

    def __setstate__(self, state: dict[str, bytes]) -> None:
        parts = {name: pa.ipc.open_stream(content).read_all() for name, content in state.items()}
        object.__setattr__(self, "parts", parts)


def _to_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def _by_subject(table: pa.Table) -> dict[str, list[Row]]:
    names = table.column_names
    columns = [_values(table.column(place)) for place in range(len(names))]
    found: dict[str, list[Row]] = defaultdict(list)
    for person, *values in zip(columns[names.index("person_id")], *columns, strict=True):
        found[person].append(dict(zip(names, values, strict=True)))
    return found


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The column as Python's own values, None where there is none: as `to_pylist` gives them, which is slow for days."""
    if pa.types.is_dictionary(column.type):
        return [value for chunk in column.chunks for value in _looked_up(chunk)]
    if pa.types.is_date32(column.type):
        days = column.cast(pa.int32()).to_pylist()
        return [None if day is None else date.fromordinal(_FIRST_DAY + day) for day in days]
    return list(column.to_pylist())


_FIRST_DAY = date(1970, 1, 1).toordinal()
"""The day from which Arrow counts."""


def _looked_up(chunk: pa.DictionaryArray) -> list[Any]:
    values = [*chunk.dictionary.to_pylist(), None]
    return [values[-1 if place is None else place] for place in chunk.indices.to_pylist()]
