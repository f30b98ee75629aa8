"""How is the same person told again across packages and cases without a number that means anything elsewhere?"""

from __future__ import annotations

from headwater.service.audit.actions import keyed_digest


def lake_number(agency_id: int, person_id: str) -> str:
    """The number of a person or place in the lake of one agency: two forces' lakes may give two people one number. Empty for none."""
    return f"{agency_id} {person_id}" if person_id else ""


def key_of(number: str) -> str:
    """A keyed digest of such a number; empty for none. Who reads the table learns nothing by it, not even whether somebody is in it."""
    return keyed_digest(f"person {number}") if number else ""
