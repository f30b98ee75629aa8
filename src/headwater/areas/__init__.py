"""Where: boundaries of small areas, and the neighbourhood teams that cover them."""

from headwater.areas.boundaries import ATTRIBUTION, BoundariesError, copy_boundaries
from headwater.areas.teams import SmallArea, Team, Teams, TeamsError, open_areas, read_teams

__all__ = [
    "ATTRIBUTION",
    "BoundariesError",
    "SmallArea",
    "Team",
    "Teams",
    "TeamsError",
    "copy_boundaries",
    "open_areas",
    "read_teams",
]
