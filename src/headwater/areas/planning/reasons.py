"""Why is every single post there? One line for each post of one place, and one for each that other rules took away; or one sentence
for each place."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.areas.allocation import Post
from headwater.areas.allocation.divisor import FIXED, FLOOR, GROUP_FLOOR, NEED
from headwater.areas.planning.proposal import Proposal, Result, find_place

TIED = "tied to the place, as the posts of today say."
MOST_DIGITS = 6
"""Claims that do not differ in so many decimal places are equal."""

RULES = {
    FIXED: "tied to the place",
    FLOOR: "by the least for each place",
    GROUP_FLOOR: "by the least for its unit",
    NEED: "by need",
}


def explain_posts(proposal: Proposal, place: str) -> dict[str, list[str]]:
    """Role → one line for each post at `place` (a code of the proposal's level), in the order in which they were given."""
    return {name: _lines(proposal, result, place) for name, result in proposal.results.items()}


def sum_up(proposal: Proposal, role: str) -> dict[str, str]:
    """Place → one sentence about its posts of a role: how many by which rule, and what the last one by need won over; or, where an
    integer programme gave them, how they differ from need alone and by which rule."""
    result, names = proposal.results[role], proposal.level.names
    if proposal.coupled is not None:
        differs = {one.place: one for one in proposal.coupled.differs if one.role == role}
        return {
            place: f"By need alone {one.by_need}; here {one.posts}: {one.why}."
            if (one := differs.get(place))
            else "As by need alone."
            for place in result.posts
        }
    kinds: dict[str, dict[str, int]] = {}
    last: dict[str, Post] = {}
    for given in result.by_need.given:
        mine = kinds.setdefault(given.place, {})
        mine[given.why] = mine.get(given.why, 0) + 1
        if given.why in (NEED, GROUP_FLOOR):
            last[given.place] = given
    found = {}
    for place in result.posts:
        told = ", ".join(f"{number} {RULES[why]}" for why, number in kinds.get(place, {}).items()) or "none"
        post = last.get(place)
        if post is not None and post.runner_up is not None:
            told += f"; the last, number {post.number}, came here because need for one post was highest, ahead of {names[post.runner_up]}"
        found[place] = told[0].upper() + told[1:] + "."
    return found


def _lines(proposal: Proposal, result: Result, place: str) -> list[str]:
    called, names = result.role.name, proposal.level.names
    mine = [post for post in result.by_need.given if post.place == place]
    held = result.posts[place]
    tied = iter(_why_tied(proposal, result, place))
    lines = [
        f"{called} {number}: {_say(post, result, names) if post.why != FIXED else next(tied, TIED)}"
        for number, post in enumerate(mine[:held], start=1)
    ]
    why = ""
    if proposal.coupled is not None:
        why = next(
            (one.why for one in proposal.coupled.differs if (one.role, one.place) == (result.role.id, place)), ""
        )
    lines += [f"{called} {number}: need alone would not bring it; {why}." for number in range(len(mine) + 1, held + 1)]
    lines += [f"Not {called} {number}: need alone would bring it; {why}." for number in range(held + 1, len(mine) + 1)]
    return lines or [f"No {called}: {names[place]} never had the best claim, and no rule asks for one."]


def _why_tied(proposal: Proposal, result: Result, place: str) -> list[str]:
    """For each post that the rules tie to a place, why; for those that the staffing file ties there is no more to say."""
    return [
        f"tied to the place: {one.why}."
        for one in proposal.scenario.fixed
        if one.role == result.role.id and find_place(proposal.level, one.place) == place
        for _ in range(one.posts)
    ]


def _say(post: Post, result: Result, names: Mapping[str, str]) -> str:
    place = next(one for one in result.role.places if one.id == post.place)
    if post.why == FLOOR:
        return f"by the rule of at least {place.floor} here."
    # A claim is a share of all need for one (half) post: the mean over all posts makes it a figure that can be read.
    claim, came = post.claim * result.role.posts, f"post {post.number} of {result.role.posts:,} came here"
    where = f" in {place.group}, by the least that {place.group} has" if post.why == GROUP_FLOOR else ""
    if post.runner_up is None or post.runner_up_claim is None:
        return f"{came}{where}: nobody else could have it (claim {claim:.2f})."
    other, runner_up = post.runner_up_claim * result.role.posts, names[post.runner_up]
    for digits in range(2, MOST_DIGITS + 1):
        won, lost = f"{claim:.{digits}f}", f"{other:.{digits}f}"
        if won != lost:
            return f"{came}{where}: its claim was the highest, {won} against {lost} of {runner_up}."
    return f"{came}{where}: its claim, {claim:.2f}, and that of {runner_up} were equal, and then the greater need goes first."
