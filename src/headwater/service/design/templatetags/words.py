"""Words in templates: days, counts, states. Loaded in every template."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html

from headwater.triggers.packages.words import say_day

register = template.Library()


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A day in words: 7 March 2017; `not known` for none."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if isinstance(value, str):
        value = date.fromisoformat(value) if value else None
    return say_day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time in 24 hours."""
    if value is None:
        return "not known"
    here = timezone.localtime(value)
    return f"{say_day(here.date())}, {here:%H:%M}"


@register.filter
def known(value: Any) -> Any:
    """The value, or `not known`; never a blank."""
    return value if value not in (None, "", []) else "not known"


@register.filter
def count(number: int, words: str) -> str:
    """`3|count:"action,actions"`: the number with its noun."""
    one, _, many = words.partition(",")
    return f"{number:,} {one if number == 1 else many}"


@register.filter
def get(mapping: dict[str, Any] | None, key: str) -> Any:
    """The value under a key, or nothing."""
    return (mapping or {}).get(key)


@register.filter
def when(value: date | None) -> str:
    """How a due day looks from today: `was due 3 days ago`, `due today`, `due in 5 days`."""
    if value is None:
        return "no date"
    days = (value - timezone.localdate()).days
    if days < -1:
        return f"{-days} days late"
    return {-1: "1 day late", 0: "due today", 1: "due tomorrow"}.get(
        days, f"due in {days} days" if days < 15 else f"due {say_day(value)}"
    )


@register.filter
def presses(value: date | None) -> bool:
    """Whether a due day is late or so near that it must be said twice."""
    return due_tag(value) in ("tag--late", "tag--soon")


POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$")


@register.filter
def address(value: str) -> str:
    """An address whose postcode stays on one line; what is copied from the page holds plain spaces."""
    found = POSTCODE.search(value)
    if found is None:
        return value
    return format_html('{}<span class="nowrap">{}</span>', value[: found.start()], found[0])


@register.filter
def due_tag(value: date | None) -> str:
    """The tag's class for a due day."""
    if value is None:
        return ""
    days = (value - timezone.localdate()).days
    return "tag--late" if days < 0 else "tag--soon" if days <= 2 else "tag--later"


BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
MACHINES = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android phone or tablet"), ("Windows", "Windows"), ("Macintosh", "a Mac"),
    ("CrOS", "a Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
"""What stands in how a browser names itself, and the word for it; the first that fits, because many name others too."""


@register.filter
def browser(name: str) -> str:
    """`Firefox on Windows`, from how a browser names itself."""
    which = next((words for mark, words in BROWSERS if mark in name), "A browser")
    where = next((words for mark, words in MACHINES if mark in name), "")
    return f"{which} on {where}" if where else which


ITEMS = {
    "cases_case": "case", "cases_package": "package", "cases_entry": "line of a timeline", "cases_subject": "person or place",
    "cases_casesubject": "whom a case is about", "cases_referral": "referral", "cases_outsidelink": "mailed link", "cases_disclosure": "urgent disclosure",
    "cases_grant": "who may see a restricted case", "cases_breakglass": "break-glass", "cases_member": "member of a household", "cases_goal": "goal",
    "cases_action": "action", "cases_meeting": "meeting", "cases_review": "review", "cases_worry": "how worried", "cases_document": "document",
    "notices_notice": "notice", "notices_mail": "mail", "agencies_user": "user", "agencies_membership": "role", "agencies_team": "team",
    "agencies_agency": "agency", "agencies_agreement": "sharing agreement", "agencies_signature": "signature", "agencies_teamarea": "area of a team",
    "areas_plan": "plan of posts", "areas_plandecision": "decision about a plan of posts", "areas_staffing": "staffing file",
    "audit_entry": "the log", "desk_draft": "draft on the desk", "mfa_authenticator": "second factor", "account_emailaddress": "sign-in address",
}  # fmt: skip


@register.filter
def item_words(table: str) -> str:
    """What a line of the log is about, in words."""
    return ITEMS.get(table, table)


@register.filter
def sees(sight: Any, category: str) -> bool:
    """Whether this reader may see a category."""
    return bool(sight and sight.sees(category))


@register.filter
def percent(share: float) -> str:
    """A share (0 to 1) in per cent with one digit."""
    return f"{share:.1%}"


@register.filter
def signed(change: int) -> str:
    """A change with its sign: +3, −3, 0."""
    return f"+{change:,}" if change > 0 else f"{change:,}".replace("-", "−")
