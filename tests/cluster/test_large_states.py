"""States of up to 64 MiB are saved over both stores, come back on another kernel, and move; a larger one is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.testing import LocalCluster
from amino_wire.errors import ValueInvalid
from amino_wire.protocol import STATE_LIMIT

from tests.cluster.client import until
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(600)]
LEASE = "15"
"""Seconds: on a busy machine a kernel or an OMS takes some for such a state, in which it does nothing else."""
LARGE = 60 * 1024 * 1024
STORE = {
    "store.js": b"""
export default class Store {
  constructor() { this.text = ''; this.calls = 0; }
  fill(n) { this.text = 'x'.repeat(n); this.calls += 1; return this.calls; }
  size() { return [this.text.length, this.calls]; }
}
"""
}


def url_of(store: str, folder: Path) -> Iterator[str]:
    """The setting of a store, which is there for a while."""
    if store == "sqlite":
        yield "sqlite"
        return
    if can_run():
        pytest.skip(f"there is no etcd: {can_run()}")
    etcd = EtcdCluster(folder / "etcd-of-states").start()
    try:
        yield etcd.url
    finally:
        etcd.stop()


@pytest.fixture(params=["sqlite", "etcd"])
def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalCluster]:
    for url in url_of(request.param, tmp_path):
        with LocalCluster(tmp_path) as made:
            made.start_oms(("--lease", LEASE) if url == "sqlite" else ("--lease", LEASE, "--store", url))
            made.wait_until_up()
            yield made


async def test_large_states_are_saved_and_come_back_on_another_kernel(cluster: LocalCluster) -> None:
    home = cluster.start_kernel("home", {"role": "home"})
    north = cluster.start_kernel("north", {"role": "work"})
    cluster.wait_until_up()
    async with amino.connect(home.address) as client:
        each: Any = await client.register(STORE, "each", deployment_managers="DurableSerializableRPC", select={"role": ["work"]})
        asked: Any = await client.register(STORE, "asked", deployment_managers="ExplicitCheckpoint", select={"role": ["work"]})
        begun = time.monotonic()
        assert await each.fill(LARGE) == 1
        assert await asked.fill(LARGE) == 1
        await asked.dm.checkpoint()
        print(f"saved in {time.monotonic() - begun:.1f} s")
        cluster.start_kernel("south", {"role": "work"})
        cluster.wait_until_up()
        north.kill()
        begun = time.monotonic()
        for store in (each, asked):
            await until(lambda store=store: has(store, [LARGE, 1]), seconds=240)
        print(f"back after {time.monotonic() - begun:.1f} s")


async def test_a_large_state_moves(tmp_path: Path) -> None:
    with LocalCluster(tmp_path) as cluster:
        cluster.start_oms()
        cluster.wait_until_up()
        kernels = [cluster.start_kernel(name, {"name": name}) for name in ("north", "south")]
        cluster.wait_until_up()
        async with amino.connect(kernels[0].address) as client:
            store: Any = await client.register(STORE, "store", select={"name": ["north", "south"]})
            assert await store.fill(LARGE) == 1
            begun = time.monotonic()
            await client.move("store")
            print(f"moved in {time.monotonic() - begun:.1f} s")
            assert await store.size() == [LARGE, 1]


async def has(stub: Any, wanted: list[int]) -> bool:
    """Whether an object answers this."""
    try:
        return await stub.size() == wanted
    except amino.AminoError:
        return False


async def test_a_state_that_is_too_large_is_refused_and_the_process_lives_on(cluster: LocalCluster) -> None:
    kernel = cluster.start_kernel("north")
    cluster.wait_until_up()
    async with amino.connect(kernel.address) as client:
        each: Any = await client.register(STORE, "each", deployment_managers="DurableSerializableRPC")
        asked: Any = await client.register(STORE, "asked", deployment_managers="ExplicitCheckpoint")
        too_large = rf"state.*more than {STATE_LIMIT} bytes.*keep less"
        with pytest.raises(ValueInvalid, match=too_large):
            await each.fill(STATE_LIMIT + 1)
        assert await asked.fill(STATE_LIMIT + 1) == 1
        with pytest.raises(ValueInvalid, match=too_large):
            await asked.dm.checkpoint()
        assert await asked.fill(20) == 2
        await asked.dm.checkpoint()
        assert await asked.size() == [20, 2], "the process lives on, and so does the object"
