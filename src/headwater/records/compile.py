"""What SQL does a mapping mean? Templates, conversions and code lists become DuckDB expressions over one chunk.

The chunk is a table `incoming` with `row_no`, `raw` and, for CSV, one text column for each column of the file; for
JSON the raw text is read by path. Only the catalogue's words are put into SQL, quoted; values stay values.
"""

from __future__ import annotations

from dataclasses import dataclass

from headwater.engine import quote_identifier, quote_text
from headwater.records.mapping import PLACEHOLDER, Condition, RowRule, SourceMapping, Value

DEFAULT_BIRTH_DATES = ("1900-01-01", "1901-01-01", "1800-01-01", "1899-12-30", "1753-01-01", "9999-12-31")
"""Dates that systems write when no date of birth is known (epochs and placeholders of common database systems)."""

UNMAPPED = "unmapped"


@dataclass(frozen=True)
class CodedField:
    """A field whose value goes through a code list: what to count when a code is not in it."""

    list: str
    recorded: str
    mapped: str


def text_of(mapping: SourceMapping, template: str, *, verbatim: bool = False) -> str:
    """SQL for a template: NULL when it has placeholders and any of them is empty. `verbatim` keeps outer spaces."""
    pieces: list[str] = []
    position = 0
    for match in PLACEHOLDER.finditer(template):
        if match.start() > position:
            pieces.append(quote_text(template[position : match.start()]))
        inner = _placeholder(mapping, match.group(1))
        pieces.append(inner.replace("nullif(trim(", "nullif((", 1) if verbatim else inner)
        position = match.end()
    if position < len(template):
        pieces.append(quote_text(template[position:]))
    return "(" + " || ".join(pieces) + ")" if pieces else "NULL"


def _placeholder(mapping: SourceMapping, name: str) -> str:
    if name == ".":
        return "nullif(trim(element), '')"
    if name.startswith("."):
        return f"nullif(trim(json_extract_string(element, {quote_text('$.' + name[1:])})), '')"
    if mapping.format.kind == "csv":
        return f"nullif(trim({quote_identifier(name)}), '')"
    return f"nullif(trim(json_extract_string(raw, {quote_text('$.' + name)})), '')"


def moment_of(text: str, forms: list[str]) -> str:
    """SQL for a text as a timestamp in the first of the forms that fits; NULL when none does."""
    listed = "[" + ", ".join(quote_text(form) for form in forms) + "]"
    return f"try_strptime({text}, {listed})"


