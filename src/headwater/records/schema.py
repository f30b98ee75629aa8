"""What does a force hold, once every source speaks one language? The canonical schema, column by column.

Eight tables. Every row also carries the *lineage* columns (which source, which batch, which row of which file),
the version its source gave it, and its handling. The reference page `docs/reference/schema.md` is generated from here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB type and meaning; `codes` names a code list in `catalogue/codes/`."""

    name: str
    type: str
    meaning: str
    unit: str | None = None
    codes: str | None = None
    sensitive: bool = False
    required: bool = False

    @property
    def counted_in(self) -> str:
        """The unit: the column's own, else what its type means everywhere."""
        return self.unit or {"DATE": "day", "TIMESTAMP": "local time, to the second"}.get(self.type, "")


@dataclass(frozen=True)
class Table:
    """One canonical table. `key` is the column that names a row; later versions of a row share the key."""

    name: str
    meaning: str
    key: str
    columns: tuple[Column, ...]

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The table's own columns followed by the lineage columns."""
        return self.columns + LINEAGE

    def column(self, name: str) -> Column:
        """The column called `name`; raises KeyError when there is none."""
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")


LINEAGE: tuple[Column, ...] = (
    Column("source", "VARCHAR", "The source that exported the row.", required=True),
    Column("batch", "VARCHAR", "The load that brought it: its manifest holds the file's hash.", required=True),
    Column("row_no", "BIGINT", "Which row of the file, counted from 1 after any header.", unit="row", required=True),
    Column("record_key", "VARCHAR", "What the source issues anew as one: a crime with all its rows.", required=True),
    Column(
        "version", "BIGINT", "The source's own version; the highest is the current one.", unit="version", required=True
    ),
    Column(
        "handling",
        "VARCHAR",
        "`ordinary`, or for intelligence its grades: `intelligence:SCHEME:SOURCE/INFORMATION/HANDLING`; "
        "`intelligence:most-restrictive` when a grade is missing or unknown.",
        required=True,
    ),
)

PERSON_RECORD = Table(
    "person_record",
    "One mention of a person in one record of a source. Several belong to one human being: see identity.",
    "person_record_id",
    (
        Column("person_record_id", "VARCHAR", "Names the mention: `source:key-within-the-source`.", required=True),
        Column("local_person_id", "VARCHAR", "The source's own number for the person, when it keeps one."),
        Column("given_name", "VARCHAR", "First given name as recorded."),
        Column("middle_name", "VARCHAR", "Further given names as recorded."),
        Column("family_name", "VARCHAR", "Family name as recorded."),
        Column("alias_name", "VARCHAR", "Another name recorded for the person, whole."),
        Column("date_of_birth", "DATE", "As recorded; empty when missing or a known default such as 1 January 1900."),
        Column(
            "date_of_birth_precision",
            "VARCHAR",
            "How much of the date is believed: day, month, year, or none.",
            codes="date_precision",
        ),
        Column("sex", "VARCHAR", "As recorded.", codes="sex", sensitive=True),
        Column("ethnicity", "VARCHAR", "Self-defined, 16+1.", codes="ethnicity_16_plus_1", sensitive=True),
        Column("pnc_id", "VARCHAR", "Police National Computer id, canonical form, when its check letter is right."),
        Column("phone", "VARCHAR", "Telephone number, digits only."),
        Column("stated_on", "DATE", "The day on which the record said all this.", required=True),
        Column("died_on", "DATE", "Day of death, when the record states one."),
    ),
)

ADDRESS_RECORD = Table(
    "address_record",
    "One mention of an address: somebody's home, or the place of an event.",
    "address_record_id",
    (
        Column("address_record_id", "VARCHAR", "Names the mention.", required=True),
        Column("person_record_id", "VARCHAR", "Whose address it is; empty for the place of an event."),
        Column("event_id", "VARCHAR", "The event whose record mentions it."),
        Column("purpose", "VARCHAR", "Home, placement, scene, other.", codes="address_purpose", required=True),
        Column("line", "VARCHAR", "The address as recorded, without postcode."),
        Column("postcode", "VARCHAR", "Postcode, upper case with one space."),
        Column("uprn", "VARCHAR", "Unique Property Reference Number, digits only."),
        Column("lsoa", "VARCHAR", "Small area (Lower-layer Super Output Area, 2011) stated by the source."),
        Column(
            "premises", "VARCHAR", "What kind of building, where the source says so.", codes="premises", sensitive=True
        ),
        Column("protected", "BOOLEAN", "A refuge or an address that must not be printed.", sensitive=True),
        Column("valid_from", "DATE", "First day on which it is known to hold."),
        Column("valid_to", "DATE", "Last day on which it is known to hold; empty when open."),
        Column("stated_on", "DATE", "The day on which the record said so.", required=True),
    ),
)

