"""How is a queue reviewed in a spreadsheet? One row for each piece, written blank and read back whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import ValidationError

from headwater.triggers.desk.decision import IDENTITY, REASONS, RELEASE, TOLD, Decision, counted, digest_item, pieces
from headwater.triggers.desk.judge import State, seen_of
from headwater.triggers.desk.leave import also_leaves
from headwater.triggers.packages.package import Package
from headwater.triggers.packages.words import say_day

COLUMNS = (
    "package_id",
    "piece",
    "what",
    "when",
    "how_sure",
    "records",
    "words",
    "verdict",
    "reason",
    "note",
    "seen",
    "decided",
)


class SheetError(Exception):
    """A row of a returned sheet cannot be used; the message says which and why. Nothing of the sheet was kept."""


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins with = + - @ (of any width), tab, return or a
    new line gets a quote in front (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in _FORMULA else text


def write_sheet(queue: Iterable[tuple[Package, State]], decided: Mapping[str, int]) -> str:
    """The open drafts as CSV, one row a piece, with empty columns for verdict, reason and note. `decided` is how many decisions there
    are about each draft: a sheet that comes back after somebody else has decided is refused."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for package, state in queue:
        if state.status in ("confirmed", "rejected"):
            continue
        subject = package.subject
        who = f"{subject.name}, born {say_day(subject.date_of_birth)}, {subject.address}"
        doubts = " ".join(subject.doubts)
        rows: list[tuple[str, ...]] = [
            (IDENTITY, f"Is it the right person? {who}", "", subject.certainty, "", doubts, pieces(package)[IDENTITY])
        ]
        rows += [
            (
                item.evidence_id, item.sentence, say_day(item.occurred_on), item.sureness,
                "; ".join(f"{record.source_title} {record.reference}" for record in item.records),
                " / ".join(quote.text for quote in item.quotes), digest_item(item),
            )
            for item in counted(package)
        ]  # fmt: skip
        rows += [
            (name, f"{text} (held back where it must not be passed on)", "", "", "", "", "")
            for name, text in also_leaves(package).items()
        ]
        rows.append(
            (TOLD, "Who has told the person or a parent, or why has nobody? Write it in the note.", "", "", "", "", "")
        )
        rows.append(
            (
                RELEASE,
                f"Hand it on? {package.why_now}",
                "",
                "",
                "",
                " ".join(line.text for line in package.argues_against),
                seen_of(package),
            )
        )
        for piece, what, when, sure, records, words, seen in rows:
            cells = (
                package.package_id,
                piece,
                what,
                when,
                sure,
                records,
                words,
                "",
                "",
                "",
                seen and f"s{seen}",
                f"{decided.get(package.package_id, 0)}",
            )
            writer.writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()


def read_sheet(
    text: str, packages: dict[str, Package], decided: Mapping[str, int], *, by: str, at: datetime, run: str
) -> list[Decision]:
    """The decisions of a returned sheet; rows without a verdict are passed over. Raises SheetError for the first bad row."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    missing = [
        name
        for name in ("package_id", "piece", "verdict", "reason", "note", "seen", "decided")
        if name not in (reader.fieldnames or ())
    ]
    if missing:
        raise SheetError(f"The sheet lacks the column {missing[0]}. Write it with headwater review --write.")
    found = []
    for number, row in enumerate(reader, start=2):
        verdict = (row["verdict"] or "").strip().lower()
        if not verdict:
            continue
        package = packages.get((row["package_id"] or "").strip())
        piece = (row["piece"] or "").strip()
        if package is None:
            raise SheetError(f"Row {number}: there is no draft {row['package_id']!r} in the run {run}.")
        known = pieces(package) | {RELEASE: seen_of(package), TOLD: ""} | dict.fromkeys(also_leaves(package), "")
        if piece not in known:
            raise SheetError(f"Row {number}: {package.package_id} has no piece {piece!r}.")
        if (row["decided"] or "").strip() != f"{decided.get(package.package_id, 0)}":
            raise SheetError(
                f"Row {number}: somebody has decided about {package.package_id} since the sheet was written. Write it anew."
            )
        if not known[piece] and verdict == "rejected":
            raise SheetError(f"Row {number}: {piece} is held back, confirmed or left blank; it cannot be rejected.")
        if known[piece] and (row["seen"] or "").strip() != f"s{known[piece]}":
            raise SheetError(
                f"Row {number}: this piece of {package.package_id} has changed since the sheet was written. Write it anew."
            )
        reason = (row["reason"] or "").strip().lower() or None
        try:
            found.append(
                Decision.model_validate(
                    {
                        "package_id": package.package_id, "piece": piece, "verdict": verdict, "reason": reason, "note": (row["note"] or "").strip(),
                        "by": by, "at": at, "run": run, "rules": f"{package.method.trigger} {package.method.trigger_version}", "seen": known[piece],
                    }
                )
            )  # fmt: skip
        except ValidationError as fault:
            first = fault.errors()[0]
            place = str(first["loc"][0]) if first["loc"] else "reason"
            told = (
                f"a rejected piece needs a reason, one of: {', '.join(REASONS)}" if place == "reason" else first["msg"]
            )
            raise SheetError(
                f"Row {number}, {place}: {told}. Verdicts are confirmed, rejected and held back."
            ) from None
    return found
