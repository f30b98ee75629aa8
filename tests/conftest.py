"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No test depends on how fast or busy a machine is.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
