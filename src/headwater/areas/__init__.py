"""Where: boundaries of small areas, the neighbourhood teams that cover them, and which written addresses are one place."""

from headwater.areas.address import SPELLED, place_addresses, prepare_addresses, spell_addresses
from headwater.areas.boundaries import ATTRIBUTION, BoundariesError, copy_boundaries
from headwater.areas.teams import SmallArea, Team, Teams, TeamsError, open_areas, read_teams

__all__ = [
    "ATTRIBUTION",
    "SPELLED",
    "BoundariesError",
    "SmallArea",
    "Team",
    "Teams",
    "TeamsError",
    "copy_boundaries",
    "open_areas",
    "place_addresses",
    "prepare_addresses",
    "read_teams",
    "spell_addresses",
]
