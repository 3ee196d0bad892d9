"""Reads of which no proxy hears unless they fail: they leave at once for the replica that leads, and cost no more than a call
without managers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any, cast

import pytest
from amino.connections import Connections
from amino.link import KernelLink
from amino.location import Location
from amino.proxies.calls import ProxyCalls
from amino.proxies.host import ClientProxyHost
from amino.proxies.values import ChainValues
from amino.proxies.watched import PROXIES_DONE, FreeRead, NotedCall, known_failure
from amino_dms.api import Interface, SystemClock
from amino_dms.api.model import Method
from amino_dms.chain import Chain, Registry
from amino_dms.runtime.hosts import ObjectView, PartAddress
from amino_wire.batch import PlainCall
from amino_wire.errors import KernelUnavailable, ValueInvalid
from amino_wire.frames import Invocation
from amino_wire.instances import instance_id
from amino_wire.pb import common_pb2
from amino_wire.protocol import Option
from amino_wire.values import DEFAULT

SECONDS = 20.0
OBJECT = "o1"
INTERFACE = Interface("Counter", (Method("incr"), Method("get", read_only=True)))


class PlayedLink:
    """A link to a kernel that answers when the test says so."""

    def __init__(self) -> None:
        self.sent: list[tuple[PlainCall, str, str, dict[int, Any]]] = []
        self.call_as: Any = self._call_as
        self.call: Any = None

    def serve(self, user: Any) -> None:
        """As of KernelLink."""

    def release(self, user: Any) -> None:
        """As of KernelLink."""

    def _call_as(self, future: PlainCall, target: str, method: str, args: tuple[Any, ...], options: dict[int, Any]) -> None:
        if args and not isinstance(args[0], int):
            raise ValueInvalid("it cannot travel")
        future.args = args
        self.sent.append((future, target, method, options))


class PlayedHost:
    """Answers the questions of proxies: the leader is the replica `leads`, and calls that proxies send are answered by it."""

    def __init__(self) -> None:
        self.clock, self.random, self.node = SystemClock(), Random(1), None
        self.unsent: set[str] = set()
        self.owner: object = None
        self.leads, self.epoch = 0, 0
        self.invoked: list[Invocation] = []
        self.asked: list[str] = []

    async def invoke(self, call: Invocation) -> Any:
        self.unsent.discard(call.request_id)
        if (known := known_failure()) is not None:
            raise known[0]
        self.invoked.append(call)
        return 7

    async def call_part(self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Any, budget: float | None) -> Any:
        self.asked.append(method)
        return [self.epoch, self.leads]


class Played:
    """An object with managers, as a client sees it, with a link to each of its two replicas."""

    def __init__(self, managers: str) -> None:
        self.links = [PlayedLink(), PlayedLink()]
        self.host = PlayedHost()
        self.location = Location(OBJECT, "Counter", 1, cast("KernelLink", PlayedLink()))
        replicas = [common_pb2.Replica(path=str(number), kernel_id=f"k{number}") for number in range(2)]
        self.location.record = common_pb2.ObjectRecord(id=OBJECT, status=common_pb2.ObjectStatus(replicas=replicas))
        chain, view = Chain.parse(managers, Registry.installed()), ObjectView(OBJECT, INTERFACE, epoch=1)
        host, connections = cast("ClientProxyHost", self.host), cast("Connections", self)
        self.calls = ProxyCalls(self.location, b"", chain, view, host, ChainValues(DEFAULT), 0, lambda: "r", connections)

    async def direct_to(self, replica: common_pb2.Replica) -> Any:
        """As of Connections."""
        return self.links[int(replica.path)]

    async def opened(self) -> Played:
        """When the first call has had its answer, by the object's link, and the way to the leader is known."""
        await self.calls.open()
        first = self.calls.call(OBJECT, "get", ())
        link = cast("PlayedLink", self.location.link)
        link.sent[0][0].set_result(0)
        await first
        await asyncio.sleep(0)
        return self

    def waiting(self) -> Any:
        """The calls that are on the way to replicas."""
        calls: Any = self.calls
        return calls._replicas

    def get(self, *args: Any) -> asyncio.Future[Any]:
        return self.calls.call(OBJECT, "get", args)


async def opened(managers: str = "ConsensusRSM(log=kernels,patience=20ms)") -> Played:
    return await Played(managers).opened()


