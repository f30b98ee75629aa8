"""The most memory that this process has held since its program began."""

from __future__ import annotations

from pathlib import Path


def peak_bytes() -> int:
    """Bytes of the high-water mark of this program alone (``VmHWM`` of proc(5)).

    ``getrusage`` will not do: a process begins with what the one that started it held (``exec`` keeps the mark of the memory
    that it replaces), so a test worker that had grown to 1.5 GB was counted as the memory of what it measured.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024
