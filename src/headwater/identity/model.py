"""How alike are two person records? The linkage model: its design, its one training, its stored weights."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.catalogue import read_text
from headwater.engine import Engine
from headwater.records import Lake, fingerprint, write_json

if TYPE_CHECKING:
    from splink import Linker

SEED = 20170331
OTHER_GIVEN = (
    "same family name, another given name",
    "a like family name, another given name",
    "different names",
)
"""The levels of the comparison of names, by their labels, at which the given names are of no kin."""

_TRAINING_BLOCKS = ("l.birth_full = r.birth_full", "l.full_name = r.full_name")
_KNOWN_MATCHES: list[Any] = [
    "l.pnc_id = r.pnc_id",
    "l.full_name = r.full_name AND l.birth = r.birth AND l.precision = 'day'",
]


def read_design() -> dict[str, Any]:
    """The comparisons and blocking rules of the catalogue, without weights."""
    content: dict[str, Any] = json.loads(read_text("identity", "design.json"))
    content.pop("note")
    return content


def read_model(lake: Lake | None = None) -> dict[str, Any]:
    """The stored model: the lake's own when it has been trained there, else the catalogue's."""
    own = lake.models / "linkage.json" if lake else None
    text = own.read_text("utf-8") if own and own.exists() else read_text("identity", "linkage-model.json")
    content: dict[str, Any] = json.loads(text)
    content.pop("note", None)
    return content


def name_of(model: dict[str, Any]) -> str:
    """A short name for exactly this model, for lists of versions."""
    return fingerprint([json.dumps(model, sort_keys=True)])


def columns_of_link(model: dict[str, Any], left: str = "unique_id_l", right: str = "unique_id_r") -> str:
    """SQL: the columns of table `link` from a table of Splink's predictions; weights rounded to 1e-6.

    `left` and `right` are the ids of the two records. `other_given` says whether the given names are of no kin (see OTHER_GIVEN).
    """
    parts = ", ".join(
        f"round({_weight(comparison)}, 6) AS {comparison['output_column_name']}_weight"
        for comparison in model["comparisons"]
    )
    return (
        f"least({left}, {right}) AS person_record_id_l, greatest({left}, {right}) AS person_record_id_r, "
        f"round(match_weight, 6) AS match_weight, round(match_probability, 6) AS match_probability, {parts}, "
        f"coalesce({_is_other_given(model)}, false) AS other_given, 'model' AS decided_by"
    )


def _is_other_given(model: dict[str, Any]) -> str:
    """SQL: the comparison of names came to one of these levels, told by its weight before that of a rare name is added; of the
    level itself Splink keeps nothing in its predictions."""
    (name,) = (one for one in model["comparisons"] if one["output_column_name"] == "name")
    weights = [
        math.log2(level["m_probability"] / level["u_probability"])
        for level in name["comparison_levels"]
        if level["label_for_charts"] in OTHER_GIVEN
    ]
    return " OR ".join(f"abs(mw_name - ({weight!r})) < 1e-6" for weight in weights)


def _weight(comparison: dict[str, Any]) -> str:
    name = comparison["output_column_name"]
    adjusted = any("tf_adjustment_column" in level for level in comparison["comparison_levels"])
    return f"mw_{name} + mw_tf_adj_{name}" if adjusted else f"mw_{name}"


@contextlib.contextmanager
def open_linker(engine: Engine, settings: dict[str, Any], table: str = "linkable") -> Iterator[Linker]:
    """A Splink linker over `table` (as `linkable`) of the engine, on the back end that the engine brings; silent."""
    # Splink brings pandas along: a second that only a command that compares should wait.
    from splink import Linker

    from headwater.identity.splink_levels import remember_levels

    logging.getLogger("splink").setLevel(logging.ERROR)
    remember_levels()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = engine.splink_api()
        frame = api.register(table)
        full = _said_by(engine, settings) | {
            "additional_columns_to_retain": ["source", "event_key"],
            "retain_intermediate_calculation_columns": True,
            "retain_matching_columns": False,
        }
        yield Linker(frame, full, log_level=None, validate_settings=False)


def _said_by(engine: Engine, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with every condition as the engine says it."""
    return settings | {
        "blocking_rules_to_generate_predictions": [
            engine.expression(rule) for rule in settings["blocking_rules_to_generate_predictions"]
        ],
        "comparisons": [
            comparison
            | {
                "comparison_levels": [
                    level | {"sql_condition": engine.expression(level["sql_condition"])}
                    if level["sql_condition"] != "ELSE" else level
                    for level in comparison["comparison_levels"]
                ]
            }
            for comparison in settings["comparisons"]
        ],
    }  # fmt: skip


def train_model(engine: Engine) -> dict[str, Any]:
    """Learn the weights from table `linkable` without labels; returns the model, rounded to six digits.

    u-probabilities from random pairs, m-probabilities by expectation maximisation over blocks that differ, as in
    Fellegi and Sunter (1969) and Winkler; the share of matching pairs from deterministic rules with assumed recall 0.6.
    """
    # What is drawn by chance depends on the order of the records.
    engine.create("linkable", "SELECT * FROM linkable ORDER BY unique_id")
    with open_linker(engine, read_design()) as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker.training.estimate_probability_two_random_records_match(_KNOWN_MATCHES, recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=4e6, seed=SEED)
        for rule in _TRAINING_BLOCKS:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        learned: dict[str, Any] = linker.misc.save_model_to_json()
    return _smooth(learned)


def _smooth(learned: dict[str, Any]) -> dict[str, Any]:
    """The design with the learned weights: rounded, no zero, no missing value, m falling from level to level's due."""
    model = read_design()
    model["probability_two_random_records_match"] = _round(learned["probability_two_random_records_match"])
    for design, found in zip(model["comparisons"], learned["comparisons"], strict=True):
        levels = [level for level in design["comparison_levels"] if not level.get("is_null_level")]
        trained = [level for level in found["comparison_levels"] if not level.get("is_null_level")]
        for level, result in zip(levels, trained, strict=True):
            level["m_probability"] = _round(max(float(result.get("m_probability") or 0), 1e-3))
            level["u_probability"] = _round(max(float(result.get("u_probability") or 0), 1e-6))
    return model


def _round(value: float) -> float:
    return float(f"{value:.6g}")


def store_model(lake: Lake, model: dict[str, Any]) -> Path:
    """Keep a model that was trained on this lake; later links use it."""
    lake.models.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = lake.models / "linkage.json"
    write_json(path, model)
    return path