async def test_a_read_leaves_for_the_leader_with_flags_only() -> None:
    played = await opened()
    read = played.get()
    assert type(read) is FreeRead
    ((future, target, method, options),) = played.links[0].sent
    assert (future, target, method) == (read, instance_id(OBJECT, "0"), "get")
    assert options is PROXIES_DONE, "any header would lead the read to the leader's managers"
    future.set_result(5)
    assert await read == 5
    assert not played.host.invoked and not played.host.asked


@pytest.mark.parametrize("managers", ["Retry,ConsensusRSM(log=kernels)", "ConsensusRSM(log=kernels,read=quorum)"])
async def test_other_chains_whose_proxies_need_not_hear_of_reads(managers: str) -> None:
    assert type((await opened(managers)).get()) is FreeRead


async def test_a_write_carries_its_number_and_its_proxy_hears_of_it() -> None:
    played = await opened()
    write = played.calls.call(OBJECT, "incr", (1,))
    assert isinstance(write, NotedCall)
    ((_, _, _, options),) = played.links[0].sent
    assert options[Option.HEADERS]["ConsensusRSM"][2] == 1


async def test_a_proxy_that_reports_reads_or_serves_them_nearby_hears_of_each() -> None:
    reported = await opened("ConsensusRSM-P2P(log=kernels)")
    assert isinstance(reported.get(), NotedCall)
    nearby = Played("ConsensusRSM(log=kernels,read=local)")
    await nearby.calls.open()
    assert not isinstance(nearby.get(), PlainCall), "its proxy answers, or sends it"


async def test_a_read_that_has_failed_is_sent_again_by_its_proxy() -> None:
    played = await opened()
    read = played.get()
    played.links[0].sent[0][0].set_exception(KernelUnavailable("the connection is gone"))
    played.links[0].sent[0][0].set_exception(KernelUnavailable("and says so twice"))
    assert await asyncio.wait_for(read, SECONDS) == 7
    (again,) = played.host.invoked
    assert again.method == "get" and "ConsensusRSM" not in again.headers


async def test_a_read_leaves_a_leader_that_stands_still() -> None:
    played = await opened()
    read = played.get()
    played.host.leads, played.host.epoch = 1, 1
    assert await asyncio.wait_for(read, SECONDS) == 7
    assert "suspect" in played.host.asked
    later = played.get()
    assert type(later) is not FreeRead, "there is no link yet"
    await asyncio.sleep(0)
    assert type(played.get()) is FreeRead
    assert [target for _, target, _, _ in played.links[1].sent] == [instance_id(OBJECT, "1")]


async def test_a_read_waits_for_a_leader_that_leads_on() -> None:
    played = await opened()
    read = played.get()
    asked = len(played.host.asked)
    async with asyncio.timeout(SECONDS):
        while len(played.host.asked) < asked + 2:
            await asyncio.sleep(0.005)
    assert not read.done()
    played.links[0].sent[0][0].set_result(5)
    assert await read == 5


async def test_reads_that_have_their_answers_are_forgotten() -> None:
    """The oldest may have to wait for long, and hold up nothing."""
    played = await opened("ConsensusRSM(log=kernels,patience=40ms)")
    kept = played.waiting()
    oldest = played.get()
    for _ in range(100):
        read = played.get()
        played.links[0].sent.pop()[0].set_result(5)
        assert await read == 5
    async with asyncio.timeout(SECONDS):
        while len(kept._reads) > 1:
            await asyncio.sleep(0.005)
    played.links[0].sent[0][0].set_result(5)
    assert await oldest == 5
    for _ in range(100):
        read = played.get()
        played.links[0].sent.pop()[0].set_result(5)
        await read
        assert len(kept._reads) <= 2


async def test_a_read_that_cannot_travel_leaves_nothing_behind() -> None:
    played = await opened()
    with pytest.raises(ValueInvalid):
        played.get("no number")
    assert not played.waiting()._reads


async def test_a_read_does_not_overtake_calls_that_wait_for_their_proxies() -> None:
    played = await opened()
    played.host.unsent.add("a call of before")
    assert not isinstance(played.get(), PlainCall)


async def test_a_read_passes_the_proxies_while_there_is_no_link() -> None:
    played = await opened()
    played.links[0].call_as = None
    assert type(played.get()) is not FreeRead


async def test_nothing_leaves_without_proxies_that_have_ended() -> None:
    played = await opened()
    await played.calls.close()
    assert not isinstance(played.get(), PlainCall)
