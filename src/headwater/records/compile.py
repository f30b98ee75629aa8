"""What SQL does a mapping mean? Templates, conversions and code lists become DuckDB expressions, each worked out once.

The rows at hand are the table `fresh`: `file_no`, `row_no`, `position`, `fault` and, for CSV, one text column `in0`,
`in1` … for each column of the mapping, for JSON the text of the object as `raw`. A *sheet* is a table of values worked
out from rows: `judged` has a row for each fresh row, `listed_0` … one for each element of a list in it. Only the
catalogue's words are put into SQL, quoted; values stay values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from headwater.engine import quote_identifier, quote_text
from headwater.records.mapping import PLACEHOLDER, Condition, RowRule, SourceMapping, Value
from headwater.records.schema import TABLES, Column, Table

DEFAULT_BIRTH_DATES = ("1900-01-01", "1901-01-01", "1800-01-01", "1899-12-30", "1753-01-01", "9999-12-31")
"""Dates that systems write when no date of birth is known (epochs and placeholders of common database systems)."""

UNMAPPED = "unmapped"

WHOLE_ROW = "(whole row)"


@dataclass(frozen=True)
class Count:
    """One thing to be counted over the accepted rows: a note in words, or codes that are missing from a list."""

    sql: str
    words: str = ""
    codes: str | None = None
    table: str | None = None
    """The canonical table of which this many rows are made, before rows of one key are joined."""


class Sheet:
    """The columns of one table of values. Each placeholder, moment and expression is worked out once and shared."""

    def __init__(self, mapping: SourceMapping, above: Sheet | None = None, splitting: str = "") -> None:
        self.mapping, self.above, self.splitting = mapping, above, splitting
        self.prefix = "" if above is None else "e"
        self.texts: dict[tuple[str, bool], str] = {}
        self.moments: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.carried: dict[str, None] = {}
        self.counts: dict[str, Count] = {}

    def text(self, template: str, *, verbatim: bool = False) -> str:
        """SQL for a template: NULL when any placeholder is empty. `verbatim` keeps outer spaces."""
        pieces: list[str] = []
        position = 0
        for match in PLACEHOLDER.finditer(template):
            if match.start() > position:
                pieces.append(quote_text(template[position : match.start()]))
            pieces.append(self._placeholder(match.group(1), verbatim))
            position = match.end()
        if position < len(template):
            pieces.append(quote_text(template[position:]))
        return "(" + " || ".join(pieces) + ")" if pieces else "NULL"

    def _placeholder(self, name: str, verbatim: bool) -> str:
        if self.above is not None and not name.startswith("."):
            return self._carry(self.above.column(self.above.text("{" + name + "}", verbatim=verbatim)))
        return self.texts.setdefault((name, verbatim), f"{self.prefix}t{len(self.texts)}")

    def _carry(self, column: str) -> str:
        self.carried[column] = None
        return column

    def moment(self, template: str) -> str:
        """The column that holds a template as a timestamp in the first of the source's forms that fits, else NULL."""
        if self._is_above(template):
            assert self.above is not None  # noqa: S101 - _is_above says so
            return self._carry(self.above.moment(template))
        self.text(template)
        return self.moments.setdefault(template, f"{self.prefix}m{len(self.moments)}")

    def _is_above(self, *templates: str) -> bool:
        """Whether templates say nothing of an element, so that the sheet above can work them out once."""
        return self.above is not None and not any(
            name.startswith(".") for template in templates for name in PLACEHOLDER.findall(template)
        )

    def column(self, sql: str) -> str:
        """The column that holds an expression over this sheet's texts and moments."""
        return self.values.setdefault(sql, f"{self.prefix}v{len(self.values)}")

    def field(self, value: str | Value | bool, *, owed: bool = False) -> str:
        """The column (or constant) for one field of a rule. A code that is `owed` and empty counts as unmapped."""
        if isinstance(value, bool):
            return "true" if value else "false"
        template = value.of if isinstance(value, Value) else value
        if not PLACEHOLDER.search(template) and isinstance(value, str):
            return quote_text(template)
        if self._is_above(template):
            assert self.above is not None  # noqa: S101 - _is_above says so
            return self._carry(self.above.field(value, owed=owed))
        return self.column(self.text(value) if isinstance(value, str) else self._converted(value, owed))

    def _converted(self, value: Value, owed: bool) -> str:
        text = self.text(value.of)
        if value.codes:
            return mapped_code(text, self.mapping.code_list(value.codes), owed=owed)
        if value.as_ in ("date", "datetime", "birth_date", "birth_precision"):
            moment = self.moment(value.of)
            defaults = ", ".join(f"DATE '{day}'" for day in DEFAULT_BIRTH_DATES)
            if value.as_ in ("date", "datetime", "birth_date"):
                self._note(value.of, f"{text} IS NOT NULL AND {moment} IS NULL", "is not a date; emptied")
            if value.as_ == "birth_date":
                self._note(value.of, f"CAST({moment} AS DATE) IN ({defaults})", "is a default date; emptied")
            return {
                "date": f"CAST({moment} AS DATE)",
                "datetime": moment,
                "birth_date": f"CASE WHEN CAST({moment} AS DATE) NOT IN ({defaults}) THEN CAST({moment} AS DATE) END",
                "birth_precision": (
                    f"CASE WHEN {moment} IS NULL OR CAST({moment} AS DATE) IN ({defaults}) THEN 'none' "
                    f"WHEN month({moment}) = 1 AND day({moment}) = 1 THEN 'year' ELSE 'day' END"
                ),
            }[value.as_]
        name = _name_parts(text, value.style)
        sql = {
            "text": text,
            "verbatim": self.text(value.of, verbatim=True),
            "upper": f"upper({text})",
            "digits": f"nullif(regexp_replace({text}, '[^0-9]', '', 'g'), '')",
            "integer": f"TRY_CAST({text} AS BIGINT)",
            "boolean": (
                f"CASE WHEN upper({text}) IN ({_listed(value.yes)}) THEN true "
                f"WHEN upper({text}) IN ({_listed(value.no)}) THEN false END"
            ),
            "postcode": _postcode(text),
            "pnc": _pnc(text),
            "given": name[0],
            "middle": name[1],
            "family": name[2],
        }[value.as_]
        if value.as_ in _WHY_EMPTIED:
            self._note(value.of, f"{text} IS NOT NULL AND {sql} IS NULL", _WHY_EMPTIED[value.as_])
        return sql

    def _note(self, template: str, sql: str, why: str) -> None:
        """Count the rows for which the SQL is true, under the name of the column or of the list's member."""
        name = PLACEHOLDER.sub(lambda match: match.group(1), template)
        words = f"{self.splitting}{name} {why}"
        self.counts.setdefault(words, Count(self.column(f"coalesce({sql}, false)"), words=words))

    def note_column(self, name: str, kind: str) -> None:
        """Count the values of an optional column of this type that cannot be read."""
        template = "{" + name + "}"
        text = self.text(template)
        if kind in ("date", "datetime"):
            self._note(template, f"{text} IS NOT NULL AND {self.moment(template)} IS NULL", "is not a date; emptied")
        elif kind == "integer":
            sql = f"{text} IS NOT NULL AND TRY_CAST({text} AS BIGINT) IS NULL"
            self._note(template, sql, _WHY_EMPTIED["integer"])

    def condition(self, condition: str | Condition) -> str:
        """The column for one condition of a rule."""
        template = condition if isinstance(condition, str) else condition.of
        if self._is_above(template):
            assert self.above is not None  # noqa: S101 - _is_above says so
            return self._carry(self.above.condition(condition))
        text = self.text(template)
        if isinstance(condition, Condition) and condition.is_ is not None:
            return self.column(f"coalesce({text} IN ({_listed_as_is(condition.is_)}), false)")
        if isinstance(condition, Condition) and condition.is_not is not None:
            return self.column(f"({text} IS NULL OR {text} NOT IN ({_listed_as_is(condition.is_not)}))")
        return self.column(f"({text} IS NOT NULL)")

    def selected_moments(self) -> str:
        """SQL for the columns of all moments."""
        listed = "[" + ", ".join(quote_text(form) for form in self.mapping.date_forms) + "]"
        return "".join(
            f", try_strptime({self.text(template)}, {listed}) AS {name}" for template, name in self.moments.items()
        )

    def selected_values(self) -> str:
        """SQL for the columns of all expressions."""
        return "".join(f", {sql} AS {name}" for sql, name in self.values.items())


