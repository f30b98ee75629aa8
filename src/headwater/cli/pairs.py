"""Which pairs of records are worth a reviewer's minute? The command `pairs`."""

from __future__ import annotations

from shlex import quote
from typing import Annotated, Any

import typer

from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import DataOption, JsonOption, QuietOption, open_engine, open_lake, settle
from headwater.records import open_records


def list_doubtful_pairs(
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many pairs to list.")] = 10,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the pairs of records on which a reviewer's minute is best spent, best first. Decided pairs are not listed again.

    Example: headwater pairs --limit 5
    """
    from headwater.identity import link, open_identity
    from headwater.identity.review import list_pairs
    from headwater.triggers.runs.find import find_run, list_runs, read_packages

    settings = settle(data)
    lake = open_lake(settings)
    packaged: set[str] = set()
    if list_runs(lake):
        packages = list(read_packages(find_run(lake)))
        packaged = {package.subject.person_id for package in packages}
    with open_engine(settings) as engine, show_progress(quiet=quiet or json) as progress:
        open_records(engine, lake)
        with lake.hold():
            open_identity(engine, link(engine, lake, progress=progress))
        pairs = list_pairs(engine, lake, limit=limit, packaged=packaged)
    shown = sorted(
        {pair[side] for pair in pairs for side in ("person_a", "person_b")}
        | {pair["rival"]["person"] for pair in pairs if pair["rival"]}
    )
    lake.log_consultation(command="pairs", purpose=settings.purpose, subjects=shown)
    if json:
        show_json({"pairs": pairs})
        return
    if not pairs:
        out.print("No pair of records needs a reviewer.")
    named = f" --data {quote(str(data))}" if data else ""
    for pair in pairs:
        if not _is_held(pair):
            _tell(pair, named)
    held = [pair for pair in pairs if _is_held(pair)]
    if held:
        out.print(
            "For the intelligence desk, which holds a record of each of these pairs (how they agree is not shown here):"
        )
        for pair in held:
            _tell(pair, named)


def _is_held(pair: dict[str, Any]) -> bool:
    return any(side.get("held_by_intelligence") for side in pair["sides"])


def _tell(pair: dict[str, Any], named: str) -> None:
    from headwater.identity.review import PART_OF

    question = "One person?" if pair["question"] == "join" else "Two people?"
    out.print(f"{pair['rank']}. {question} {pair['why']} {' '.join(pair['depends'])}".rstrip(), markup=False)
    for side in pair["sides"]:
        out.print(f"   {_say_side(side)}", markup=False)
    if pair["compared"] and not _is_held(pair):
        said = "; ".join(
            f"{PART_OF.get(part, part)}: {words.rstrip('.')}"
            for part, words in pair["compared"].items()
            if not words.endswith("is missing") and not words.startswith("no number")
        )
        out.print(f"   {said}.", markup=False)
    if rival := pair["rival"]:
        out.print(f"   {rival['of']} could also be {rival['person']}:", markup=False)
        out.print(f"   {_say_side(rival)}", markup=False)
    out.print(f"   {pair['change']}", markup=False)
    out.print(
        f'   headwater link{named} --same {pair["record_a"]} {pair["record_b"]} --reason "…"   (or --apart)',
        markup=False,
    )


def _say_side(side: dict[str, Any]) -> str:
    """What a record states of somebody, in a line."""
    if side.get("held_by_intelligence"):
        return f"{side['record']}: held by intelligence; ask the intelligence desk"
    facts = [
        side["name"] or "no name", f"born {side['date_of_birth']}" if side["date_of_birth"] else "no date of birth", side["sex"],
        side["address"], f"PNC {side['pnc_id']}" if side["pnc_id"] else None, f"telephone {side['phone']}" if side["phone"] else None,
    ]  # fmt: skip
    return f"{side['record']} ({side['recorded_on']}): {'; '.join(str(fact) for fact in facts if fact)}"


def add_commands(app: typer.Typer) -> None:
    """Put the command under the program's name."""
    app.command("pairs")(list_doubtful_pairs)
