"""The entry for web servers."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from headwater.service.running.parent import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
application = get_wsgi_application()

from headwater.service.areas.atlas import warm  # noqa: E402 - needs the settings

threading.Thread(target=warm, daemon=True, name="areas-warm").start()

if parent := int(os.environ.get("HEADWATER_PARENT", "0")):
    end_with(parent)
