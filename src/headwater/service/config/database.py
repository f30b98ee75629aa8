"""Which database, and as whom? The embedded one beside the lake, or one's own by DATABASE_URL or the secret file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from headwater.service.config.secret import Secret
from headwater.service.postgres.place import DatabaseFault, Place

ROLE_OF = {"default": "headwater_service", "owner": "headwater_owner", "eraser": "headwater_eraser"}
"""Django's name of a connection → the database role behind it."""


def is_embedded(secret: Secret | None) -> bool:
    """Whether the service brings its own server."""
    return not os.environ.get("DATABASE_URL") and (secret is None or secret.database is None)


def databases(data: Path, secret: Secret | None) -> dict[str, dict[str, Any]]:
    """Django's DATABASES. Raises DatabaseFault for an address that is none of PostgreSQL."""
    if not is_embedded(secret):
        told = secret.database if secret else None
        named = {
            "default": os.environ.get("DATABASE_URL") or (told.service if told else ""),
            "owner": os.environ.get("HEADWATER_OWNER_URL") or (told.owner if told else ""),
            "eraser": os.environ.get("HEADWATER_ERASER_URL") or (told.eraser if told else ""),
        }
        return {name: _common(_from_url(url)) for name, url in named.items() if url}
    place = Place((data / "database").absolute(), None, None)
    passwords = json.loads(place.passwords.read_text()) if place.passwords.exists() else {}
    return {
        name: _common(
            {
                "HOST": str(place.run),
                "PORT": "5432",
                "NAME": "headwater",
                "USER": role,
                "PASSWORD": passwords.get(role, ""),
            }
        )
        for name, role in ROLE_OF.items()
    }


AS_OWNER = "HEADWATER_AS_OWNER"
"""Set for the one process that changes the shape of the database: there the default connection is the owner's, because migrations of
other packages use the default one."""


def as_owner(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The connections of the migrating process. Raises DatabaseFault where no owner is known."""
    if "owner" not in found:
        raise DatabaseFault(
            "Nobody may change the shape of this database here. Set HEADWATER_OWNER_URL, or owner in the secret file."
        )
    return {
        **found,
        "default": {**found["owner"], "OPTIONS": {**found["owner"]["OPTIONS"], "options": "-c timezone=UTC"}},
    }


def _common(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": found["USER"] != "",
        "DISABLE_SERVER_SIDE_CURSORS": False, **found,
        "OPTIONS": {"connect_timeout": 5, "options": "-c statement_timeout=20000 -c lock_timeout=10000 -c timezone=UTC", **found.get("OPTIONS", {})},
    }  # fmt: skip


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise DatabaseFault(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name. Only PostgreSQL is supported."
        )
    where = parts.netloc.rpartition("@")[2]  # Not `hostname`, which is in small letters: a socket's path may not be.
    host = unquote(where.rpartition(":")[0] if parts.port else where.rstrip(":"))
    return {
        "HOST": host, "PORT": str(parts.port or 5432), "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""), "OPTIONS": dict(parse_qsl(parts.query)),
    }  # fmt: skip
