"""A call that an object makes to another one while it runs a call with fixed circumstances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from amino_wire.errors import NotDeterministic
from amino_wire.frames import Invocation
from amino_wire.values import EncodedValue

NUMBERS: Final = "@numbers"
"""The header that names a call for good: `[session, number, lowest]`. The outermost proxy that numbers calls takes it in
place of numbers of its own: the call has one name from whichever kernel it is sent. It never leaves a kernel."""
REFUSED: Final = "outside"
"""In the details of an error: no manager makes such calls."""


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """What the object asks for; its values stay encoded.

    Arguments:
        time_ns, seed: the circumstances of the call that it runs.
        number: counts the calls that that one makes, from 0.
        target: the id of the other object; `@kernel`: the kernel is asked.
        method: the member.
        args: an array of the arguments.
        kwargs: a map of the named ones.
        chain: the calls that led to it; see `Invocation`.
        transaction: the transactions that it is part of.
    """

    time_ns: int
    seed: int
    number: int
    target: str
    method: str
    args: bytes = b"\x90"
    kwargs: bytes = b"\x80"
    chain: tuple[str, ...] = ()
    transaction: str = ""


def refusal() -> NotDeterministic:
    """The error where no manager makes such calls: each replica would make them."""
    return NotDeterministic("no deployment manager of the object makes calls to others once for all replicas", details={REFUSED: True})


def given_numbers(call: Invocation) -> list[Any] | None:
    """The numbers by which the sender of a call names it; None: its proxies number it."""
    numbers: list[Any] | None = call.headers.get(NUMBERS)
    return numbers


def without_numbers(call: Invocation) -> Invocation:
    """The call, once a proxy has taken its numbers."""
    return call.changed(headers={name: value for name, value in call.headers.items() if name != NUMBERS})


class OutsideCaller(Protocol):
    """Makes such calls."""

    async def call_once(self, call: OutsideCall, numbers: Sequence[str | int], seconds: float) -> EncodedValue:
        """Calls the other object by a call that has a name for good: sent again under it, from this kernel or another one, it runs once.

        Arguments:
            call: which.
            numbers: its session, its number there, and the lowest number that may come again.
            seconds: how long it may take.

        Raises:
            ChainInvalid: no manager of the other object knows a call again; it has not run.
            AminoError: what it came to.
        """
        ...
