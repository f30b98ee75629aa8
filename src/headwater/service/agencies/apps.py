"""The agencies app."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies, teams, users, agreements."""

    name = "headwater.service.agencies"
    label = "agencies"

    def ready(self) -> None:
        """Log who signs in; stand on the front page of those who run and oversee an agency."""
        from headwater.service.agencies import front
        from headwater.service.agencies.watch_sign_in import start_watching
        from headwater.service.design.front import PARTS, Part

        start_watching()
        PARTS += [
            Part("agencies/front_people.html", front.is_administrator, front.read_people),
            Part("agencies/front_agreements.html", front.watches_agreements, front.read_agreements),
        ]
