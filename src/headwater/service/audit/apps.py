"""After each migration the owner puts the guards in place: triggers on every table of ours, and grants that refuse the rest."""

from __future__ import annotations

import sys
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_save

from headwater.service.config.faults import kind_and_places


class AuditConfig(AppConfig):
    """The logs."""

    name = "headwater.service.audit"
    label = "audit"

    def ready(self) -> None:
        """Hang the guards on the end of each migration; keep what a task was about out of what is kept of its failure."""
        post_migrate.connect(_guard, dispatch_uid="audit-guards")
        pre_save.connect(_without_words, sender="django_tasks_database.DBTaskResult", dispatch_uid="task-without-words")


def _without_words(instance: Any, **_: Any) -> None:
    """The words of a fault can be about somebody: kept are its kind and the places in the code."""
    if instance.traceback:
        instance.traceback = kind_and_places(sys.exception())


def _guard(using: str, sender: AppConfig, **_: Any) -> None:
    from django.apps import apps

    from headwater.service.audit.guards import put_in_place

    if using == "default" and settings.MIGRATING and sender.label == list(apps.get_app_configs())[-1].label:
        put_in_place()
