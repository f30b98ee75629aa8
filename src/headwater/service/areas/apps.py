"""The areas app."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Areas, their measures, and plans of posts."""

    name = "headwater.service.areas"
    label = "areas"

    def ready(self) -> None:
        """Stand in the navigation."""
        from headwater.service.design.frame import PLACES, Place

        PLACES.append(
            Place(
                "Areas",
                "areas",
                lambda actor: True,
                about="What kind of place each area is, and why; on a map and in a table.",
            )
        )
