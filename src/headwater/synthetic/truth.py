"""What is true of the made-up force? Written beside the exports, read only by measuring and tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headwater.synthetic.exports import read_day
from headwater.synthetic.names import ORIGIN_NAMES, ORIGINS
from headwater.synthetic.population import END_DAY, NOBODY, OPEN, People
from headwater.synthetic.residence import Addresses, Stays

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

WINDOW_DAYS, RECENT_DAYS, STATUTORY_DAYS = 730, 1096, 730
"""Two kinds within 24 months of each other, the newest within 36 months of the end; a statutory event within 24."""


def name_people(person: pl.Series) -> pl.Series:
    """The id of each person; null for nobody."""
    return pl.select(pl.when(person >= 0).then(pl.lit("T") + person.cast(pl.String).str.zfill(7))).to_series()


def tell_people(people: People, stays: Stays, addresses: Addresses, lsoa: Texts, decile: Ints) -> pl.DataFrame:
    """The table of people."""
    count = len(people)
    row = stays.find(np.arange(count), np.full(count, END_DAY))
    area = addresses.area[stays.address[row]]
    ethnicity = np.array([code for _, code in ORIGINS.values()], dtype=object)
    frame = pl.DataFrame(
        {
            "person_id": name_people(pl.Series(np.arange(count))),
            "born_day": people.born,
            "died_day": np.where(people.died < OPEN, people.died, NOBODY),
            "sex": pl.Series(np.where(people.sex == 1, "female", "male").tolist(), dtype=pl.String),
            "ethnicity": pl.Series(ethnicity[people.origin].tolist(), dtype=pl.String),
            "name_origin": pl.Series(ORIGIN_NAMES[people.origin].tolist(), dtype=pl.String),
            "given_name": pl.Series(people.given.tolist(), dtype=pl.String),
            "family_name": pl.Series(people.family.tolist(), dtype=pl.String),
            "previous_family_name": pl.Series(people.previous_family.tolist(), dtype=pl.String),
            "lsoa": pl.Series(lsoa[area].tolist(), dtype=pl.String),
            "deprivation_decile": decile[area],
        }
    )
    died = pl.when(pl.col("died_day") >= 0).then("died_day")
    return frame.select(
        "person_id", read_day(pl.col("born_day")).alias("born"), read_day(died).alias("died"), "sex", "ethnicity",
        "name_origin", "given_name", "family_name",
        pl.when(pl.col("previous_family_name") != "").then("previous_family_name").alias("previous_family_name"),
        "lsoa", "deprivation_decile",
    )  # fmt: skip


def tell_addresses(addresses: Addresses, lsoa: Texts) -> pl.DataFrame:
    """The table of addresses."""
    return pl.DataFrame(
        {
            "address_id": name_addresses(pl.Series(np.arange(len(addresses.line)))),
            "uprn": pl.Series(addresses.uprn.tolist(), dtype=pl.String),
            "line": pl.Series(addresses.line.tolist(), dtype=pl.String),
            "postcode": pl.Series(addresses.postcode.tolist(), dtype=pl.String),
            "lsoa": pl.Series(lsoa[addresses.area].tolist(), dtype=pl.String),
            "premises": pl.Series(addresses.premises.tolist(), dtype=pl.String),
            "protected": addresses.protected,
        }
    )


def name_addresses(address: pl.Series) -> pl.Series:
    """The id of each address."""
    return pl.select(pl.lit("A") + address.cast(pl.String).str.zfill(7)).to_series()


def tell_members(stays: Stays) -> pl.DataFrame:
    """Who lives in which household at which address, from day to day."""
    frame = pl.DataFrame(
        {
            "household_id": pl.select(
                pl.lit("H") + pl.Series(stays.household).cast(pl.String).str.zfill(7)
            ).to_series(),
            "person_id": name_people(pl.Series(stays.person)),
            "address_id": name_addresses(pl.Series(stays.address)),
            "start": stays.start,
            "end": stays.end,
        }
    )
    closed = pl.when(pl.col("end") <= END_DAY).then("end")
    return frame.select(
        "household_id",
        "person_id",
        "address_id",
        read_day(pl.col("start")).alias("from_date"),
        read_day(closed).alias("to_date"),
    )


def tell_ties(people: People) -> pl.DataFrame:
    """True kinship: the first is *kind* of the other."""
    parts: list[pl.DataFrame] = []

    def add(one: Ints, other: Ints, kind: str) -> None:
        real = (one >= 0) & (other >= 0) & (one != other)
        parts.append(pl.DataFrame({"one": one[real], "other": other[real]}).with_columns(pl.lit(kind).alias("kind")))

    everybody = np.arange(len(people))
    for parent in (people.mother, people.father):
        add(parent, everybody, "parent")
        add(everybody, parent, "child")
        for elder in (people.mother, people.father):
            add(np.where(parent >= 0, elder[np.maximum(parent, 0)], NOBODY), everybody, "grandparent")
    add(people.step_parent, everybody, "step_parent")
    add(people.partner, everybody, "partner")
    # Children of one household are siblings; so are half-siblings elsewhere.
    kids = np.flatnonzero(~people.adult)
    for shift in range(1, 6):
        one, other = kids[:-shift], kids[shift:]
        same = people.home[one] == people.home[other]
        add(one[same], other[same], "sibling")
        add(other[same], one[same], "sibling")
    frame = pl.concat(parts).unique(maintain_order=True).sort("one", "kind", "other")
    return frame.select(
        name_people(frame["one"]).alias("person_id"), name_people(frame["other"]).alias("other_person_id"), "kind"
    )


@dataclass(frozen=True)
class Share:
    """How many of those under 25 are true subjects by the generator's own reckoning, and how they could be found."""

    under_25: int
    subjects: int
    without_text: int
    """Of the subjects, those still found when no text is read."""
    own_records_only: int
    """Of the subjects, those still found from records that name them (no household joined)."""
    found_plainly: int
    """Of the subjects, those found with neither: marked fields of records that name them."""
    harmed_unrecorded: int
    """Children to whom something happened of which no record tells."""
    persons: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Subjects among those under 25."""
        return self.subjects / self.under_25 if self.under_25 else 0.0

    @property
    def needs_text_or_linkage(self) -> float:
        """Share of the subjects who are not found from marked fields of records that name them."""
        return 1.0 - self.found_plainly / self.subjects if self.subjects else 0.0


def reckon_share(people: People, harms: pl.DataFrame, statutory: pl.DataFrame, named: pl.DataFrame) -> Share:
    """Count true subjects from the harms; `statutory` (person, day) are strong events, `named` (event, person)."""
    young = (people.born > END_DAY - 25 * 365.25) & (people.died > END_DAY) & (people.born <= END_DAY)
    shown = harms.filter(pl.col("event") >= 0)
    day, person = shown["day"].to_numpy(), shown["person"].to_numpy()
    shown = shown.filter(pl.Series(young[person] & (day < people.born[person] + int(18 * 365.25)) & (day >= 0)))
    recent = statutory.filter(pl.col("day") >= END_DAY - STATUTORY_DAYS)["person"].unique().to_list()
    minor = dict(zip(statutory["person"].to_list(), statutory["day"].to_list(), strict=True))
    strong = {one for one in recent if young[one] and minor[one] < people.born[one] + int(18 * 365.25)}
    everybody = _find_pairs(shown) | strong
    marked = (_find_pairs(shown.filter(pl.col("shown_by") == "record")) | strong) & everybody
    own = shown.join(named.select("event", "person").unique(), on=["event", "person"], how="semi")
    alone = (_find_pairs(own) | strong) & everybody
    plain = (_find_pairs(own.filter(pl.col("shown_by") == "record")) | strong) & everybody
    hidden = harms.filter(pl.col("event") < 0)["person"].unique()
    seen = harms.filter(pl.col("event") >= 0)["person"].unique()
    return Share(
        int(young.sum()), len(everybody), len(marked), len(alone), len(plain),
        int((~hidden.is_in(seen.implode())).sum()), tuple(sorted(everybody)),
    )  # fmt: skip


def _find_pairs(shown: pl.DataFrame) -> set[int]:
    """Persons with two kinds within the window, the newest of them recent."""
    days = shown.select("person", "kind", "day").unique()
    pairs = days.join(days, on="person", suffix="_other").filter(
        (pl.col("kind") < pl.col("kind_other"))
        & ((pl.col("day") - pl.col("day_other")).abs() <= WINDOW_DAYS)
        & (pl.max_horizontal("day", "day_other") >= END_DAY - RECENT_DAYS)
    )
    return set(pairs["person"].unique().to_list())


def write_table(folder: Path, name: str, frame: pl.DataFrame) -> None:
    """One table of the truth, the same bytes every time."""
    frame.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=True)


def write_manifest(folder: Path, content: dict[str, object]) -> None:
    """What this force is: seed, size, dates, counts; and that it is made up."""
    (folder / "manifest.json").write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
