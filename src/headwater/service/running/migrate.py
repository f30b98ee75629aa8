"""The one process that changes the shape of the database, as its owner: `python -m headwater.service.running.migrate`."""

from __future__ import annotations

import os


def main() -> None:
    """Run every migration that is due; the guards of the log follow the last one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("createcachetable", verbosity=0)
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    main()
