"""The agencies app."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies, teams, users, agreements."""

    name = "headwater.service.agencies"
    label = "agencies"
