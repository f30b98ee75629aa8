"""Does a form name the question in what it says of a fault?"""

from __future__ import annotations

from pathlib import Path

import pytest
from django import forms

from headwater.service.design.faults import name_faults

pytestmark = pytest.mark.service


@pytest.fixture(autouse=True)
def settings_of_the_service(service: Path) -> None:
    """Django's own words are looked up in the language of the service."""


def said(field: forms.Field, sent: str) -> str:
    name_faults(field, "Share of work, in %")
    with pytest.raises(forms.ValidationError) as fault:
        field.clean(sent)
    return str(fault.value.messages[0])


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        (forms.IntegerField(min_value=0, max_value=9), "x"),
        (forms.IntegerField(min_value=0, max_value=9), "-1"),
        (forms.DecimalField(min_value=0, max_value=9, decimal_places=1), "1.23"),
        (forms.DecimalField(max_digits=2), "1234"),
        (forms.ChoiceField(choices=[("a", "A")]), "b"),
        (forms.CharField(max_length=2), "abc"),
        (forms.EmailField(), "x"),
    ],
)
def test_each_fault_names_its_question_and_says_what_to_do(field: forms.Field, sent: str) -> None:
    told = said(field, sent)
    assert told.startswith("Share of work, in per cent: ")
    assert any(word in told for word in ("write ", "Write ", "Choose "))


def test_what_a_form_says_in_its_own_words_stays() -> None:
    field = forms.IntegerField(error_messages={"invalid": "Count them first."})
    assert said(field, "x") == "Count them first."
