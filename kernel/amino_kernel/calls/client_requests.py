"""Requests of clients to the OMS that come by the lane: the call `@kernel.request`."""

from __future__ import annotations

from typing import Any

from amino_kernel.calls.callers import check_client, maker_of
from amino_kernel.calls.passing import Passing
from amino_kernel.halves.call import Call
from amino_kernel.links.oms_client import LONG_SECONDS, SHORT_SECONDS
from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.lane_requests import MESSAGES, answered, failed
from amino_wire.protocol import READS
from amino_wire.values import EncodedValue, decode, encode
from google.protobuf.message import DecodeError


class ClientRequests:
    """Passes requests on to the OMS as they are.

    Args:
        passing: Their way to the OMS.
    """

    def __init__(self, passing: Passing) -> None:
        self._passing = passing

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
            response = await self._passing.on(name, message, min(seconds, longest))
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
