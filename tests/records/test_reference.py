"""Do the generated pages say what the code and the catalogue say?"""

from pathlib import Path

from headwater.records.reference import describe_schema, describe_sources
from headwater.triggers.transparency.reference import describe_indicators

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_schema_page_is_not_stale() -> None:
    assert (REFERENCE / "schema.md").read_text(encoding="utf-8") == describe_schema()


def test_the_sources_page_is_not_stale() -> None:
    assert (REFERENCE / "sources.md").read_text(encoding="utf-8") == describe_sources()


def test_the_indicators_page_is_not_stale() -> None:
    assert (REFERENCE / "indicators.md").read_text(encoding="utf-8") == describe_indicators()
