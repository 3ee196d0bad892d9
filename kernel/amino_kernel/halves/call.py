"""A call on its way through this kernel, its values still encoded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from amino_wire.frames import CallOptions
from amino_wire.lane import IncomingCall
from amino_wire.quick import quick
from amino_wire.values import EncodedValue

NO_ARGUMENTS = EncodedValue(b"\x90")


@quick
@dataclass(frozen=True, slots=True)
class Call:
    """The facts of a call that a router needs; the values pass through unread.

    `deadline` is in seconds of the loop's clock (`time.monotonic`).
    """

    target: str
    method: str
    args: EncodedValue
    deadline: float
    options: CallOptions = field(default_factory=CallOptions)

    @classmethod
    def of(cls, incoming: IncomingCall) -> Call:
        """The call that arrived on an opaque connection."""
        assert isinstance(incoming.args, EncodedValue)
        return cls(incoming.target, incoming.method, incoming.args, incoming.deadline, incoming.options)

    def outgoing(self, now: float, flags: int, epoch: int = 0) -> CallOptions:
        """The options with which it is passed on at `now`: with the time that is left, and further flags."""
        budget = max(1, int((self.deadline - now) * 1000))
        return replace(self.options, budget_ms=budget, flags=self.options.flags | flags, epoch=epoch or self.options.epoch)

    def has(self, flag: int) -> bool:
        """True when a flag of `amino_wire.frames` is set."""
        return bool(self.options.flags & flag)


Next = Callable[[Call], Awaitable[EncodedValue]]
"""The next step of the path of a call: answers the encoded result, or raises an AminoError."""
