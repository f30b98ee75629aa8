"""The desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The analyst's desk."""

    name = "headwater.service.desk"
    label = "desk"

    def ready(self) -> None:
        """Stand in the navigation and on the analyst's front page."""
        from headwater.service.agencies.access import Role
        from headwater.service.design.frame import PLACES, Place
        from headwater.service.design.front import PARTS, Part
        from headwater.service.desk.front import is_analyst, read_answers, read_drafts
        from headwater.service.desk.waiting import count_waiting

        PARTS[:0] = [
            Part("desk/front_drafts.html", is_analyst, read_drafts),
            Part("desk/front_answers.html", is_analyst, read_answers),
        ]

        PLACES.insert(
            1,
            Place(
                "Desk",
                "desk",
                lambda actor: actor.has(Role.ANALYST),
                number=count_waiting,
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
