"""The desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The analyst's desk."""

    name = "headwater.service.desk"
    label = "desk"

    def ready(self) -> None:
        """Stand in the navigation."""
        from headwater.service.agencies.access import Role
        from headwater.service.design.frame import PLACES, Place

        PLACES.insert(1, Place("Desk", "desk", lambda actor: actor.has(Role.ANALYST)))
        PLACES.insert(2, Place("Bring in", "upload", lambda actor: actor.has(Role.ANALYST)))
