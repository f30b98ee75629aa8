"""Which kind of place is each area? The command `areas typology`: published rules, and a description by statistics that sets nothing."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from headwater.areas.levels import SMALL_AREA
from headwater.areas.planning import Labels, Shelf, labels_of
from headwater.areas.typology import read_typology
from headwater.cli.areas.answers import CsvOption, IndexOption, LevelOption, shelf_of, tell_sources, tell_table
from headwater.cli.areas.small_numbers import protect_shelf
from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import DataOption, JsonOption, QuietOption, settle
from headwater.triggers.counting.disclosure import read_disclosure_rule


def show_typology(
    level: LevelOption = None,
    index: IndexOption = None,
    typology: Annotated[str, typer.Option(help="Which typology of the catalogue.")] = "complex_policing_need",
    describe: Annotated[
        bool,
        typer.Option(
            "--describe",
            help="Instead: groups by statistics (k-means), with how stable and clear they are. They never feed posts.",
        ),
    ] = False,
    groups: Annotated[int, typer.Option(min=2, max=30, help="With --describe: how many groups.")] = 6,
    starts: Annotated[
        int, typer.Option(min=1, max=1000, help="With --describe: random starts; fewer are less stable.")
    ] = 50,
    seed: Annotated[int, typer.Option(help="With --describe: the same seed gives the same groups.")] = 1,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Label every small area by the published rules, with its sentence of reasons; how many of each label, and where.

    Example: headwater areas typology --csv
    """
    shelf = shelf_of(data)
    labels = labels_of(shelf, read_typology(typology), index)
    if describe:
        safe, _ = protect_shelf(shelf, read_disclosure_rule(settle(data).catalogue))
        tell_description(safe, labels, index, (groups, starts, seed), json=json, csv=csv, quiet=quiet)
        return
    found, near, chosen = labels.found, labels.closeness, shelf.level(level)
    close = near.is_close()
    if json or csv:
        names = shelf.levels[SMALL_AREA].names
        rows = [
            {
                "area": code, "name": names[code], chosen.one: chosen.names[chosen.of[code]],
                "label": found.typology.labels[found.label[at]].id if found.label[at] >= 0 else "not known",
                "reason": found.reason(at), "nearest": near.say(at), "close": bool(close[at]),
                "ranks_to_label_before": _whole(near.to_gain[at]), "ranks_to_losing_own": _whole(near.to_lose[at]),
            }
            for at, code in enumerate(labels.codes)
        ]  # fmt: skip
        if csv:
            told = [list((row | {"close": "yes" if row["close"] else "no"}).values()) for row in rows]
            tell_table(list(rows[0]), told, csv_wanted=True)
            return
        show_json(
            {
                "typology": typology, "version": found.typology.version, "rules_source": found.typology.source, "source": labels.source,
                "carried": shelf.carried.get(labels.index), "count": found.count(),
                "close": {"areas": int(close.sum()), "ranks": near.close_ranks, "means": near.define()}, "areas": rows,
            }
        )  # fmt: skip
        return
    out.print(f"{found.typology.title} (version {found.typology.version}). {found.typology.source}", markup=False)
    for label in found.typology.labels:
        out.print(f"  {found.count()[label.id]:>6,}  {label.name}: {label.means}", markup=False)
    if unknown := found.count().get("not known"):
        out.print(f"  {unknown:>6,}  No label: the index does not have these areas.")
    first = found.typology.labels[0]
    per: dict[str, int] = {}
    for at, code in enumerate(labels.codes):
        if found.label[at] == 0:
            place = chosen.names[chosen.of[code]]
            per[place] = per.get(place, 0) + 1
    if per:
        top = sorted(per.items(), key=lambda one: (-one[1], one[0]))[:10]
        out.print(
            f"{first.name}, {chosen.many} with most: {', '.join(f'{name} {number}' for name, number in top)}.",
            markup=False,
        )
    gain, lose = (int((far <= near.close_ranks).sum()) for far in (near.to_gain, near.to_lose))
    out.print(
        f"Close to another label: {int(close.sum()):,} areas; {gain:,} to a label before their own, {lose:,} to losing their own. "
        f"{near.define()} --csv has each area's reasons, and how far it is.",
        markup=False,
    )
    tell_sources(shelf, [labels.source])


def _whole(far: float) -> int | None:
    """So many ranks; None where there is no way."""
    return int(far) if math.isfinite(far) else None


def tell_description(
    shelf: Shelf, labels: Labels, index: str | None, how: tuple[int, int, int], *, json: bool, csv: bool, quiet: bool
) -> None:
    """Groups of areas by statistics: each in words, how clear and how stable, and how the published labels lie across them."""
    from headwater.areas.description import describe
    from headwater.areas.planning.describing import describable

    groups, starts, seed = how
    given = describable(shelf, index)
    with show_progress(quiet=quiet) as progress:
        progress("describing the areas, and 20 draws of them", 0, 0)
        found = describe(given.values, given.titles, groups, seed=seed, starts=starts)
    row = {code: at for at, code in enumerate(labels.codes)}
    titles = [label.name for label in labels.found.typology.labels]
    across = [[0] * len(titles) for _ in range(groups)]
    for code, group in zip(given.codes, found.group.tolist(), strict=True):
        if (label := int(labels.found.label[row[code]])) >= 0:
            across[group][label] += 1
    if csv:
        names = shelf.levels[SMALL_AREA].names
        rows = [[code, names[code], group + 1] for code, group in zip(given.codes, found.group.tolist(), strict=True)]
        tell_table(["area", "name", "group"], rows, csv_wanted=True)
        return
    if json:
        told = [
            {
                "group": at + 1,
                "areas": found.sizes[at],
                "words": found.words[at],
                "centre": dict(zip(given.titles, found.centres[at].tolist(), strict=True)),
                "labels": dict(zip(titles, across[at], strict=True)),
            }
            for at in range(groups)
        ]
        show_json(
            {
                "groups": told, "silhouette": found.silhouette, "stability": found.stability, "least_stability": found.least_stability,
                "seed": seed, "starts": starts, "caution": found.caution, "left_out": given.left_out, "sources": list(given.sources),
                "areas": dict(zip(given.codes, (found.group + 1).tolist(), strict=True)),
            }
        )  # fmt: skip
        return
    out.print(
        f"{groups} groups of {len(given.codes):,} small areas by {len(given.titles)} measures; {starts} starts, seed {seed}.",
        markup=False,
    )
    for at in range(groups):
        most = sorted(zip(across[at], titles, strict=True), reverse=True)[:2]
        under = ", ".join(f"{name} {number}" for number, name in most if number)
        out.print(
            f"  {at + 1}: {found.sizes[at]:>6,} areas, {found.words[at]}. By the published rules: {under or 'no label'}.",
            markup=False,
        )
    out.print(
        f"Silhouette {found.silhouette:.2f}; agreement with areas drawn again {found.stability:.2f}, least {found.least_stability:.2f}."
    )
    out.print(found.caution, markup=False)
    tell_sources(shelf, given.sources, given.left_out)
