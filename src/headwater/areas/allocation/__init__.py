"""Where should posts be? Need and rules in, posts out, and for every single post the reason why it went there.

`allot` gives the posts of one role by a divisor method, exactly and one by one. `allot_roles` gives several roles at once
where rules couple them (a mix of roles, teams, a limit on moves), by an integer programme with a proven gap. `find_causes` says
which rule brought a post or keeps one away, `find_clash` in words which rules cannot hold together, `list_moves` who would have
to move, `summarise` how fair it is.
"""

from headwater.areas.allocation.causes import Cause, Causes, Miss, find_causes
from headwater.areas.allocation.clash import find_clash
from headwater.areas.allocation.coupled import Coupled, Difference, allot_roles, cost_of
from headwater.areas.allocation.divisor import HUNTINGTON_HILL, WEBSTER, Allotment, Post, allot
from headwater.areas.allocation.many import allot_many
from headwater.areas.allocation.moves import Move, list_moves
from headwater.areas.allocation.place import AllocationError, Group, Place, Role
from headwater.areas.allocation.rules import Mix, Rules, Team
from headwater.areas.allocation.summary import Summary, posts_by_group, summarise

__all__ = [
    "HUNTINGTON_HILL",
    "WEBSTER",
    "AllocationError",
    "Allotment",
    "Cause",
    "Causes",
    "Coupled",
    "Difference",
    "Group",
    "Miss",
    "Mix",
    "Move",
    "Place",
    "Post",
    "Role",
    "Rules",
    "Summary",
    "Team",
    "allot",
    "allot_many",
    "allot_roles",
    "cost_of",
    "find_causes",
    "find_clash",
    "list_moves",
    "posts_by_group",
    "summarise",
]
