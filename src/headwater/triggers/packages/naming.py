"""What is a package called? One number for one trigger and one subject, the same in every run."""

from __future__ import annotations

import hashlib


def name_package(trigger_id: str, subject_id: str) -> str:
    """The package's number: the same for the same trigger and subject in every run."""
    return "K-" + hashlib.md5(f"{trigger_id}|{subject_id}".encode(), usedforsecurity=False).hexdigest()[:12]
