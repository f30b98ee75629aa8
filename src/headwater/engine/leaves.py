"""Which tables does a piece of work leave behind? A large force's tables fill the memory: what was only on the way is let go."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from headwater.engine.protocol import Engine

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_Work = Callable[Concatenate[Engine, _Given], _Result]


def leaves(*tables: str) -> Callable[[_Work[_Given, _Result]], _Work[_Given, _Result]]:
    """Says of a function with an engine as its first argument that of the tables it makes only these are left, see `Engine.passing`."""

    def decorate(work: _Work[_Given, _Result]) -> _Work[_Given, _Result]:
        @wraps(work)
        def done(engine: Engine, /, *given: _Given.args, **named: _Given.kwargs) -> _Result:
            with engine.passing(*tables):
                return work(engine, *given, **named)

        return done

    return decorate
