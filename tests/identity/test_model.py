"""Is the stored model whole, rounded and of this design, and do weights fit the size of the lake?"""

from __future__ import annotations

import json

import pyarrow as pa

from headwater.catalogue import read_text
from headwater.engine import DuckDBEngine
from headwater.identity.model import fit_to, read_design, read_model


def levels(model: dict[str, object]) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (comparison["output_column_name"], level["label_for_charts"], level)
        for comparison in model["comparisons"]  # type: ignore[attr-defined]
        for level in comparison["comparison_levels"]
    ]


def test_the_stored_model_is_the_design_with_weights() -> None:
    design, model = read_design(), read_model()
    assert [row[:2] for row in levels(model)] == [row[:2] for row in levels(design)]
    assert model["blocking_rules_to_generate_predictions"] == design["blocking_rules_to_generate_predictions"]
    for (_, _, stored), (_, _, drawn) in zip(levels(model), levels(design), strict=True):
        assert stored["sql_condition"] == drawn["sql_condition"]
        assert drawn.get("is_null_level") or 0 < stored["u_probability"] <= 1 >= stored["m_probability"] > 0  # type: ignore[operator]


def test_the_stored_weights_are_rounded_and_say_how_they_were_made() -> None:
    stored = json.loads(read_text("identity", "linkage-model.json"))
    assert "--make-model" in stored["note"]
    numbers = [value for _, _, level in levels(stored) for key, value in level.items() if key.endswith("_probability")]
    assert numbers
    assert all(value == float(f"{value:.6g}") for value in numbers)


def test_agreement_on_an_id_speaks_for_one_person_and_disagreement_against() -> None:
    weight = {(name, label): level for name, label, level in levels(read_model()) if not level.get("is_null_level")}
    for name, same, other in (
        ("pnc", "same PNC id", "different PNC ids"),
        ("date_of_birth", "same date of birth", "different dates of birth"),
        ("address", "same address", "different addresses"),
        ("name", "same given and family name", "different names"),
    ):
        agree, differ = weight[name, same], weight[name, other]
        assert agree["m_probability"] > 100 * agree["u_probability"]  # type: ignore[operator]
        assert differ["m_probability"] < differ["u_probability"]  # type: ignore[operator]


def test_a_larger_lake_holds_more_strangers_for_each_pair_of_one_person() -> None:
    model = {"trained_on_records": 50, "probability_two_random_records_match": 0.01}
    with DuckDBEngine() as engine:
        engine.register("linkable", pa.table({"unique_id": list(range(100))}))
        assert fit_to(engine, model) == {"probability_two_random_records_match": 0.005}
        engine.register("linkable", pa.table({"unique_id": list(range(10))}))
        assert fit_to(engine, model) == {"probability_two_random_records_match": 0.01}