_WHY_EMPTIED = {
    "integer": "is not a number; emptied",
    "boolean": "is neither yes nor no; emptied",
    "pnc": "has a wrong form or check letter; emptied",
}


def _listed(words: list[str]) -> str:
    return _listed_as_is([word.upper() for word in words])


def _listed_as_is(words: list[str]) -> str:
    return ", ".join(quote_text(word) for word in words)


def mapped_code(text: str, codes: dict[str, str], *, owed: bool = False) -> str:
    """SQL for a code: its canonical code, `unmapped` when the list does not have it; an empty one is NULL unless owed.

    A map is one constant to the engine. A CASE for each code of each list takes longer to plan than a small file to load.
    """
    known = ", ".join(f"{quote_text(code)}: {quote_text(meaning)}" for code, meaning in codes.items())
    empty = f"'{UNMAPPED}'" if owed else "NULL"
    found = f"coalesce(MAP {{{known}}}[{text}], '{UNMAPPED}')" if known else f"'{UNMAPPED}'"
    return f"CASE WHEN {text} IS NULL THEN {empty} ELSE {found} END"


def _name_parts(text: str, style: str) -> tuple[str, str, str]:
    """SQL for given, middle and family name of a whole name in one of four styles."""
    clean = f"regexp_replace(trim({text}), '\\s+', ' ', 'g')"
    words = f"string_split({clean}, ' ')"
    if style == "forenames":
        return f"nullif({words}[1], '')", f"nullif(array_to_string({words}[2:], ' '), '')", "NULL"
    if style == "surname_comma":
        after = f"string_split(trim(string_split({clean}, ',')[2]), ' ')"
        return (
            f"nullif({after}[1], '')",
            f"nullif(array_to_string({after}[2:], ' '), '')",
            f"nullif(trim(string_split({clean}, ',')[1]), '')",
        )
    if style == "surname_first":
        return (
            f"nullif({words}[2], '')",
            f"nullif(array_to_string({words}[3:], ' '), '')",
            f"nullif({words}[1], '')",
        )
    return (
        f"CASE WHEN len({words}) > 1 THEN nullif({words}[1], '') END",
        f"CASE WHEN len({words}) > 2 THEN array_to_string({words}[2:len({words}) - 1], ' ') END",
        f"nullif({words}[len({words})], '')",
    )


