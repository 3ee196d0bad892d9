"""What a client offers to the proxies of one object (`amino_dms.runtime.hosts.ProxyHost`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from amino_dms.api import REPLICA_HEADER, Clock, Node, Stored
from amino_dms.runtime.hosts import PartAddress
from amino_wire.errors import AminoError, EpochStale, Moved
from amino_wire.follow import follow
from amino_wire.frames import DEFAULT_BUDGET_MS, FLAG_MOVED, FLAG_PROXIES_DONE, CallOptions, Invocation
from amino_wire.instances import path_in
from amino_wire.pb import client_pb2, oms_pb2
from amino_wire.route import Route
from amino_wire.values import DEFAULT, decode, encode

from amino.commands import run_command
from amino.connections import Connections
from amino.location import Location
from amino.proxies.values import ChainValues
from amino.proxies.watched import known_failure

DEFAULT_SECONDS = 30.0
"""Time of a question to another part that names none."""
GRACE_SECONDS = 0.5
"""How much longer than its budget a question's answer is waited for: the kernel's own error says more than ours."""
STORE = "store"
ANY_VERSION = -1


class ClientProxyHost:
    """Sends calls over the object's link and questions through the home kernel.

    Arguments:
        connections: of the client.
        location: of the object.
        values: converts what proxies see.
        caller: the client's id, for the kernel's log.
        clock, random: what proxies are given.
    """

    def __init__(
        self, connections: Connections, location: Location, values: ChainValues, caller: str, clock: Clock, random: Random
    ) -> None:
        self._connections = connections
        self._location = location
        self._values = values
        self._caller = caller
        self._random = random
        self._clock = clock
        self._others: dict[str, Location] = {}
        self.unsent: set[str] = set()
        """The request ids of calls that are on their way through the proxies and have not been sent; later ones must not overtake them."""
        self.owner: object = None
        """The way of calls through these proxies, as the location names it."""

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def random(self) -> Random:
        return self._random

    @property
    def node(self) -> Node:
        return Node(self._connections.home.kernel_id)

    async def nodes(self) -> tuple[Node, ...]:
        answer = await self._connections.request("Kernels", client_pb2.KernelsRequest())
        return tuple(Node(kernel.id, dict(kernel.labels)) for kernel in answer.kernels)

    async def durable_get(self, key: str) -> Stored:
        value, version = await self._ask(PartAddress(self._location.id, 0, STORE), "get", (key,), {}, None)
        return Stored(value, version)

    async def durable_put(self, key: str, value: Any, expected: int | None) -> int:
        wanted = ANY_VERSION if expected is None else expected
        stored, version = await self._ask(PartAddress(self._location.id, 0, STORE), "put", (key, value, wanted), {}, None)
        if not stored:
            raise EpochStale(f"The durable value {key} has version {version}, not {expected}: somebody else wrote it.")
        return int(version)

    async def call_part(
        self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None
    ) -> Any:
        return await self._ask(address, method, args, kwargs, budget)

    async def _ask(self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None) -> Any:
        seconds = budget or DEFAULT_SECONDS
        request = oms_pb2.CallPartRequest(
            object_id=address.object_id,
            chain_index=address.index,
            part=address.part,
            path=path_in("", address.replica),
            method=method,
            args=DEFAULT.encode_array(args),
            kwargs=encode(dict(kwargs)),
            caller=self._caller,
            budget_ms=max(1, int(seconds * 1000)),
        )
        await self._connections.open()
        return decode((await self._connections.home.ask_kernel("CallPart", request, timeout=seconds + GRACE_SECONDS)).value)

    async def invoke(self, call: Invocation) -> Any:
        """See `ProxyHost.invoke`. A call that did not run, because the object had moved, is sent after it until the deadline.

        Raises:
            Moved: the object has another chain now; the call has not run.
        """
        location = self._location
        tried: tuple[object, int] = (location.link, location.epoch)
        self.unsent.discard(call.request_id)
        try:
            if (known := known_failure()) is not None:
                error, link = known
                tried = (link, location.epoch)
                raise error
            return await self._send(call)
        except AminoError as error:
            return await self._follow(call, tried, error)

    async def _send(self, call: Invocation) -> Any:
        return self._values.inward(await self._location.link.call(call.object_id, call.method, call.args, self._options(call)))

    async def _follow(self, call: Invocation, tried: tuple[object, int], failure: AminoError) -> Any:
        location = self._location

        async def look() -> bool:
            await self._connections.resolve(location.id)
            if location.proxies is not self.owner:
                raise Moved(f"the deployment managers of object {location.title} were changed; the call goes through the new ones")
            return (location.link, location.epoch) != tried

        async def send() -> Any:
            nonlocal tried
            tried = (location.link, location.epoch)
            return await self._send(call)

        deadline = call.deadline or self._clock.now() + DEFAULT_BUDGET_MS / 1000
        name = f"{call.method} of object {location.title}"
        return await follow(Route(deadline), failure, name=name, clock=self._clock, look=look, send=send)

    async def call_object(self, call: Invocation) -> Any:
        """See `ProxyHost.call_object`."""
        location = await self._other(call.object_id)
        return self._values.inward(await location.call(location.id, call.method, call.args, call.options(self._clock.now())))

    async def command_object(self, object_id: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """See `ProxyHost.command_object`."""
        await self._other(object_id)
        work = run_command(self._connections, self._values.codec, object_id, name, args, kwargs, manager)
        return self._values.inward(await work)

    async def _other(self, object_id: str) -> Location:
        """The location of another object; it is kept, with its proxies, as long as these proxies are."""
        location = self._others.get(object_id)
        if location is None:
            location = self._others[object_id] = await self._connections.resolve(object_id)
        return location

    def _options(self, call: Invocation) -> CallOptions:
        location = self._location
        # The object's own kernel need not forward: it says where the object went, so that the next call goes there straight.
        flags = FLAG_PROXIES_DONE | (FLAG_MOVED if location.at_home and REPLICA_HEADER not in call.headers else 0)
        budget = int((call.deadline - self._clock.now()) * 1000) if call.deadline else DEFAULT_BUDGET_MS
        return CallOptions(
            kwargs=call.kwargs,
            budget_ms=max(1, budget),
            request_id=call.request_id,
            read_only=call.read_only,
            transaction_id=call.transaction_id,
            chain=call.chain,
            trace=call.trace,
            headers=call.headers,
            flags=call.flags | flags,
            epoch=location.epoch,
        )
