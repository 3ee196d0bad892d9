"""A host for the parts of one object without a cluster: the object, its durable values and its clock are in the test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import Any

from amino_dms.api import Arrival, Clock, Delegation, Gate, Interface, Invocation, Method, Node, ObjectRule, Replica, State, Stored
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import InstanceChain, ObjectView, PartAddress
from amino_dms.runtime.hosts import Recalled
from amino_testkit.world.clock import SimulatedClock
from amino_wire.errors import AminoError, EpochStale, Moved, OmsUnavailable
from amino_wire.values import decode, encode

NAME = "shared-map"
"""Of the object whose id is `map`."""
INTERFACE = Interface("Map", (Method("get", True), Method("put"), Method("add"), Method("block")))


class PlayedStore:
    """Durable values. `away` makes every request fail; a put may have been stored before it failed where `forgets_answers`."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[bytes, int]] = {}
        self.away = False
        self.forgets_answers = False
        self.jitter: Random | None = None
        self.puts = 0

    async def get(self, key: str) -> Stored:
        """The value and its version."""
        await asyncio.sleep(0)
        if self.away:
            raise OmsUnavailable("the OMS does not answer")
        data, version = self.values.get(key, (b"", 0))
        return Stored(decode(data) if version else None, version)

    async def put(self, key: str, value: Any, expected: int | None) -> int:
        """Stores a value if the version is the expected one."""
        for _ in range(1 if self.jitter is None else self.jitter.randrange(1, 20)):
            await asyncio.sleep(0)
        if self.away:
            raise OmsUnavailable("the OMS does not answer")
        present = self.values.get(key, (b"", 0))[1]
        if expected is not None and expected != present:
            raise EpochStale(f"{key} has version {present}, not {expected}")
        self.values[key] = (encode(value), present + 1)
        self.puts += 1
        if self.forgets_answers:
            raise OmsUnavailable("the answer was lost")
        return present + 1

    def under(self, ending: str) -> Any:
        """The one value whose key ends so."""
        return next(decode(data) for key, (data, _) in self.values.items() if key.endswith(ending))


