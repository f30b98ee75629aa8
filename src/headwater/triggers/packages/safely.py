"""How is contact made without raising the danger? What stands first on the page."""

from __future__ import annotations

from headwater.triggers.finding.gathered import Rows
from headwater.triggers.packages.home import Home
from headwater.triggers.packages.package import EvidenceKind

_SUSPECT_AT_HOME = (
    "Somebody who is recorded at home is named as a suspect of abuse of this child. Do not alert them: speak to the "
    "safeguarding lead before anybody makes contact. Is the child safe today? Are other children in the home safe?"
)
_PROTECTED = (
    "The address is protected. Do not telephone, write or visit before you have spoken to the safeguarding lead, and tell "
    "nobody of the family where the child lives."
)
_DOMESTIC_ABUSE = (
    "Domestic abuse is recorded. Do not telephone, write or call at the home before you have spoken to the safeguarding "
    "lead: contact can raise the danger. Agree a safe time, place and way with the person who was harmed."
)


def contact_safely(rows: Rows, kinds: list[EvidenceKind], home: Home) -> str | None:
    """The warnings that hold for this package, the gravest first; None when none does."""
    here = {member.person_id for member in home.here}
    abuse_at_home = any(row["of_abuse"] and row["member_id"] in here for row in rows["suspected"])
    domestic = bool(rows["domestic"]) or any(
        item.indicator == "household_domestic_abuse" for kind in kinds for item in kind.items
    )
    told = [
        words
        for words, holds in (
            (_SUSPECT_AT_HOME, abuse_at_home),
            (_PROTECTED, home.withheld),
            (_DOMESTIC_ABUSE, domestic),
        )
        if holds
    ]
    return " ".join(told) or None
