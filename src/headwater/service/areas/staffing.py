"""How many posts stand where today? The rows that are kept of a staffing file, as the library reads it. Pure."""

from __future__ import annotations

from headwater.areas.earlier_wards import Carrier
from headwater.areas.levels import Level
from headwater.areas.planning.staffing import NOTHING_CARRIED, StaffingError, parse_staffing
from headwater.service.areas.choices import ROLES

__all__ = ["StaffingError", "read_staffing"]


def read_staffing(content: bytes, level: Level, carrier: Carrier = NOTHING_CARRIED) -> list[dict[str, int | str]]:
    """Rows of (area, role, posts, fixed) by area and role, from columns area, role (PC or PCSO), posts and, where posts are tied to the
    place, fixed. Posts of earlier wards that `carrier` knows keep their ward; each use of them says where they count. Raises StaffingError."""
    held = parse_staffing(content, "The file", level, ROLES, carrier)
    rows: list[dict[str, int | str]] = [
        {"area": area, "role": role, "posts": posts, "fixed": held.fixed[role][area]}
        for role, places in held.posts.items()
        for area, posts in places.items()
    ]
    return sorted(rows, key=lambda row: (row["area"], row["role"]))
