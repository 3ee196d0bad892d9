"""Calls that a played object lets in without its managers until a moment (the operation `lend` of docs/bridge.md)."""

from __future__ import annotations

from amino_wire.frames import FLAG_PROXIES_DONE, CallOptions


class PlayedLent:
    """Until when, which members, and how many calls it has let in so far."""

    def __init__(self) -> None:
        self.until: int | None = None
        self.members: frozenset[str] = frozenset()
        self.calls = 0

    def lets_in(self, method: str, options: CallOptions, now: int) -> bool:
        """Whether a call may enter now, in nanoseconds of the half's lease clock; counts it then."""
        plain = options.flags & FLAG_PROXIES_DONE and not (options.headers or options.transaction_id or options.chain)
        allowed = bool(plain) and self.until is not None and now < self.until and method in self.members
        self.calls += allowed
        return allowed
