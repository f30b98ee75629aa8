"""Write the accountability log: what is no change of a table. Changes write themselves (see sql/functions.sql)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, connections, transaction

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


def log(
    verb: str, item_type: str, items: Iterable[object], *, case: int | None = None, categories: Iterable[str] = (), recipient: str = "",
    agreement: int | None = None, basis: str = "",
) -> None:  # fmt: skip
    """Write one line: `verb` is one of `audit.models.VERBS`, `items` the numbers of what was seen or sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_write(%s, %s, %s::text[], %s, %s::text[], %s, %s, %s)",
            [verb, item_type, [str(item) for item in items], case, list(categories), recipient, agreement, basis],
        )


def log_search(words: str, item_type: str, items: Iterable[object]) -> None:
    """Write that somebody searched: a keyed digest of the words, which tells the same words again and no more, and what was found."""
    log("search", item_type, items, basis="words " + keyed_digest(words.casefold().strip()))


def keyed_digest(text: str) -> str:
    """A short digest that nobody without the service's key can try words against."""
    return hashlib.blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()


def forget(item_type: str, items: Iterable[object], *, why: str) -> int:
    """As the eraser: the history values of these items go; the lines stay and still verify. How many went."""
    with transaction.atomic(using="eraser"), connections["eraser"].cursor() as cursor:
        cursor.execute("SELECT set_config('headwater.actor', %s, true)", [json.dumps({"role": "eraser"})])
        cursor.execute("SELECT audit_forget(%s, %s::text[], %s)", [item_type, [str(item) for item in items], why])
        return int(cursor.fetchone()[0])


def _set(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('headwater.actor', %s, false)", [text])
