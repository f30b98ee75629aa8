"""The form by which the posts of a day are brought in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from headwater.areas.levels import Level
from headwater.service.areas.plan_fields import level_choices
from headwater.service.design import forms as f

MOST_MB = 2


class StaffingForm(f.Form):
    """The posts of one day."""

    name = f.line("What is this file called?", "For example, Posts on 1 April")
    as_of = f.day("For which day do the posts hold?", f.LATELY)
    level = f.one_of("By what does it count posts?", [])
    file = forms.FileField(
        label="The file", help_text="CSV with the columns area, role (PC or PCSO), posts and, where posts are tied to the place, fixed. No names of people.",
    )  # fmt: skip

    def __init__(self, *args: Any, levels: Mapping[str, Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = level_choices(levels)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Not larger than posts can be."""
        found = self.cleaned_data["file"]
        if found.size > MOST_MB * 1_000_000:
            raise forms.ValidationError(
                f"The file: it is larger than {MOST_MB} MB. A line for each place and role is enough."
            )
        return found
