"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices and mails."""

    name = "headwater.service.notices"
    label = "notices"

    def ready(self) -> None:
        """Stand in the navigation, and with what presses above everything else on the front page."""
        from headwater.service.design.frame import PLACES, Place
        from headwater.service.design.front import PARTS, Part
        from headwater.service.notices.front import read_urgent
        from headwater.service.notices.selectors import open_notices

        PARTS.insert(0, Part("notices/front_urgent.html", lambda actor: True, read_urgent, presses=True))

        PLACES.append(
            Place(
                "Notices", "notices", lambda actor: True, open_notices, about="What you should know, with a link to it."
            )
        )
