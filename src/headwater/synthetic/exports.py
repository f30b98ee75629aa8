"""How do the seven systems hand out their records? Each in its own shape of file, letter code and way to write a date."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headwater.synthetic.ledger import (
    CHILDREN,
    CRIME,
    CUSTODY,
    FIELDS,
    INCIDENT,
    INTELLIGENCE,
    MISSING,
    NOTICE,
    SOURCES,
)
from headwater.synthetic.names import read_words
from headwater.synthetic.population import END_DAY, START
from headwater.synthetic.recording import PREMISES
from headwater.synthetic.residence import Addresses

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

DIVISIONS = {
    "Birmingham East": "BE", "Birmingham West": "BW", "Coventry": "CV", "Dudley": "DY", "Sandwell": "SW", "Solihull": "SH",
    "Walsall": "WS", "Wolverhampton": "WV",
}  # fmt: skip
MIDNIGHT = START.astype("datetime64[m]")
LAST_MINUTE = (END_DAY + 1) * 1440 - 1

RE_ISSUED, REPEATED = 0.03, 0.012
"""Shares of events that a later file brings again: in a new version, or exactly as they were."""


def read_clock(minute: pl.Expr) -> pl.Expr:
    """Minutes from the first day as a date and time."""
    return (pl.lit(MIDNIGHT.astype("datetime64[us]").item()) + pl.duration(minutes=minute)).cast(pl.Datetime("us"))


def read_day(day: pl.Expr) -> pl.Expr:
    """Days from the first day as a date."""
    return (pl.lit(START.astype("datetime64[us]").item()) + pl.duration(days=day)).cast(pl.Date)


def write_time(minute: str, form: str) -> pl.Expr:
    """A column of minutes as text; empty where null or past the end."""
    inside = pl.col(minute) <= LAST_MINUTE
    return pl.when(inside).then(read_clock(pl.col(minute)).dt.strftime(form)).otherwise(pl.lit("")).fill_null("")


def write_date(column: str, form: str) -> pl.Expr:
    """A column of dates as text; empty where null."""
    return pl.col(column).dt.strftime(form).fill_null("")


def _upper_month(expression: pl.Expr) -> pl.Expr:
    return expression.str.to_uppercase()


def number_events(events: pl.DataFrame, addresses: Addresses, npu: Texts) -> pl.DataFrame:
    """Give every event the reference its source would give it, in order of time: adds `reference` and `event_id`."""
    area = addresses.area[np.maximum(events["place"].to_numpy(), 0)]
    division = np.array([DIVISIONS[name] for name in npu.tolist()], dtype=object)[area]
    frame = events.select("event", "source", "minute").with_columns(
        division=pl.Series(division.tolist(), dtype=pl.String), at=read_clock(pl.col("minute"))
    )
    frame = frame.with_columns(year=pl.col("at").dt.year(), day=pl.col("minute") // 1440)
    frame = frame.sort("source", "minute", "event").with_columns(
        of_year=pl.int_range(1, pl.len() + 1).over("source", "year"),
        of_day=pl.int_range(1, pl.len() + 1).over("source", "day"),
        of_all=pl.int_range(1, pl.len() + 1).over("source"),
    )
    short_year = pl.col("at").dt.strftime("%y")
    number = pl.col("of_year").cast(pl.String)
    reference = (
        pl.when(pl.col("source") == CRIME)
        .then(pl.lit("20") + pl.col("division") + "/" + number.str.zfill(6) + "/" + short_year)
        .when(pl.col("source") == INCIDENT)
        .then(pl.col("of_day").cast(pl.String).str.zfill(4) + "-" + pl.col("at").dt.strftime("%d%m%y"))
        .when(pl.col("source") == CUSTODY)
        .then(pl.lit("CU/") + number.str.zfill(6) + "/" + short_year)
        .when(pl.col("source") == MISSING)
        .then(pl.lit("MP/") + pl.col("at").dt.strftime("%Y") + "/" + number.str.zfill(5))
        .when(pl.col("source") == NOTICE)
        .then(pl.lit("PN/") + number.str.zfill(7) + "/" + short_year)
        .when(pl.col("source") == INTELLIGENCE)
        .then(pl.lit("IR/") + short_year + "/" + number.str.zfill(7))
        .otherwise(pl.lit("CS-") + pl.col("of_all").cast(pl.String).str.zfill(7))
    )
    frame = frame.with_columns(reference=reference).with_columns(
        event_id=pl.Series(np.array(list(SOURCES), dtype=object)[frame["source"].to_numpy()].tolist(), dtype=pl.String)
        + ":"
        + pl.col("reference")
    )
    return events.join(
        frame.select("event", "reference", "event_id", "year"), on="event", how="left", maintain_order="left"
    )


def number_people_rows(records: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Give every person record its place in the event (`seq`) and its id."""
    joined = records.join(
        events.select("event", "reference", "event_id"), on="event", how="left", maintain_order="left"
    ).with_columns(seq=pl.int_range(1, pl.len() + 1).over("event"))
    source = pl.col("source")
    tail = (
        pl.when(source == CUSTODY)
        .then(pl.lit(""))
        .when(source == MISSING)
        .then(pl.when(pl.col("role") == "MISSING").then(pl.lit(":missing")).otherwise(pl.lit(":informant")))
        .when(source == CHILDREN)
        .then(pl.when(pl.col("role") == "CHILD").then(pl.lit("")).otherwise(pl.lit(":parent1")))
        .otherwise(pl.lit(":") + pl.col("seq").cast(pl.String))
    )
    return joined.with_columns(person_record_id=pl.col("event_id") + tail)


