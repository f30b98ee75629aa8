"""Is everything as it should be? Each check says what it found and what to do."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headwater.service.config.secret import SecretError, read_secret
from headwater.service.postgres import DatabaseFault


@dataclass(frozen=True)
class Finding:
    """One check: `fine`, what was looked at, and what to do when it is not fine (empty for a mere remark)."""

    what: str
    fine: bool
    told: str
    do: str = ""


def examine(data: Path) -> Iterator[Finding]:
    """Every check, one by one; later ones are left out when they need what an earlier one lacks."""
    yield _secret()
    yield from _folder(data)
    try:
        from headwater.service.running.prepare import database_up

        with database_up(data):
            yield Finding("Database", True, "answers")
            yield from _inside()
    except (DatabaseFault, SecretError) as fault:
        yield Finding(
            "Database", False, str(fault), "Mend this first; what stands in the database cannot be looked at before."
        )


def _secret() -> Finding:
    try:
        secret = read_secret()
    except SecretError as fault:
        return Finding("Secret file", False, str(fault), "The service does not start before this is mended.")
    if secret is None:
        return Finding(
            "Secret file",
            True,
            "none: a first run, on this machine only, by http. For real use see docs/how-to/deploy.md.",
        )
    told = f"real installation for {', '.join(secret.hosts)}"
    return Finding(
        "Secret file",
        True,
        told + ("" if secret.mail else "; no mail server is named, so mails lie in the folder outbox"),
    )


def _folder(data: Path) -> Iterator[Finding]:
    if not data.exists():
        yield Finding("Data folder", True, f"{data} is not there yet; it is made at the first start")
        return
    mode = stat.S_IMODE(data.stat().st_mode)
    wide = mode & 0o066
    yield Finding(
        "Data folder",
        not wide,
        f"{data}, {mode:04o}",
        f"Others can list or write it. Run: chmod 700 {data}" if wide else "",
    )
    for name in ("documents", "lake"):
        inner = data / name
        if inner.exists() and stat.S_IMODE(inner.stat().st_mode) & 0o077:
            yield Finding(name.capitalize(), False, f"{inner} is open to others", f"Run: chmod 700 {inner}")
    free = shutil.disk_usage(data).free
    yield Finding(
        "Disk",
        free > 2e9,
        f"{free / 1e9:.1f} GB free",
        "" if free > 2e9 else "Make room: a full disk stops the database.",
    )
    outbox = data / "outbox"
    if outbox.exists() and (count := len(list(outbox.iterdir()))):
        yield Finding("Mails", True, f"{count} lie in {outbox}, because no mail server is named")


def _inside() -> Iterator[Finding]:
    from django.conf import settings
    from django.core.checks import ERROR, WARNING, run_checks
    from django.db import connection

    from headwater.service.audit.guards import find_gaps
    from headwater.service.audit.witness import lost_heads
    from headwater.service.running.prepare import NotReady, check_tables

    try:
        check_tables()
    except NotReady as fault:
        yield Finding("Shape of the tables", False, "not ready", str(fault))
        return
    yield Finding("Shape of the tables", True, "up to date")
    gaps = find_gaps()
    yield Finding(
        "Guards of the log",
        not gaps,
        "; ".join(gaps) or "all stand",
        "Run `headwater migrate` as the owner." if gaps else "",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry")
        lines = cursor.fetchone()[0]
        cursor.execute("SELECT entry, fault FROM audit_faults() LIMIT 3")
        faults = cursor.fetchall()
        told = (
            f"{lines:,} lines, the chain holds"
            if not faults
            else "; ".join(f"line {entry}: {fault}" for entry, fault in faults)
        )
        yield Finding(
            "Accountability log",
            not faults,
            told,
            "Somebody has changed the log past the service. Keep the database as it is and tell the auditor."
            if faults
            else "",
        )
        lost = lost_heads(settings.DATA)
        yield Finding(
            "End of the log",
            not lost,
            "; ".join(lost[:3]) or "nothing that was once in it is missing",
            "Somebody has cut the log, or an older backup was put back. Keep the database as it is and tell the auditor."
            if lost
            else "",
        )
        cursor.execute("SELECT count(*) FROM notices_mail WHERE sent_at IS NULL AND at < now() - interval '10 minutes'")
        waiting = cursor.fetchone()[0]
        yield Finding(
            "Mails that wait",
            not waiting,
            f"{waiting:,}",
            "Is a worker running, and does the mail server answer?" if waiting else "",
        )
    issues = [
        one
        for one in run_checks(include_deployment_checks=settings.REAL)
        if one.level >= (WARNING if settings.REAL else ERROR)
    ]
    yield Finding(
        "Settings",
        not issues,
        "fail closed" if settings.REAL else "of a first run",
        "; ".join(str(one.msg) for one in issues),
    )
