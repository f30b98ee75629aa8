"""The package page inside the service: the same words, evidence and picture as the page that the search writes."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from headwater.service.cases.models import Package
from headwater.service.cases.rules import PackageState
from headwater.triggers.packages.package import Package as Released
from headwater.triggers.packages.words import say_day
from headwater.triggers.pages.render import render_parts


def _parts(package: Package) -> dict[str, str]:
    """What the search wrote, with the day on which this team has to answer; an address that must not be known since then is not shown."""
    content = {**package.content, "answer_by": package.answer_by if package.state == PackageState.WAITING else None}
    if package.subject.address_withheld:
        content = {
            **content,
            "subject": {**content["subject"], "address": "address withheld", "address_withheld": True},
        }
    return render_parts(Released.model_validate(content))


def head_of(package: Package) -> SafeString:
    """Identity bar, how to make contact safely, why now. Escaped by its own templates."""
    parts = _parts(package)
    return mark_safe(parts["safely"] + parts["who"] + parts["first"])  # noqa: S308 - autoescaped by the package page's own templates


def body_of(package: Package) -> SafeString:
    """Timeline, evidence, what argues against, home, help, what is not known, how it was found."""
    return mark_safe(_parts(package)["rest"])  # noqa: S308 - autoescaped by the package page's own templates


def evidence_lines(package: Package) -> list[tuple[str, str]]:
    """Each line of evidence by its number, with its day and its record: two lines can say the same of two records."""
    found = [item for kind in Released.model_validate(package.content).evidence for item in kind.items]
    return [
        (
            one.evidence_id,
            f"{say_day(one.occurred_on)}: {one.sentence} ({one.records[0].source_title} {one.records[0].reference})",
        )
        for one in found
    ]
