"""How does one source's export become canonical rows? A mapping file says so; this reads and checks it."""

from __future__ import annotations

import csv
import difflib
import fnmatch
import io
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from headwater.catalogue import list_files, read_text, shelf
from headwater.records.schema import TABLES

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class MappingError(Exception):
    """A mapping file is wrong; the message says which, where in it, and what to do."""


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which only `true` and `false` are truth values: OFF, NO, Y and 10 are codes that forces use."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Format(_Strict):
    """The shape of the file: CSV with its delimiter, one JSON object a line, or one JSON array."""

    kind: Literal["csv", "jsonl", "json"]
    delimiter: str = ","
    encoding: Literal["utf-8", "windows-1252"] = "utf-8"

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if len(value) != 1 or value in '"\r\n' or ord(value) > 127:
            raise ValueError("must be one plain character, not a quote or a line end")
        return value


class SourceColumn(_Strict):
    """One column (CSV) or path (JSON) of the export. `list` and `object` are JSON shapes."""

    type: Literal["text", "integer", "date", "datetime", "list", "object"] = "text"
    required: bool = False
    meaning: str = ""


Conversion = Literal[
    "text", "verbatim", "upper", "digits", "integer", "date", "datetime", "boolean", "postcode", "pnc", "birth_date",
    "birth_precision", "given", "middle", "family",
]  # fmt: skip
NameStyle = Literal["forenames", "forename_surname", "surname_comma", "surname_first"]


class Value(_Strict):
    """A value taken from the export: a template of `{placeholders}`, then a conversion or a code list."""

    of: str
    as_: Annotated[Conversion, Field(alias="as")] = "text"
    style: NameStyle = "forename_surname"
    codes: str | None = None
    yes: list[str] = ["Y", "true"]
    no: list[str] = ["N", "false"]


class Condition(_Strict):
    """True when the value is one of `is`, is none of `is_not`, or (with neither) is not empty."""

    of: str
    is_: Annotated[list[str] | None, Field(alias="is")] = None
    is_not: list[str] | None = None


class RowRule(_Strict):
    """One kind of canonical row that each row of the export gives rise to.

    `for_each` names a JSON list whose elements each give a row (`{.name}` is inside the element); `marks` splits a
    text such as "DA|CSE" (`{.}` is the mark). `other_role` pairs each row with every person of that role in the
    event: the row's `other_person_record_id`.
    """

    table: str
    when: list[str | Condition] = []
    for_each: str | None = None
    marks: str | None = None
    separator: str = "|"
    other_role: str | None = None
    set: dict[str, str | Value | bool]


class Grades(_Strict):
    """Where an intelligence report keeps its grades."""

    scheme: str
    source: str
    information: str
    handling: str


