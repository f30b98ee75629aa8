"""What does a proposal say? Its tables and sentences: by place, by unit, need for one post, moves, groups of people, how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.areas.allocation import Summary, list_moves
from headwater.areas.need import Sensitivity
from headwater.areas.planning import Facts, Proposal, Result, Saved, Shelf, groups_of, say_recipe, split_posts
from headwater.areas.planning.proposal import need_for_one
from headwater.cli.areas.answers import tell_table
from headwater.cli.console import out

MANY_MOVES = 15


def rows_by_place(
    proposal: Proposal, kept: Sequence[Saved], sure: Mapping[str, Sensitivity]
) -> tuple[list[str], list[list[Any]]]:
    """The table by place: for each role today, kept scenarios, the proposal, the change, and from least to most over the draws."""
    heads = ["code", proposal.level.one, "unit", "need %"]
    for name, result in proposal.results.items():
        role = result.role.name
        heads += [f"{role} today"] * (result.today is not None) + [f"{role} {one.name}" for one in kept]
        heads += [role] + ["change"] * (result.today is not None) + [f"{role} draws"] * (name in sure)
    rows = []
    for at, (code, place) in enumerate(proposal.level.names.items()):
        row: list[Any] = [code, place, proposal.level.unit[code], f"{proposal.need[code] * 100:.2f}"]
        for name, result in proposal.results.items():
            now = result.posts[code]
            row += [result.today.get(code, 0)] if result.today is not None else []
            row += [one.posts.get(name, {}).get(code, 0) for one in kept]
            row.append(now)
            row += [say_change(now - result.today.get(code, 0))] if result.today is not None else []
            row += [f"{sure[name].low[at]} to {sure[name].high[at]}"] if name in sure else []
        rows.append(row)
    rows.sort(key=lambda row: (row[2], -proposal.need[row[0]], row[0]))
    return heads, rows


def say_change(number: int) -> str:
    """A change with its sign."""
    return f"{number:+d}" if number else "0"


def tell_units(proposal: Proposal) -> None:
    """Need and posts of each unit."""
    level, rows = proposal.level, []
    for unit in sorted(set(level.unit.values())):
        inside = [code for code in level.names if level.unit[code] == unit]
        row: list[Any] = [unit, f"{sum(proposal.need[code] for code in inside) * 100:.2f}"]
        for result in proposal.results.values():
            now = sum(result.posts[code] for code in inside)
            if result.today is not None:
                was = sum(result.today.get(code, 0) for code in inside)
                row += [was, now, say_change(now - was)]
            else:
                row.append(now)
        rows.append(row)
    heads = ["unit", "need %"]
    for result in proposal.results.values():
        role = result.role.name
        heads += [f"{role} today", role, "change"] if result.today is not None else [role]
    tell_table(heads, rows)


def tell_role(proposal: Proposal, result: Result, kept: Sequence[Saved]) -> None:
    """Need for one post today, in kept scenarios and proposed, and the moves of one role."""
    told = [("today", result.summary_today)]
    told += [
        (one.name, need_for_one(result.role, one.posts[result.role.id])) for one in kept if result.role.id in one.posts
    ]
    for words, summary in (*told, ("proposed", result.summary)):
        if summary is not None:
            out.print(f"{result.role.name} {words}: {say_summary(summary)}", markup=False)
    if result.today is not None:
        tell_moves(proposal, result, "today", result.today)
    for one in kept:
        if result.role.id in one.posts:
            tell_moves(proposal, result, one.name, one.posts[result.role.id])


def tell_moves(proposal: Proposal, result: Result, since: str, before: Mapping[str, int]) -> None:
    """The fewest moves that lead from these posts to the proposed ones."""
    names = proposal.level.names
    moves = list_moves(result.role.places, before, result.posts)
    between = [move for move in moves if move.source and move.target]
    new = sum(move.posts for move in moves if move.source is None)
    gone = sum(move.posts for move in moves if move.target is None)
    inside = sum(move.posts for move in between if move.within_group)
    out.print(
        f"{result.role.name} moves from {since}, the fewest that do it: {sum(move.posts for move in between)} ({inside} within a unit); "
        f"{new} new posts, {gone} given up.",
        markup=False,
    )
    for move in between[:MANY_MOVES]:
        out.print(f"  {move.posts} from {names[move.source or '']} to {names[move.target or '']}", markup=False)
    if len(between) > MANY_MOVES:
        out.print(f"  … and {len(between) - MANY_MOVES} more; --json lists all.")


def tell_programme(proposal: Proposal) -> None:
    """The gap of the integer programme, and where it departs from need alone, and why."""
    coupled = proposal.coupled
    if coupled is None:
        return
    proven = (
        "the proven optimum"
        if coupled.gap == 0
        else f"a better answer could save {coupled.gap:.2%} of this distance at most; more --seconds may find it"
    )
    out.print(
        f"Integer programme: distance from need {coupled.cost:.1f}, {proven}. By need alone, without the rules that tie posts together, "
        f"{coupled.by_need_cost:.1f}. {len(coupled.differs)} numbers differ from need alone{':' if coupled.differs else '.'}",
        markup=False,
    )
    roles = {one.role.id: one.role.name for one in proposal.results.values()}
    for one in sorted(coupled.differs, key=lambda one: -abs(one.posts - one.by_need))[:MANY_MOVES]:
        place = proposal.level.names[one.place]
        out.print(f"  {place}: {one.posts} {roles[one.role]}, by need alone {one.by_need}; {one.why}.", markup=False)
    if len(coupled.differs) > MANY_MOVES:
        out.print(f"  … and {len(coupled.differs) - MANY_MOVES} more; `headwater areas explain PLACE` says it of each.")


def tell_sure(proposal: Proposal, name: str, one: Sensitivity) -> None:
    """How much the posts of a role move when weights do."""
    places = list(proposal.level.names.values())
    steady = int((one.same >= 0.9).sum())
    least = sorted(range(len(places)), key=lambda at: (-(one.high[at] - one.low[at]), one.same[at]))[:3]
    role = proposal.results[name].role.name
    told = ", ".join(f"{places[at]} {one.low[at]} to {one.high[at]}" for at in least)
    alone = " (of the answer by need alone)" if proposal.coupled is not None else ""
    out.print(
        f"{role}, {one.draws} draws of the weights{alone}: {steady} of {len(places)} {proposal.level.many} keep their number in nine draws of ten or "
        f"more. Least sure: {told}.",
        markup=False,
    )


def tell_equality(shelf: Shelf, facts: Facts, proposal: Proposal, index: str | None) -> None:
    """Posts for 10,000 residents as each group has them."""
    rows, monitored = equality_rows(shelf, facts, proposal, index)
    known = any(result.today is not None for result in proposal.results.values())
    out.print(
        "Posts for 10,000 residents where each group lives, all roles together; nothing above was worked out from it:"
    )
    heads = ["group", "residents", *(["today"] if known else []), "proposed"]
    tell_table(
        heads,
        [
            [row["group"], row["residents"], *([f"{row['today']:.2f}"] if known else []), f"{row['proposed']:.2f}"]
            for row in rows
        ],
    )
    if not monitored:
        out.print("  No set with ethnicity or disability is loaded: headwater areas load FILE --as census2021")


def equality_rows(
    shelf: Shelf, facts: Facts, proposal: Proposal, index: str | None
) -> tuple[list[dict[str, Any]], bool]:
    """The split by group, and whether any group is of a set that monitors."""
    posts: dict[str, int] = {}
    today: dict[str, int] = {}
    for result in proposal.results.values():
        for code in proposal.level.names:
            posts[code] = posts.get(code, 0) + result.posts[code]
            today[code] = today.get(code, 0) + (result.today or {}).get(code, 0)
    known = any(result.today is not None for result in proposal.results.values())
    groups = groups_of(shelf, facts, index)
    split = split_posts(groups, facts, proposal.level, today if known else None, posts)
    rows = [
        {"group": one.group, "residents": one.residents, "today": one.today, "proposed": one.proposed} for one in split
    ]
    return rows, any(measure.monitoring for of in shelf.sets.values() for measure in of.measures)


def say_summary(summary: Summary) -> str:
    """Need for one post in words: multiples of the force's mean."""
    if summary.least is None or summary.middle is None or summary.most is None:
        return "no posts."
    without = f"; {len(summary.without)} places with need have none" if summary.without else ""
    return (
        f"{summary.posts:,} posts; need for one post, where 1 is the force's mean: least {summary.least:.2f}, median "
        f"{summary.middle:.2f}, most {summary.most:.2f}{without}."
    )


