"""A list of any length: filters and order in the address, a page at a time by the last row seen, the whole as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from headwater.service.audit.actions import digest_words, log
from headwater.triggers.desk.sheet import safe_cell

PAGE = 50
COUNTED_TO = 1_000
"""Rows are counted to this many; beyond it the list says `more than`, because counting all would take longer than reading a page."""

EXPORTED_TO = 100_000
"""Rows of one export. A longer list says in its last line that it was cut, and what to do."""


@dataclass(frozen=True)
class Order:
    """One way to put a list in order: `fields` as Django's order_by takes them, none of them null; the number comes last by itself."""

    key: str
    words: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column of the export."""

    title: str
    value: Callable[[Any], object]


class Filters(forms.Form):
    """Filters of a list, sent with GET. Empty means all."""

    use_required_attribute = False
    words_in: tuple[str, ...] = ("q",)
    """The fields that take words: with one of them set, the list is a search."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "filter_%s"} | kwargs)
        for each in self.fields.values():
            each.required = False

    @property
    def told(self) -> dict[str, Any]:
        """What is filtered by; what makes no sense filters nothing."""
        self.is_valid()
        return self.cleaned_data

    @property
    def words(self) -> str:
        """The words that were searched for; empty when the list was only read."""
        return " ".join(str(self.told[name]) for name in self.words_in if self.told.get(name))


Lines = Callable[[str, list[Any], str], None]
"""Writes into the log what was done with which rows: verb, rows, and the words of a search as the log holds them."""


@dataclass
class Listing:
    """What a page shows of a list. `rows` must already be narrowed to what the reader may see."""

    request: HttpRequest
    rows: QuerySet[Any]
    orders: Sequence[Order]
    filters: Filters
    columns: Sequence[Column] = field(default_factory=list)
    size: int = PAGE

    @cached_property
    def order(self) -> Order:
        """The order that the address asks for, or the first."""
        asked = self.request.GET.get("order")
        return next((one for one in self.orders if one.key == asked), self.orders[0])

    @cached_property
    def _fields(self) -> list[str]:
        return [*self.order.fields, "-pk" if self.order.fields[0].startswith("-") else "pk"]

    @cached_property
    def _page(self) -> list[Any]:
        after, before = (_number(self.request.GET.get(name)) for name in ("after", "before"))
        rows = self.rows.order_by(*self._fields)
        if before is not None and (seen := self._values(before)):
            backwards = [name[1:] if name.startswith("-") else f"-{name}" for name in self._fields]
            found = list(self.rows.filter(_beyond(backwards, seen)).order_by(*backwards)[: self.size + 1])
            self.has_before, self.has_after = len(found) > self.size, True
            return found[: self.size][::-1]
        if after is not None and (seen := self._values(after)):
            rows = rows.filter(_beyond(self._fields, seen))
            self.has_before = True
        else:
            self.has_before = False
        found = list(rows[: self.size + 1])
        self.has_after = len(found) > self.size
        return found[: self.size]

    def _values(self, number: int) -> list[Any] | None:
        names = [name.lstrip("-") for name in self._fields]
        row = self.rows.filter(pk=number).values_list(*names).first()
        return list(row) if row else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._page)

    def __len__(self) -> int:
        return len(self._page)

    def __bool__(self) -> bool:
        return bool(self._page)

    @cached_property
    def count(self) -> int:
        """How many rows there are, counted to a bound."""
        if not self.request.GET.get("after") and not self.request.GET.get("before") and len(self._page) < self.size:
            return len(self._page)
        return int(self.rows.order_by()[: COUNTED_TO + 1].count())

    @property
    def count_words(self) -> str:
        """The number of rows in words."""
        return f"More than {COUNTED_TO:,}" if self.count > COUNTED_TO else f"{self.count:,}"

    @property
    def is_long(self) -> bool:
        """Whether a reader is likely to narrow it: the filters stand open then."""
        return len(self._page) > 12

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set, so that an empty list can say why it is empty."""
        return any(self.request.GET.get(name) for name in self.filters.fields)

    def _address(self, **change: Any) -> str:
        kept = self.request.GET.copy()
        for name in ("after", "before", "format", "page"):
            kept.pop(name, None)
        for name, value in change.items():
            kept[name] = str(value)
        return f"?{kept.urlencode()}"

    @property
    def next_address(self) -> str:
        """The following page; empty at the end."""
        return self._address(after=self._page[-1].pk) if self._page and self.has_after else ""

    @property
    def previous_address(self) -> str:
        """The page before; empty at the beginning."""
        return self._address(before=self._page[0].pk) if self._page and self.has_before else ""

    @property
    def csv_address(self) -> str:
        """The whole list as a table."""
        return self._address(format="csv") if self.columns else ""

    @property
    def order_addresses(self) -> list[tuple[Order, str, bool]]:
        """Each order with its address and whether it is in use."""
        return [(one, self._address(order=one.key), one.key == self.order.key) for one in self.orders]

    def give_out(
        self, name: str, item_type: str, *, categories: Iterable[str] = (), lines: Lines | None = None
    ) -> HttpResponse | None:
        """The whole list as CSV when the address asks for it, None otherwise: then the page is shown. Either is logged before, with every
        number that is in it: an export, a search when words were searched for, a consultation. `lines` writes it where one line does not
        say enough. No cell can be taken for a formula."""
        words = digest_words(self.filters.words) if self.filters.words else ""

        def write(verb: str, rows: list[Any]) -> None:
            if lines is not None:
                lines(verb, rows, words)
            else:
                log(verb, item_type, [row.pk for row in rows], categories=categories, basis=words)

        if not self.columns or self.request.GET.get("format") != "csv":
            write("search" if words else "consult", self._page)
            return None
        rows = list(self.rows.order_by(*self._fields)[: EXPORTED_TO + 1])
        cut, rows = len(rows) > EXPORTED_TO, rows[:EXPORTED_TO]
        write("export", rows)
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([column.title for column in self.columns])
        for row in rows:
            cells = [column.value(row) for column in self.columns]
            writer.writerow([safe_cell("" if cell is None else str(cell)) for cell in cells])
        if cut:
            writer.writerow(
                [f"The list is longer than {EXPORTED_TO:,} rows and was cut here. Narrow it with its filters."]
            )
        return HttpResponse(
            "\ufeff" + text.getvalue(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _beyond(fields: Sequence[str], seen: Sequence[Any]) -> Q:
    """What comes after these values in this order: (a, b, c) beyond (x, y, z), written out for mixed directions."""
    found = Q(pk__in=[])
    same = Q()
    for name, value in zip(fields, seen, strict=True):
        plain = name.lstrip("-")
        found |= same & Q(**{f"{plain}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{plain: value})
    first, value = fields[0].lstrip("-"), seen[0]  # A plain bound on the first field lets the database use its index.
    return Q(**{f"{first}__{'lte' if fields[0].startswith('-') else 'gte'}": value}) & found
