"""What every form of the service does: says what is missing in plain words, knows whether it was sent before and what changed meanwhile."""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import lazy

from headwater.service.design.faults import name_faults
from headwater.triggers.packages.words import say_day

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
            label = str(getattr(field, "called", "") or field.label or name.replace("_", " ")).rstrip("?")
            if field.error_messages.get("required") == REQUIRED:
                choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.MultipleChoiceField)
                field.error_messages["required"] = f"{label}: {'choose one' if choice else 'fill this in'}."
            name_faults(field, label)
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
    """A number that follows from what stands there now."""
    return zlib.crc32(json.dumps(current, sort_keys=True, default=str).encode())


class EditForm(Form):
    """A form about something that others may change meanwhile: it knows what stood there when it was read.

    `now`: what stands there, by question, as the form would hold it; empty for something new. What stands under another name is no question of
    the form, and a change of it is a change too. A box in `stays` that either of two has ticked stays ticked until somebody takes it off.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    stays: tuple[str, ...] = ()

    def __init__(
        self, *args: Any, now: dict[str, Any] | None = None, initial: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.now = now or {}
        super().__init__(*args, initial={**(initial or {}), **self.now, "version": version_of(self.now)}, **kwargs)

    def compare(self) -> bool:
        """Whether nobody has changed it since, or wrote the same; otherwise show theirs beside ours, and let the next sending keep what
        stands then."""
        if not self.now or self.cleaned_data.get("version") == self.initial["version"]:
            return True
        other = [name for name in self.now if name not in self.fields]
        for name, theirs in self.now.items():
            if name not in other and _plain(theirs) != _plain(self.cleaned_data.get(name)):
                self.conflicts[name] = _in_words(self.fields[name], theirs)
        if not self.conflicts and not other:
            return True
        told_again = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        told_again[self.add_prefix("version")] = str(self.initial["version"])
        for name in self.stays:
            if name in self.conflicts and self.now[name]:
                told_again[self.add_prefix(name)] = "on"
                self.conflicts[name] += ". It is ticked now; take it off only if you know that it is right"
        self.data = told_again
        told = "Somebody changed this while you were writing. "
        told += (
            "What they wrote stands under each question that differs; yours is still in the boxes. Put both together and send it again."
            if self.conflicts
            else "Look at what stands here now, and send it again."
        )
        self.add_error(None, told)
        return False


def _plain(value: Any) -> Any:
    """A value as it compares with another: nothing is empty, a choice is its text, some of many have no order."""
    if isinstance(value, list | tuple | set):
        return sorted(str(one) for one in value)
    if isinstance(value, bool) or value is None:
        return value or ""
    return str(value).replace("\r\n", "\n").strip()


def _in_words(field: forms.Field, value: Any) -> str:
    """What stands there, as people read it."""
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(field, forms.ChoiceField):
        words = dict(_each_choice(field.choices))
        chosen = value if isinstance(value, list | tuple | set) else [value] if value not in (None, "") else []
        return ", ".join(words.get(str(one), "one that is no choice any more") for one in chosen) or NOTHING
    return str(value or "") or NOTHING


NOTHING = "nothing"


def _each_choice(choices: Any) -> Iterator[tuple[str, str]]:
    """Every choice with its words, those of groups too."""
    for value, words in choices:
        if isinstance(words, list | tuple):
            yield from _each_choice(words)
        else:
            yield str(value), str(words)


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
