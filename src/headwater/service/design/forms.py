"""What every form of the service does: says what is missing in plain words, knows whether it was sent before and what changed meanwhile."""

from __future__ import annotations

import json
import uuid
import zlib
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import lazy

REQUIRED = forms.Field.default_error_messages["required"]


def say_near(days: int = 14) -> str:
    """A day so many days from today, as it is written into three boxes."""
    one = timezone.localdate() + timedelta(days)
    return f"{one.day} {one.month} {one.year}"


SOON = lazy(lambda: f"For example, {say_near()}", str)()
"""The hint of a day to come: an example near today, whenever the page is read."""
LATELY = lazy(lambda: f"For example, {say_near(-3)}", str)()


class DateBoxes(forms.MultiWidget):
    """Day, month and year in three boxes; a date as text (2017-03-31) is taken too."""

    template_name = "design/date_boxes.html"
    use_fieldset = True
    PARTS = (("day", 2), ("month", 2), ("year", 4))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                name: forms.TextInput({"inputmode": "numeric", "maxlength": size, "label": name})
                for name, size in self.PARTS
            },
            attrs,
        )

    def decompress(self, value: date | str | None) -> list[Any]:
        """The three parts of a date."""
        if isinstance(value, str) and value:
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return [None, None, None]
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class DateField(forms.Field):
    """A date in three boxes. Says which part is wrong."""

    widget = DateBoxes

    def to_python(self, value: Any) -> date | None:
        """The date. Raises ValidationError in words that say what to write."""
        parts = [str(part or "").strip() for part in (value or [])]
        if not any(parts):
            return None
        missing = [name for (name, _), part in zip(DateBoxes.PARTS, parts, strict=True) if not part]
        if missing:
            raise forms.ValidationError(f"{self._name}: add the {' and the '.join(missing)}.")
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            raise forms.ValidationError(f"{self._name}: there is no such day. Write it like {say_near()}.") from None

    @property
    def _name(self) -> str:
        return str(self.label or "The date").rstrip("?")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes say another day."""
        try:
            return bool(initial != self.to_python(data))
        except forms.ValidationError:
            return True


class Form(forms.Form):
    """A form that says what to fill in, and carries a number of its own so that sending it twice does one thing."""

    use_required_attribute = False
    they = "They wrote"
    """How what somebody else answered meanwhile is headed."""
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    conflicts: dict[str, str]
    ways: dict[str, str]
    """What was refused above the form → the address of the page where it can be mended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.conflicts, self.ways = {}, {}
        self.initial.setdefault("once", uuid.uuid4())
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " ")).rstrip("?")
            if field.error_messages.get("required") == REQUIRED:
                choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.MultipleChoiceField)
                field.error_messages["required"] = f"{label}: {'choose one' if choice else 'fill this in'}."
            if (
                isinstance(field, forms.CharField)
                and field.max_length
                and not isinstance(field.widget, forms.Textarea | forms.PasswordInput)
            ):
                field.widget.attrs.setdefault("size", min(field.max_length, 40))

    def refuse(self, why: str, field: str | None = None) -> None:
        """Say why what was asked cannot be done, above the form."""
        self.add_error(field, why)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every fault with the address where it can be mended: a place in the page, or another page."""
        found = [(self.ways.get(str(error), ""), str(error)) for error in self.non_field_errors()]
        for name, errors in self.errors.items():
            if name == "__all__":
                continue
            bound = self[name]
            place = f"#{bound.auto_id}"
            widget = bound.field.widget
            if isinstance(widget, DateBoxes):
                place = f"{place}_day"
            elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
                place = f"{place}_0"
            found += [(place, str(error)) for error in ErrorList(errors)]
        return found


def version_of(current: dict[str, Any]) -> int:
    """The version of something that counts none of its own: a number that follows from what stands there now."""
    return zlib.crc32(json.dumps(current, sort_keys=True, default=str).encode())


class EditForm(Form):
    """A form about something that others may change meanwhile: it knows which version was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def compare(self, now: int, current: dict[str, Any]) -> bool:
        """Whether nobody has changed it since; otherwise show theirs beside ours, and let the next sending keep what stands then."""
        if self.cleaned_data.get("version") == now:
            return True
        for name, value in current.items():
            if name in self.fields and (self.cleaned_data.get(name) or "") != (value or ""):
                self.conflicts[name] = str(value or "nothing")
        told_again = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        told_again[self.add_prefix("version")] = str(now)
        self.data = told_again
        told = "Somebody changed this while you were writing. What they wrote stands under each question that differs; yours is still in the boxes. "
        self.add_error(None, told + "Put both together and send it again.")
        return False


def text(
    label: str, help_text: str = "", *, rows: int = 4, required: bool = True, limit: int = 4000
) -> forms.CharField:
    """A box for some lines of text."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=limit, required=required, widget=forms.Textarea({"rows": rows})
    )


def line(label: str, help_text: str = "", *, required: bool = True, limit: int = 120) -> forms.CharField:
    """A box for one line."""
    return forms.CharField(label=label, help_text=help_text, max_length=limit, required=required)


def one_of(label: str, choices: Any, help_text: str = "", *, required: bool = True) -> forms.ChoiceField:
    """Radio buttons."""
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=forms.RadioSelect
    )


def some_of(label: str, choices: Any, help_text: str = "", *, required: bool = True) -> forms.MultipleChoiceField:
    """Check boxes."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=forms.CheckboxSelectMultiple
    )


def day(label: str, help_text: str = SOON, *, required: bool = True) -> DateField:
    """A date."""
    return DateField(label=label, help_text=help_text, required=required)


def tick(label: str, *, required: bool = False) -> forms.BooleanField:
    """One box to tick."""
    return forms.BooleanField(label=label, required=required)
