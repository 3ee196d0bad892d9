"""A service that stands by answers as the leader does, from a copy of the same store, or refuses; and what a deposed leader answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from amino_oms.leadership.standby_reads import StandbyReads
from amino_oms.main import assemble_oms
from amino_oms.oms import Oms
from amino_oms.registry import keys
from amino_oms.registry.keys import COPIED
from amino_oms.registry.kind_registry import KindRegistry
from amino_oms.registry.object_registry import ObjectRegistry
from amino_oms.service.kernel_connections import KernelConnections
from amino_oms.settings import OmsSettings
from amino_oms.storage import Storage
from amino_store.blobs.memory import MemoryBlobs
from amino_store.cache.store_cache import StoreCache
from amino_store.errors import StoreFailed
from amino_store.marks import MemoryMarks
from amino_store.memory.store import MemoryStore
from amino_store.recipes.owner import Owner, standing
from amino_store.recipes.ownership import claim
from amino_store.transaction import Put, Transaction
from amino_wire.errors import AminoError, NameNotFound, NotLeader, ObjectNotFound
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.proof import ClusterSecret

from tests.support.played_source import PlayedSource
from tests.unit.oms_world import TestClock, selector

LIMIT = client_pb2.AgeLimit(ms=60_000)
LEADER = {"address": "127.0.0.1:1"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A service that leads, another service that stands by, and the store of both."""

    oms: Oms
    reads: StandbyReads
    cache: StoreCache
    source: PlayedSource
    clock: TestClock

    async def copied(self) -> None:
        """Returns when the copy has all that the store has."""
        async with asyncio.timeout(20):
            while self.cache.as_of is None or self.cache.revision < self.source.disk.revision:
                await asyncio.sleep(0.01)


def kernel(name: str, life: int, *, alive: bool) -> Put:
    record = common_pb2.KernelRecord(id=name, incarnation=life, alive=alive, endpoints=common_pb2.Endpoints(grpc=f"127.0.0.1:{life}"))
    return Put(keys.KERNELS + name, record.SerializeToString())


async def fill(store: MemoryStore) -> None:
    """Objects with and without names, with labels, on kernels that live, are dead, or live again; and kinds."""
    random, registry = Random(3), ObjectRegistry(store)
    await store.commit(Transaction(then=(kernel("k1", 5, alive=True), kernel("k2", 6, alive=False), kernel("k3", 9, alive=True))))
    for number in range(60):
        replicas = [
            common_pb2.Replica(path=str(place), kernel_id=f"k{random.randint(1, 3)}", kernel_incarnation=random.choice((5, 6, 9)))
            for place in range(random.randint(1, 2))
        ]
        record = common_pb2.ObjectRecord(
            id=f"{number:020d}",
            name=random.choice(("", f"n/{number}", f"é{number}")),
            spec=common_pb2.ObjectSpec(generation=1, labels={"tier": random.choice("ab")}),
            status=common_pb2.ObjectStatus(epoch=1, state=common_pb2.OBJECT_STATE_ACTIVE, replicas=replicas),
            interface=common_pb2.Interface(name=random.choice(("Counter", "Basket"))),
        )
        assert await registry.insert(record) is not None
    for number in range(5):
        assert await KindRegistry(store).put(None, common_pb2.KindRecord(name=f"kind{number}"))


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    async with AsyncExitStack() as stack:
        source, clock, secret = PlayedSource(Random(1)), TestClock(), ClusterSecret()
        store = MemoryStore(source.disk)
        await fill(store)
        owned = await claim(store, Owner("the leader", LEADER["address"]), await standing(store), clock=clock.monotonic)
        assert owned is not None
        storage = Storage(owned, MemoryBlobs(), None, MemoryMarks())
        settings = OmsSettings(Path("in memory"), lease=3.0)
        oms = assemble_oms(storage, clock=clock, settings=settings, kernels=KernelConnections(secret), secret=secret)
        await oms.start()
        stack.push_async_callback(oms.close)
        cache = StoreCache(source, COPIED, clock.monotonic)
        reads = StandbyReads(cache, clock.monotonic, "oms b", lambda: NotLeader("the leader is elsewhere", details=LEADER))
        copying = asyncio.create_task(cache.run())
        stack.callback(copying.cancel)
        yield Cluster(oms, reads, cache, source, clock)


def without_age(answer: Any) -> Any:
    assert (answer.age.source, answer.age.revision > 0) == ("oms b", True)
    answer.ClearField("age")
    return answer


def without_loss(record: common_pb2.ObjectRecord) -> None:
    """What becomes of a lost object is known to the leader alone, which has it brought back."""
    record.status.ClearField("loss")


LISTS = [
    client_pb2.ListRequest(),
    client_pb2.ListRequest(page_size=7),
    client_pb2.ListRequest(name_prefix="n/", page_size=4),
    client_pb2.ListRequest(nameless=True, page_size=5),
    client_pb2.ListRequest(kernel_id="k2", page_size=5),
    client_pb2.ListRequest(label_selector=selector([("tier", "in", ("a",))]), kernel_id="k1"),
]


