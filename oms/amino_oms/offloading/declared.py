"""How slow a kind of device is thought to be before anything was measured."""

from __future__ import annotations

SLOWNESS = {"phone": 1.0, "tablet": 0.9, "edge": 0.35, "cloud": 0.2}
"""Times the execution on a phone. The Amino paper (section VI.A) found its cloud five times as fast as its phone; an edge is thought
to be between both. Measurements replace these."""
UNKNOWN = 0.5


def declared_slowness(kind: str) -> float:
    """The execution on a host of a kind, as a share of the execution on a phone."""
    return SLOWNESS.get(kind, UNKNOWN)
