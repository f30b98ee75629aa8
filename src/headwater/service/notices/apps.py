"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices and mails."""

    name = "headwater.service.notices"
    label = "notices"

    def ready(self) -> None:
        """Stand in the navigation."""
        from headwater.service.design.frame import PLACES, Place
        from headwater.service.notices.selectors import open_notices

        PLACES.append(
            Place(
                "Notices", "notices", lambda actor: True, open_notices, about="What you should know, with a link to it."
            )
        )
