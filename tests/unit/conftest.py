"""Fixtures that several unit tests share, and how properties are tested."""

from hypothesis import HealthCheck, settings

from tests.support.lane_peer import peer

__all__ = ["peer"]

# How long an example takes says how busy the machine is. The same examples each time: what fails here fails for everybody.
settings.register_profile("amino", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amino")
