"""What does the reference page of indicators say? Written from the catalogue itself.

Run `python -m headwater.triggers.transparency.reference docs/reference` after a change; a test fails when the page is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.triggers.packages.words import say_day
from headwater.triggers.rules.definition import Trigger, read_triggers, say_span, say_subject
from headwater.triggers.rules.indicator import read_indicators


def describe_indicators() -> str:
    """The page `indicators.md`."""
    lines = [
        "# Indicators and triggers",
        "",
        "What counts as evidence, and when it makes somebody worth a human look. How often each kind is right on made-up data, and how",
        "much of it is missed, stands in [Measured quality](quality.md#by-kind-of-evidence): what is not found may still be there.",
        "",
    ]
    for item in read_indicators().values():
        lines += [
            f"## {item.title}", "", f"`{item.id}`, version {item.version}. Purposes: {', '.join(item.purposes)}.", "",
            f"**Claims.** {item.claims}", "", f"**Does not claim.** {item.does_not_claim}", "",
            f"**Counts:** {'; '.join(item.counts)}.", "", f"**Does not count:** {'; '.join(item.does_not_count)}.", "",
            f"**A reviewer asks.** {item.review_question}", "",
        ]  # fmt: skip
        if item.sensitive_exception:
            found = item.sensitive_exception
            lines += [
                f"**Sensitive.** {found.reason} Basis: {found.basis}. Owner: {found.owner}. Switch: `{found.switch}`.",
                "",
            ]
    for trigger in read_triggers().values():
        lines += [
            f"## Trigger: {trigger.title}", "", f"`{trigger.id}`, version {trigger.version}. Owner: {trigger.owner}. {trigger.help}", "",
            f"Purpose: {trigger.purpose}. To be reviewed by {say_day(trigger.review_by)}. At most {trigger.limit.new_packages_per_team} new packages "
            f"for a team at once, each to be answered within {trigger.limit.answer_within_days} days.", "",
            f"For {say_subject(trigger.subject)} with:", "",
            *(f"- {rule.in_words()}, the newest within {say_span(rule.newest_within)}" for rule in trigger.rules), "",
            "What takes somebody out, or makes a package an update: " + "; ".join(f"{e.reason} ({e.effect})" for e in trigger.exclusions) + ".", "",
            *_characteristics(trigger),
        ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _characteristics(trigger: Trigger) -> list[str]:
    if not trigger.exceptions:
        return ["No protected characteristic is used.", ""]
    head = ["| Protected characteristic used | Basis | Owner | Reason |", "|---|---|---|---|"]
    return [*head, *(f"| {e.input} | {e.basis} | {e.owner} | {e.reason} |" for e in trigger.exceptions), ""]


if __name__ == "__main__":
    (Path(sys.argv[1]) / "indicators.md").write_text(describe_indicators(), encoding="utf-8")
