"""Fixtures that several unit tests share."""

from tests.support.lane_peer import peer

__all__ = ["peer"]
