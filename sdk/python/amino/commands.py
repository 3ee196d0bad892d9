"""Commands of deployment managers, as a client sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from amino_wire.frames import CallOptions
from amino_wire.lane_requests import TARGET
from amino_wire.pb import client_pb2
from amino_wire.values import Codec

from amino.connections import Connections
from amino.given import named
from amino.link import CONTROL_SECONDS

_COMMAND: Final = CallOptions(budget_ms=int(CONTROL_SECONDS * 1000))


async def run_command(
    connections: Connections, codec: Codec, target: str, command: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str
) -> Any:
    """Runs a command at a proxy here, or has the home kernel run it.

    Arguments:
        connections, codec: of the client.
        target: an object's id, or a name.
        command: the command's name.
        args, kwargs: values.
        manager: whose command; empty: the first manager's that has it.

    Raises:
        AminoError: what the command raises.
    """
    location = connections.known(target)
    if location is not None and location.proxies is not None and location.proxies.has_command(command, manager):
        return await location.proxies.command(command, tuple(args), kwargs, manager)
    await connections.open()
    if connections.home.takes_commands:
        words = (target, command, list(args), dict(kwargs), manager)
        return await connections.home.call(TARGET, "command", words, _COMMAND)
    request = client_pb2.CommandRequest(
        target=target,
        command=command,
        args=codec.encode_array(args),
        kwargs=codec.encode(named(kwargs), path="kwargs"),
        deployment_manager=manager,
    )
    response = await connections.request("Command", request)
    return codec.decode(response.value) if response.value else None
