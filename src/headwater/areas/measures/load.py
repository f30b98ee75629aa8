"""How do published numbers come in? One file at a time, checked, with every row accounted for."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from headwater.areas.measures.definition import Measure, MeasureError, MeasureSet
from headwater.areas.measures.shelf import VALUES, keep

CODES = {"lsoa11": r"^[EW]01\d{6}$", "lsoa21": r"^[EW]01\d{6}$", "ward": r"^[EW]05\d{6}$", "npu": r"."}
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Loaded:
    """What became of a file: rows in it = areas kept + rows set aside (by reason). `missing` counts cells without a number by
    measure, `left_out` the measures whose columns the file has not; `part` whether it holds fewer areas than the published set."""

    set: str
    file: str
    sha256: str
    loaded_at: str
    rows: int
    areas: int
    aside: dict[str, int]
    missing: dict[str, int]
    left_out: tuple[str, ...]
    part: bool


def load_measures(path: Path, sets: Mapping[str, MeasureSet], folder: Path, *, name: str | None = None) -> Loaded:
    """Load one CSV or Parquet file into `folder`, as the set `name`; without it the set is known by the columns of the file, the more
    of them the better.

    Loading the same set again replaces it, whole. Raises MeasureError for a file of no known set, with nothing in it, with an
    area twice, or with ranks that are none.
    """
    if name is not None and name not in sets:
        raise MeasureError(f"There is no set of measures {name!r}. There are: {', '.join(sorted(sets))}.")
    table = _read(path)
    chosen, score = None, 0
    for one in sets.values() if name is None else [sets[name]]:
        hits = sum(_find(table, measure.columns[0]) is not None for measure in one.measures)
        if _find(table, one.code) is not None and hits > score:
            chosen, score = one, hits
    if chosen is None:
        raise MeasureError(
            f"{path.name} is {'of no known set of measures' if name is None else f'no file of {name}: code or columns lack'}. "
            f"Known: {', '.join(sorted(sets))}. Its columns are: "
            f"{', '.join(table.column_names[:8])} …. Add a file to catalogue/measures (docs/reference/measures.md)."
        )
    code_column = _find(table, chosen.code)
    codes = pc.utf8_trim_whitespace(table[code_column].cast(pa.string()))
    good = pc.fill_null(pc.match_substring_regex(codes, CODES[chosen.area]), False)
    aside = Counter({"no code of such an area": table.num_rows - (pc.sum(good).as_py() or 0)})
    table, codes = table.filter(good), codes.filter(good)
    if not table.num_rows:
        raise MeasureError(f"{path.name} holds no row with a code of a {chosen.area}, as {chosen.title} should.")
    counted = Counter(codes.to_pylist())
    if twice := [code for code, number in counted.items() if number > 1]:
        raise MeasureError(f"{path.name} has {twice[0]} twice ({len(twice)} areas in all). Give each area one row.")
    columns: dict[str, Numbers] = {}
    missing: dict[str, int] = {}
    left_out = []
    for measure in chosen.measures:
        values = _values(table, measure, path)
        if values is None:
            left_out.append(measure.id)
            continue
        _check(values, measure, chosen, path)
        columns[measure.id] = values
        if lacking := int(np.isnan(values).sum()):
            missing[measure.id] = lacking
    rows = pa.concat_tables(
        [
            pa.table(
                {"area": codes, "measure": pa.array([name] * len(values)), "value": pa.array(values, from_pandas=True)},
                schema=VALUES,
            )
            for name, values in columns.items()
        ]
    )
    loaded = Loaded(
        chosen.id, path.name, hashlib.sha256(path.read_bytes()).hexdigest(), datetime.now(UTC).isoformat(timespec="seconds"),
        len(counted) + sum(aside.values()), len(counted), {why: n for why, n in aside.items() if n}, missing, tuple(left_out),
        len(counted) < chosen.complete,
    )  # fmt: skip
    keep(folder, chosen.id, rows, asdict(loaded) | origin_of(chosen))
    return loaded


def origin_of(one: MeasureSet) -> dict[str, object]:
    """What a manifest keeps of a set beside the rows: title, publisher, licence, vintage, kind of area, and whether it is made up."""
    return {
        "title": one.title, "publisher": one.publisher, "licence": one.licence, "where": one.where, "vintage": one.vintage,
        "area": one.area, "made_up": one.made_up,
    }  # fmt: skip


def _read(path: Path) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        return pyarrow.csv.read_csv(
            path,
            convert_options=pyarrow.csv.ConvertOptions(
                strings_can_be_null=True, null_values=["", "-", "..", "*", "c", "NA"]
            ),
        )
    except FileNotFoundError:
        raise MeasureError(f"There is no file {path}.") from None
    except pa.ArrowInvalid as fault:
        raise MeasureError(
            f"{path.name} cannot be read as {path.suffix or 'a table'}: {str(fault).splitlines()[0]}"
        ) from None


def _find(table: pa.Table, names: tuple[str, ...]) -> str | None:
    """The column that goes by one of these names; blanks and capitals do not matter."""
    there = {" ".join(name.split()).casefold(): name for name in table.column_names}
    return next((there[key] for name in names if (key := " ".join(name.split()).casefold()) in there), None)


def _values(table: pa.Table, measure: Measure, path: Path) -> Numbers | None:
    found = [_find(table, names) for names in measure.columns]
    of = _find(table, measure.of) if measure.of else None
    if any(name is None for name in found) or (measure.of and of is None):
        return None
    total = sum((_numbers(table, str(name), path) for name in found), np.zeros(table.num_rows))
    if of is None:
        return np.asarray(total)
    whole = _numbers(table, of, path)
    return np.divide(total, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _numbers(table: pa.Table, name: str, path: Path) -> Numbers:
    column = table[name]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.replace_substring(column, ",", "")
    try:
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    except pa.ArrowInvalid as fault:
        raise MeasureError(f"{path.name}, column {name!r}: {str(fault).splitlines()[0]}") from None


def _check(values: Numbers, measure: Measure, chosen: MeasureSet, path: Path) -> None:
    known = values[~np.isnan(values)]
    low, high = {"rank": (1, chosen.complete), "share": (0, 1.0001), "count": (0, np.inf)}.get(
        measure.kind, (-np.inf, np.inf)
    )
    if len(known) and (known.min() < low or known.max() > high):
        worst = known.min() if known.min() < low else known.max()
        raise MeasureError(
            f"{path.name}: {measure.title} has the value {worst:g}, and a {measure.kind} lies between {low:g} and {high:g}. "
            "Is it another file, or another year's?"
        )
    if measure.kind == "rank" and len(known) == chosen.complete and len(np.unique(known)) < 0.99 * len(known):
        raise MeasureError(f"{path.name}: {measure.title} gives the same rank to many areas. Is the column a decile?")