def value_of(mapping: SourceMapping, value: str | Value | bool) -> str:
    """SQL for one field of a rule."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text_of(mapping, value)
    text = text_of(mapping, value.of)
    if value.codes:
        return mapped_code(text, mapping.code_list(value.codes))
    moment = moment_of(text, mapping.date_forms)
    defaults = ", ".join(f"DATE '{day}'" for day in DEFAULT_BIRTH_DATES)
    name = _name_parts(text, value.style)
    return {
        "text": text,
        "verbatim": text_of(mapping, value.of, verbatim=True),
        "upper": f"upper({text})",
        "digits": f"nullif(regexp_replace({text}, '[^0-9]', '', 'g'), '')",
        "integer": f"TRY_CAST({text} AS BIGINT)",
        "date": f"CAST({moment} AS DATE)",
        "datetime": moment,
        "boolean": (
            f"CASE WHEN {text} IN ({_listed(value.yes)}) THEN true WHEN {text} IN ({_listed(value.no)}) THEN false END"
        ),
        "postcode": _postcode(text),
        "pnc": _pnc(text),
        "birth_date": f"CASE WHEN CAST({moment} AS DATE) NOT IN ({defaults}) THEN CAST({moment} AS DATE) END",
        "birth_precision": (
            f"CASE WHEN {moment} IS NULL OR CAST({moment} AS DATE) IN ({defaults}) THEN 'none' "
            f"WHEN month({moment}) = 1 AND day({moment}) = 1 THEN 'year' ELSE 'day' END"
        ),
        "given": name[0],
        "middle": name[1],
        "family": name[2],
    }[value.as_]


def _listed(words: list[str]) -> str:
    return ", ".join(quote_text(word) for word in words)


def mapped_code(text: str, codes: dict[str, str]) -> str:
    """SQL for a code: its canonical code, `unmapped` when the list does not have it, NULL when empty."""
    cases = " ".join(f"WHEN {quote_text(code)} THEN {quote_text(meaning)}" for code, meaning in codes.items())
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE CASE {text} {cases} ELSE '{UNMAPPED}' END END"


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


def condition_of(mapping: SourceMapping, condition: str | Condition) -> str:
    """SQL for one condition of a rule."""
    if isinstance(condition, str):
        return f"{text_of(mapping, condition)} IS NOT NULL"
    text = text_of(mapping, condition.of)
    if condition.is_ is not None:
        return f"{text} IN ({_listed(condition.is_)})"
    if condition.is_not is not None:
        return f"({text} IS NULL OR {text} NOT IN ({_listed(condition.is_not)}))"
    return f"{text} IS NOT NULL"


def handling_of(mapping: SourceMapping) -> str:
    """SQL for the handling label of a row."""
    if mapping.grades is None:
        return "'ordinary'"
    scheme, source, information, handling = (
        f"coalesce(upper({text_of(mapping, part)}), '')"
        for part in (mapping.grades.scheme, mapping.grades.source, mapping.grades.information, mapping.grades.handling)
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


def source_of_rule(mapping: SourceMapping, rule: RowRule) -> str:
    """SQL for the rows that a rule ranges over: the accepted rows, or the elements of a list or of marks in them."""
    if rule.for_each:
        path = quote_text(f"$.{rule.for_each}[*]")
        return f"(SELECT a.*, unnest(json_extract(raw, {path})) AS element FROM accepted a)"
    if rule.marks:
        if mapping.format.kind != "csv" and not PLACEHOLDER.search(rule.marks):
            path = quote_text(f"$.{rule.marks}[*]")
            return f"(SELECT a.*, unnest(json_extract_string(raw, {path})) AS element FROM accepted a)"
        split = f"string_split({text_of(mapping, rule.marks)}, {quote_text(rule.separator)})"
        return f"(SELECT a.*, unnest({split}) AS element FROM accepted a)"
    return "accepted"


def coded_fields(mapping: SourceMapping, rule: RowRule) -> list[CodedField]:
    """The fields of a rule that go through a code list."""
    return [
        CodedField(value.codes, text_of(mapping, value.of), value_of(mapping, value))
        for value in rule.set.values()
        if isinstance(value, Value) and value.codes
    ]


def faults_of(mapping: SourceMapping) -> list[tuple[str, str, str, str]]:
    """Tests that send a row to quarantine: (column, SQL that is true for a bad row, SQL of the value, reason)."""
    found: list[tuple[str, str, str, str]] = []
    if mapping.format.kind != "csv":
        found.append(
            ("(whole row)", "NOT json_valid(raw) OR json_type(raw) <> 'OBJECT'", "NULL", "is not a JSON object")
        )
    for name, column in mapping.columns.items():
        if column.type in ("list", "object"):
            continue
        text = text_of(mapping, "{" + name + "}")
        if column.required:
            found.append((name, f"{text} IS NULL", "NULL", "is empty but must be given"))
        if column.required and column.type in ("date", "datetime"):
            moment = moment_of(text, mapping.date_forms)
            forms = " or ".join(mapping.date_forms)
            found.append((name, f"{moment} IS NULL", text, f"is not a date of the form {forms}"))
            found.append((name, f"year({moment}) NOT BETWEEN 1900 AND 2100", text, "is not a year from 1900 to 2100"))
        if column.required and column.type == "integer":
            found.append((name, f"TRY_CAST({text} AS BIGINT) IS NULL", text, "is not a whole number"))
    return found


def notes_of(mapping: SourceMapping) -> list[tuple[str, str, str]]:
    """Optional columns whose bad values are emptied and counted: (column, SQL that is true, reason)."""
    found: list[tuple[str, str, str]] = []
    for name, column in mapping.columns.items():
        text = text_of(mapping, "{" + name + "}")
        if column.required or column.type in ("text", "list", "object"):
            continue
        if column.type in ("date", "datetime"):
            moment = moment_of(text, mapping.date_forms)
            found.append((name, f"{text} IS NOT NULL AND {moment} IS NULL", "is not a date; emptied"))
        if column.type == "integer":
            found.append(
                (name, f"{text} IS NOT NULL AND TRY_CAST({text} AS BIGINT) IS NULL", "is not a number; emptied")
            )
    return found
