"""What does the service's own log say of an unexpected fault? Its kind and the places in the code, never the values: the database names
the row that it refused, and a row is about somebody."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Writes a fault, and those that led to it, without their words."""

    def formatException(self, ei: Fault) -> str:
        """Kind and places."""
        return kind_and_places(ei[1])


def kind_and_places(fault: BaseException | None) -> str:
    """What kind of fault, and where in the code, with those that led to it; none of their words."""
    lines: list[str] = []
    while fault is not None:
        lines.append(type(fault).__name__)
        lines += [f"  {one.filename}:{one.lineno} in {one.name}" for one in traceback.extract_tb(fault.__traceback__)]
        fault = fault.__cause__ or fault.__context__
    return "\n".join(lines)
