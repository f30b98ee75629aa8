"""Does a command that asks little start at once? What only a search needs is not brought along."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pandas", "scipy", "splink", "networkx", "polars", "django.db", "headwater.narrative", "headwater.synthetic")


def test_the_command_line_starts_without_what_only_some_commands_need() -> None:
    asked = f"import sys, headwater.cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
