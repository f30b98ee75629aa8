"""The areas app."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Areas, their measures, and plans of posts."""

    name = "headwater.service.areas"
    label = "areas"

    def ready(self) -> None:
        """Stand in the navigation, and on the front page of planners."""
        from headwater.service.areas.front import is_planner, read_plans
        from headwater.service.design.frame import PLACES, Place
        from headwater.service.design.front import PARTS, Part

        PARTS.append(Part("areas/front_plans.html", is_planner, read_plans))

        PLACES.append(
            Place(
                "Areas",
                "areas",
                lambda actor: True,
                about="What kind of place each area is, and why; on a map and in a table.",
            )
        )
