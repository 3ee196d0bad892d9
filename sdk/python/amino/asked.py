"""One request by gRPC, whose failures are Amino's errors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from amino_wire.errors import KernelUnavailable, Outcome, from_rpc_error, is_answer

from amino.attempts import Lost


async def asked(call: Callable[[], Awaitable[Any]], peer: str) -> Any:
    """The answer to a request.

    Arguments:
        call: sends it.
        peer: who is asked, for messages.

    Raises:
        Lost: no kernel has answered.
        AminoError: what the kernel answered.
    """
    try:
        return await call()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # gRPC says so of requests on a channel that is closed under them; nobody has given this one up.
        raise Lost(KernelUnavailable(f"the connection to {peer} was given up before it had answered"), sent=True) from None
    except grpc.RpcError as error:
        known = from_rpc_error(error, what=peer)
        if isinstance(known, KernelUnavailable) and not is_answer(error):
            raise Lost(known, sent=known.outcome is not Outcome.NOT_RUN) from None
        raise known from None
