"""Who may do what to which item in which state: the whole rule, as a table. docs/reference/access.md is generated from it."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.service.agencies.access import Role
from headwater.service.agencies.rules import LEADS, PARTNERS, POLICE, WORKERS

REFERRERS = (Role.SERGEANT, Role.OFFICER, Role.PARTNERSHIP_OFFICER, *PARTNERS)
"""Who asks other agencies for help."""

OVERSEERS = (Role.AUDITOR,)
"""Who reads, of all cases of the own agency, why more was seen or told than the rule gives; and nothing else of a case."""

OPEN, CLOSED = "open", "closed"
ANY = frozenset({OPEN, CLOSED})


@dataclass(frozen=True)
class Allowed:
    """Who may do one thing: roles in the team that leads, roles in an agency that has accepted a referral, and in which states.

    `locked`: also for those of the team who see of a restricted case only that it is locked. `needs`: the category that a receiving
    agency must have been given for it. `named`: not for those who see a restricted case only behind broken glass, because it would
    outlast the hour.
    """

    own: tuple[Role, ...] = ()
    receiving: tuple[Role, ...] = ()
    states: frozenset[str] = ANY
    needs: str = ""
    locked: bool = False
    named: bool = False


CASE: dict[str, Allowed] = {
    "read": Allowed(own=WORKERS, receiving=WORKERS),
    "see that it is locked": Allowed(own=WORKERS, locked=True),
    "break the glass": Allowed(own=WORKERS, locked=True),
    "write a note": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN})),
    "write what the person wants": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="wishes"),
    "change the plan": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="plan"),
    "read the plan": Allowed(own=WORKERS, receiving=WORKERS, needs="plan"),
    "hold a meeting": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="plan"),
    "say how worried": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN})),
    "review": Allowed(own=WORKERS, states=frozenset({OPEN})),
    "add a document": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="documents"),
    "read documents": Allowed(own=WORKERS, receiving=WORKERS, needs="documents"),
    "write who is at home": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset({OPEN}), needs="household"),
    "say who it is": Allowed(own=WORKERS, named=True),
    "add a person": Allowed(own=WORKERS, states=frozenset({OPEN}), named=True),
    "record consent": Allowed(own=WORKERS, states=frozenset({OPEN})),
    "refer": Allowed(own=REFERRERS, states=frozenset({OPEN})),
    "disclose urgently": Allowed(own=LEADS),
    "change the lead": Allowed(own=LEADS, states=frozenset({OPEN}), named=True),
    "restrict": Allowed(own=LEADS, named=True),
    "close": Allowed(own=LEADS, states=frozenset({OPEN})),
    "reopen": Allowed(own=LEADS, states=frozenset({CLOSED})),
    "see who has looked": Allowed(own=LEADS),
}
PACKAGE: dict[str, Allowed] = {
    "read": Allowed(own=POLICE, states=frozenset()),
    "see that it is locked": Allowed(own=POLICE, locked=True, states=frozenset()),
    "decide": Allowed(own=(Role.SERGEANT, Role.PARTNERSHIP_OFFICER), states=frozenset({"waiting"})),
    "pass on": Allowed(own=(Role.SERGEANT, Role.PARTNERSHIP_OFFICER), states=frozenset({"waiting"})),
}
REFERRAL: dict[str, Allowed] = {
    "read": Allowed(own=WORKERS, receiving=WORKERS, states=frozenset()),
    "change": Allowed(own=REFERRERS, states=frozenset({"draft", "returned for information"})),
    "send": Allowed(own=REFERRERS, states=frozenset({"draft", "returned for information"})),
    "withdraw": Allowed(own=REFERRERS, states=frozenset({"draft", "sent", "returned for information"})),
    "answer": Allowed(receiving=WORKERS, states=frozenset({"sent"})),
    "end": Allowed(own=REFERRERS, receiving=LEADS, states=frozenset({"accepted"})),
}
DISCLOSURE: dict[str, Allowed] = {
    "read": Allowed(own=LEADS, receiving=WORKERS, states=frozenset()),
    "oversee": Allowed(own=OVERSEERS, states=frozenset()),
}
BROKEN_GLASS: dict[str, Allowed] = {"oversee": Allowed(own=OVERSEERS, states=frozenset())}
MATRIX = {
    "package": PACKAGE,
    "case": CASE,
    "referral": REFERRAL,
    "disclosure": DISCLOSURE,
    "broken glass": BROKEN_GLASS,
}
