"""The entry for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from headwater.service.running.parent import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
application = get_wsgi_application()

if parent := int(os.environ.get("HEADWATER_PARENT", "0")):
    end_with(parent)