class PlayedObjects:
    """The objects of a kernel by their id: hosts look theirs up at each request, as a kernel does, and may find another instance."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {"x": 0}
        self.here = True
        self.inside = 0
        self.ran: list[str] = []
        self.blocked: dict[str, asyncio.Future[None]] = {}
        self.syncs = 0

    async def run(self, call: Invocation) -> Any:
        """Runs a member of the map; `block` waits until the test lets it go on."""
        if not self.here:
            raise Moved(f"{call.object_id} is not here any more")
        self.inside += 1
        try:
            await asyncio.sleep(0)
            self.ran.append(call.request_id)
            if call.method == "block":
                await self.blocked.setdefault(call.request_id, asyncio.get_running_loop().create_future())
            return self._member(call)
        finally:
            self.inside -= 1

    def _member(self, call: Invocation) -> Any:
        if call.method == "get":
            return self.entries.get(call.args[0])
        if call.method == "put":
            self.entries[call.args[0]] = call.args[1]
        elif call.method == "add":
            self.entries[call.args[0]] = self.entries.get(call.args[0], 0) + call.args[1]
            return self.entries[call.args[0]]
        return None


class PlayedCopy:
    """A second instance of the object."""

    def __init__(self, state: State) -> None:
        self._object = PlayedObjects()
        self._object.entries = dict(state.value["data"])
        self.discards = 0

    async def invoke(self, call: Invocation) -> Any:
        """Runs a member."""
        return await self._object.run(call)

    async def state(self) -> State:
        """Its state."""
        return State({"data": dict(self._object.entries)})

    async def discard(self) -> None:
        """Ends it."""
        self.discards += 1


class PlayedHost:
    """What `InstanceHost` asks, over one object and one store. With `kept`, the object has a gate that keeps these rules."""

    def __init__(
        self,
        objects: PlayedObjects,
        store: PlayedStore,
        clock: Clock | None = None,
        seed: int = 1,
        kept: frozenset[ObjectRule] = frozenset(),
    ) -> None:
        self.objects, self.store = objects, store
        self.random = Random(seed)
        self.node = Node("here")
        self.clock: Clock = clock or SimulatedClock()
        self.copies: list[PlayedCopy] = []
        self.asked: list[str] = []
        self.kept = kept
        self._gate = Gate()

    async def nodes(self) -> tuple[Node, ...]:
        """One."""
        self.asked.append("nodes")
        return (self.node,)

    async def durable_get(self, key: str) -> Stored:
        """From the store."""
        self.asked.append("durable_get")
        return await self.store.get(key)

    async def durable_put(self, key: str, value: Any, expected: int | None) -> int:
        """Into the store."""
        self.asked.append("durable_put")
        return await self.store.put(key, value, expected)

    async def call_part(
        self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None
    ) -> Any:
        """Notes that a part was asked; it answers with an empty list."""
        self.asked.append("call_part")
        return []

    def may_not_save(self) -> None:
        """Notes that a manager may not save any more."""
        self.asked.append("may_not_save")

    delegates = False
    """There is no gate that lets in calls without the managers."""

    async def offer(self) -> None:
        """Never asked."""
        raise NotImplementedError

    async def open(self, delegation: Delegation, proxied: bool, number: int = 0) -> None:
        """Never asked."""
        raise NotImplementedError

    async def recall(self, *, renews: bool = False, again: bool = False) -> Recalled:
        """Never asked."""
        raise NotImplementedError

    async def outcome(self, number: int) -> Any:
        """Never asked."""
        raise NotImplementedError

    async def invoke(self, call: Invocation) -> Any:
        """Runs a call on the object."""
        self.asked.append("invoke")
        if ObjectRule.ALONE not in self.kept:
            return await self.objects.run(call)
        async with self._gate.passing(call, alone=True):
            return await self.objects.run(call)

    async def copy(self) -> State:
        """The object's state."""
        self.asked.append("copy")
        state = State({"data": dict(self.objects.entries)})
        await asyncio.sleep(0)
        if not self.objects.here:
            raise Moved("the object is not here any more")
        return state

    async def capture(self) -> tuple[State, int]:
        """The object's state; nothing is withheld."""
        return await self.copy(), 0

    async def stored(self, mark: int | None, error: AminoError | None) -> None:
        """Nothing is withheld."""

    async def sync(self, state: State) -> None:
        """Replaces the object's state."""
        self.asked.append("sync")
        await asyncio.sleep(0)
        self.objects.syncs += 1
        self.objects.entries = dict(state.value["data"])

    async def instantiate(self, state: State) -> PlayedCopy:
        """A second instance."""
        self.asked.append("instantiate")
        self.copies.append(PlayedCopy(state))
        return self.copies[-1]


def chain_over(host: PlayedHost, chain: str | Chain, epoch: int = 1) -> InstanceChain:
    """The instance managers of the object `map`, not opened."""
    managers = Chain.parse(chain, Registry.installed()) if isinstance(chain, str) else chain
    return InstanceChain(managers, ObjectView("map", INTERFACE, (Replica(0, "here"),), epoch, NAME), host)


async def opened(host: PlayedHost, chain: str | Chain, arrival: Arrival = Arrival.CREATED, saved: Any = None) -> InstanceChain:
    """The instance managers of the object `map`."""
    made = chain_over(host, chain)
    await made.open(arrival, saved)
    return made


def request(method: str, *args: Any, name: str = "", chain: tuple[str, ...] = (), transaction: str = "") -> Invocation:
    """A call to the object `map`."""
    return Invocation("map", method, args, request_id=name or f"{method}{args}", chain=chain, transaction_id=transaction)


async def until(condition: Callable[[], bool], turns: int = 1000) -> None:
    """Lets the loop turn until the condition holds."""
    for _ in range(turns):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition never came to hold")


async def raised_by(awaited: Awaitable[Any]) -> BaseException | None:
    """The error that is raised, of any kind."""
    try:
        await awaited
    except BaseException as error:
        return error
    return None