def narrative_suffix(field_no: int) -> str:
    """How the id of a text ends."""
    return ":" + FIELDS[field_no]


@dataclass
class Export:
    """The rows of one source: `year` and `event` beside the columns of the file, in the order of the file."""

    source: int
    rows: pl.DataFrame
    later: pl.DataFrame
    """The same columns: rows of the update file."""
    columns: list[str]


def _with_texts(frame: pl.DataFrame, texts: dict[str, pl.DataFrame], names: dict[str, str]) -> pl.DataFrame:
    for field, column in names.items():
        table = texts.get(field)
        if table is None:
            frame = frame.with_columns(pl.lit("").alias(column))
            continue
        frame = frame.join(table.rename({"text": column}), on="event", how="left", maintain_order="left").with_columns(
            pl.col(column).fill_null("")
        )
    return frame


class Exporter:
    """Turns events, person records and texts into the seven exports."""

    def __init__(
        self, events: pl.DataFrame, records: pl.DataFrame, texts: dict[str, pl.DataFrame], addresses: Addresses, lsoa: Texts,
        rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self._texts = texts
        self._rng = rng
        self._records = records
        links = events.select("event", "reference")
        for column in ("log_event", "crime_event"):
            if column not in events.columns:
                events = events.with_columns(pl.lit(None, dtype=pl.Int64).alias(column))
            linked = links.rename({"event": column, "reference": column.replace("_event", "_reference")})
            events = events.join(linked, on=column, how="left", maintain_order="left")
        self._events = self._locate(events, addresses, lsoa)
        words = read_words("places")
        first, last = words["school_first"].split(), words["school_last"].split()
        self._schools = [f"{a} {b}".replace("_", " ") for b in last for a in first]

    def _locate(self, events: pl.DataFrame, addresses: Addresses, lsoa: Texts) -> pl.DataFrame:
        """Where each event happened, as recorded."""
        place = events["place"].to_numpy()
        known = place >= 0
        safe = np.maximum(place, 0)
        count = len(events)
        rng = self._rng

        def keep(values: Texts, chance: float) -> pl.Series:
            lost = ~known | (rng.random(count) < chance)
            return pl.Series(np.where(lost, "", values).tolist(), dtype=pl.String)

        premises = np.array([PREMISES[name] for name in addresses.premises.tolist()], dtype=object)[safe]
        protected = np.where(addresses.protected[safe], "Y", "N").astype(object)
        return events.with_columns(
            at_line=keep(addresses.line[safe], 0.0),
            at_postcode=keep(addresses.postcode[safe], 0.04),
            at_uprn=keep(addresses.uprn[safe], 0.25),
            at_lsoa=keep(lsoa[addresses.area[safe]], 0.1),
            at_premises=keep(premises, 0.5),
            at_protected=pl.Series(np.where(known, protected, "").tolist(), dtype=pl.String),
        )

    def _of(self, source: int) -> pl.DataFrame:
        return self._events.filter(pl.col("source") == source).sort("minute", "event")

    def _people_of(self, source: int) -> pl.DataFrame:
        return self._records.filter(pl.col("source") == source)

    def _issue(self, source: int, frame: pl.DataFrame, columns: list[str], early: dict[str, pl.Expr]) -> Export:
        """Split rows into those first issued, with VERSION 1, and those of the update file.

        Some events come again in version 2: the first issue then lacks what was not known yet (`early`). Some come
        again exactly as they were. Cancelled ones were live in version 1.
        """
        version = "VERSION" if "VERSION" in columns else "version"
        numbers = frame["event"].unique().sort()
        dice = self._rng.random(len(numbers))
        cancelled = set(frame.filter(pl.col("cancelled"))["event"].to_list()) if "cancelled" in frame.columns else set()
        again = numbers.filter(pl.Series(dice < RE_ISSUED) | numbers.is_in(sorted(cancelled)))
        same = numbers.filter(
            pl.Series((dice >= RE_ISSUED) & (dice < RE_ISSUED + REPEATED)) & ~numbers.is_in(sorted(cancelled))
        )
        is_again = pl.col("event").is_in(again.implode())
        kind = frame.schema.get(version, pl.Int64)
        one, two = (pl.lit(str(value) if kind == pl.String else value).cast(kind) for value in (1, 2))
        first = frame.with_columns(
            one.alias(version),
            *(pl.when(is_again).then(change).otherwise(pl.col(name)).alias(name) for name, change in early.items()),
        )
        later = pl.concat(
            [
                frame.filter(is_again).with_columns(two.alias(version)),
                first.filter(pl.col("event").is_in(same.implode())),
            ]
        )
        return Export(source, first, later, columns)

    def crime(self) -> Export:
        """`crime*.csv`: one row per crime and person."""
        time = "%d/%m/%Y %H:%M"
        # Planned as a whole: the widest table of the largest source carries only the columns that the file has.
        people = self._people_of(CRIME).lazy().drop("source", "minute", "reference", "event_id")
        crimes = self._events.lazy().filter(pl.col("source") == CRIME)
        joined = crimes.join(people, on="event", how="inner", maintain_order="left").sort("minute", "event", "seq")
        joined = joined.with_columns(
            pl.col("cancelled").fill_null(False), committed_to=pl.col("committed_to").fill_null(pl.col("minute"))
        )
        said = self._texts["mo"].lazy().rename({"text": "MO_TEXT"})
        joined = joined.join(said, on="event", how="left", maintain_order="left")
        text = pl.col
        frame = joined.select(
            "event", "year", "cancelled",
            text("reference").alias("CRIME_NO"), pl.lit("1").alias("VERSION"), text("code").alias("HO_CODE"), text("title").alias("OFFENCE_TITLE"),
            pl.when("cancelled").then(pl.lit("CANCELLED")).otherwise(pl.lit("LIVE")).alias("STATUS"), text("outcome").alias("OUTCOME"),
            write_time("minute", time).alias("REPORTED_AT"), write_time("committed", time).alias("COMMITTED_FROM"),
            write_time("committed_to", time).alias("COMMITTED_TO"), text("log_reference").alias("LOG_NO"), text("flags").alias("FLAGS"),
            text("at_line").alias("SCENE_ADDRESS"), text("at_postcode").alias("SCENE_POSTCODE"), text("at_uprn").alias("SCENE_UPRN"),
            text("at_lsoa").alias("SCENE_LSOA"), text("seq").cast(pl.String).alias("PERSON_SEQ"), text("nominal").alias("NOMINAL_ID"),
            text("role").alias("ROLE"), pl.concat_str("given", "middle", separator=" ").str.strip_chars().alias("FORENAMES"),
            text("family").alias("SURNAME"), write_date("dob", "%d/%m/%Y").alias("DOB"), text("sex").alias("SEX"),
            text("ethnicity").alias("SELF_ETHNICITY"), text("pnc").alias("PNC_ID"), text("line").alias("ADDRESS"), text("postcode").alias("POSTCODE"),
            text("uprn").alias("UPRN"), text("lsoa").alias("LSOA"), text("premises").alias("ADDRESS_TYPE"), text("protected").alias("PROTECTED"),
            text("rel").alias("REL_TO_VICTIM"), text("MO_TEXT"),
        ).collect()  # fmt: skip
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        columns = frame.columns[3:]
        return self._issue(CRIME, frame, columns, {"OUTCOME": pl.lit(""), "STATUS": pl.lit("LIVE")})

    def incidents(self) -> Export:
        """`incidents*.jsonl`: one line per log, its people within it."""
        iso = "%Y-%m-%dT%H:%M:%S"
        named = pl.concat_str(
            [pl.col("family").str.to_uppercase(), pl.concat_str("given", "middle", separator=" ").str.strip_chars()],
            separator=", ",
        )
        blank = pl.col("line") == ""
        people = self._people_of(INCIDENT).select(
            "event",
            pl.struct(
                pl.col("seq"), pl.col("role"), named.alias("name"), pl.col("dob").dt.strftime("%Y-%m-%d").alias("dob"),
                _null(pl.col("sex")).alias("sex"), _null(pl.col("phone")).alias("phone"),
                pl.when(~blank).then(_address("", "line", "postcode", "uprn", "lsoa", "premises", "protected")).alias("address"),
            ).alias("people"),
        ).group_by("event", maintain_order=True).agg("people")  # fmt: skip
        frame = self._of(INCIDENT).join(people, on="event", how="left", maintain_order="left")
        empty = pl.Series([[]], dtype=frame.schema["people"])
        frame = frame.with_columns(
            pl.when(pl.col("people").is_null()).then(pl.lit(empty).first()).otherwise(pl.col("people")).alias("people")
        )
        frame = _with_texts(frame, self._texts, {"log": "running_log"})
        crime_by_log = self._events.filter(pl.col("source") == CRIME, pl.col("log_event").is_not_null(), pl.col("log_event") >= 0).select(
            pl.col("log_event").alias("event"), pl.col("reference").alias("crime_no")
        ).unique("event", keep="first", maintain_order=True)  # fmt: skip
        frame = frame.join(crime_by_log, on="event", how="left", maintain_order="left")
        lost = pl.Series(self._rng.random(len(frame)) < 0.12)
        frame = frame.with_columns(closed=pl.col("minute") + 90 + pl.col("event") % 600).select(
            "event", "year", pl.col("reference").alias("log"), pl.lit(1).alias("version"),
            write_time("minute", iso).alias("opened"), _null(write_time("closed", iso)).alias("closed"), "type_opening", "type_closing",
            _split(pl.col("qualifiers"), "|").alias("qualifiers"), "priority", "result",
            pl.when(lost).then(None).otherwise(pl.col("crime_no")).alias("crime_no"),
            _address("at_", "line", "postcode", "uprn", "lsoa", "premises", "protected").alias("location"), "people", "running_log",
        )  # fmt: skip
        return self._issue(
            INCIDENT, frame, frame.columns[2:], {"closed": pl.lit(None, dtype=pl.String), "result": pl.lit("OPEN")}
        )

    def custody(self) -> Export:
        """`custody*.csv`: one row per detention."""
        time, date = "%d-%b-%Y %H:%M", "%d-%b-%Y"
        people = self._people_of(CUSTODY).drop("source", "minute", "reference", "event_id", "role")
        frame = self._of(CUSTODY).join(people, on="event", how="inner", maintain_order="left")
        frame = _with_texts(frame, self._texts, {"notes": "DETENTION_NOTES"})
        decided = (pl.col("court") != "") & (pl.col("court_day") <= END_DAY)
        frame = frame.with_columns(
            court=pl.when(decided).then("court").otherwise(pl.lit("")), court_on=read_day(pl.col("court_day"))
        )
        decided = pl.col("court") != ""
        frame = frame.select(
            "event", "year", pl.col("reference").alias("CUSTODY_NO"), pl.lit("1").alias("VERSION"), _upper_month(write_time("minute", time)).alias("ARRIVED"),
            _upper_month(write_time("released", time)).alias("RELEASED"), pl.col("station").alias("STATION"), pl.col("code").alias("REASON_HO_CODE"),
            pl.col("title").alias("REASON_TITLE"), pl.col("given").alias("FORENAME"), pl.col("middle").alias("MIDDLE_NAMES"),
            pl.col("family").str.to_uppercase().alias("SURNAME"), pl.col("alias").alias("ALIAS"), _upper_month(write_date("dob", date)).alias("DOB"), pl.col("sex").alias("SEX"),
            pl.col("ethnicity").alias("ETHNICITY"), pl.col("pnc").alias("PNC_ID"), pl.col("nominal").alias("NOMINAL_ID"), pl.col("line").alias("ADDRESS_LINE"),
            pl.col("postcode").alias("POSTCODE"), pl.col("uprn").alias("UPRN"), pl.col("lsoa").alias("LSOA"), pl.col("premises").alias("ADDRESS_TYPE"),
            pl.col("protected").alias("PROTECTED"), pl.col("markers").alias("MARKERS"), pl.col("dependants").alias("DEPENDANTS_AT_HOME"),
            pl.col("disposal").alias("DISPOSAL"), pl.col("court").alias("COURT_RESULT"),
            pl.when(decided).then(_upper_month(write_date("court_on", date))).otherwise(pl.lit("")).alias("COURT_DATE"),
            pl.when(decided & (pl.col("months") > 0)).then(pl.col("months").cast(pl.String)).otherwise(pl.lit("")).alias("SENTENCE_MONTHS"),
            pl.col("crime_reference").alias("CRIME_NO"), "DETENTION_NOTES",
        )  # fmt: skip
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        early = {"RELEASED": pl.lit("")}
        return self._issue(CUSTODY, frame, frame.columns[2:], early)

    def missing(self) -> Export:
        """`missing*.csv`: one row per episode."""
        time, date = "%Y-%m-%d %H:%M", "%Y-%m-%d"
        whole = pl.concat_str(
            pl.concat_str("given", "middle", separator=" ").str.strip_chars(), "family", separator=" "
        )
        people = self._people_of(MISSING)
        subject = people.filter(pl.col("role") == "MISSING").drop(
            "source", "minute", "reference", "event_id", "role", "rel"
        )
        informant = people.filter(pl.col("role") == "INFORMANT").select(
            "event", whole.alias("INFORMANT_NAME"), write_date("dob", date).alias("INFORMANT_DOB")
        )
        frame = (
            self._of(MISSING)
            .join(subject, on="event", how="inner", maintain_order="left")
            .join(informant, on="event", how="left", maintain_order="left")
        )
        frame = _with_texts(frame, self._texts, {"circumstances": "CIRCUMSTANCES", "return": "RETURN_INTERVIEW"})
        open_still = pl.col("returned") > LAST_MINUTE
        frame = frame.select(
            "event", "year", pl.col("reference").alias("MISPER_ID"), pl.lit("1").alias("VERSION"),
            pl.when(open_still).then(pl.lit("OPEN")).otherwise(pl.lit("CLOSED")).alias("STATUS"), pl.col("category").alias("CATEGORY"), pl.col("risk").alias("RISK"),
            pl.col("from_code").alias("MISSING_FROM"), write_time("minute", time).alias("REPORTED_AT"), write_time("last_seen", time).alias("LAST_SEEN_AT"),
            write_time("returned", time).alias("RETURNED_AT"), pl.when(open_still).then(pl.lit("")).otherwise("found_by").alias("FOUND_BY"),
            pl.col("reason").alias("REASON"), pl.when(open_still).then(pl.lit("")).otherwise("harm").alias("HARM"), whole.alias("FULL_NAME"), write_date("dob", date).alias("DOB"),
            pl.col("sex").alias("SEX"), pl.col("ethnicity").alias("ETHNICITY"), pl.col("pnc").alias("PNC_ID"), pl.col("nominal").alias("NOMINAL_ID"),
            pl.col("line").alias("HOME_ADDRESS"), pl.col("postcode").alias("POSTCODE"), pl.col("uprn").alias("UPRN"), pl.col("lsoa").alias("LSOA"),
            pl.col("premises").alias("PREMISES"), pl.col("protected").alias("PROTECTED"), pl.col("looked_after").alias("LOOKED_AFTER"),
            pl.col("authority").alias("RESPONSIBLE_AUTHORITY"), "INFORMANT_NAME", "INFORMANT_DOB", pl.col("informant_is").alias("INFORMANT_RELATIONSHIP"),
            pl.col("log_reference").alias("LOG_NO"), "CIRCUMSTANCES", "RETURN_INTERVIEW",
        )  # fmt: skip
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        return self._issue(MISSING, frame, frame.columns[2:], {"RETURNED_AT": pl.lit(""), "STATUS": pl.lit("OPEN")})

    def notices(self) -> Export:
        """`protection_notices*.json`: one array of notices, people within them."""
        time, date = "%Y-%m-%d %H:%M", "%Y-%m-%d"
        flag = {"true": True, "false": False}
        people = self._people_of(NOTICE)
        truth = [
            pl.col(name).replace_strict(flag, default=None, return_dtype=pl.Boolean).alias(name)
            for name in ("lives_here", "present")
        ]
        nested = people.with_columns(*truth).select(
            "event",
            pl.struct(
                pl.col("seq").alias("no"), "role", pl.col("given").alias("forename"), "middle", pl.col("family").alias("surname"),
                write_date("dob", date).alias("dob"), "sex", "ethnicity", "nominal", pl.col("rel").fill_null("").alias("to_child"), "lives_here", "present",
                pl.when(pl.col("line") != "").then(_address("", "line", "postcode", "uprn", "lsoa", "premises", "protected")).alias("address"),
            ).alias("people"),
        ).group_by("event", maintain_order=True).agg("people")  # fmt: skip
        frame = self._of(NOTICE).join(nested, on="event", how="inner", maintain_order="left")
        frame = _with_texts(frame, self._texts, {"narrative": "narrative", "voice": "voice"})
        frame = frame.select(
            "event", "year", pl.col("reference").alias("ref"), pl.lit(1).alias("version"), "kind", write_time("minute", time).alias("created"), "grade",
            pl.col("log_reference").alias("incident_log"), pl.col("crime_reference").alias("crime_no"), pl.lit("LIVE").alias("status"),
            _address("at_", "line", "postcode", "uprn", "lsoa", "premises", "protected").alias("address"), _split(pl.col("boxes"), "|").alias("boxes"),
            "people", "narrative", "voice", pl.col("unit").alias("submitted_by"),
        )  # fmt: skip
        return self._issue(NOTICE, frame, frame.columns[2:], {"grade": pl.lit("NONE")})

    def intelligence(self) -> Export:
        """`intelligence*.txt`: one row per report and subject."""
        date = "%Y%m%d"
        people = self._people_of(INTELLIGENCE).drop("source", "minute", "reference", "event_id")
        frame = (
            self._of(INTELLIGENCE)
            .join(people, on="event", how="inner", maintain_order="left")
            .sort("minute", "event", "seq")
        )
        frame = _with_texts(frame, self._texts, {"text": "TEXT", "title": "TITLE"})
        frame = frame.select(
            "event", "year", pl.col("reference").alias("REPORT_REF"), pl.lit("1").alias("VERSION"), write_time("minute", date).alias("SUBMITTED"),
            pl.col("scheme").alias("SCHEME"), pl.col("source_grade").alias("SOURCE_GRADE"), pl.col("information_grade").alias("INFORMATION_GRADE"),
            pl.col("handling_grade").alias("HANDLING_GRADE"), pl.col("seq").cast(pl.String).alias("SUBJECT_SEQ"), pl.col("role").alias("SUBJECT_ROLE"),
            pl.concat_str(pl.col("family").str.to_uppercase(), "given", separator=" ").alias("NAME"), write_date("dob", date).alias("DOB"), pl.col("sex").alias("SEX"),
            pl.col("nominal").alias("NOMINAL_ID"), pl.col("pnc").alias("PNC_ID"), pl.col("line").alias("ADDRESS"), pl.col("postcode").alias("POSTCODE"),
            pl.col("lsoa").alias("LSOA"), pl.lit("Information report").alias("TITLE"), "TEXT",
        )  # fmt: skip
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        return self._issue(INTELLIGENCE, frame, frame.columns[2:], {"SOURCE_GRADE": pl.lit("")})

    def childrens_services(self) -> Export:
        """`childrens_services*.csv`: one row per plan, care episode or exclusion."""
        date = "%d/%m/%Y"
        people = self._people_of(CHILDREN)
        child = people.filter(pl.col("role") == "CHILD").drop(
            "source", "minute", "reference", "event_id", "role", "rel"
        )
        parent = people.filter(pl.col("role") == "PARENT1").select(
            "event",
            pl.concat_str("given", "family", separator=" ").alias("PARENT1_NAME"),
            write_date("dob", date).alias("PARENT1_DOB"),
            pl.col("rel").alias("PARENT1_IS"),
        )
        frame = (
            self._of(CHILDREN)
            .join(child, on="event", how="inner", maintain_order="left")
            .join(parent, on="event", how="left", maintain_order="left")
        )
        schools = pl.Series(self._schools, dtype=pl.String)
        school = schools.gather(frame["person"] % len(schools))
        age = (frame["fact_start"] - 0).to_numpy() / 365.25 - frame["born"].to_numpy() / 365.25
        frame = frame.with_columns(
            SCHOOL=pl.select(pl.when(pl.Series(age < 4)).then(pl.lit("")).otherwise(school)).to_series(),
            begins=read_day(pl.col("fact_start")),
            ends=read_day(pl.when(pl.col("fact_end") >= 0).then(pl.min_horizontal("fact_end", pl.lit(END_DAY)))),
        )
        gender = {"M": "Male", "F": "Female", "": "Other"}
        frame = frame.select(
            "event", "year", pl.col("reference").alias("FACT_REF"), pl.lit("1").alias("VERSION"), pl.col("fact").alias("FACT"), pl.col("fact_type").alias("TYPE"),
            write_date("begins", date).alias("START"), write_date("ends", date).alias("END"), pl.col("given").alias("FORENAME"), pl.col("family").alias("SURNAME"),
            write_date("dob", date).alias("DOB"), pl.col("sex").replace_strict(gender, default="Other").alias("GENDER"), pl.col("ethnicity").alias("ETHNICITY"),
            (pl.lit("LCS") + (pl.col("person") * 3 + 400_001).cast(pl.String)).alias("CHILD_REF"), pl.col("line").alias("ADDRESS"), pl.col("postcode").alias("POSTCODE"),
            pl.col("uprn").alias("UPRN"), "PARENT1_NAME", "PARENT1_DOB", "PARENT1_IS", "SCHOOL", pl.col("lead").alias("LEAD_TEAM"),
        )  # fmt: skip
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        return self._issue(CHILDREN, frame, frame.columns[2:], {"END": pl.lit("")})

    def makers(self) -> list[Callable[[], Export]]:
        """The seven, in order of source."""
        return [
            self.crime, self.incidents, self.custody, self.missing, self.notices, self.intelligence, self.childrens_services,
        ]  # fmt: skip


def _null(expression: pl.Expr) -> pl.Expr:
    return pl.when(expression != "").then(expression)


def _split(expression: pl.Expr, mark: str) -> pl.Expr:
    parts = expression.fill_null("").str.split(mark)
    return parts.list.eval(pl.element().filter(pl.element() != ""))


def _address(prefix: str, *names: str) -> pl.Expr:
    return pl.struct(*(pl.col(prefix + name).fill_null("").alias(name) for name in names))


STEMS = {
    CRIME: "crime", INCIDENT: "incidents", CUSTODY: "custody", MISSING: "missing", NOTICE: "protection_notices",
    INTELLIGENCE: "intelligence", CHILDREN: "childrens_services",
}  # fmt: skip
_SHAPES: dict[int, tuple[str, str, str]] = {
    # source -> (separator, line end, encoding)
    CRIME: (",", "\r\n", "utf-8"),
    CUSTODY: (",", "\r\n", "cp1252"),
    MISSING: (",", "\r\n", "utf-8-sig"),
    INTELLIGENCE: ("|", "\n", "cp1252"),
    CHILDREN: (";", "\r\n", "utf-8"),
}


def write_export(folder: Path, export: Export) -> tuple[int, int]:
    """Write one source's files: one per year and an update; returns (rows written, broken rows among them)."""
    stem = STEMS[export.source]
    written = 0
    for year in sorted(export.rows["year"].unique().to_list()):
        rows = export.rows.filter(pl.col("year") == year).select(export.columns)
        written += len(rows)
        if export.source == INCIDENT:
            packed = year == 2014
            content = _json_lines(rows)
            name = f"{stem}_{year}.jsonl" + (".gz" if packed else "")
            (folder / name).write_bytes(_zip(content) if packed else content)
        elif export.source == NOTICE:
            (folder / f"{stem}_{year}.json").write_bytes(_json_array(rows, []))
        else:
            suffix = "txt" if export.source == INTELLIGENCE else "csv"
            (folder / f"{stem}_{year}.{suffix}").write_bytes(_separated(rows, export.source, []))
    later = export.later.select(export.columns)
    if export.source == INCIDENT:
        broken = [
            '{"log": "9001-310317", "version": 1, "opened": "2017-03-31T10:00:00", "people": [',
            '{"log": null, "version": 1, "opened": "2017-03-31T10:05:00", "closed": null, "type_opening": "300", "type_closing": "300", "qualifiers": [], "priority": "P8", "result": "NFA", "crime_no": null, "location": null, "people": [], "running_log": "10:05:00 OP301 SILENT CALL"}',
            '{"log": "9003-310317", "version": 1, "opened": "2017-13-45T99:00:00", "closed": null, "type_opening": "300", "type_closing": "300", "qualifiers": [], "priority": "P8", "result": "NFA", "crime_no": null, "location": null, "people": [], "running_log": "10:09:00 OP301 SILENT CALL"}',
            "end of export",
        ]  # fmt: skip
        (folder / f"{stem}_update_2017.jsonl").write_bytes(
            _json_lines(later) + "".join(line + "\n" for line in broken).encode()
        )
    elif export.source == NOTICE:
        broken = [
            '{"ref": "PN/9000001/17", "version": 1, "kind": "CHILD", "created": "31st of March", "grade": "GREEN", "incident_log": null, "crime_no": null, "status": "LIVE", "address": null, "boxes": [], "people": [], "narrative": "", "voice": "", "submitted_by": "Response team"}',
            '{"version": 1, "kind": "CHILD", "created": "2017-03-31 09:00", "grade": "GREEN", "incident_log": null, "crime_no": null, "status": "LIVE", "address": null, "boxes": [], "people": [], "narrative": "", "voice": "", "submitted_by": "Response team"}',
            '"a notice that is only a sentence"',
        ]  # fmt: skip
        (folder / f"{stem}_update_2017.json").write_bytes(_json_array(later, broken))
    else:
        suffix = "txt" if export.source == INTELLIGENCE else "csv"
        broken = _break_rows(later if len(later) else export.rows.select(export.columns), export.source)
        (folder / f"{stem}_update_2017.{suffix}").write_bytes(_separated(later, export.source, broken))
    return written + len(later) + len(broken), len(broken)


def _json_lines(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_ndjson(buffer)
    return buffer.getvalue()


def _json_array(rows: pl.DataFrame, more: list[str]) -> bytes:
    lines = _json_lines(rows).decode().splitlines() + more
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _separated(rows: pl.DataFrame, source: int, more: list[str]) -> bytes:
    separator, end, encoding = _SHAPES[source]
    buffer = io.BytesIO()
    # An unknown value is an empty field, not a quoted empty text.
    rows = rows.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
    rows.write_csv(buffer, separator=separator, line_terminator=end)
    text = buffer.getvalue().decode() + "".join(line + end for line in more)
    return text.encode(encoding)


def _zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as packed:
        packed.write(content)
    return buffer.getvalue()


_DATES = {
    CRIME: "REPORTED_AT",
    CUSTODY: "ARRIVED",
    MISSING: "REPORTED_AT",
    INTELLIGENCE: "SUBMITTED",
    CHILDREN: "START",
}
_KEYS = {
    CRIME: "CRIME_NO",
    CUSTODY: "CUSTODY_NO",
    MISSING: "MISPER_ID",
    INTELLIGENCE: "REPORT_REF",
    CHILDREN: "FACT_REF",
}


def _break_rows(rows: pl.DataFrame, source: int) -> list[str]:
    """A few rows no loader can take: a date that is none, no key, too few columns, too many."""
    separator = _SHAPES[source][0]
    if len(rows) == 0:
        return []
    template = dict.fromkeys(rows.columns, "")
    template |= {_KEYS[source]: "BROKEN-1", "VERSION": "1", _DATES[source]: "31/02/2017 25:61"}
    first = separator.join(template.values())
    template |= {_KEYS[source]: "", _DATES[source]: str(rows[_DATES[source]][0])}
    second = separator.join(template.values())
    template |= {_KEYS[source]: "BROKEN-3"}
    third = separator.join(list(template.values())[:5])
    fourth = separator.join([*list(template.values()), "one", "too", "many"])
    return [first, second, third, fourth]
