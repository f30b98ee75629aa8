"""Write the accountability log: what is no change of a table. Changes write themselves (see sql/functions.sql)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import QuerySet

NOBODY = ""


def name_actor(*, user: int | None, agency: int | None, role: str, request: str = "") -> None:
    """Say on this connection who acts until somebody else is named. Without it the database changes nothing."""
    _set(json.dumps({"user": user, "agency": agency, "role": role, "request": request}))


def name_nobody() -> None:
    """Nobody acts: every change is refused until somebody is named."""
    _set(NOBODY)


@contextmanager
def acting_as(part: str) -> Iterator[None]:
    """A part of the service acts by itself (a timer, an import) until the block ends."""
    name_actor(user=None, agency=None, role=part, request=str(uuid.uuid4()))
    try:
        yield
    finally:
        if not connection.needs_rollback:
            name_nobody()


@dataclass(frozen=True)
class Line:
    """One line of the log: `verb` is one of `audit.models.VERBS`, `items` the numbers of what was seen or sent."""

    verb: str
    item_type: str
    items: Iterable[object]
    case: int | None = None
    categories: Iterable[str] = ()
    recipient: str = ""
    agreement: int | None = None
    basis: str = ""


def log(
    verb: str, item_type: str, items: Iterable[object], *, case: int | None = None, categories: Iterable[str] = (), recipient: str = "",
    agreement: int | None = None, basis: str = "",
) -> None:  # fmt: skip
    """Write one line."""
    write_lines([Line(verb, item_type, items, case, categories, recipient, agreement, basis)])


def write_lines(lines: Iterable[Line]) -> None:
    """Write these lines, in one question to the database."""
    told = [
        [one.verb, one.item_type, [str(item) for item in one.items], one.case, list(one.categories), one.recipient, one.agreement, one.basis]
        for one in lines
    ]  # fmt: skip
    calls = ", ".join(["audit_write(%s, %s, %s::text[], %s, %s::text[], %s, %s, %s)"] * len(told))
    if calls:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {calls}", [value for line in told for value in line])


def log_search(words: str, item_type: str, items: Iterable[object], *, categories: Iterable[str] = ()) -> None:
    """Write that somebody searched, and what was found."""
    log("search", item_type, items, categories=categories, basis=digest_words(words))


def digest_words(words: str) -> str:
    """The words of a search as a line of the log holds them: a keyed digest, which tells the same words again and no more."""
    return "words " + keyed_digest(words.casefold().strip())


def keyed_digest(text: str) -> str:
    """A short digest that nobody without the service's key can try words against."""
    return hashlib.blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()


def rest_on(agreement: int) -> None:
    """What is changed on this connection until somebody else is named is changed by this sharing agreement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('headwater.actor', (current_setting('headwater.actor')::jsonb || %s::jsonb)::text, false)",
            [json.dumps({"agreement": agreement})],
        )


def remove_for_good(rows: QuerySet[Any]) -> int:
    """Remove these rows, and once that is kept, what they said before; how many went. A process without the eraser's connection, or
    whose eraser fails, leaves the old values to `forget_removed`."""
    model = rows.model
    numbers = list(rows.values_list("pk", flat=True))
    if not numbers:
        return 0
    model._default_manager.filter(pk__in=numbers).delete()
    if may_forget():
        table = model._meta.db_table
        transaction.on_commit(lambda: forget(table, numbers, why="removed"), robust=True)
    return len(numbers)


def may_forget() -> bool:
    """Whether this process may act as the eraser."""
    return "eraser" in connections.settings


def forget_removed(*, but: Iterable[str] = ()) -> int:
    """As the eraser: the history values of all that was removed, but of these tables; how many went. The worker's part, because a page
    may not have been able to."""
    with _as_eraser() as cursor:
        cursor.execute("SELECT audit_forget_removed(%s::text[])", [list(but)])
        return int(cursor.fetchone()[0])


def forget(item_type: str, items: Iterable[object], *, why: str) -> int:
    """As the eraser: the history values of these items go; the lines stay and still verify. How many went."""
    with _as_eraser() as cursor:
        cursor.execute("SELECT audit_forget(%s, %s::text[], %s)", [item_type, [str(item) for item in items], why])
        return int(cursor.fetchone()[0])


@contextmanager
def _as_eraser() -> Iterator[Any]:
    with transaction.atomic(using="eraser"), connections["eraser"].cursor() as cursor:
        cursor.execute("SELECT set_config('headwater.actor', %s, true)", [json.dumps({"role": "eraser"})])
        yield cursor


def _set(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('headwater.actor', %s, false)", [text])