@pytest.mark.parametrize("request_", LISTS, ids=str)
async def test_lists_are_those_of_the_leader(cluster: Cluster, request_: client_pb2.ListRequest) -> None:
    await cluster.copied()
    pages = 0
    while True:
        theirs = await cluster.oms.list(request_)
        for record in theirs.objects:
            without_loss(record)
        request_.age_limit.CopyFrom(LIMIT)
        assert without_age(await cluster.reads.list(request_)) == theirs
        pages += 1
        if not theirs.next_page_token:
            break
        request_.page_token = theirs.next_page_token
    assert theirs.total > 0
    assert pages > 1 or theirs.total < 100


async def test_objects_kinds_and_kernels_are_those_of_the_leader(cluster: Cluster) -> None:
    await cluster.copied()
    for record in (await cluster.oms.list(client_pb2.ListRequest())).objects:
        for name in filter(None, (record.id, record.name)):
            mine = await cluster.reads.get(client_pb2.GetRequest(name_or_id=name, age_limit=LIMIT))
            theirs = await cluster.oms.get(client_pb2.GetRequest(name_or_id=name))
            without_loss(theirs.object)
            assert without_age(mine) == theirs
    for dead in (False, True):
        kernels = await cluster.reads.kernels(client_pb2.KernelsRequest(include_dead=dead, age_limit=LIMIT))
        assert [each.id for each in kernels.kernels] == (["k1", "k2", "k3"] if dead else ["k1", "k3"])
    for after in ("", "kind2"):
        kinds = client_pb2.ListKindsRequest(after=after, page_size=2)
        listed = await cluster.oms.list_kinds(kinds)
        assert len(listed.kinds) == 2
        kinds.age_limit.CopyFrom(LIMIT)
        assert without_age(await cluster.reads.list_kinds(kinds)) == listed


@pytest.mark.parametrize(("name", "error"), [("nobody", NameNotFound), ("9" * 20, ObjectNotFound)])
async def test_that_something_is_not_there_is_an_answer_as_well(cluster: Cluster, name: str, error: type[AminoError]) -> None:
    await cluster.copied()
    with pytest.raises(error):
        await cluster.reads.get(client_pb2.GetRequest(name_or_id=name, age_limit=LIMIT))
    with pytest.raises(NotLeader):
        await cluster.reads.get(client_pb2.GetRequest(name_or_id=name))


Read = Callable[[StandbyReads, client_pb2.AgeLimit | None], Awaitable[Any]]
READS: list[Read] = [
    lambda reads, limit: reads.get(client_pb2.GetRequest(name_or_id="0" * 20, age_limit=limit)),
    lambda reads, limit: reads.list(client_pb2.ListRequest(age_limit=limit)),
    lambda reads, limit: reads.list_kinds(client_pb2.ListKindsRequest(age_limit=limit)),
    lambda reads, limit: reads.kernels(client_pb2.KernelsRequest(age_limit=limit)),
]


@pytest.mark.parametrize("read", READS, ids=("get", "list", "list_kinds", "kernels"))
async def test_nothing_is_answered_that_is_older_than_was_asked_for(cluster: Cluster, read: Read) -> None:
    with pytest.raises(NotLeader, match="has not read the store yet"):
        await read(cluster.reads, LIMIT)
    await cluster.copied()
    cluster.source.cut = True
    assert cluster.cache.as_of is not None
    cluster.clock.now = cluster.cache.as_of + 5.0
    assert (await read(cluster.reads, client_pb2.AgeLimit(ms=5_000))).age.ms == 5_000
    for limit in (client_pb2.AgeLimit(ms=4_999), client_pb2.AgeLimit(outage_ms=60_000), None):
        with pytest.raises(
            NotLeader, match="ago, and 4.999 s are asked for" if limit and limit.ms else "^the leader is elsewhere"
        ) as caught:
            await read(cluster.reads, limit)
        assert caught.value.details == LEADER


async def test_a_leader_that_was_deposed_does_not_say_from_memory_which_kernels_live(cluster: Cluster) -> None:
    assert len((await cluster.oms.kernels(client_pb2.KernelsRequest())).kernels) == 0  # none has registered with this leader yet
    store = MemoryStore(cluster.source.disk)
    assert await claim(store, Owner("the successor"), await standing(store), depose=True) is not None
    with pytest.raises(StoreFailed, match="the successor"):
        await cluster.oms.kernels(client_pb2.KernelsRequest())
    await store.close()


async def test_no_artifact_and_no_durable_value_lies_between_the_keys_that_are_copied() -> None:
    others = (keys.ARTIFACTS, keys.ARTIFACT_BLOBS, keys.VALUE_BLOBS, keys.DURABLE, keys.COORDINATORS, keys.REQUESTS, keys.CLUSTER_SECRET)
    for key in others:
        assert not COPIED[0] <= key <= COPIED[-1]
    assert list(COPIED) == sorted(COPIED)
