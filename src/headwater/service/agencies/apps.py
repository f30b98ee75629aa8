"""The agencies app."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies, teams, users, agreements."""

    name = "headwater.service.agencies"
    label = "agencies"

    def ready(self) -> None:
        """Log who signs in."""
        from headwater.service.agencies.watch_sign_in import start_watching

        start_watching()