EVENT = Table(
    "event",
    "Something that happened or was decided: crime, incident, custody, missing episode, notice, plan …",
    "event_id",
    (
        Column("event_id", "VARCHAR", "Names the event: `source:reference`.", required=True),
        Column("kind", "VARCHAR", "What sort of event.", codes="event_kind", required=True),
        Column("reference", "VARCHAR", "The number that a person would quote to the source.", required=True),
        Column("linked_reference", "VARCHAR", "Another source's reference that this record quotes."),
        Column("class_code", "VARCHAR", "Class of event in a national list, after mapping."),
        Column("class_list", "VARCHAR", "Which list in `catalogue/codes/` `class_code` belongs to."),
        Column("class_as_recorded", "VARCHAR", "The class in the source's own words or code."),
        Column(
            "result_code", "VARCHAR", "How it ended, after mapping (outcome, disposal, court result).", sensitive=True
        ),
        Column("result_list", "VARCHAR", "Which list in `catalogue/codes/` `result_code` belongs to."),
        Column("grade", "VARCHAR", "Assessed grade or risk level, after mapping.", codes="grade"),
        Column("started_at", "TIMESTAMP", "When it happened or began, local time."),
        Column("ended_at", "TIMESTAMP", "When it ended; empty when it has not or is not known."),
        Column("recorded_at", "TIMESTAMP", "When the source recorded it, local time.", required=True),
        Column("address_record_id", "VARCHAR", "Where it happened."),
        Column("status", "VARCHAR", "live or cancelled.", codes="event_status", required=True),
        Column("lead", "VARCHAR", "Who leads the work, for plans and episodes: a role or team, not a private person."),
    ),
)

INVOLVEMENT = Table(
    "involvement",
    "A person record's part in an event.",
    "involvement_id",
    (
        Column("involvement_id", "VARCHAR", "Names the involvement.", required=True),
        Column("event_id", "VARCHAR", "The event.", required=True),
        Column("person_record_id", "VARCHAR", "The person record.", required=True),
        Column("role", "VARCHAR", "The part played, after mapping.", codes="role", required=True),
        Column("role_as_recorded", "VARCHAR", "The part in the source's own code."),
    ),
)

RELATIONSHIP = Table(
    "relationship",
    "A stated tie: the first person is *kind* of the other (`parent`: the first is a parent of the other).",
    "relationship_id",
    (
        Column("relationship_id", "VARCHAR", "Names the relationship.", required=True),
        Column("person_record_id", "VARCHAR", "The first person record.", required=True),
        Column("other_person_record_id", "VARCHAR", "The other person record.", required=True),
        Column("kind", "VARCHAR", "What the first is to the other.", codes="relationship", required=True),
        Column("lives_together", "BOOLEAN", "Whether the record says that they live at one address; empty if silent."),
        Column("event_id", "VARCHAR", "The event whose record states it."),
        Column("stated_on", "DATE", "The day on which it was stated.", required=True),
    ),
)

NARRATIVE = Table(
    "narrative",
    "Free text attached to an event.",
    "narrative_id",
    (
        Column("narrative_id", "VARCHAR", "Names the text.", required=True),
        Column("event_id", "VARCHAR", "The event it belongs to.", required=True),
        Column("person_record_id", "VARCHAR", "Whom the text is about, where the source says so."),
        Column("kind", "VARCHAR", "Which field of the source: log, mo, notes, circumstances …", required=True),
        Column("written_at", "TIMESTAMP", "When it was written.", required=True),
        Column("text", "VARCHAR", "The text exactly as recorded.", sensitive=True, required=True),
    ),
)

FLAG = Table(
    "flag",
    "A mark that a source puts on an event or on a person.",
    "flag_id",
    (
        Column("flag_id", "VARCHAR", "Names the flag.", required=True),
        Column("event_id", "VARCHAR", "The event that is marked, or whose record marks the person."),
        Column("person_record_id", "VARCHAR", "The person record that is marked; empty when the event is."),
        Column("code", "VARCHAR", "The mark, after mapping.", codes="flag", sensitive=True, required=True),
        Column("code_as_recorded", "VARCHAR", "The mark in the source's own code.", sensitive=True),
        Column("set_on", "DATE", "The day on which it was set."),
    ),
)

HANDLING = Table(
    "handling",
    "The grades of one intelligence report.",
    "handling_id",
    (
        Column("handling_id", "VARCHAR", "Names the grading: the event's id.", required=True),
        Column("event_id", "VARCHAR", "The report.", required=True),
        Column("scheme", "VARCHAR", "3x5x2, 5x5x5, or unknown."),
        Column("source_grade", "VARCHAR", "How reliable the source is.", sensitive=True),
        Column("information_grade", "VARCHAR", "How good the information is.", sensitive=True),
        Column("handling_grade", "VARCHAR", "Who may see it.", sensitive=True),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (PERSON_RECORD, ADDRESS_RECORD, EVENT, INVOLVEMENT, RELATIONSHIP, NARRATIVE, FLAG, HANDLING)
}
