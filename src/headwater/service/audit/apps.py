"""After each migration the owner puts the guards in place: triggers on every table of ours, and grants that refuse the rest."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The logs."""

    name = "headwater.service.audit"
    label = "audit"

    def ready(self) -> None:
        """Hang the guards on the end of each migration."""
        post_migrate.connect(_guard, dispatch_uid="audit-guards")


def _guard(using: str, sender: AppConfig, **_: Any) -> None:
    from django.apps import apps

    from headwater.service.audit.guards import put_in_place

    if using == "default" and settings.MIGRATING and sender.label == list(apps.get_app_configs())[-1].label:
        put_in_place()