class SourceMapping(_Strict):
    """All that is to be known about one source."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    owner: str
    note: str = ""
    files: list[str]
    format: Format
    handling: Literal["ordinary", "intelligence"] = "ordinary"
    grades: Grades | None = None
    record_key: str
    version: str | None = None
    recorded: str
    date_forms: Annotated[list[str], Field(min_length=1)]
    columns: dict[str, SourceColumn]
    codes: dict[str, dict[str, str] | str] = {}
    rows: list[RowRule]

    def takes(self, name: str) -> bool:
        """Whether a file of this name belongs to the source (`.gz` is ignored)."""
        plain = name.removesuffix(".gz")
        return any(fnmatch.fnmatch(plain.lower(), pattern.lower()) for pattern in self.files)

    def code_list(self, name: str) -> dict[str, str]:
        """The code list `name`: source code → canonical code. A name of `catalogue/codes/` maps codes to themselves."""
        found = self.codes.get(name, name)
        return found if isinstance(found, dict) else read_code_list(found)


@cache
def read_code_list(name: str) -> dict[str, str]:
    """The codes of `catalogue/codes/<name>.csv`, each mapped to itself; raises MappingError when there is no such list."""
    if not shelf("codes", f"{name}.csv").is_file():
        raise MappingError(
            f"There is no code list catalogue/codes/{name}.csv. Add it, or write the codes in the mapping."
        )
    rows = csv.reader(io.StringIO(read_text("codes", f"{name}.csv")))
    next(rows)
    return {row[0]: row[0] for row in rows if row}


def read_sources(catalogue: Path | None = None) -> dict[str, SourceMapping]:
    """All mappings of the built-in catalogue and, on top, of a force's own, by source id.

    Raises MappingError naming the file and the place in it.
    """
    found: dict[str, SourceMapping] = {}
    for item in list_files("sources", ".yaml", catalogue):
        mapping = read_mapping(item.read_text(encoding="utf-8"), item.name)
        if mapping.id in found:
            raise MappingError(f"{item.name}: another mapping file has the id {mapping.id!r} too. Choose another id.")
        found[mapping.id] = mapping
    return found


@cache
def read_mapping(text: str, name: str) -> SourceMapping:
    """One mapping from the text of its file; `name` is used in errors. Raises MappingError."""
    try:
        content: Any = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as fault:
        raise MappingError(f"{name} is not valid YAML: {fault}. Mend that line.") from None
    try:
        mapping = SourceMapping.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = " → ".join(str(part) for part in first["loc"]) or "the whole file"
        raise MappingError(f"{name}, at {place}: {first['msg']}. See docs/how-to/add-a-source.md.") from None
    _check(mapping, name)
    return mapping


def _check(mapping: SourceMapping, name: str) -> None:
    if mapping.handling == "intelligence" and mapping.grades is None:
        raise MappingError(f"{name}: an intelligence source must say where its grades are (`grades`).")
    for form in mapping.date_forms:
        _check_date_form(form, name)
    for number, rule in enumerate(mapping.rows, start=1):
        place = f"{name}, rows, rule {number}"
        if rule.table not in TABLES:
            raise MappingError(f"{place}: there is no table {rule.table!r}. The tables are {', '.join(TABLES)}.")
        table = TABLES[rule.table]
        known = {column.name for column in table.columns}
        listed = rule.for_each or (rule.marks if mapping.format.kind != "csv" else None)
        if listed and not PLACEHOLDER.search(listed):
            column = mapping.columns.get(listed.split(".")[0])
            if column is None or column.type not in ("list", "object"):
                raise MappingError(
                    f"{place}: {listed} is not a list among the columns. Add `{listed}: {{type: list}}`."
                )
        for field in rule.set:
            if field not in known:
                raise MappingError(f"{place}: {rule.table} has no column {field!r}. It has {', '.join(sorted(known))}.")
        owed = {column.name for column in table.columns if column.required} - set(rule.set)
        if rule.other_role:
            owed.discard("other_person_record_id")
        if owed:
            raise MappingError(f"{place}: {rule.table} needs {', '.join(sorted(owed))}. Add it under `set`.")
        lists = {column.name: column.codes for column in table.columns if column.codes}
        for field, value in rule.set.items():
            _check_codes(mapping, value, lists.get(field), f"{place}, {field}")
            if isinstance(value, Value) and value.codes:
                try:
                    mapping.code_list(value.codes)
                except MappingError as fault:
                    raise MappingError(f"{place}, {field}: {fault}") from None
            for template in _templates(value):
                for placeholder in PLACEHOLDER.findall(template):
                    _check_placeholder(mapping, rule, placeholder, f"{place}, {field}")
    for template in (mapping.record_key, mapping.recorded, mapping.version or ""):
        for placeholder in PLACEHOLDER.findall(template):
            _check_placeholder(mapping, None, placeholder, name)
    for field, template in (("record_key", mapping.record_key), ("recorded", mapping.recorded)):
        for placeholder in PLACEHOLDER.findall(template):
            if placeholder not in mapping.columns or not mapping.columns[placeholder].required:
                raise MappingError(
                    f"{name}: {field} rests on {placeholder}, which may be empty. Mark it `required: true` under `columns`."
                )


def _check_codes(mapping: SourceMapping, value: str | Value | bool, listed: str | None, place: str) -> None:
    """What is written for a coded column must be in its list: a constant, or what the mapping's own codes become."""
    if listed is None:
        return
    if isinstance(value, str) and not PLACEHOLDER.search(value):
        given = {value}
    elif isinstance(value, Value) and value.codes and isinstance(mapping.codes.get(value.codes), dict):
        given = set(mapping.code_list(value.codes).values())
    else:
        return
    known = read_code_list(listed)
    if unknown := sorted(given - set(known)):
        close = difflib.get_close_matches(unknown[0], known, 1)
        hint = f" Did you mean {close[0]}?" if close else f" See catalogue/codes/{listed}.csv."
        raise MappingError(f"{place}: {', '.join(unknown)} is not in the code list {listed}.{hint}")


def _check_date_form(form: str, name: str) -> None:
    """A form must read back the date that it writes, so that a typing slip does not empty every date in silence."""
    day = datetime(2016, 3, 4, 21, 14, 5, tzinfo=UTC)
    try:
        good = datetime.strptime(day.strftime(form), form).date() == day.date()  # noqa: DTZ007 - only the day counts
    except ValueError:
        good = False
    if not good:
        raise MappingError(
            f"{name}, date_forms: {form!r} does not name a day, a month and a year. Write it as %d/%m/%Y or %Y-%m-%dT%H:%M:%S."
        )


def _templates(value: str | Value | bool) -> list[str]:
    if isinstance(value, Value):
        return [value.of]
    return [value] if isinstance(value, str) else []


def _check_placeholder(mapping: SourceMapping, rule: RowRule | None, placeholder: str, place: str) -> None:
    if placeholder.startswith("."):
        if rule is None or not (rule.for_each or rule.marks):
            raise MappingError(f"{place}: {{{placeholder}}} needs `for_each` or `marks`.")
        return
    column = placeholder if mapping.format.kind == "csv" else placeholder.split(".")[0]
    if column not in mapping.columns:
        raise MappingError(
            f"{place}: {{{placeholder}}} is not among the columns of the source. Add it under `columns`."
        )
