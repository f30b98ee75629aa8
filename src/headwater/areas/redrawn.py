"""How do numbers about small areas of one census year come to those of another? By the published lookup of what became of each.

Most small areas of 2011 are the same in 2021, with the same code; some were split, some merged. Counts are shared out among the parts by
the residents of these; shares and rates are means weighted by residents; a rank is that of the area that most of the new one lies in,
for a rank is a place in a list and has no mean. What the fit costs is told.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from headwater.areas.fit import FitError, Lookup, carry_counts, carry_rates, cost_of_fit, make_lookup
from headwater.areas.lookup_file import read_lookup_file
from headwater.areas.measures import Kept, MeasureSet
from headwater.engine import write_atomically

HEADS = {"lsoa11": r"lsoa11cd|lsoa11_code|lsoa11", "lsoa21": r"lsoa21cd|lsoa21_code|lsoa21"}
"""The columns of the lookup, as the Office for National Statistics writes them and as geographr does."""

YEARS = {"lsoa11": "2011", "lsoa21": "2021"}


@dataclass(frozen=True)
class Redrawn:
    """The pairs (code of 2011, code of 2021) of all areas that are not the same in both."""

    pairs: tuple[tuple[str, str], ...]
    file: str

    def year_of(self, codes: Iterable[str]) -> str | None:
        """Of which year these areas are (`lsoa11`, `lsoa21`); None where all of them are the same in both. Raises FitError for a mixture."""
        there = set(codes)
        old, new = {one for one, _ in self.pairs}, {one for _, one in self.pairs}
        of_old, of_new = sorted(there & (old - new)), sorted(there & (new - old))
        if of_old and of_new:
            raise FitError(
                f"The force's small areas are of two years: {of_old[0]} of 2011 only, {of_new[0]} of 2021 only. "
                "Take all of one year in areas/small_areas.csv."
            )
        return "lsoa11" if of_old else "lsoa21" if of_new else None


def load_redrawn(path: Path, folder: Path) -> dict[str, object]:
    """Keep the lookup of small areas of 2011 to those of 2021 (CSV or .csv.gz) in `folder`; what it says, as a manifest. Raises FitError."""
    read = read_lookup_file(
        path, HEADS, "Take the lookup of small areas 2011 to 2021 of the Office for National Statistics."
    )
    forth, back = defaultdict(set), defaultdict(set)
    for _, row in read.rows:
        forth[row["lsoa11"]].add(row["lsoa21"])
        back[row["lsoa21"]].add(row["lsoa11"])
    pairs = [
        (old, new)
        for old in sorted(forth)
        for new in sorted(forth[old])
        if forth[old] != {old} or any(back[one] != {old} for one in forth[old])
    ]
    same = sum(news == {old} and back[old] == {old} for old, news in forth.items())
    told: dict[str, object] = {
        "file": read.name, "sha256": read.sha256, "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": len(read.rows), "areas_2011": len(forth), "areas_2021": len(back), "same": same, "pairs": pairs,
    }  # fmt: skip
    with write_atomically(_path(folder)) as temporary:
        temporary.write_text(json.dumps(told) + "\n", encoding="utf-8")
    return {key: value for key, value in told.items() if key != "pairs"}


def open_redrawn(folder: Path) -> Redrawn | None:
    """The lookup that is kept in `folder`; None where none is. Raises FitError for one that cannot be read."""
    try:
        told = json.loads(_path(folder).read_text(encoding="utf-8"))
        return Redrawn(tuple((old, new) for old, new in told["pairs"]), told["file"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise FitError(
            f"{_path(folder)} is damaged. Load the lookup again: headwater areas load FILE --as lookup"
        ) from None


def _path(folder: Path) -> Path:
    return folder / "lookups" / "lsoa11-lsoa21.json"


def carry_across(
    kept: Kept, of: MeasureSet, redrawn: Redrawn, codes: Iterable[str], residents: Mapping[str, float]
) -> tuple[Kept, str]:
    """A set of measures for the small areas of the year that `codes` (the force's) are of, and what that cost, as a sentence (empty where
    nothing had to be carried). `residents` of areas of either year size the parts; where they are not known parts are equal."""
    own = list(codes)
    year = redrawn.year_of(own)
    if year is None:
        return kept, ""
    pairs = [(old, new) if year == "lsoa21" else (new, old) for old, new in redrawn.pairs]
    mine = {target for _, target in pairs}
    sized = _sized(pairs, residents)
    foreign = {area for area in kept.areas if area not in mine} & {source for source, _ in pairs}
    inside = set(own)
    if not any(source in foreign and target in inside for source, target, _ in sized):
        return kept, ""
    forth = make_lookup("other", year, [row for row in sized if row[0] in foreign])
    back = make_lookup(year, "other", [(target, source, size) for source, target, size in sized if source in foreign])
    values: dict[str, dict[str, float]] = {}
    for measure, column in kept.values.items():
        given = {area: float(value) for area, value in zip(kept.areas, column, strict=True) if not np.isnan(value)}
        there = {area: value for area, value in given.items() if area not in foreign}
        away = {area: value for area, value in given.items() if area in foreign}
        kind = of.by_id[measure].kind if measure in of.by_id else "count"
        if kind == "count":
            carried, _ = carry_counts(away, forth)
            for area, value in carried.items():
                there[area] = there.get(area, 0.0) + value
        elif kind == "rank":
            there |= {area: away[best] for area, best in back.best().items() if best in away and area not in there}
        else:
            sizes = {area: residents.get(area) or 1.0 for area in away}
            there |= {area: value for area, value in carry_rates(away, sizes, forth).items() if area not in there}
        values[measure] = there
    areas = tuple(sorted({area for there in values.values() for area in there}))
    place = {area: at for at, area in enumerate(areas)}
    columns = {}
    for measure, there in values.items():
        column = np.full(len(areas), np.nan)
        column[[place[area] for area in there]] = list(there.values())
        columns[measure] = column
    other = next(one for one in YEARS if one != year)
    vintage = f"{kept.manifest.get('vintage', of.vintage)}; carried across from areas of {YEARS[other]} to those of {YEARS[year]}"
    told = dict(kept.manifest) | {"vintage": vintage, "area": year}
    return replace(kept, areas=areas, values=columns, manifest=told), _say(
        of, forth, back, inside, residents, (YEARS[other], YEARS[year])
    )


def _sized(pairs: list[tuple[str, str]], residents: Mapping[str, float]) -> list[tuple[str, str, float]]:
    """Each pair with the residents of the piece that both have in common: of the area that lies wholly in the other. Where one piece of
    an area has no number, all its pieces count as equal."""
    parts, wholes = defaultdict(list), defaultdict(list)
    for source, target in pairs:
        parts[source].append(target)
        wholes[target].append(source)
    size = {}
    for source, target in pairs:
        finer = target if len(wholes[target]) == 1 else source if len(parts[source]) == 1 else None
        size[source, target] = residents.get(finer, 0.0) if finer else 0.0
    unknown = {source for (source, _), one in size.items() if not one > 0}
    return [(source, target, 1.0 if source in unknown else size[source, target]) for source, target in pairs]


def _say(
    of: MeasureSet,
    forth: Lookup,
    back: Lookup,
    inside: set[str],
    residents: Mapping[str, float],
    years: tuple[str, str],
) -> str:
    parts = {area: sources for area, sources in back.parts.items() if area in inside}
    split = {source for sources in parts.values() for source in sources if len(forth.parts[source]) > 1}
    merged = sum(len(sources) > 1 for sources in parts.values())
    everybody = {area: residents.get(area, 0.0) for area in inside}
    whole = {area: {area: 1.0} for area in inside if area not in parts}
    known = all(everybody.values())
    cost = cost_of_fit(Lookup(back.source, back.target, whole | parts), everybody if known else None)
    told = (
        f"{of.title}: {len(inside) - len(parts):,} of the force's {len(inside):,} areas are the same in {years[0]} and {years[1]}; "
        f"{len(parts) - merged:,} lie in the {len(split):,} that were split, {merged:,} {'is' if merged == 1 else 'are'} made of several."
    )
    kinds = {measure.kind for measure in of.measures}
    if "count" in kinds:
        told += " Counts are shared out among the parts by residents, or equally where these are not known."
    if kinds - {"count", "rank"}:
        told += " Shares and rates are means of the parts."
    if "rank" in kinds:
        who = "residents" if known else "areas"
        told += f" A rank is that of the area that most of the other lies in: {cost.misplaced:.2%} of {who} bear the rank of an area where they do not live."
    return told