def _postcode(text: str) -> str:
    squeezed = f"upper(regexp_replace({text}, '[^0-9A-Za-z]', '', 'g'))"
    return (
        f"CASE WHEN length({squeezed}) BETWEEN 5 AND 8 "
        f"THEN left({squeezed}, length({squeezed}) - 3) || ' ' || right({squeezed}, 3) ELSE {squeezed} END"
    )


def _pnc(text: str) -> str:
    """Canonical `YYYY/NNNNNNNL` when the check letter is right, else NULL.

    The letter is number (two-digit year, seven-digit serial) mod 23 in an alphabet without I, O and S
    (ministryofjustice/hmpps-person-record, MIT, `PNCIdentifier.kt`).
    """
    plain = f"upper(replace(replace({text}, '/', ''), ' ', ''))"
    year = f"CASE WHEN length({plain}) >= 12 THEN left({plain}, 4) ELSE left({plain}, 2) END"
    short = f"right({year}, 2)"
    rest = f"substr({plain}, length({year}) + 1)"
    serial = f"lpad(left({rest}, greatest(length({rest}) - 1, 0)), 7, '0')"
    letter = f"substr('ZABCDEFGHJKLMNPQRTUVWXY', CAST(TRY_CAST({short} || {serial} AS BIGINT) % 23 AS INTEGER) + 1, 1)"
    century = f"CASE WHEN length({year}) = 4 THEN left({year}, 2) WHEN TRY_CAST({short} AS INTEGER) <= 26 THEN '20' ELSE '19' END"
    return (
        f"CASE WHEN regexp_full_match({plain}, '[0-9]{{3,11}}[A-Z]') AND right({plain}, 1) = {letter} "
        f"THEN {century} || {short} || '/' || {serial} || right({plain}, 1) END"
    )


