"""The web service (Django): agencies work packages together. One app for each team's job; see `urls.py` for the pages."""
