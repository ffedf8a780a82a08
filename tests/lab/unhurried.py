"""Settings for generated tests that must not fail on a busy machine: no limit on the time of an example."""

from hypothesis import HealthCheck, settings

__all__ = ["UNHURRIED"]

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