def handling_of(sheet: Sheet) -> str:
    """SQL for the handling label of a row."""
    grades = sheet.mapping.grades
    if grades is None:
        return "'ordinary'"
    scheme, source, information, handling = (
        f"coalesce(upper({sheet.text(part)}), '')"
        for part in (grades.scheme, grades.source, grades.information, grades.handling)
    )
    return (
        "CASE "
        f"WHEN {scheme} = '3X5X2' AND {source} IN ('1','2','3') AND {information} IN ('A','B','C','D','E') "
        f"AND {handling} IN ('P','C') THEN 'intelligence:3x5x2:' || {source} || '/' || {information} || '/' || {handling} "
        f"WHEN {scheme} = '5X5X5' AND {source} IN ('A','B','C','D','E') AND {information} IN ('1','2','3','4','5') "
        f"AND {handling} IN ('1','2','3','4','5') "
        f"THEN 'intelligence:5x5x5:' || {source} || '/' || {information} || '/' || {handling} "
        "ELSE 'intelligence:most-restrictive' END"
    )


def say_form(form: str) -> str:
    """A form of dates as a reader sees it, by example: `%d/%m/%Y %H:%M` is `31/12/2016 23:59`."""
    return datetime(2016, 12, 31, 23, 59, 58).strftime(form)  # noqa: DTZ001


@dataclass(frozen=True)
class Fault:
    """A test that sends a row to quarantine: SQL that is true for a bad row, SQL of the bad value, the reason."""

    column: str
    test: str
    value: str
    reason: str


def faults_of(sheet: Sheet, types: dict[str, str]) -> list[Fault]:
    """The tests that a source's columns call for, in the order in which they are told. `types` are JSON types."""
    found: list[Fault] = []
    for name, column in sheet.mapping.columns.items():
        if column.type in ("list", "object"):
            shape = "ARRAY" if column.type == "list" else "OBJECT"
            kind = f"coalesce({types[name]}, 'NULL')"
            if column.required:
                found.append(Fault(name, f"{kind} = 'NULL'", "NULL", "is empty but must be given"))
            what = "a list" if column.type == "list" else "an object"
            found.append(Fault(name, f"{kind} NOT IN ('{shape}', 'NULL')", f"lower({kind})", f"is not {what}"))
            continue
        template = "{" + name + "}"
        text = sheet.text(template)
        if not column.required:
            sheet.note_column(name, column.type)
            continue
        found.append(Fault(name, f"{text} IS NULL", "NULL", "is empty but must be given"))
        if column.type in ("date", "datetime"):
            moment = sheet.moment(template)
            forms = " or ".join(say_form(form) for form in sheet.mapping.date_forms)
            found.append(Fault(name, f"{moment} IS NULL", text, f"is not a date written like {forms}"))
            found.append(
                Fault(name, f"year({moment}) NOT BETWEEN 1900 AND 2100", text, "is not a year from 1900 to 2100")
            )
        if column.type == "integer":
            found.append(Fault(name, f"TRY_CAST({text} AS BIGINT) IS NULL", text, "is not a whole number"))
    return found


@dataclass
class Plan:
    """All SQL that loading rows of one source needs, in the order in which it is run over each portion of rows."""

    inputs: dict[str, str] = field(default_factory=dict)
    """CSV: name of the file's column → column of `fresh`."""
    sheets: list[tuple[str, str]] = field(default_factory=list)
    """Tables to be made from `fresh`, first of them `judged`: name and SQL."""
    verdicts: str = (
        "SELECT failed IS NOT NULL AS refused, CASE WHEN failed IS NULL THEN recorded_on END AS recorded_on "
        "FROM judged ORDER BY position"
    )
    refused: str = (
        'SELECT file_no, row_no, position, failed_column AS "column", failed_value AS value, failed AS reason '
        "FROM judged WHERE failed IS NOT NULL ORDER BY position"
    )
    counts: list[tuple[str, list[Count]]] = field(default_factory=list)
    """One query for each sheet: `file_no` and a column `n0`, `n1` … for each thing to count."""
    tables: list[tuple[str, str]] = field(default_factory=list)
    """Canonical table and the SQL of its rows, with `file_no`."""
    pending: str | None = None
    """SQL of relationships that still lack the other person, with the role that is `wanted`."""
    partner_roles: list[str] = field(default_factory=list)


_LINEAGE = "file_no, row_no, record_key, version, handling"
_LINEAGE_NAMES = ("row_no", "record_key", "version", "handling")


