"""What does the reference page of indicators say? Written from the catalogue itself.

Run `python -m headwater.triggers.reference docs/reference` after a change; a test fails when the page is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.triggers.indicator import read_indicators, read_triggers


def describe_indicators() -> str:
    """The page `indicators.md`."""
    lines = [
        "# Indicators and triggers",
        "",
        "What counts as evidence, and when it makes somebody worth a human look. How often each kind is right on made-up data, and how",
        "much of it is missed, stands in [Measured quality](performance.md#by-kind-of-evidence): what is not found may still be there.",
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
        rule = trigger.criteria
        lines += [
            f"## Trigger: {trigger.title}", "", f"`{trigger.id}`, version {trigger.version}. Owner: {trigger.owner}. {trigger.help}", "",
            f"Somebody under {trigger.subject.under_years} with, before the age of {trigger.subject.at_event_under_years}, {rule.kinds} "
            f"different kinds of evidence from different occurrences within {rule.within_months} months, the newest within "
            f"{rule.newest_within_months} months; or one strong statutory event within {rule.statutory_within_months} months.", "",
            "| Protected characteristic used | Basis | Owner | Reason |", "|---|---|---|---|",
            *(f"| {e.input} | {e.basis} | {e.owner} | {e.reason} |" for e in trigger.exceptions), "",
        ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) / "indicators.md").write_text(describe_indicators(), encoding="utf-8")
