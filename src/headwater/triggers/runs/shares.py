"""How is what was gathered cut into shares of a few subjects each? Every share holds its own rows and texts, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.triggers.finding.gathered import Gathered


def cut_shares(gathered: Gathered, people: Sequence[str], size: int) -> Iterator[tuple[list[str], Gathered]]:
    """The subjects in their order, `size` at a time, each time with what was gathered of them and nothing else."""
    cut = {name: _Cut.of(table, people, size) for name, table in gathered.parts.items()}
    for number, start in enumerate(range(0, len(people), size)):
        yield (
            list(people[start : start + size]),
            Gathered({name: one.share(number) for name, one in cut.items()}),
        )


@dataclass(frozen=True)
class _Cut:
    """A table in the order of the shares, and where each share begins."""

    table: pa.Table
    bounds: np.ndarray[Any, np.dtype[np.int64]]

    @classmethod
    def of(cls, table: pa.Table, people: Sequence[str], size: int) -> _Cut:
        place = pc.fill_null(
            pc.index_in(table["person_id"], pa.array(people, table.schema.field("person_id").type)), len(people)
        )
        shares = -(-len(people) // size)
        share = np.minimum(place.to_numpy() // size, shares)
        order = np.argsort(share, kind="stable")
        return cls(table.take(pa.array(order)).combine_chunks(), np.searchsorted(share[order], np.arange(shares + 1)))

    def share(self, number: int) -> pa.Table:
        start, end = int(self.bounds[number]), int(self.bounds[number + 1])
        table = self.table.slice(start, end - start)
        for place, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                table = table.set_column(place, field.name, _smaller(table.column(place)))
        return table


def _smaller(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """The same values, with those in the dictionary that are used."""
    array = column.combine_chunks()
    array = array if isinstance(array, pa.DictionaryArray) else array.chunk(0)
    used = pc.drop_null(pc.unique(array.indices))
    return pa.DictionaryArray.from_arrays(pc.index_in(array.indices, used), array.dictionary.take(used))