def plan_of(mapping: SourceMapping) -> Plan:
    """The plan of one source."""
    plan = Plan()
    judged = Sheet(mapping)
    lists: dict[str, tuple[str, Sheet]] = {}
    by_table: dict[str, list[str]] = {}
    many: set[str] = set()
    pending: list[str] = []
    counts: dict[str, list[Count]] = {"judged": []}
    for number, rule in enumerate(mapping.rows):
        table = TABLES[rule.table]
        name, sheet, order = "judged", judged, "0"
        if rule.for_each or rule.marks:
            listed = _list_of(judged, rule)
            if listed not in lists:
                lists[listed] = (f"listed_{len(lists)}", Sheet(mapping, judged, _list_name(rule)))
            (name, sheet), order = lists[listed], "ordinal"
            many.add(rule.table)
        elif rule.table in by_table:
            many.add(rule.table)
        columns = {column.name: _field(sheet, rule, column) for column in table.columns}
        when = [sheet.condition(condition) for condition in rule.when]
        if name == "judged":
            when.append("failed IS NULL")
        owed = [column.name for column in table.columns if column.required and not _is_partner(rule, column.name)]
        complete = " AND ".join(f"{columns[name]} IS NOT NULL" for name in owed)
        shown = _shown(columns, table)
        made = " AND ".join([*when, complete])
        if rule.other_role:
            pending.append(
                f"SELECT file_no, {number} AS rule_no, {quote_text(rule.other_role)} AS wanted, {shown} FROM {name} WHERE {made}"
            )
            plan.partner_roles.append(rule.other_role)
        else:
            by_table.setdefault(rule.table, []).append(
                f"SELECT file_no, {number} AS rule_no, {order} AS ordinal, {shown} FROM {name} WHERE {made}"
            )
        left = " AND ".join([*when, f"NOT ({complete})"])
        counted = counts.setdefault(name, [])
        counted.append(Count(left, words=f"{table.name} not made: a value it needs is empty"))
        if not rule.other_role:
            counted.append(Count(made, table=table.name))
        for column in table.columns:
            value = rule.set.get(column.name)
            if isinstance(value, Value) and value.codes:
                recorded = sheet.field(value.of)
                missing = " AND ".join([*when, f"{columns[column.name]} = '{UNMAPPED}'"])
                counted.append(
                    Count(f"histogram(coalesce({recorded}, '(empty)')) FILTER (WHERE {missing})", codes=value.codes)
                )
    plan.inputs = {name: f"in{number}" for number, name in enumerate(mapping.columns)}
    plan.sheets.append(("judged", _judged(judged, plan.inputs, list(lists))))
    for position, (name, sheet) in enumerate(lists.values()):
        plan.sheets.append((name, _listed_sheet(sheet, position)))
    for name, sheet in (("judged", judged), *lists.values()):
        guard = "failed IS NULL AND " if name == "judged" else ""
        noted = [Count(f"{guard}{count.sql}", words=count.words) for count in sheet.counts.values()]
        if everything := counts.get(name, []) + noted:
            plan.counts.append((_counting(name, everything), everything))
    for table_name, parts in by_table.items():
        table = TABLES[table_name]
        key = quote_identifier(table.key)
        # Two marks of one name in a row, or two people of one number, give one canonical row: the first one named.
        first = (
            f" QUALIFY row_number() OVER (PARTITION BY file_no, row_no, {key} ORDER BY rule_no, ordinal) = 1"
            if table_name in many
            else ""
        )
        plan.tables.append(
            (
                table_name,
                f"SELECT * FROM ({' UNION ALL '.join(parts)}){first} ORDER BY file_no, row_no, rule_no, ordinal",
            )
        )
    plan.pending = " UNION ALL ".join(pending) or None
    return plan


def _is_partner(rule: RowRule, column: str) -> bool:
    return bool(rule.other_role) and column == "other_person_record_id"


def _field(sheet: Sheet, rule: RowRule, column: Column) -> str:
    value = rule.set.get(column.name)
    if value is None:
        return "NULL"
    found = sheet.field(value, owed=column.required)
    if column.name == "protected" and isinstance(value, Value):
        # What cannot be read as yes or no may well mean yes: the address is then kept back.
        return f"coalesce({found}, CASE WHEN {sheet.field(value.of)} IS NOT NULL THEN true END)"
    return found