def as_json(
    shelf: Shelf,
    facts: Facts,
    proposal: Proposal,
    kept: Sequence[Saved],
    sure: Mapping[str, Sensitivity],
    index: str | None,
) -> dict[str, Any]:
    """The proposal for machines."""
    names, coupled = proposal.level.names, proposal.coupled
    return {
        "title": proposal.scenario.title, "method": proposal.scenario.method, "level": proposal.level.id,
        "need_is": say_recipe(proposal.scenario.need.recipe()), "gap": coupled.gap if coupled else None,
        "not_in_model": proposal.not_in_model, "sources": proposal.sources, "carried": dict(shelf.carried),
        "posts_carried": {"today": proposal.carried, **{one.name: one.carried for one in kept}},
        "rules": proposal.scenario.model_dump(mode="json"),
        "places": [
            {"code": code, "name": name, "unit": proposal.level.unit[code], "need": proposal.need[code],
             "posts": {role: one.posts[code] for role, one in proposal.results.items()},
             "today": {role: one.today.get(code, 0) for role, one in proposal.results.items() if one.today is not None},
             "beside": {one.name: {role: posts.get(code, 0) for role, posts in one.posts.items()} for one in kept}}
            for code, name in names.items()
        ],
        "moves": {
            role: [{"from": move.source, "to": move.target, "posts": move.posts} for move in one.moves] for role, one in proposal.results.items()
        },
        "need_for_one_post": {
            role: {"least": one.summary.least, "median": one.summary.middle, "most": one.summary.most} for role, one in proposal.results.items()
        },
        "differs_from_need": [
            {"role": one.role, "place": one.place, "posts": one.posts, "by_need": one.by_need, "why": one.why} for one in coupled.differs
        ] if coupled else [],
        "draws": {
            role: {code: {"low": int(one.low[at]), "high": int(one.high[at]), "same": float(one.same[at])} for at, code in enumerate(names)}
            for role, one in sure.items()
        },
        "equality": equality_rows(shelf, facts, proposal, index)[0],
    }  # fmt: skip
