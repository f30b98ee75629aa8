"""How does a trigger treat different groups? Counts of the people it looks at and of those it finds, by protected characteristic.

Characteristics are read here to watch outcomes; no trigger reads them to find anybody (but for the exceptions that it names).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from headwater.catalogue import read_text
from headwater.engine import Engine
from headwater.triggers.counting.disclosure import TOTAL, Register
from headwater.triggers.rules.definition import Trigger

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


def with_empty_groups(groups: list[Group], trigger: Trigger) -> list[Group]:
    """Every group that there can be, in a fixed order: a row that is only there when somebody belongs to it would tell, when it
    appears, that one person came."""
    known = {(group.characteristic, group.group): group for group in groups}
    labels = [label for code, label in csv.reader(io.StringIO(read_text("codes", "ethnicity_16_plus_1.csv")))][1:]
    sexes = [label for code, label in csv.reader(io.StringIO(read_text("codes", "sex.csv")))][1:]
    wanted, ends = trigger.subject, [years for years, _ in _AGE_BANDS[1:]] + [200]
    bands = [
        name
        for (start, name), end in zip(_AGE_BANDS, ends, strict=True)
        if (wanted.under_years is None or start < wanted.under_years) and (wanted.from_years is None or end > wanted.from_years)
    ]  # fmt: skip
    every = {
        "Sex": [name for name in sexes if name != "unknown"],
        "Age": bands,
        "Ethnicity, as recorded": [
            label for label in labels if not label.startswith("Not stated") and label != "Unknown"
        ]
        + ["Not stated"],
    }
    listed = [(kind, name) for kind, names in every.items() for name in [*names, NOT_RECORDED]]
    listed += [key for key in known if key not in listed]
    return [known.get((kind, name), Group(kind, name, 0, 0)) for kind, name in listed]


def publish_groups(
    groups: list[Group], register: Register, table: str, what: str, also: Mapping[str, Mapping[str, int]] | None = None
) -> dict[tuple[str, str], int | None]:
    """The numbers that may be shown of `people` or `found`, by characteristic and group, with one total for all characteristics.
    `table` names what stays comparable over time (the trigger, or whom it could be about); `also` are further tables of the same people."""
    kinds = dict.fromkeys(group.characteristic for group in groups)
    tables: dict[str, Mapping[str, int]] = {
        kind: {group.group: int(getattr(group, what)) for group in groups if group.characteristic == kind}
        for kind in kinds
    }
    total = max((sum(cells.values()) for cells in tables.values()), default=0)
    whole, shown = register.publish_together(f"{table}: {what}", total, tables | dict(also or {}))
    return {(kind, name): count for kind, cells in shown.items() for name, count in (cells | {TOTAL: whole}).items()}


def name_population(trigger: Trigger) -> str:
    """Names whom a trigger could be about by age alone, so that two triggers publish one number for the same people."""
    wanted = trigger.subject
    return f"people from {wanted.from_years or 0} under {wanted.under_years or 'any age'}"
