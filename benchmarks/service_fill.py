"""Fill a service for the load benchmark: skewed as real ones are (a big force, busy teams), made up, the same for the same seed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SQL = Path(__file__).with_name("service_fill.sql")
COUNTED = (
    "agencies_agency",
    "agencies_user",
    "cases_case",
    "cases_entry",
    "cases_action",
    "cases_referral",
    "cases_package",
    "notices_notice",
    "audit_entry",
)
NUMBERED = ("agencies_agency", "agencies_team", "agencies_user", "cases_subject", "cases_case", "cases_goal")
"""Tables whose numbers were given by hand: their sequences go on behind."""


def fill(data: Path, *, cases: int, seed: int, say: Callable[[str], None]) -> dict[str, int]:
    """Fill an empty service, in a process of its own, and say how many rows each table holds; one that is full is left as it is."""
    note = data / f"filled-{cases}-{seed}.json"
    if not note.exists():
        settings = {
            name: value for name, value in os.environ.items() if not name.startswith(("HEADWATER_", "DATABASE_"))
        }
        subprocess.run(
            [sys.executable, __file__, str(data), str(cases), str(seed)], check=True, stdout=sys.stderr, env=settings
        )
    rows: dict[str, int] = json.loads(note.read_text())
    say("Rows: " + ", ".join(f"{count:,} {table}" for table, count in rows.items()))
    return rows


def main(data: Path, cases: int, seed: int) -> None:
    """Fill as the administrator of the embedded database, past triggers and keys: the rows are right by construction."""
    from headwater.service.postgres import open_cluster
    from headwater.service.running.prepare import bring_up_to_date, database_up

    with database_up(data):
        bring_up_to_date(print)
        from headwater.service.demo import fill as fill_demo

        fill_demo(data, [], run="none")
        with open_cluster(data / "database").connect() as admin:
            for setting in ("session_replication_role = replica", "synchronous_commit = off", "work_mem = '512MB'"):
                admin.execute(f"SET {setting}")
            with admin.cursor().copy(
                "COPY cases_subject (id, kind, name, other_names, born_on, sex, address, address_withheld, area, lake_id, known_on, tokens) FROM STDIN"
            ) as copy:
                for row in subjects(cases + cases // 20, seed):
                    copy.write_row(row)
            for name, statement in statements(cases, seed):
                begun = time.monotonic()
                rows = admin.execute(statement).rowcount
                print(f"  {name}: {max(rows, 0):,} rows, {time.monotonic() - begun:.1f} s", flush=True)
            for table in NUMBERED:
                admin.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            admin.execute("VACUUM (ANALYZE)")
            admin.execute("CHECKPOINT")
            found = {table: (admin.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0] for table in COUNTED}
    (data / f"filled-{cases}-{seed}.json").write_text(json.dumps(found))


def statements(cases: int, seed: int) -> Iterator[tuple[str, str]]:
    """The parts of service_fill.sql: what each makes, and its statement."""
    text = re.sub(
        r"(?<!:):(cases|seed)\b", lambda name: str({"cases": cases, "seed": seed}[name[1]]), SQL.read_text("utf-8")
    )
    for part in re.split(r"^-- ", text.partition("\n\n")[2], flags=re.MULTILINE)[1:]:
        name, _, statement = part.partition("\n")
        yield name.partition(":")[0], statement


def subjects(number: int, seed: int) -> Iterator[tuple[object, ...]]:
    """Made-up people with names as common as names are, and the words by which the service finds them."""
    import numpy as np

    from headwater.service.cases.tokens import tokens_of
    from headwater.synthetic.names import ORIGIN_NAMES, draw_family, draw_given

    dice = np.random.default_rng(seed)
    origin, sex, born = (
        dice.integers(0, len(ORIGIN_NAMES), number),
        dice.integers(0, 2, number),
        dice.integers(1960, 2015, number),
    )
    given, family = draw_given(dice, origin, sex, born), draw_family(dice, origin)
    for place in range(number):
        name, address = f"{given[place]} {family[place]}", f"{place % 300 + 1} {family[-1 - place % 900]} Road"
        yield (
            1001 + place, "person", name, [], f"{born[place]}-06-15", ("male", "female")[sex[place]], address, False, "Made-up", "", "2026-01-01",
            tokens_of([name], address),
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
