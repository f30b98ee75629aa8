"""Write the reference pages that follow from the code: `python -m headwater.service.reference docs/reference`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

WROTE = "<!-- Written by `python -m headwater.service.reference docs/reference`; do not edit. -->\n\n"


def write_access() -> str:
    """Who may do what to which item in which state: the matrix of cases/access/matrix.py."""
    from headwater.service.agencies.rules import PARTNER_ROLES, POLICE_ROLES, Role
    from headwater.service.cases.access import MATRIX

    roles = [*(role for role in POLICE_ROLES if role != Role.PLANNER), *PARTNER_ROLES, Role.AUDITOR, Role.ADMINISTRATOR]
    lines = [
        WROTE + "# Who may do what\n",
        "Generated from `headwater/service/cases/access/matrix.py`; that package is the only door to these items. What is not allowed here answers like what "
        "does not exist: page not found.\n",
        "**T**: in the team that leads (for a referral: that sends). **R**: in an agency that has accepted a referral under a live sharing "
        "agreement (for a referral: that receives; for a disclosure: that was told). A receiver sees only the categories that both the "
        "referral and the agreement name, and what its own agency wrote; where *needs* names a category, the act needs it. A restricted "
        "case is seen by people who are named, and by whoever breaks the glass, for an hour; others of the team see a locked line and have "
        "the acts marked *locked*; everybody else sees nothing. Acts marked *named* would outlast the hour, so broken glass does not open "
        "them. A request about a restricted case, and what is told about it at once, goes to the managers of the other agency and to who is "
        "named; the case itself only who is named sees. Where there is no manager, whoever tells something at once chooses who reads it.\n",
    ]
    for item, verbs in MATRIX.items():
        lines.append(f"\n## {item.capitalize()}\n")
        lines.append("| To | in state | needs | " + " | ".join(roles) + " |")
        lines.append("|---|---|---|" + "---|" * len(roles))
        for verb, rule in verbs.items():
            states = "any" if not rule.states or rule.states == {"open", "closed"} else ", ".join(sorted(rule.states))
            cells = [
                " ".join(mark for mark, held in (("T", rule.own), ("R", rule.receiving)) if role in held)
                for role in roles
            ]
            lines.append(
                f"| {verb}{' (*locked*)' if rule.locked else ' (*named*)' if rule.named else ''} | {states} | {rule.needs} | "
                + " | ".join(cells)
                + " |"
            )
    lines.append(
        "\n## Other pages\n\n"
        "- **analyst**: the desk, bringing packages in; no case.\n"
        "- **auditor**: the accountability log of the own agency's people, the agency's agreements, and why restricted cases were "
        "opened and things told at once; no case.\n"
        "- **administrator**: the own agency's people, teams and agreements; no case.\n"
        "- **planner**: plans of posts: makes, changes, publishes and withdraws those of the own force; others of the force read what is published; no case.\n"
        "- **everybody**: areas with their map, as far as they tell of places; the own notices and account.\n"
        "- **partnership officer, partner manager**: propose, sign and withdraw agreements of their agency; say whether it takes referrals.\n"
    )
    return "\n".join(lines)


def write_dictionary() -> str:
    """Every table and column of the service, with its meaning and how long it is kept."""
    from django.apps import apps
    from django.conf import settings

    from headwater.service.retention import RULES

    kept = {rule.model: rule for rule in RULES}
    lines = [
        WROTE + "# Data dictionary of the service\n",
        "Generated from the models. Every change of every table is written to the accountability log with a salted digest, and its values "
        "apart from it (see [how the service keeps its promises](../explanation/service.md)).\n",
    ]
    for label in (*settings.OURS, "design"):
        for model in apps.get_app_config(label).get_models():
            meta = model._meta
            rule = kept[meta.label]
            lines.append(f"\n## {meta.db_table}\n\n{' '.join((model.__doc__ or '').split())}\n")
            lines.append(f"Kept: {rule.how_long}. {rule.why}\n")
            lines.append("| Column | Kind | Meaning |\n|---|---|---|")
            lines += [f"| {field.column} | {_kind(field)} | {_meaning(field)} |" for field in meta.local_fields]
    return "\n".join(lines) + "\n"


def _kind(field: Any) -> str:
    if field.is_relation:
        return f"→ {field.related_model._meta.db_table}"
    kind = field.get_internal_type().removesuffix("Field")
    base = getattr(field, "base_field", None)
    told = f"list of {base.get_internal_type().removesuffix('Field')}" if base is not None else kind
    return told + ("" if not field.null else ", may be empty")


def _meaning(field: Any) -> str:
    words = str(field.help_text or "").strip()
    choices = field.choices or getattr(getattr(field, "base_field", None), "choices", None) or ()
    named = "; ".join(
        str(value) if str(value) == str(label) else f"{value}: {label}" for value, label in choices if value
    )
    told = " ".join(part for part in (words, f"One of: {named}." if named else "") if part)
    return (told or str(field.verbose_name).capitalize() + ".").replace("|", "\\|")


def pages() -> dict[str, str]:
    """File name → text."""
    return {"access.md": write_access(), "data-dictionary.md": write_dictionary()}


def main(folder: Path) -> None:
    """Write both pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
    import django

    with tempfile.TemporaryDirectory() as data:
        os.environ["HEADWATER_DATA"] = data
        django.setup()
        for name, text in pages().items():
            (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