def _shown(columns: dict[str, str], table: Table) -> str:
    own = [f"CAST({columns[c.name]} AS {c.type}) AS {quote_identifier(c.name)}" for c in table.columns]
    return ", ".join([*own, *_LINEAGE_NAMES])


def _list_of(judged: Sheet, rule: RowRule) -> str:
    """SQL for the list that a rule ranges over, within `judged`."""
    if rule.for_each:
        return f"json_extract(sound, {quote_text(f'$.{rule.for_each}[*]')})"
    assert rule.marks is not None  # noqa: S101 - asked for lists only
    if judged.mapping.format.kind != "csv" and not PLACEHOLDER.search(rule.marks):
        return f"json_extract_string(sound, {quote_text(f'$.{rule.marks}[*]')})"
    return f"string_split({judged.text(rule.marks)}, {quote_text(rule.separator)})"


def _list_name(rule: RowRule) -> str:
    return f"{rule.for_each}" if rule.for_each else PLACEHOLDER.sub(lambda match: match.group(1), rule.marks or "")


def _judged(sheet: Sheet, inputs: dict[str, str], lists: list[str]) -> str:
    """SQL that reads the fresh rows, tells the bad ones with the reason, and works out the values of all."""
    mapping = sheet.mapping
    is_csv = mapping.format.kind == "csv"
    types = {
        name: f"kinds[{number + 1}]"
        for number, name in enumerate(name for name, column in mapping.columns.items() if column.type in ("list", "object"))
    }  # fmt: skip
    faults = faults_of(sheet, types)
    key = sheet.text(mapping.record_key)
    version = f"coalesce(TRY_CAST({sheet.text(mapping.version)} AS BIGINT), 1)" if mapping.version else "1::BIGINT"
    recorded = sheet.moment(mapping.recorded)
    handling = handling_of(sheet)
    moments, values = sheet.selected_moments(), sheet.selected_values()
    if is_csv:
        source = "SELECT *, NULL AS sound FROM fresh"
        texts = [
            f"nullif({inputs[name]}, '')" if verbatim else f"nullif(trim({inputs[name]}), '')"
            for name, verbatim in sheet.texts
        ]
    else:
        paths = list(dict.fromkeys(name for name, _ in sheet.texts))
        wanted = "[" + ", ".join(quote_text(f"$.{path}") for path in paths) + "]"
        kinds = "[" + ", ".join(quote_text(f"$.{name}") for name in types) + "]"
        source = (
            f"SELECT *, json_extract_string(sound, {wanted}) AS found, "
            + (f"json_type(sound, {kinds}) AS kinds" if types else "NULL AS kinds")
            + " FROM (SELECT *, CASE WHEN fault IS NULL THEN raw END AS sound FROM (SELECT * REPLACE (CASE "
            "WHEN fault IS NOT NULL THEN fault WHEN NOT json_valid(raw) THEN 'is not a JSON object' "
            "WHEN json_type(raw) <> 'OBJECT' THEN 'is not a JSON object' END AS fault) FROM fresh))"
        )
        place = {path: number + 1 for number, path in enumerate(paths)}
        texts = [
            f"nullif(found[{place[name]}], '')" if verbatim else f"nullif(trim(found[{place[name]}]), '')"
            for name, verbatim in sheet.texts
        ]
    read = "".join(f", {sql} AS {name}" for sql, name in zip(texts, sheet.texts.values(), strict=True))
    split = "".join(f", {sql} AS list_{number}" for number, sql in enumerate(lists))
    first = " ".join(f"WHEN {fault.test} THEN {number}" for number, fault in enumerate(faults))
    number = f"CASE WHEN fault IS NOT NULL THEN -1 {first} END"

    def pick(whole: str, parts: list[str]) -> str:
        cases = " ".join(f"WHEN {number} THEN {part}" for number, part in enumerate(parts))
        return f"CASE failed_at WHEN -1 THEN {whole} {cases} END"

    spent = ", ".join([*sheet.texts.values(), *sheet.moments.values()])
    return (
        f"SELECT * EXCLUDE ({spent}), {pick('fault', [quote_text(fault.reason) for fault in faults])} AS failed, "
        f"{pick(quote_text(WHOLE_ROW), [quote_text(fault.column) for fault in faults])} AS failed_column, "
        f"{pick('NULL', [fault.value for fault in faults])} AS failed_value "
        f"FROM (SELECT * EXCLUDE (sound), {number} AS failed_at, {key} AS record_key, {version} AS version, "
        f"{handling} AS handling, CAST({recorded} AS DATE) AS recorded_on{values}{split} "
        f"FROM (SELECT *{moments} FROM (SELECT file_no, row_no, position, fault, sound"
        f"{'' if is_csv else ', kinds'}{read} FROM ({source}))))"
    )


