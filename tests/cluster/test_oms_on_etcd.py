"""The OMS with its memory in etcd: it may end with its whole machine, and only one works on a store."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino.testing import free_port
from amino_oms.exit_status import STORE_FAILED
from amino_wire.errors import AminoError, OmsUnavailable
from amino_wire.pb import common_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, OmsProcess, running
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
HOARDER_JS = """
module.exports = class Hoarder {
  constructor() { this.text = '' }
  grow(size) { this.text = 'x'.repeat(size); return this.text.length }
  size() { return this.text.length }
}
"""
LARGE = 3 * 1024 * 1024
"""Bytes of a state that is larger than etcd takes at once."""


@pytest.fixture
async def made(tmp_path: Path, etcd: EtcdCluster) -> AsyncIterator[Cluster]:
    cluster = Cluster(tmp_path)
    cluster.oms.store = etcd.url
    async with running(cluster, "north"):
        yield cluster


async def answered(client: Client, target: str, method: str) -> object:
    """The result of a read that is repeated until its object can be reached."""

    async def attempt() -> list[object]:
        try:
            return [await client.call(target, method, budget_ms=5000)]
        except AminoError:
            return []

    return (await until(attempt, 60))[0]


async def test_an_oms_on_another_machine_goes_on_where_the_killed_one_was(made: Cluster) -> None:
    async with Client(made.kernels["north"].address) as client:
        counter = await client.register("counter", COUNTER_JS)
        assert await client.call(counter.id, "incr") == 1
        manager = common_pb2.DeploymentManagerSpec(name="DurableSerializableRPC")
        hoarder = await client.register("hoarder", HOARDER_JS, deployment_managers=[manager])
        assert await client.call(hoarder.id, "grow", LARGE) == LARGE
        await made.oms.kill()
        # Nothing of the machine on which it ran is left.
        shutil.rmtree(made.folder / "oms")
        await made.oms.start()
        for name, record in (("counter", counter), ("hoarder", hoarder)):

            async def found(name: str = name, wanted: str = record.id) -> bool:
                try:
                    return (await client.get(name)).id == wanted
                except OmsUnavailable:
                    return False

            await until(found)
        await answered(client, counter.id, "get")
        assert await client.call(counter.id, "incr") == 2
        # A kernel that was never there gets the artifacts and the large checkpoint from etcd.
        south = await made.add("south")
        await made.kernels["north"].kill()
        async with Client(south.address) as other:
            assert await answered(other, hoarder.id, "size") == LARGE
            assert await other.call((await other.register("again", COUNTER_JS)).id, "incr") == 1


async def test_an_oms_that_stood_still_while_another_took_over_changes_nothing_and_ends(made: Cluster, tmp_path: Path) -> None:
    async with Client(made.kernels["north"].address) as client:
        await client.register("counter", COUNTER_JS)
        made.oms.signal(signal.SIGSTOP)
        second = OmsProcess("second", tmp_path, free_port())
        second.store = made.oms.store
        try:
            await second.start()
            made.oms.signal(signal.SIGCONT)
            # The kernel still asks the first one, which finds out by its next sign of life, or by the first change it tries.
            assert await made.oms.wait(30) == STORE_FAILED
            assert "another object management service works on this store now" in made.oms.log_text()
        finally:
            await second.stop()


async def test_an_oms_waits_out_an_etcd_that_is_away(made: Cluster, etcd: EtcdCluster) -> None:
    async with Client(made.kernels["north"].address) as client:
        await client.register("before", COUNTER_JS)
        etcd.stop()
        with pytest.raises(OmsUnavailable, match=r"has not (answered|taken)"):
            await client.register("meanwhile", COUNTER_JS)
        await asyncio.to_thread(etcd.start)

        async def registered() -> bool:
            try:
                await client.register("after", COUNTER_JS)
            except OmsUnavailable:
                return False
            return True

        await until(registered)
        assert (await client.get("before")).name == "before"
        assert made.oms.process is not None
        assert made.oms.process.returncode is None
