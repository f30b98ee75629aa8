"""Why are these records one person? The links between them, each with the weight of every comparison."""

from __future__ import annotations

from typing import Any

from headwater.engine import Engine

PARTS = ("name", "date_of_birth", "address", "pnc", "local_number", "sex", "phone")


def explain_links(engine: Engine, person_id: str) -> list[dict[str, Any]]:
    """The pairs of this person's records that were compared and joined, strongest first (identity must be open).

    Each has both record ids with source and row, the match weight (log2 of the odds that the two are one person, Fellegi
    and Sunter 1969), the probability that follows, the weight of each comparison, and `starting_weight`, that of any two
    records before they are compared; all weights and it add up to the match weight. A person of one record has none.
    """
    parts = ", ".join(f"l.{part}_weight" for part in PARTS)
    found = engine.fetch(
        f"""
        SELECT l.person_record_id_l AS record_a, a.source AS source_a, l.person_record_id_r AS record_b, b.source AS source_b,
               l.match_weight, l.match_probability, {parts}, l.decided_by
        FROM link l
        JOIN person pa ON pa.person_record_id = l.person_record_id_l JOIN person pb ON pb.person_record_id = l.person_record_id_r
        JOIN person_record a ON a.person_record_id = l.person_record_id_l JOIN person_record b ON b.person_record_id = l.person_record_id_r
        WHERE pa.person_id = $person AND pb.person_id = $person
        ORDER BY l.match_weight DESC, record_a, record_b
        """,
        {"person": person_id},
    ).to_pylist()
    told = []
    for row in found:
        weights = {part: row[f"{part}_weight"] for part in PARTS}
        rest = {key: value for key, value in row.items() if not key.endswith("_weight") or key == "match_weight"}
        told.append(rest | {"starting_weight": _start(row["match_weight"], weights), "weights": weights})
    return told


def _start(match_weight: float | None, weights: dict[str, float | None]) -> float | None:
    if match_weight is None or not any(weight is not None for weight in weights.values()):
        return None
    return round(match_weight - sum(weight or 0.0 for weight in weights.values()), 3)