def _listed_sheet(sheet: Sheet, position: int) -> str:
    """SQL for one row for each element of a list of the accepted rows."""
    moments, values = sheet.selected_moments(), sheet.selected_values()
    carried = "".join(f", {name}" for name in sheet.carried)
    names = [name for name, _ in sheet.texts]
    paths = list(dict.fromkeys(name for name in names if name != "."))
    wanted = "[" + ", ".join(quote_text(f"$.{path[1:]}") for path in paths) + "]"
    found = f", json_extract_string(element, {wanted}) AS found" if paths else ""
    place = {path: f"found[{number + 1}]" for number, path in enumerate(paths)} | {".": "element"}
    read = "".join(
        f", nullif({place[name]}, '') AS {alias}" if verbatim else f", nullif(trim({place[name]}), '') AS {alias}"
        for (name, verbatim), alias in sheet.texts.items()
    )
    return (
        f"SELECT {_LINEAGE}, ordinal{carried}{values} FROM (SELECT *{moments} FROM (SELECT *{read} FROM (SELECT *{found} FROM "
        f"(SELECT {_LINEAGE}{carried}, unnest(list_{position}) AS element, "
        f"generate_subscripts(list_{position}, 1) AS ordinal FROM judged WHERE failed IS NULL))))"
    )


def _counting(name: str, counts: list[Count]) -> str:
    selected = ", ".join(
        f"{count.sql} AS n{number}" if count.codes else f"CAST(count_if({count.sql}) AS BIGINT) AS n{number}"
        for number, count in enumerate(counts)
    )
    return f"SELECT file_no, {selected} FROM {name} GROUP BY file_no ORDER BY file_no"


def partners_of(roles: list[str]) -> str:
    """SQL over `involved` (involvement rows at hand) for the people who may be the other person of a relationship."""
    return (
        "SELECT DISTINCT file_no, event_id, version, person_record_id, role FROM involved "
        f"WHERE role IN ({_listed_as_is(sorted(set(roles)))})"
    )


def pairing() -> str:
    """SQL that gives each pending relationship the other person, for rows from `$first` up to `$after`.

    The other person is everybody of the wanted role in the same version of the same event of the same file.
    """
    columns = ", ".join(
        "p.relationship_id || '>' || i.person_record_id AS relationship_id"
        if column.name == "relationship_id"
        else "i.person_record_id AS other_person_record_id"
        if column.name == "other_person_record_id"
        else f"p.{quote_identifier(column.name)}"
        for column in TABLES["relationship"].columns
    )
    lineage = ", ".join(f"p.{name}" for name in _LINEAGE_NAMES)
    return (
        f"SELECT p.file_no, {columns}, {lineage} FROM pending p JOIN partner i ON i.file_no = p.file_no "
        "AND i.event_id = p.event_id AND i.version = p.version AND i.role = p.wanted "
        "AND i.person_record_id <> p.person_record_id WHERE p.row_no >= $first AND p.row_no < $after "
        "ORDER BY p.file_no, p.row_no, p.rule_no, i.person_record_id"
    )


def empty_tables() -> Iterator[tuple[str, str]]:
    """Name and SQL of the tables that gather rows for `pairing` over a whole file."""
    columns = ", ".join(
        f"NULL::{column.type} AS {quote_identifier(column.name)}"
        for column in TABLES["relationship"].all_columns
        if column.name not in ("source", "batch")
    )
    yield "pending", f"SELECT 0 AS file_no, 0 AS rule_no, '' AS wanted, {columns} WHERE false"
    yield (
        "partner",
        ("SELECT 0 AS file_no, '' AS event_id, 0::BIGINT AS version, '' AS person_record_id, '' AS role WHERE false"),
    )
