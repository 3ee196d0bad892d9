"""Requests of clients to the OMS that come by the lane: the call `@kernel.request`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from amino_kernel.calls.callers import check_client, maker_of
from amino_kernel.halves.call import Call
from amino_kernel.links.oms_client import LONG_SECONDS, SHORT_SECONDS, OmsClient
from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.lane_requests import MESSAGES, answered, failed
from amino_wire.reads import READS
from amino_wire.values import EncodedValue, decode, encode
from google.protobuf.message import DecodeError

JOIN_SECONDS = 10.0
Joined = Callable[[float], Awaitable[None]]
"""Returns when this kernel has joined the cluster; waits so many seconds at most."""


class ClientRequests:
    """Passes requests on to the OMS as they are.

    Args:
        oms: The OMS.
        joined: See `Joined`.
    """

    def __init__(self, oms: OmsClient, joined: Joined) -> None:
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
        check_client(call)
        name, message = _request(call)
        if "maker" in message.DESCRIPTOR.fields_by_name:
            message.maker = maker_of(call)
        longest = SHORT_SECONDS if name in READS else LONG_SECONDS
        try:
            response = await pass_on(self._oms, self._joined, getattr(self._oms.stub, name), message, min(seconds, longest))
        except AminoError as error:
            return EncodedValue(encode(failed(error)))
        return EncodedValue(encode(answered(response)))


async def pass_on(oms: OmsClient, joined: Joined, method: Callable[..., Any], request: Any, seconds: float) -> Any:
    """The answer of the OMS to a client's request, within so many seconds. Raises what the OMS answers, or OmsUnavailable."""
    await joined(min(JOIN_SECONDS, seconds))
    return await oms.ask(method, request, seconds)


def _request(call: Call) -> tuple[str, Any]:
    match decode(call.args.data):
        case [str(name), bytes(data)] if name in MESSAGES:
            try:
                return name, MESSAGES[name][0].FromString(data)
            except DecodeError:
                raise ArgumentInvalid(f"The message of the request {name} cannot be read.") from None
        case _:
            raise ArgumentInvalid(f"A request takes its name ({', '.join(MESSAGES)}) and its message as bytes.")
