"""What is an analyst told when her decisions are kept? Knows no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headwater.service.cases.rules import PackageState
from headwater.triggers.desk import IDENTITY
from headwater.triggers.packages.package import Package
from headwater.triggers.packages.words import say_count

if TYPE_CHECKING:
    from headwater.service.cases.actions.bring import Lies
    from headwater.service.desk.actions import Kept


NO_TEAM = ("none", "other-force")
"""How a search numbers the team of what no team of this force can be given."""

TAKEN_BACK = {
    PackageState.WAITING: " It is gone from the team’s inbox, and the team is told.",
    PackageState.TAKEN_ON: " The team works on it already: they are told to stop.",
}
"""What became of a package that the desk no longer stands by, by the state in which the team had it."""


def say_kept(kept: Kept, draft: Package, *, decided: int) -> str:
    """What became of a draft, in one or two sentences; it never says that a team has what no team has."""
    state, team = kept.state, draft.team.name
    taken_back = TAKEN_BACK[kept.taken_back] if kept.taken_back else ""
    if state.status == "confirmed":
        if kept.waits:
            return f"Released. It waits: {team} has as many new packages as it can answer."
        if draft.team.team_id in NO_TEAM:
            return "Released, and handed to nobody: no team of this force is named. Name one, or propose it to the other force."
        if kept.brought is not None and kept.brought.without_team:
            return f"Released, and in nobody’s inbox: no team here takes what goes to {team}. Ask an administrator to give a team its number in the lake."
        lies = kept.brought.lies.get(draft.package_id) if kept.brought is not None else None
        return say_where(lies) if lies is not None else f"Released, and not yet with {team}."
    if IDENTITY in state.rejected:
        return f"Kept: it is not the right person, so nobody gets it.{taken_back}"
    if state.status == "rejected":
        return f"Kept: it is rejected, so nobody gets it.{taken_back}"
    if not decided:
        return "Nothing was decided, so nothing has changed."
    left = (
        f"{say_count(len(state.open), 'piece is', 'pieces are')} still open"
        if state.open
        else "it is not handed on yet"
    )
    return f"Kept: {left}.{taken_back}"


def say_where(lies: Lies) -> str:
    """Where a released package is now, and what the team reads of it."""
    team = lies.team
    if lies.before:
        return f"Released: it is in the inbox of {team} again. They had answered “{lies.before}”, and something is new since."
    if lies.state == PackageState.WAITING:
        return f"Released: it is in the inbox of {team}."
    if lies.state != PackageState.TAKEN_ON:
        return f"Released, and in nobody’s inbox: {team} has answered “{lies.state}”, and nothing is new since."
    case = f"a closed case of {team}" if lies.closed else f"a case of {team}"
    if lies.is_news:
        return f"Released: what is new was added to {case}, and they are told."
    return f"Released: it belongs to {case}, and nothing is new, so nobody is told."
