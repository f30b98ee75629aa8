"""How is a made-up force put together? People, places, lives, records, texts, faults, files; each stage with its own dice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headwater.engine import Progress
from headwater.synthetic.adverse import suffer
from headwater.synthetic.chances import ABUSE_CODES
from headwater.synthetic.exports import (
    LAST_MINUTE,
    Exporter,
    number_events,
    number_people_rows,
    read_day,
    write_export,
)
from headwater.synthetic.geography import Builder, choose_areas
from headwater.synthetic.ledger import CUSTODY, FIELD, FIELDS, INCIDENT, INTELLIGENCE, SOURCES, Ledger
from headwater.synthetic.lives import live
from headwater.synthetic.lookalikes import make_lookalikes
from headwater.synthetic.names import ORIGINS
from headwater.synthetic.ordinary import happen
from headwater.synthetic.phrases import read_sentences
from headwater.synthetic.population import NOBODY, People, make_people
from headwater.synthetic.recording import number_people, write_down
from headwater.synthetic.residence import Addresses, settle
from headwater.synthetic.scenes import Scene
from headwater.synthetic.truth import (
    Share,
    name_people,
    reckon_share,
    tell_addresses,
    tell_members,
    tell_people,
    tell_ties,
    write_manifest,
    write_table,
)
from headwater.synthetic.writing import MISSPELT, PLAIN, SHORT, Pen

VERSION = 2
SMALLEST = 200
RECORDS_AT_ONCE = 250_000
MARKED_DAY = 1_790
STAGES = (
    "places",
    "people",
    "lives",
    "homes",
    "ordinary records",
    "adverse records",
    "texts",
    "faults",
    "files",
    "truth",
)


class ForceError(ValueError):
    """The made-up force that was asked for cannot be made; the message says why."""


@dataclass(frozen=True)
class ForceReport:
    """What was made: counts by source and table, and the shares that the force was tuned to."""

    folder: Path
    people: int
    seed: int
    events: dict[str, int]
    person_records: dict[str, int]
    rows: dict[str, int]
    broken_rows: int
    narratives: int
    true_mentions: int
    traps: int
    records_with_fault: float
    share: Share = field(repr=False)


def _dice(seed: int, people: int, stage: str) -> np.random.Generator:
    """Each stage draws from its own stream, so that a change in one leaves the others as they were."""
    return np.random.default_rng(np.random.SeedSequence([seed, people, *stage.encode()]))


def _ignore(stage: str, done: int, total: int) -> None:
    """No progress wanted."""


def make_force(folder: Path, *, people: int, seed: int, progress: Progress = _ignore) -> ForceReport:
    """Write a made-up force of `people` persons into `folder`: `exports/` and, beside it, `truth/`.

    The same `people` and `seed` give the same bytes. Raises ForceError for fewer than 200 people or a folder that
    already holds a force of another make, GeographyError without the small areas.
    """
    if people < SMALLEST:
        raise ForceError(f"A made-up force needs at least {SMALLEST} people, not {people}.")
    if seed < 0:
        raise ForceError(f"The seed must not be negative: {seed}.")
    exports_folder, truth_folder = folder / "exports", folder / "truth"
    for place in (exports_folder, truth_folder):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(place.iterdir()):
            raise ForceError(f"{place} is not empty. Name a new folder, or remove the old force first.")

    def tell(stage: str) -> None:
        progress(stage, STAGES.index(stage), len(STAGES))

    tell("places")
    areas = choose_areas(people, np.array([share for share, _ in ORIGINS.values()]), _dice(seed, people, "places"))
    tell("people")
    persons, homes = make_people(people, areas, _dice(seed, people, "people"))
    make_lookalikes(persons, homes, _dice(seed, people, "lookalikes"))
    tell("lives")
    lives = live(persons, homes, _dice(seed, people, "lives"))
    tell("homes")
    builder = Builder(areas, _dice(seed, people, "addresses"))
    addresses, stays, places = settle(persons, homes, lives, builder, _dice(seed, people, "homes"))
    sentences = read_sentences()
    ledger = Ledger(persons, stays, addresses, sentences, _dice(seed, people, "ledger"))
    scene = Scene(persons, stays, addresses, places, lives, ledger, homes.adult, _dice(seed, people, "scenes"))
    tell("ordinary records")
    happen(scene)
    tell("adverse records")
    suffer(scene)

    marked = _report_marked(scene, _gather(ledger, persons, addresses, areas.npu))
    found = _gather(ledger, persons, addresses, areas.npu)
    events, involved, share = found.events, found.involved, found.share
    harms = _tell_harms(found.harms, events)

    # A large force does not fit twice: what the next stages have no use for is let go of before they begin.
    tell("texts")
    said = ledger.said().filter(pl.col("event").is_in(events["event"].implode()))
    del found, ledger, scene, lives
    said = _dress(said, marked, _dice(seed, people, "styles"))
    street = np.array([line.rsplit(", ", 1)[-1].split(" ", 1)[-1] for line in addresses.line.tolist()], dtype=object)
    pen = Pen(sentences, persons.given, persons.sex, street, places.shop_names)
    written = pen.write_all(said, _dice(seed, people, "texts"))
    narratives = len(written.event)
    mentions = _tell_mentions(written.mentions, events)
    del said, pen, street
    texts = {
        name: pl.DataFrame({"event": written.event, "text": written.text}).filter(pl.Series(written.field == code))
        for name, code in FIELD.items()
    }
    del written

    tell("faults")
    detained = involved.filter(pl.col("source") == CUSTODY)["person"].to_numpy()
    numbers = number_people(persons, detained, _dice(seed, people, "numbers"))
    dice, customs = _dice(seed, people, "faults"), _dice(seed, people, "customs")
    written_down = [
        write_down(part, persons, stays, addresses, areas.code, numbers, dice, customs)
        for part in involved.iter_slices(RECORDS_AT_ONCE)
    ]
    records = pl.concat([part for part, _ in written_down])
    faults = pl.concat(
        [part.with_columns(pl.col("row") + number * RECORDS_AT_ONCE) for number, (_, part) in enumerate(written_down)]
    )
    del written_down, involved, numbers
    records = number_people_rows(
        records.with_columns(born=pl.Series(persons.born[records["person"].to_numpy()])), events
    )

    tell("files")
    who = records.select("source", "person_record_id", "person")
    occurrences = events.select("source", "occurrence", "event_id")
    exporter = Exporter(events, records, texts, addresses, areas.code, _dice(seed, people, "exports"))
    del events, records, texts
    rows: dict[str, int] = {}
    broken = 0
    for source, make in enumerate(exporter.makers()):
        rows[SOURCES[source]], bad = write_export(exports_folder, make())
        broken += bad

    tell("truth")
    write_table(truth_folder, "person", tell_people(persons, stays, addresses, areas.code, areas.decile))
    write_table(truth_folder, "address", tell_addresses(addresses, areas.code))
    write_table(truth_folder, "household_member", tell_members(stays))
    write_table(truth_folder, "tie", tell_ties(persons))
    write_table(truth_folder, "mention", mentions)
    write_table(
        truth_folder, "person_record",
        who.select("person_record_id", name_people(who["person"]).alias("person_id")).sort("person_record_id"),
    )  # fmt: skip
    write_table(truth_folder, "harm", harms)
    write_table(
        truth_folder, "record_fault",
        pl.DataFrame({"record_id": who["person_record_id"].gather(faults["row"]), "fault": faults["fault"]}).sort("record_id", "fault"),
    )  # fmt: skip
    write_table(
        truth_folder, "occurrence",
        occurrences.select((pl.lit("O") + pl.col("occurrence").cast(pl.String).str.zfill(7)).alias("occurrence_id"), "event_id").sort("occurrence_id", "event_id"),
    )  # fmt: skip
    traps = int(mentions["is_trap"].sum())
    report = ForceReport(
        folder=folder,
        people=people,
        seed=seed,
        events={SOURCES[code]: int((occurrences["source"] == code).sum()) for code in range(len(SOURCES))},
        person_records={SOURCES[code]: int((who["source"] == code).sum()) for code in range(len(SOURCES))},
        rows=rows,
        broken_rows=broken,
        narratives=narratives,
        true_mentions=len(mentions) - traps,
        traps=traps,
        records_with_fault=faults["row"].n_unique() / max(len(who), 1),
        share=share,
    )
    write_manifest(
        truth_folder,
        {
            "made_up": True, "generator_version": VERSION, "people": people, "seed": seed, "from": "2012-04-01", "to": "2017-03-31",
            "counts": {
                "events": report.events, "person_records": report.person_records, "rows": rows, "broken_rows": broken,
                "narratives": report.narratives, "true_mentions": report.true_mentions, "traps": traps,
                "under_25": share.under_25, "subjects_reckoned": share.subjects, "harmed_unrecorded": share.harmed_unrecorded,
            },
        },
    )  # fmt: skip
    progress("truth", len(STAGES), len(STAGES))
    return report


@dataclass(frozen=True)
class _Gathered:
    """What the ledger holds, once it is put in order: events with references, people in them, harms, subjects."""

    events: pl.DataFrame
    involved: pl.DataFrame
    harms: pl.DataFrame
    share: Share


def _gather(ledger: Ledger, persons: People, addresses: Addresses, npu: NDArray[np.object_]) -> _Gathered:
    events = ledger.events().with_columns(pl.col("minute").clip(0, LAST_MINUTE))
    for column in ("log_event", "crime_event"):
        events = events.with_columns(pl.when(pl.col(column) >= 0).then(column).alias(column))
    events = number_events(events, addresses, npu)
    # By number of event, of those too that are left out below.
    times, sources = events["minute"].to_numpy(), events["source"].to_numpy()
    involved = ledger.involved().unique(["event", "person"], keep="first", maintain_order=True)
    number = involved["event"].to_numpy()
    involved = involved.with_columns(source=pl.Series(sources[number]), minute=pl.Series(times[number]))
    involved = involved.sort("event", "order")
    # Only a log may name nobody; any other record without a person never came to be.
    named = involved["event"].unique()
    events = events.filter((pl.col("source") == INCIDENT) | pl.col("event").is_in(named.implode()))
    harms = ledger.harms()
    harms = harms.filter((pl.col("event") < 0) | pl.col("event").is_in(events["event"].implode()))
    harms = harms.filter(pl.Series(persons.born[harms["person"].to_numpy()] <= harms["day"].to_numpy()))
    share = reckon_share(persons, harms, _find_statutory(events, involved), involved)
    return _Gathered(events, involved, harms, share)


def _report_marked(scene: Scene, found: _Gathered) -> int:
    """Add the one intelligence report with the marked sentence, about the true subject whom most records show.

    Where a small force has no true subject, it is about the first person of the first notice.
    """
    counted = (
        found.harms.filter(pl.col("event") >= 0, pl.col("person").is_in(list(found.share.persons)))
        .group_by("person")
        .agg(kinds=pl.col("kind").n_unique(), rows=pl.len())
        .sort(["kinds", "rows", "person"], descending=[True, True, False])
    )
    person = int(counted["person"][0]) if len(counted) else int(found.involved["person"][0])
    who, minute = np.array([person]), np.array([MARKED_DAY * 1440 + 600])
    ledger = scene.ledger
    event = ledger.event(
        INTELLIGENCE, ledger.occur(1), minute, np.array([NOBODY]), scheme="3x5x2", source_grade="2", information_grade="B",
        handling_grade="C",
    )  # fmt: skip
    ledger.person(event, who, "SUBJECT")
    place = ledger.home(who, minute)
    for bank in ("intel:plain", "marked"):
        scene.tell(event, "text", bank, who, minute, place)
    return int(event[0])


def _find_statutory(events: pl.DataFrame, involved: pl.DataFrame) -> pl.DataFrame:
    """Strong statutory events: a protection plan for abuse, entering care, a child victim of abuse with a charge."""
    kinds = ["CP_PHYSICAL", "CP_SEXUAL", "FOSTER", "RESIDENTIAL", "KINSHIP"]
    facts = events.filter(pl.col("fact_type").is_in(kinds)).select("event", pl.col("fact_start").alias("day"))
    charged = events.filter(
        pl.col("code").is_in(list(ABUSE_CODES)) & (pl.col("outcome") == "1") & pl.col("committed_to").is_null()
    )
    charged = charged.select("event", (pl.col("minute") // 1440).alias("day"))
    victims = involved.filter(pl.col("role").is_in(["CHILD", "VIC"])).select("event", "person")
    found = (
        pl.concat([facts, charged])
        .join(victims, on="event", how="inner", maintain_order="left")
        .select("person", "day")
    )
    return found.sort("person", "day")


def _dress(said: pl.DataFrame, plain: int, rng: np.random.Generator) -> pl.DataFrame:
    """Give each text one way of writing: spelling, short forms, capitals; logs are lines with times.

    The text of event `plain` is left as it is.
    """
    event, number = said["event"].to_numpy(), said["field_no"].to_numpy()
    keys, inverse = np.unique(event * len(FIELDS) + number, return_inverse=True)
    log_of = keys % len(FIELDS) == FIELD["log"]
    short_source = log_of | (keys % len(FIELDS) == FIELD["notes"])
    roll = rng.random(len(keys))
    style = np.where(roll < 0.12, MISSPELT, np.where((roll < 0.35) & short_source, SHORT, PLAIN))
    upper = rng.random(len(keys)) < np.where(log_of, 0.8, np.where(keys % len(FIELDS) == FIELD["notes"], 0.3, 0.03))
    lower = ~upper & (rng.random(len(keys)) < np.where(log_of, 0.4, 0.02))
    keep = keys // len(FIELDS) == plain
    style, upper, lower = np.where(keep, PLAIN, style), upper & ~keep, lower & ~keep
    return said.with_columns(
        style=pl.Series(style[inverse].astype(np.int64)),
        upper=pl.Series(upper[inverse]),
        lower=pl.Series(lower[inverse]),
        log=pl.Series(log_of[inverse]),
    )


def _tell_mentions(mentions: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """The truth's table of mentions."""
    suffix = pl.Series([":" + name for name in FIELDS], dtype=pl.String).gather(mentions["field_no"])
    ids = mentions.select("event").join(
        events.select("event", "event_id"), on="event", how="left", maintain_order="left"
    )
    frame = mentions.with_columns(
        narrative_id=ids["event_id"] + suffix, about_person_id=name_people(mentions["about_person"])
    )
    return frame.select(
        "narrative_id", "start", "end", "concept", "negated", "historical", "hypothetical", "withdrawn", "experiencer", "about",
        "elsewhere", "about_person_id", "is_trap", "trap",
    ).sort("narrative_id", "start", "end", "concept")  # fmt: skip


def _tell_harms(harms: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """The truth's table of harms: a row per record that shows one, and one for each that none shows."""
    linked = harms.join(events.select("event", "event_id"), on="event", how="left", maintain_order="left")
    linked = linked.unique(maintain_order=True).sort("person", "kind", "day", "event").with_row_index("number")
    when = read_day(pl.col("day"))
    return linked.select(
        (pl.lit("X") + pl.col("number").cast(pl.String).str.zfill(7)).alias("harm_id"), name_people(linked["person"]).alias("person_id"),
        "kind", when.alias("from_date"), when.alias("to_date"), (pl.col("event") >= 0).alias("recorded"), "event_id", "shown_by",
    )  # fmt: skip
