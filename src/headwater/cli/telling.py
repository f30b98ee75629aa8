"""What a load and a search came to, in a few lines on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from headwater.cli.console import out
from headwater.records import LoadReport
from headwater.triggers.packages.words import say_count, say_day

if TYPE_CHECKING:
    from headwater.triggers.runs.folder import SearchReport

STANDS = {
    "confirmed": "confirmed by an analyst",
    "rejected": "rejected",
    "in work": "begun",
    "waiting": "not looked at yet",
}

MOST_NAMED = 5
"""So many files that were loaded before are named: a folder of exports may hold those of years."""


def sum_up_load(report: LoadReport) -> str:
    """What became of all files, in one line for a script."""
    rows, kept, aside, repeats = (
        sum(getattr(batch, name) for batch in report.batches)
        for name in ("rows_in", "accepted", "quarantined", "exact_repeats")
    )
    parts = [
        f"{say_count(len(report.batches), 'file', 'files')}: {say_count(rows, 'row', 'rows')} = {kept:,} accepted + {aside:,} set aside "
        f"+ {say_count(repeats, 'exact repeat', 'exact repeats')}",
        f"{len(report.already_loaded):,} loaded before" if report.already_loaded else "",
        f"{len(report.not_recognised):,} of no known source: {', '.join(report.not_recognised)}" if report.not_recognised else "",
    ]  # fmt: skip
    return "; ".join(part for part in parts if part)


def tell_load(report: LoadReport) -> None:
    """Say in a few lines what became of the files."""
    for batch in report.batches:
        out.print(
            f"{batch.file}: {say_count(batch.rows_in, 'row', 'rows')} = {batch.accepted:,} accepted + {batch.quarantined:,} set aside "
            f"+ {batch.exact_repeats:,} exact {'repeat' if batch.exact_repeats == 1 else 'repeats'}",
            markup=False,
        )
        for reason, count in batch.quarantine_reasons.items():
            out.print(f"    set aside: {reason} ({count:,})", markup=False)
        for name, codes in batch.unmapped.items():
            out.print(
                f"    code not in list {name}: {', '.join(f'{code} ({n:,})' for code, n in codes.items())}",
                markup=False,
            )
        for note, count in batch.notes.items():
            out.print(f"    note: {note} ({count:,})", markup=False)
        if batch.columns_not_in_mapping:
            out.print(f"    columns not in the mapping: {', '.join(batch.columns_not_in_mapping)}", markup=False)
    for source, count in report.dangling.items():
        out.print(
            f"{source}: {say_count(count, 'record quotes', 'records quote')} a reference that is not in the lake (another file may bring it)",
            markup=False,
        )
    before = report.already_loaded
    for name in before if len(before) <= MOST_NAMED else ():
        out.print(f"{name}: loaded before; nothing changed", markup=False)
    if len(before) > MOST_NAMED:
        out.print(
            f"{len(before):,} files were loaded before; nothing of them changed. headwater load --json names them."
        )
    for name in report.not_recognised:
        out.print(f"{name}: of no known source; not loaded. Add a mapping: docs/how-to/add-a-source.md", markup=False)
    if len(report.batches) > 1:
        out.print(f"In all {sum_up_load(report)}", markup=False)
    if any(batch.quarantined for batch in report.batches):
        out.print("Which rows were set aside, and why: headwater sources SOURCE --set-aside")
    if not (report.batches or report.already_loaded or report.not_recognised):
        out.print("There were no files to load.")


def tell_search(report: SearchReport, answers: Mapping[str, int]) -> None:
    """Say in a few lines what the search found and where to look. `answers`: how many drafts stand how (`count_answers`)."""
    out.print(f"Looked at {report.people:,} people, as of {say_day(report.as_of)}.{_say_joining(report)}")
    if report.drafts:
        out.print(
            f"{report.drafts:,} draft packages for {report.teams:,} teams; {report.updates:,} of them are news for somebody who leads already."
        )
    else:
        out.print("No draft packages: the trigger applies to nobody.")
    if since := report.since:
        counted = ((len(since.new), "is new", "are new"), (len(since.gone), "is gone", "are gone"))
        said = ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in counted if number)
        found = f"{said} (named in run.json)" if said else "the same drafts"
        out.print(f"Since the search as of {say_day(since.as_of)}: {found}.")
    if report.waiting:
        out.print(
            f"{say_count(report.waiting, 'draft waits', 'drafts wait')}: the team has as many new ones as it can answer. Its list says since when."
        )
    if report.told_elsewhere:
        out.print(
            f"{say_count(report.told_elsewhere, 'draft is a proposal', 'drafts are proposals')} to tell another force: the newest home lies there."
        )
    for reason, count in report.excluded.items():
        out.print(f"Excluded because {reason}: {count:,} (named in report.json).")
    out.print(f"{say_answers(answers)}Open {report.folder / 'index.html'}", markup=False)


def _say_joining(report: SearchReport) -> str:
    """How much of who is who was worked out anew, where that was not all of it."""
    joining = report.joining
    if joining is None or joining.full:
        return ""
    return f" {joining.compared:,} of {joining.records:,} person records were new or changed and were compared; the rest is as before."


def say_answers(answers: Mapping[str, int]) -> str:
    """How far the drafts are confirmed, in one sentence; an unchanged lake is searched again after drafts were answered."""
    drafts = sum(answers.values())
    if not drafts:
        return ""
    if drafts == answers.get("waiting", 0):
        return "Drafts only: nobody has confirmed them. "
    parts = [f"{answers[name]:,} {words}" for name, words in STANDS.items() if answers.get(name)]
    return f"Of the drafts {', '.join(parts)}. "
