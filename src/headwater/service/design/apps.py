"""The design app."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Frame, forms, lists, words."""

    name = "headwater.service.design"
    label = "design"
