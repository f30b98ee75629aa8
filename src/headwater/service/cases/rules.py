"""Words and pure rules of case work: states, allowed moves, reasons, what a reader sees. No Django, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from headwater.service.agencies.rules import Category


class PackageState(StrEnum):
    """What the team has said to a package."""

    WAITING = "waiting"
    TAKEN_ON = "taken on"
    NOT_NEEDED = "not needed"
    WRONG_PERSON = "wrong person"
    WRONG_EVIDENCE = "wrong evidence"


SAID_NO = (PackageState.NOT_NEEDED, PackageState.WRONG_PERSON, PackageState.WRONG_EVIDENCE)
"""Answers after which nobody works on it: something new brings it back."""


def say_state(state: str, *, place: bool) -> str:
    """The answer in words; about a place nobody says `wrong person`."""
    return "wrong place" if place and state == PackageState.WRONG_PERSON else str(state)


NOT_NEEDED_REASONS = {
    "help-in-place": "Enough help is in place already",
    "declined": "The person or family does not want help",
    "moved": "They have moved away",
    "situation-changed": "What was found is no longer so",
    "other-agency": "Another agency leads and asks us not to",
    "no-capacity": "We have no capacity now",
    "other": "Another reason (say it below)",
}


class CaseState(StrEnum):
    """Whether somebody works on it."""

    OPEN = "open"
    CLOSED = "closed"


class ReferralState(StrEnum):
    """Where a request from one agency to another stands."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned for information"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ENDED = "ended"


REFERRAL_MOVES: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.DRAFT: frozenset({ReferralState.SENT, ReferralState.WITHDRAWN}),
    ReferralState.SENT: frozenset(
        {
            ReferralState.ACCEPTED,
            ReferralState.DECLINED,
            ReferralState.RETURNED,
            ReferralState.WITHDRAWN,
            ReferralState.LAPSED,
        }
    ),
    ReferralState.RETURNED: frozenset({ReferralState.SENT, ReferralState.WITHDRAWN, ReferralState.LAPSED}),
    ReferralState.ACCEPTED: frozenset({ReferralState.ENDED}),
    ReferralState.DECLINED: frozenset(),
    ReferralState.WITHDRAWN: frozenset(),
    ReferralState.LAPSED: frozenset(),
    ReferralState.ENDED: frozenset(),
}

DECLINE_REASONS = {
    "no-capacity": "We have no capacity now",
    "not-eligible": "The person does not meet our criteria",
    "other-area": "They live outside our area",
    "known": "We work with them already",
    "no-consent": "They do not want it",
    "wrong-service": "Another service fits better",
    "other": "Another reason (say it below)",
}

WHOSE_MOVE = {
    ReferralState.DRAFT: "sender",
    ReferralState.SENT: "receiver",
    ReferralState.RETURNED: "sender",
    ReferralState.ACCEPTED: "receiver",
}
"""Who must act next; in the other states nobody."""


def may_move(state: str, to: ReferralState) -> bool:
    """Whether a referral may go from one state to another."""
    return to in REFERRAL_MOVES[ReferralState(state)]


CONSENT = {
    "not-asked": "Not asked yet",
    "given": "The person agrees",
    "parent": "A parent or carer agrees",
    "refused": "The person does not agree",
    "unsafe": "Asking would put somebody in danger",
}
WITHOUT_CONSENT = ("refused", "unsafe", "not-asked")

WORRY = {"none": "No immediate worry", "some": "Some worry", "serious": "Serious worry", "danger": "In danger now"}
"""How worried the people around the table are, in words; never a score."""

OUTCOMES = {
    "better": "Things are better, and are likely to stay so",
    "some-better": "Some things are better",
    "no-change": "Nothing has changed",
    "worse": "Things are worse",
    "declined": "The person did not want to go on",
    "moved": "The person has moved away",
    "other-lead": "Another agency leads now",
    "not-known": "Not known",
}

ABUSE = "domestic-abuse"
RESTRICTIONS = {
    ABUSE: "A victim of domestic abuse",
    "staff-relative": "A relative of a member of staff",
    "gang-witness": "A witness against a gang",
    "other": "Another reason, told to the team’s sergeant",
}

KEPT_YEARS, KEPT_TO_AGE = 6, 25
"""A case is kept so long after it was closed, and to this birthday of everybody whom it is about; then a person decides."""


def kept_until(closed: date, born: Iterable[date]) -> date:
    """The day from which somebody decides whether a closed case goes; `born`: the days of birth that are known of those it is about."""
    return max([_years_on(closed, KEPT_YEARS), *(_years_on(day, KEPT_TO_AGE) for day in born)])


def _years_on(day: date, years: int) -> date:
    """The same day so many years later; for 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def needs_care_on_paper(
    *, sees_household: bool, suspect_at_home: bool, contact_safely: str, restriction: str, people: int
) -> bool:
    """Whether a plan holds only what the printer has ticked, line by line: the wrong one may read it at home, or the case is about several
    people. Who may not see who lives there cannot judge it, and must not learn from the page whether there is a suspect: always."""
    return not sees_household or suspect_at_home or bool(contact_safely) or restriction == ABUSE or people > 1


CORRECTABLE = {"name": "name", "born_on": "date of birth", "address": "address", "address_withheld": "address"}
"""What people correct of somebody, in words."""

BREAK_GLASS_MINUTES = 60
LEAST_LETTERS = 12


def says_why(text: str) -> bool:
    """Whether a reason says anything: two words or more, and a dozen letters."""
    return len(text.split()) > 1 and sum(letter.isalpha() for letter in text) >= LEAST_LETTERS


REVIEW_EVERY = {14: "Every 2 weeks", 28: "Every 4 weeks", 42: "Every 6 weeks", 84: "Every 12 weeks"}
ENTRY_KINDS = (
    "opened", "note", "contact", "wishes", "goal", "action", "action done", "action not done", "meeting", "review", "worry", "document", "referral", "lead",
    "news", "disclosure", "restricted", "break glass", "closed", "reopened", "consent", "household", "person",
)  # fmt: skip
INSIDE_KINDS = ("referral", "disclosure", "restricted", "break glass", "consent")
"""Lines of a timeline that other agencies do not read: what one was told or asked is nothing to another."""


@dataclass(frozen=True)
class Sight:
    """What one reader sees of one case: the whole, a part (these categories, and what the own agency wrote), or only that it is locked."""

    level: str
    categories: frozenset[str] = field(default_factory=frozenset)
    by: str = ""
    """Why: `team`, `referral`, `break glass`."""
    agreements: tuple[tuple[int, frozenset[str]], ...] = ()
    """Which sharing agreement gives which of the categories; none where the team that leads looks at its own."""

    @property
    def whole(self) -> bool:
        """Everything."""
        return self.level == "whole"

    def rests_on(self, categories: frozenset[str]) -> list[tuple[int | None, frozenset[str]]]:
        """By which agreement each of these categories is seen, an agreement once; None: by none, because it is the reader's own. With no
        category, the first agreement that gives anything."""
        parts: list[tuple[int | None, frozenset[str]]] = []
        left = categories
        for number, given in self.agreements:
            if seen := left & given:
                parts.append((number, seen))
                left -= seen
        if left:
            parts.append((None, left))
        return parts or [(self.agreements[0][0] if self.agreements else None, frozenset())]

    def sees(self, category: str) -> bool:
        """Whether a category of data is seen."""
        return self.whole or (self.level == "part" and category in self.categories)


BROKEN = "break glass"
WHOLE = Sight("whole", frozenset(Category), "team")
LOCKED = Sight("locked")
