"""Calls that have arrived at a played half, and calls that wait there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amino_kernel.halves.call import NO_ARGUMENTS
from amino_wire.errors import AminoError
from amino_wire.lane import IncomingCall
from amino_wire.protocol import Header
from amino_wire.values import DEFAULT, EncodedValue, decode

from amino_testkit.half.guest import FixedRun, GuestCall
from amino_testkit.half.played_object import PlayedObject


@dataclass(eq=False, slots=True)
class Waiting:
    """A call that wants in, its task, and the error with which somebody has ended its wait."""

    call: GuestCall
    found: PlayedObject
    task: asyncio.Task[Any]
    aborted: AminoError | None = None


def guest_call(incoming: IncomingCall, request_id: str) -> GuestCall:
    """A call that arrived, as guests run it."""
    assert isinstance(incoming.args, EncodedValue)
    kwargs = incoming.options.kwargs
    named: Mapping[str, Any] = decode(kwargs.data) if isinstance(kwargs, EncodedValue) else kwargs
    args = DEFAULT.decode_array((incoming.args or NO_ARGUMENTS).data)
    options = incoming.options
    return GuestCall(incoming.target, incoming.method, args, named, request_id, options.chain, incoming.deadline, options.transaction_id)


def fixed_of(incoming: IncomingCall) -> FixedRun | None:
    """The fixed circumstances of a call of the Python half; None: it has none."""
    headers = incoming.options.headers
    named: Mapping[str, Any] = decode(headers.data) if isinstance(headers, EncodedValue) else headers
    given = named.get(Header.FIXED)
    return None if given is None else FixedRun(tuple(given))
