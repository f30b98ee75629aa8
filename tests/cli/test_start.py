"""Does a command that asks little start at once? What only a search needs is not brought along."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "pandas", "scipy", "splink", "sqlglot", "networkx", "polars", "psycopg", "django.db", "headwater.identity", "headwater.narrative",
    "headwater.synthetic",
)  # fmt: skip


def test_the_command_line_starts_without_what_only_some_commands_need() -> None:
    asked = f"import sys, headwater.cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_search_waits_for_no_library_that_it_can_do_without() -> None:
    """Each takes as long to import as some step of the search of a small force."""
    spared = ("scipy", "psycopg", "headwater.engine.dialect", "headwater.service")
    asked = (
        "import sys, numpy, headwater.cli.main, headwater.triggers.search; from headwater.identity.cluster import hang_together; "
        f"hang_together(2, numpy.array([0]), numpy.array([1])); print([name for name in {spared!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
