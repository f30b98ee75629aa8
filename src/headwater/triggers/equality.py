"""How does a trigger treat different groups? Counts of the people it looks at and of those it finds, by protected characteristic.

Characteristics are read here to watch outcomes; no trigger reads them to find anybody (but for the exceptions that it names).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from headwater.catalogue import read_text
from headwater.engine import Engine
from headwater.triggers.definition import Trigger
from headwater.triggers.disclosure import TOTAL, Published, Register

NOT_RECORDED = "not recorded"

_AGE_BANDS = (
    (0, "0 to 4"), (5, "5 to 9"), (10, "10 to 14"), (15, "15 to 17"), (18, "18 to 24"), (25, "25 to 39"), (40, "40 to 64"),
    (65, "65 and over"),
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """One group of one characteristic: how many people the trigger could be about, and how many it found."""

    characteristic: str
    group: str
    people: int
    found: int


def count_groups(engine: Engine, trigger: Trigger, as_of: date) -> list[Group]:
    """Every group that somebody in the lake belongs to; people of the trigger's age only, places in none. The tables of
    `apply_trigger` must be there."""
    labels = dict(csv.reader(io.StringIO(read_text("codes", "ethnicity_16_plus_1.csv"))))
    age = "date_sub('year', date_of_birth, $as_of)"
    bands = " ".join(f"WHEN {age} >= {years} THEN '{name}'" for years, name in reversed(_AGE_BANDS))
    wanted = trigger.subject
    limits = [f"{age} >= {wanted.from_years}"] if wanted.from_years is not None else []
    limits += [f"{age} < {wanted.under_years}"] if wanted.under_years is not None else []
    rows = engine.fetch(
        f"""
        WITH looked_at AS (
            SELECT person_id, coalesce(sex, 'unknown') AS sex, coalesce(ethnicity, '') AS ethnicity, CASE {bands} ELSE '' END AS band,
                   person_id IN (SELECT person_id FROM subject) AS found
            FROM person_summary WHERE $as_of IS NOT NULL AND ({" AND ".join(limits) or "true"})
        )
        SELECT 'Sex' AS characteristic, sex AS code, count(*) AS people, count(*) FILTER (found) AS found FROM looked_at GROUP BY ALL
        UNION ALL SELECT 'Age', band, count(*), count(*) FILTER (found) FROM looked_at GROUP BY ALL
        UNION ALL SELECT 'Ethnicity, as recorded', ethnicity, count(*), count(*) FILTER (found) FROM looked_at GROUP BY ALL
        """,
        {"as_of": as_of},
    ).to_pylist()
    order = {name: number for number, (_, name) in enumerate(_AGE_BANDS)}
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        name = row["code"]
        if row["characteristic"].startswith("Ethnicity"):
            label = labels.get(name, name)
            name = (
                NOT_RECORDED
                if name in ("", "UN", "unmapped")
                else "Not stated"
                if label.startswith("Not stated")
                else label
            )
        elif name in ("", "unknown", "unmapped"):
            name = NOT_RECORDED
        pair = found.setdefault((row["characteristic"], name), [0, 0])
        pair[0] += row["people"]
        pair[1] += row["found"]
    listed = [Group(kind, name, people, hits) for (kind, name), (people, hits) in found.items()]
    kinds = ["Sex", "Age", "Ethnicity, as recorded"]
    return sorted(
        listed, key=lambda g: (kinds.index(g.characteristic), g.group == NOT_RECORDED, order.get(g.group, 0), g.group)
    )


def publish_groups(groups: list[Group], register: Register, table: str, what: str) -> dict[tuple[str, str], int | None]:
    """The numbers that may be shown of `people` or `found`, by characteristic and group; each characteristic is one table with
    its total. `table` names what stays comparable over time (the trigger, or a setting of it)."""
    shown: dict[tuple[str, str], int | None] = {}
    for kind in dict.fromkeys(group.characteristic for group in groups):
        cells = {group.group: int(getattr(group, what)) for group in groups if group.characteristic == kind}
        published: Published = register.publish(f"{table}: {what} by {kind}", cells | {TOTAL: sum(cells.values())})
        shown |= {(kind, name): count for name, count in published.items()}
    return shown
