"""The entry for web servers."""

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
application = get_wsgi_application()


def _end_with_parent() -> None:
    """End this process when the one that started it was killed, so that no half of a service goes on answering."""
    parent = int(os.environ.get("HEADWATER_PARENT", "0"))
    while parent:
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(2)


if os.environ.get("HEADWATER_PARENT"):
    threading.Thread(target=_end_with_parent, daemon=True, name="parent-watch").start()
