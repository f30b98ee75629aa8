"""On what and when was it measured? Machine, versions, day and commit, written beside every figure."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def describe_machine() -> dict[str, Any]:
    """Cores that this process may use, memory in GiB, system, versions, the time (UTC) and the commit. Nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "commit": find_commit(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "system": platform.system(),
        "python": platform.python_version(),
        "headwater": version("headwater"),
        "duckdb": version("duckdb"),
        "splink": version("splink"),
    }


_CODE = ("--", ":/", ":(exclude,top)docs", ":(exclude,top)*.md")


def find_commit() -> str:
    """The last commit that changed anything but documentation, "with changes" where files differ from it; "not known" outside a checkout."""
    commit = _git("log", "-1", "--format=%h", "--abbrev=7", *_CODE)
    if not commit:
        return "not known"
    return f"{commit} with changes" if _git("status", "--porcelain", "--untracked-files=no", *_CODE) else commit


def _git(*words: str) -> str | None:
    said = subprocess.run(["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return said.stdout.strip() if said.returncode == 0 else None
