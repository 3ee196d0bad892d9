"""Managers come and go: what cannot be captured is refused, leases end first, and who makes an object anew says so."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import amino
import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_wire.errors import AminoError, ChainInvalid
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, put_map, register_map, specs
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

REGISTRY = Registry.installed()
NEED_STATE = (
    "ExplicitMigration",
    "DynamicMigration",
    "ExplicitCodeOffloading",
    "LockingTransactions",
    "OptimisticTransactions",
    "PeriodicCheckpoint",
    "DurableSerializableRPC",
    "Immutable",
)
SECRET_JS = """
module.exports = class Secret {
  constructor(value = 1) { this.hidden = () => value; }
  get() { return this.hidden(); }
};
"""
COUNTER = {
    "counter.js": """export default class Counter {
  static readOnly = ['get'];
  constructor() { this.value = 0; }
  incr(n = 1) { this.value += n; return this.value; }
  get() { return this.value; }
}"""
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("pair")), "north", "south") as made:
        yield made


def chain(text: str) -> Chain:
    return Chain.parse(text, REGISTRY)


@pytest.mark.parametrize("text", NEED_STATE)
async def test_an_object_whose_state_cannot_be_captured_is_refused_with_what_cannot(pair: Cluster, text: str) -> None:
    async with Client(pair.kernels["north"].address) as client:
        with pytest.raises(ChainInvalid, match=f"{text} needs the object's state.*hidden"):
            await client.register(f"secret-{uuid.uuid4().hex[:6]}", SECRET_JS, deployment_managers=specs(chain(text)))
        kept = await client.register(f"secret-{uuid.uuid4().hex[:6]}", SECRET_JS, deployment_managers=specs(chain("Retry,SerializableRPC")))
        with pytest.raises(ChainInvalid, match=f"{text} needs the object's state.*hidden"):
            await client.ask("Attach", client_pb2.AttachRequest(name_or_id=kept.id, deployment_managers=specs(chain(text))))
        assert await client.call(kept.id, "get") == 1
        assert [each.name for each in (await client.get(kept.id)).spec.deployment_managers] == ["Retry", "SerializableRPC"]


@pytest.mark.parametrize("text", ["LeaseCaching(lease=3s)", "ConsistentCaching(lease=3s)"])
async def test_a_write_after_the_cache_is_gone_waits_for_who_does_not_know_yet(pair: Cluster, text: str) -> None:
    """The reader answers from its own process and hears of nothing: nobody tells SDKs."""
    async with amino.connect(pair.kernels["north"].address) as reader, Client(pair.kernels["south"].address) as writer:
        mine = await reader.register(COUNTER, f"counter-{uuid.uuid4().hex[:6]}", deployment_managers=text)
        target = amino.reference_of(mine).id
        assert await until(lambda: cached(mine))
        await writer.ask("Attach", client_pb2.AttachRequest(name_or_id=target))
        writing = asyncio.ensure_future(writer.call(target, "incr", 1, budget_ms=30_000))
        while not writing.done():
            assert await mine.get() in (0, 1)
            await asyncio.sleep(0.01)
        assert writing.result() == 1
        assert await mine.get() == 1


async def cached(counter: amino.Stub) -> bool:
    """Whether the next read is answered without the network."""
    await counter.get()
    read = counter.get()
    now = read.done()
    await read
    return now


async def test_an_object_that_is_made_anew_without_a_saved_state_is_written_down(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        artifact = await put_map(client, "js")
        record = await register_map(client, artifact, chain("LoadBalancedFrontEnd(replicas=1)"), {"x": 1}, None)
        south = pair.kernels["south"].kernel_id
        if record.status.replicas[0].kernel_id != south:
            moved = await client.ask("Move", client_pb2.MoveRequest(name_or_id=record.id, kernel_id=south, request_id=uuid.uuid4().hex), 60)
            record = moved.object
        assert record.status.replicas[0].kernel_id == south
        map_ = ClusterMap(client, record.id, budget_ms=3000)
        await map_.call("put", "x", 2)
        await pair.kernels["south"].kill()

        async def anew() -> bool:
            try:
                return bool(await map_.call("get", "x") == 1)
            except AminoError:
                return False

        async def told() -> bool:
            return f"object {record.id} was made anew by its constructor" in pair.oms.log_text()

        await until(anew, 60)
        # The object answers a moment before the OMS has written of it.
        await until(told)
