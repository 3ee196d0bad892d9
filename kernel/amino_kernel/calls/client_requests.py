"""Requests of clients to the OMS that come by the lane: the call `@kernel.request`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from amino_kernel.halves.call import Call
from amino_kernel.links.oms_client import LONG_SECONDS, SHORT_SECONDS, OmsClient
from amino_wire.errors import AminoError, ArgumentInvalid, PermissionDenied
from amino_wire.lane_requests import MESSAGES, answered, failed
from amino_wire.values import EncodedValue, decode, encode
from google.protobuf.message import DecodeError

JOIN_SECONDS = 10.0
_SHORT = frozenset({"Get"})
"""Requests for which the OMS needs nobody else."""


class ClientRequests:
    """Passes requests on to the OMS as they are.

    Args:
        oms: The OMS.
        joined: Returns when this kernel has joined the cluster; waits so many seconds at most.
    """

    def __init__(self, oms: OmsClient, joined: Callable[[float], Awaitable[None]]) -> None:
        self._oms, self._joined = oms, joined

    async def answer(self, call: Call, seconds: float) -> EncodedValue:
        """Runs a request.

        Args:
            call: Its arguments are the request's name and its message.
            seconds: How long the OMS may take.

        Raises:
            PermissionDenied: An object asks.
            ArgumentInvalid: There is no such request, or it cannot be read.
        """
        if not call.options.client_id:
            raise PermissionDenied(f"{call.target}.{call.method} is for clients, not for objects.")
        name, message = _request(call)
        if "maker" in message.DESCRIPTOR.fields_by_name:
            message.maker = f"client {call.options.client_id}"
        timeout = min(seconds, SHORT_SECONDS if name in _SHORT else LONG_SECONDS)
        try:
            await self._joined(min(JOIN_SECONDS, timeout))
            response = await self._oms.ask(getattr(self._oms.stub, name), message, timeout)
        except AminoError as error:
            return EncodedValue(encode(failed(error)))
        return EncodedValue(encode(answered(response)))


def _request(call: Call) -> tuple[str, Any]:
    match decode(call.args.data):
        case [str(name), bytes(data)] if name in MESSAGES:
            try:
                return name, MESSAGES[name][0].FromString(data)
            except DecodeError:
                raise ArgumentInvalid(f"The message of the request {name} cannot be read.") from None
        case _:
            raise ArgumentInvalid(f"A request takes its name ({', '.join(MESSAGES)}) and its message as bytes.")
