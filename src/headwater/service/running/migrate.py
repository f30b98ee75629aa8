"""The one process that changes the shape of the database, as its owner: `python -m headwater.service.running.migrate`."""

from __future__ import annotations

import os
import sys

AT_WORK = 75
"""The code with which this ends where another process makes the tables already."""


def main() -> int:
    """Run every migration that is due; the guards of the log follow the last one. Returns 0, or AT_WORK and nothing is done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
    import django
    from django.core.management import call_command

    from headwater.service.running.tables import alone

    django.setup()
    with alone() as nobody_else:
        if not nobody_else:
            return AT_WORK
        call_command("createcachetable", verbosity=0)
        call_command("migrate", verbosity=0, interactive=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
