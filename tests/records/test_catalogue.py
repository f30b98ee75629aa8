"""Do the built-in mappings and the code lists fit each other and the schema?"""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.catalogue import read_text, shelf
from headwater.records import MappingError, SourceMapping, read_sources
from headwater.records.mapping import Value, read_code_list, read_mapping
from headwater.records.schema import TABLES

SOURCES = read_sources()
CODED = [
    (source.id, rule.table, name, value, rule.set)
    for source in SOURCES.values()
    for rule in source.rows
    for name, value in rule.set.items()
    if (TABLES[rule.table].column(name).codes or (isinstance(value, Value) and value.codes))
    and not (isinstance(value, Value) and value.as_ == "birth_precision")
]


def test_there_are_seven_sources_of_different_shapes() -> None:
    assert {
        name: (source.format.kind, source.format.delimiter, source.format.encoding) for name, source in SOURCES.items()
    } == {
        "crime": ("csv", ",", "utf-8"),
        "command_and_control": ("jsonl", ",", "utf-8"),
        "custody": ("csv", ",", "windows-1252"),
        "missing": ("csv", ",", "utf-8"),
        "protection_notice": ("json", ",", "utf-8"),
        "intelligence": ("csv", "|", "windows-1252"),
        "childrens_services": ("csv", ";", "utf-8"),
    }
    assert len({form for source in SOURCES.values() for form in source.date_forms}) >= 4


@pytest.mark.parametrize(
    ("source", "table", "name", "value", "row"), CODED, ids=[f"{c[0]}-{c[1]}-{c[2]}" for c in CODED]
)
def test_every_code_a_source_can_give_is_in_the_canonical_list(
    source: str, table: str, name: str, value: str | Value | bool, row: dict[str, str | Value | bool]
) -> None:
    named = TABLES[table].column(name).codes or row[name.replace("_code", "_list")]
    canonical = set(read_code_list(str(named)))
    if isinstance(value, Value):
        assert value.codes, f"{source}: {name} must go through a code list"
        assert set(SOURCES[source].code_list(value.codes).values()) <= canonical
    else:
        assert value in canonical


@pytest.mark.parametrize("column", [c for t in TABLES.values() for c in t.all_columns], ids=lambda c: c.name)
def test_every_column_of_the_schema_says_what_it_means_and_in_which_unit(column: object) -> None:
    meaning, kind, unit, codes = (getattr(column, name) for name in ("meaning", "type", "counted_in", "codes"))
    assert len(meaning.split()) >= 2
    assert kind in ("VARCHAR", "BIGINT", "DATE", "TIMESTAMP", "BOOLEAN")
    assert unit or kind in ("VARCHAR", "BOOLEAN")
    assert codes is None or shelf("codes", f"{codes}.csv").is_file()


MAPPING = (
    (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-source.md")
    .read_text()
    .split("```yaml\n")[1]
    .split("```")[0]
)


@pytest.mark.parametrize(("old", "new", "words"), [
    ("id: housing", "id: Housing!", "id"),
    ("kind: csv", "kind: xls", "format"),
    ("delimiter: \",\"", "delimiter: \"::\"", "one plain character"),
    ("table: narrative", "table: story", "there is no table 'story'"),
    ("kind: note", "colour: red", "no column 'colour'"),
    ("      status: live\n", "", "needs status"),
    ("codes: what}", "codes: nowhere}", "no code list"),
    ("{of: \"{PC}\"", "{of: \"{POSTCODE}\"", "{POSTCODE} is not among the columns"),
    ("line: \"{HOME}\"", "line: \"{.HOME}\"", "for_each"),
    ("REF: {required: true}", "REF: {}", "rests on REF"),
    ("id: housing", "id: [", "not valid YAML"),
])  # fmt: skip
def test_a_wrong_mapping_is_refused_with_its_place(old: str, new: str, words: str) -> None:
    assert old in MAPPING
    with pytest.raises(MappingError, match=r"mine\.yaml") as refused:
        read_mapping(MAPPING.replace(old, new, 1), "mine.yaml")
    assert words in str(refused.value)


def test_an_intelligence_source_must_say_where_its_grades_are() -> None:
    with pytest.raises(MappingError, match="grades"):
        read_mapping(MAPPING.replace("owner:", "handling: intelligence\nowner:"), "mine.yaml")


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.id)
def test_every_column_of_a_built_in_source_says_what_it_means(source: SourceMapping) -> None:
    assert [name for name, column in source.columns.items() if not column.meaning] == []
    assert source.note
    assert source.owner


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ("kind: missing\n", "kind: misssing\n", "misssing is not in the code list event_kind. Did you mean missing?"),
        ("CLOSED: live", "CLOSED: lively", "lively is not in the code list event_status. Did you mean live?"),
    ],
)
def test_a_misspelt_code_in_a_mapping_is_refused_before_anything_is_read(find: str, put: str, said: str) -> None:
    text = read_text("sources", "missing.yaml")
    assert find in text
    with pytest.raises(MappingError) as fault:
        read_mapping(text.replace(find, put, 1), "missing.yaml")
    assert said in str(fault.value)
