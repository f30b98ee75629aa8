"""Headwater: notice harm early in the records a force already holds, and pass it to the people who can help."""

__version__ = "0.1.0"
