"""On what was it measured? Machine and versions, written beside every figure."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any


def describe_machine() -> dict[str, Any]:
    """Cores that this process may use, memory in GiB, system and versions. Nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "system": platform.system(),
        "python": platform.python_version(),
        "headwater": version("headwater"),
        "duckdb": version("duckdb"),
        "splink": version("splink"),
    }
