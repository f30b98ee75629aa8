"""Which connection may change the shape of the database? The owner's only."""

from __future__ import annotations

from typing import Any

from django.conf import settings


class OwnerMigrates:
    """Migrations run as the owner; the service's own role has no right to."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Only in the process that was started to migrate: there the default connection is the owner's."""
        return bool(settings.MIGRATING) and db == "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        """The connections are roles in one database."""
        return True
