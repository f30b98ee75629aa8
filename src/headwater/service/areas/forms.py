"""What can be asked of the map and its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from headwater.areas.levels import Level
from headwater.service.areas.shown import Shown
from headwater.service.design.lists import Filters

ORDERS = (("most", "Most first"), ("least", "Least first"), ("name", "By name"), ("code", "By code"))


class AreaFilters(Filters):
    """Which areas, which number, which of them, in which order."""

    level = forms.ChoiceField(label="Areas")
    measure = forms.ChoiceField(label="Measure")
    q = forms.CharField(label="Name, postcode or code", max_length=80)
    order = forms.ChoiceField(label="Order", choices=ORDERS)

    def __init__(self, data: Any, *, levels: Mapping[str, Level], measures: Mapping[str, Shown]) -> None:
        super().__init__(data)
        self.fields["level"].choices = [(one.id, one.many.capitalize()) for one in levels.values()]  # type: ignore[attr-defined]
        self.fields["measure"].choices = [(one.id, one.title) for one in measures.values()] or [("", "None is loaded")]  # type: ignore[attr-defined]
