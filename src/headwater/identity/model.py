"""How alike are two person records? The linkage model: its design, its one training, its stored weights."""

from __future__ import annotations

import contextlib
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from splink import DuckDBAPI, Linker

from headwater.catalogue import read_text
from headwater.engine import DuckDBEngine
from headwater.records import Lake, fingerprint, write_json

SEED = 20170331
_SAMPLED_PAIRS = 1e7
_ROUNDS = 3
"""After three rounds the people found, and with them the weights, hardly change any more."""
_SURE = 0.95
_LEAST_M = 1e-3
"""No disagreement counts as impossible: about one record in a thousand is wrong in a way that training did not see."""
_TRAINING_BLOCKS = ("l.birth_full = r.birth_full", "l.full_name = r.full_name")
_KNOWN_MATCHES: list[Any] = [
    "l.pnc_id = r.pnc_id",
    "l.full_name = r.full_name AND l.birth = r.birth AND l.precision = 'day'",
]


def read_design() -> dict[str, Any]:
    """The comparisons and blocking rules of the catalogue, without weights."""
    content = _read_design()
    for comparison in content["comparisons"]:
        comparison.pop("least_u")
        for level in comparison["comparison_levels"]:
            level.pop("assumed", None)
    return content


def _read_design() -> dict[str, Any]:
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


@contextlib.contextmanager
def open_linker(engine: DuckDBEngine, settings: dict[str, Any], table: str = "linkable") -> Iterator[Linker]:
    """A Splink linker over table `linkable` (or another of that shape) in the engine's own connection; silent."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = DuckDBAPI(connection=engine.connection)
        frame = api.register(table)
        full = settings | {
            "additional_columns_to_retain": ["source", "event_key"],
            "retain_intermediate_calculation_columns": True,
            "retain_matching_columns": False,
        }
        yield Linker(frame, full, log_level=None, validate_settings=False)


def fit_to(engine: DuckDBEngine, model: dict[str, Any]) -> dict[str, Any]:
    """Splink's settings for table `linkable`: the model, with the share of matching pairs made due to its size.

    Twice as many records hold twice as many of other people for each of the same person. A table smaller than the one that
    the model was trained on keeps the trained share, so that a handful of records is not joined on less.
    """
    settings = dict(model)
    trained = float(settings.pop("trained_on_records", "inf"))
    share = float(settings["probability_two_random_records_match"])
    return settings | {
        "probability_two_random_records_match": share * min(1.0, trained / max(_count_records(engine), 1))
    }


def _count_records(engine: DuckDBEngine) -> int:
    return int(engine.fetch("SELECT count(*) AS n FROM linkable")["n"][0].as_py())


def train_model(engine: DuckDBEngine) -> dict[str, Any]:
    """Learn the weights from table `linkable` without labels; returns the model, rounded to six digits.

    m-probabilities by expectation maximisation over blocks that differ, u-probabilities from random pairs, as in Fellegi
    and Sunter (1969) and Winkler (1988). In a force's records random pairs are no pure strangers: one person has hundreds
    of records, and a handful of pairs in ten thousand is one person, as many as share a date of birth by chance. So it is
    done again: from the second round on, u comes from one record of each person that the model before found, and the share
    of matching pairs from those people, instead of from deterministic rules with an assumed recall of 0.6.
    """
    count = _count_records(engine)
    with open_linker(engine, read_design()) as linker:
        linker.training.estimate_probability_two_random_records_match(_KNOWN_MATCHES, recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=SEED)
        model = _learn_m(linker)
    for _ in range(_ROUNDS):
        share = _single_out(engine, model)
        with open_linker(engine, read_design(), "stranger") as linker:
            linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=SEED)
            strangers: dict[str, Any] = linker.misc.save_model_to_json()
        known = _smooth(strangers) | {"probability_two_random_records_match": share}
        for comparison in known["comparisons"]:
            for level in comparison["comparison_levels"]:
                level.pop("m_probability", None)
        with open_linker(engine, known) as linker:
            model = _learn_m(linker)
    return model | {"trained_on_records": count}


def _learn_m(linker: Linker) -> dict[str, Any]:
    for rule in _TRAINING_BLOCKS:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    learned: dict[str, Any] = linker.misc.save_model_to_json()
    return _smooth(learned)


def _single_out(engine: DuckDBEngine, model: dict[str, Any]) -> float:
    """Make table `stranger`, one record of each person that this model finds; returns the share of pairs that are one person.

    The record is the first by the digest of its id: any, but always the same.
    """
    with open_linker(engine, model) as linker:
        pairs = linker.inference.predict(threshold_match_probability=_SURE)
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, _SURE).physical_name
        engine.create(
            "stranger",
            f"SELECT l.* FROM linkable l JOIN {found} f USING (unique_id) "
            "QUALIFY row_number() OVER (PARTITION BY f.cluster_id ORDER BY md5(l.unique_id), l.unique_id) = 1",
        )
        share = engine.fetch(
            "SELECT sum(CAST(n AS DOUBLE) * (n - 1)) / greatest(sum(n) * (sum(n) - 1), 1) AS share "
            f"FROM (SELECT count(*) AS n FROM {found} GROUP BY cluster_id)"
        )
    return _round(max(float(share["share"][0].as_py()), 1e-9))


def _smooth(learned: dict[str, Any]) -> dict[str, Any]:
    """The design with the learned weights, rounded; what training did not see is assumed, and u is bounded from below."""
    model = read_design()
    model["probability_two_random_records_match"] = _round(learned["probability_two_random_records_match"])
    for target, design, found in zip(
        model["comparisons"], _read_design()["comparisons"], learned["comparisons"], strict=True
    ):
        for level, assumption, result in zip(
            target["comparison_levels"], design["comparison_levels"], found["comparison_levels"], strict=True
        ):
            if level.get("is_null_level"):
                continue
            for name, assumed, least in zip(
                ("m_probability", "u_probability"), assumption["assumed"], (_LEAST_M, design["least_u"]), strict=True
            ):
                value = result.get(name)
                level[name] = _round(max(float(value if isinstance(value, int | float) else assumed), least))
    return model


def _round(value: float) -> float:
    return float(f"{value:.6g}")


def store_model(lake: Lake, model: dict[str, Any]) -> Path:
    """Keep a model that was trained on this lake; later links use it."""
    lake.models.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = lake.models / "linkage.json"
    write_json(path, model)
    return path
