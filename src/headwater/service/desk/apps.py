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

        PLACES.insert(
            1,
            Place(
                "Desk",
                "desk",
                lambda actor: actor.has(Role.ANALYST),
                about="Drafts that the search proposes: confirm or reject person, event and part.",
            ),
        )
        PLACES.insert(
            2,
            Place(
                "Bring in",
                "upload",
                lambda actor: actor.has(Role.ANALYST),
                about="Confirmed packages from a search that runs elsewhere, as a file.",
            ),
        )
