"""Rows that another question finds: answered first, so that the database goes to them by its indexes."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


class Among(Func):
    """Whether a column is one of those that a question of one column finds: `column = ANY (ARRAY (question))`.

    Django's `__in` means the same. PostgreSQL cannot use an index for it beside an OR, and reads the whole table instead.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, question: QuerySet[Any, Any]) -> None:
        super().__init__(F(column), ArraySubquery(question))
