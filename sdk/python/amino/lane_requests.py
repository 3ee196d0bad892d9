"""Requests for the OMS by the lane, where a request costs a tenth of one by gRPC."""

from __future__ import annotations

from typing import Any

from amino_wire.connection import FrameConnection
from amino_wire.errors import KernelUnavailable
from amino_wire.invocation import CallOptions
from amino_wire.lane_requests import METHOD, TARGET, answer_of

from amino.attempts import Lost


async def ask(connection: FrameConnection, name: str, message: Any, seconds: float) -> Any:
    """The answer to a request of `amino_wire.lane_requests.MESSAGES`.

    Raises:
        Lost: the connection was lost before it came.
        AminoError: the one that the request ended with; DeadlineExceeded.
    """
    options = CallOptions(budget_ms=max(1, int(seconds * 1000)))
    try:
        value = await connection.call(TARGET, METHOD, (name, message.SerializeToString()), options)
    except KernelUnavailable as error:
        # Also a request that a kernel has not carried out since it stops: there was a connection, and there may be one to another kernel.
        raise Lost(error, sent=True) from None
    return answer_of(name, value)
