"""Where: boundaries of small areas, the neighbourhood teams that cover them, and which written addresses are one place."""

from headwater.areas.boundaries import ATTRIBUTION, BoundariesError, copy_boundaries
from headwater.areas.kept_addresses import keep_addresses, prepare_addresses
from headwater.areas.teams import SmallArea, Team, Teams, TeamsError, open_areas, read_teams

__all__ = [
    "ATTRIBUTION",
    "BoundariesError",
    "SmallArea",
    "Team",
    "Teams",
    "TeamsError",
    "copy_boundaries",
    "keep_addresses",
    "open_areas",
    "prepare_addresses",
    "read_teams",
]
