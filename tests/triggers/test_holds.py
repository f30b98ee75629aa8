"""Do the rules over the items of one package say what the search's SQL says?"""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.engine import DuckDBEngine
from headwater.triggers.desk.holds import rules_that_hold
from headwater.triggers.packages.package import EvidenceItem
from headwater.triggers.rules.definition import Rule, add_span, read_triggers, span_sql
from headwater.triggers.rules.firing import _firing

AS_OF = date(2017, 3, 31)
RULES = [
    Rule(id="r", count="kinds", at_least=2, within="24mo", newest_within="36mo", things="kinds"),
    Rule(id="r", count="kinds", at_least=3, within="1y", newest_within="18mo", things="kinds"),
    Rule(id="r", count="occurrences", at_least=3, within="90d", newest_within="12mo", things="events"),
    Rule(id="r", count="occurrences", at_least=2, within="6mo", newest_within="1y", of=("a", "b"), things="events"),
    Rule(id="r", count="statutory", within="24mo", newest_within="24mo", things="one strong event"),
]
ITEM = st.tuples(st.sampled_from("abc"), st.integers(0, 1500), st.integers(0, 4), st.booleans())


def an_item(number: int, indicator: str, days: int, occurrence: int, statutory: bool) -> EvidenceItem:
    return EvidenceItem(
        evidence_id=f"E-{number}", indicator=indicator, occurred_on=AS_OF - timedelta(days=days), recorded_on=AS_OF, age_at_event=None, strength="strong",
        sureness="recorded", role="", sentence="", records=[], quotes=[], counts=True, statutory=statutory, occurrence=f"{occurrence}",
        why_not_counted=None, handling="ordinary", because_text=False, because_linkage=False,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RULES), st.lists(ITEM, max_size=7))
def test_the_same_rule_holds_over_items_and_in_the_search(rule: Rule, told: list[tuple[str, int, int, bool]]) -> None:
    # What is one occurrence of one indicator is one item.
    once = list({(one[0], one[2]): one for one in told}.values())
    items = [an_item(number, *one) for number, one in enumerate(once)]
    rows = [
        {
            "person_id": "P", "evidence_id": item.evidence_id, "indicator": item.indicator, "occurred_on": item.occurred_on, "recorded_on": item.recorded_on,
            "underlying_id": item.occurrence, "occurrence_id": f"{item.indicator}|{item.occurrence}", "statutory": item.statutory, "strength": "strong",
        }
        for item in items
    ]  # fmt: skip
    schema = pa.schema(
        [("person_id", pa.string()), ("evidence_id", pa.string()), ("indicator", pa.string()), ("occurred_on", pa.date32()), ("recorded_on", pa.date32()),
         ("underlying_id", pa.string()), ("occurrence_id", pa.string()), ("statutory", pa.bool_()), ("strength", pa.string())]
    )  # fmt: skip
    with DuckDBEngine(threads=1) as engine:
        engine.register("counted", pa.Table.from_pylist(rows, schema))
        fired = set(engine.fetch(_firing(rule), {"as_of": AS_OF})["evidence_id"].to_pylist())
    trigger = read_triggers()["tipt"].model_copy(update={"rules": [rule]})
    assert set(rules_that_hold(trigger, items, AS_OF).get("r", [])) == fired


@pytest.mark.parametrize("span", ["1d", "90d", "1mo", "24mo", "1y", "5y"])
@pytest.mark.parametrize("day", [date(2016, 2, 29), date(2017, 1, 31), date(2015, 12, 31), date(2017, 3, 1)])
def test_a_span_ends_on_the_day_on_which_it_ends_in_sql(span: str, day: date) -> None:
    with DuckDBEngine(threads=1) as engine:
        for sign, times in (("+", 1), ("-", -1)):
            ends = engine.fetch(f"SELECT CAST(DATE '{day}' {sign} {span_sql(span)} AS DATE) AS ends")["ends"][0].as_py()
            assert add_span(day, span, times) == ends
