"""Why is every single post there? One line for each post of one place, and one for each that rules keep away; or one sentence for each
place. A rule is the reason only where need alone would not have brought the post."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from headwater.areas.allocation import Cause, Coupled, Difference, Miss, Post
from headwater.areas.allocation.causes import CEILING, ELSEWHERE, FREED, TOGETHER
from headwater.areas.allocation.divisor import FIXED, FLOOR, GROUP_FLOOR, NEED
from headwater.areas.allocation.place import Place
from headwater.areas.planning.proposal import Proposal, Result, find_place

TIED = "tied to the place, as the posts of today say."
NOT_BY_NEED = "need alone would not bring it"
MOST_DIGITS = 6
"""Claims that do not differ in so many decimal places are equal."""

RULES = {
    FIXED: "tied to the place",
    NEED: "by need",
    FREED: "freed by a ceiling elsewhere",
    FLOOR: "by the least for this place",
    GROUP_FLOOR: "by the least for its unit",
    TOGETHER: "by rules that tie posts together",
}
LAST = "; the last"
"""In the sentence about a place what follows these words tells how the last post was won, and over whom."""


def explain_posts(proposal: Proposal, place: str) -> dict[str, list[str]]:
    """Role → one line for each post at `place` (a code of the proposal's level), and one for each that it would have without rules."""
    return {name: _lines(proposal, result, place) for name, result in proposal.results.items()}


def sum_up(proposal: Proposal, role: str) -> dict[str, str]:
    """Place → one sentence about its posts of a role: how many by which rule, how many a ceiling keeps away, and what the last one by
    need won over; or, where an integer programme gave them, how they differ from the answer without its rules, and by which."""
    result = proposal.results[role]
    return {place.id: _sentence(proposal, result, place) for place in result.role.places}


def _sentence(proposal: Proposal, result: Result, place: Place) -> str:
    has, names = result.causes.has[place.id], proposal.level.names
    kinds = Counter(cause.why for cause in has)
    told = ", ".join(f"{kinds[why]} {words}" for why, words in RULES.items() if kinds[why]) or "none"
    if kept := [miss for miss in result.causes.misses[place.id] if miss.why == CEILING]:
        told += f"; without a ceiling {len(kept)} more, but {_say_ceilings(result, place, kept[-1])}"
    won = [cause.post for cause in has if cause.why == NEED]
    if proposal.coupled is not None:
        if differs := _difference(proposal.coupled, result, place.id):
            told += f"; without rules that tie posts together {differs.by_need}, here {differs.posts}: {differs.why}"
    elif won and (last := won[-1]) is not None and last.runner_up is not None:
        told += f"{LAST} by need, number {last.number}, came here because need for one post was highest, ahead of {names[last.runner_up]}"
    return told[0].upper() + told[1:] + "."


def _difference(coupled: Coupled, result: Result, place: str) -> Difference | None:
    return next((one for one in coupled.differs if (one.role, one.place) == (result.role.id, place)), None)


def _lines(proposal: Proposal, result: Result, code: str) -> list[str]:
    called, names = result.role.name, proposal.level.names
    place = next(one for one in result.role.places if one.id == code)
    has, misses = result.causes.has[code], result.causes.misses[code]
    tied = iter(_why_tied(proposal, result, code))
    differs = _difference(proposal.coupled, result, code) if proposal.coupled is not None else None
    together = differs.why if differs else ""
    lines = []
    for number, cause in enumerate(has, start=1):
        if cause.why == FIXED:
            said = next(tied, TIED)
        elif cause.why == TOGETHER:
            said = f"{NOT_BY_NEED}; {together}."
        else:
            said = _say(cause, result, place, names)
        lines.append(f"{called} {number}: {said}")
    for number, miss in enumerate(misses, start=len(has) + 1):
        lines.append(f"Not {called} {number}: {_say_miss(miss, proposal, result, place, together)}")
    return lines or [f"No {called}: {names[code]} never had the best claim, and no rule asks for one."]


def _why_tied(proposal: Proposal, result: Result, place: str) -> list[str]:
    """For each post that the rules tie to a place, why; for those that the staffing file ties there is no more to say."""
    return [
        f"tied to the place: {one.why}."
        for one in proposal.scenario.fixed
        if one.role == result.role.id and find_place(proposal.level, one.place) == place
        for _ in range(one.posts)
    ]


def _say(cause: Cause, result: Result, place: Place, names: Mapping[str, str]) -> str:
    least, unit = f"the rule of at least {place.floor} here", ""
    for group in result.role.groups:
        if group.id == place.group:
            unit = f"that of at least {group.floor} in {group.name}"
    if cause.post is None:
        also = f" and by {unit}" if cause.too == GROUP_FLOOR else ""
        return f"by {least}{also}: {NOT_BY_NEED}."
    won = _say_won(cause.post, result.role.posts, names)
    if cause.why == GROUP_FLOOR:
        return f"by {unit.replace('that', 'the rule', 1)}: {NOT_BY_NEED}. Of the places there {won}."
    also = f"; {least} asks for it too" if cause.too == FLOOR else ""
    if cause.why == FREED:
        return f"by a ceiling elsewhere, which frees it: {NOT_BY_NEED}. Of the places that may have more {won}{also}."
    number = f" (post {cause.post.number} of {result.role.posts:,})"
    return f"by need: {won}{number}{also}."


def _say_won(post: Post, posts: int, names: Mapping[str, str]) -> str:
    # A claim is a share of all need for one (half) post: the mean over all posts makes it a figure that can be read.
    if math.isinf(post.claim):
        return "it is the first here, and the method gives a first post before any second"
    if post.runner_up is None or post.runner_up_claim is None:
        return f"nobody else could have it (claim {post.claim * posts:.2f})"
    won, lost = _apart(post.claim * posts, post.runner_up_claim * posts)
    if won == lost:
        return f"its claim, {won}, and that of {names[post.runner_up]} were equal, and then the greater need goes first"
    return f"its claim was the highest, {won} against {lost} of {names[post.runner_up]}"


def _say_miss(miss: Miss, proposal: Proposal, result: Result, place: Place, together: str) -> str:
    if miss.why == TOGETHER:
        without = "need alone" if miss.by_need else "the other rules"
        return f"{without} would bring it; {together}."
    limits = _say_ceilings(result, place, miss)
    if miss.why == ELSEWHERE:
        also = f", and {limits}" if limits else ""
        return f"need alone would bring it, but rules of at least so many elsewhere come first{also}."
    last, posts = result.causes.last, result.role.posts
    if proposal.coupled is None and last is not None and miss.claim >= last and not math.isinf(miss.claim):
        mine, other = _apart(miss.claim * posts, last * posts)
        beats = "equals" if mine == other else "beats"
        return f"its claim, {mine}, {beats} that of the last post given ({other}), but {limits}."
    return f"without a ceiling it would be here, but {limits}."


def _say_ceilings(result: Result, place: Place, miss: Miss) -> str:
    found = [(place.name, place.ceiling)] if miss.place else []
    found += [(group.name, group.ceiling) for group in result.role.groups if miss.group and group.id == place.group]
    return " and ".join(f"{name} may have at most {most}" for name, most in found)


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two claims with so many decimal places, two at least, that they differ."""
    for digits in range(2, MOST_DIGITS + 1):
        if (said := f"{one:.{digits}f}") != (beside := f"{other:.{digits}f}"):
            return said, beside
    return f"{one:.2f}", f"{other:.2f}"
