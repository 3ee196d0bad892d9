"""Two OMS whose artifacts and large states lie in a real bucket: its server is killed in an upload, frozen and brought back."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from amino.testing import free_port
from amino_wire.errors import AminoError, OmsUnavailable
from amino_wire.pb import common_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import OmsProcess
from tests.cluster.several import Caller, Several
from tests.cluster.test_oms_on_etcd import HOARDER_JS, LARGE, answered
from tests.support import etcd as etcd_support
from tests.support.etcd import EtcdCluster
from tests.support.s3 import SECRET, S3Server, can_run, serving

needed = can_run() or etcd_support.can_run()
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(needed), reason=f"there is no etcd, or no server of buckets: {needed}"),
]
PATIENCE = 4.0
"""Seconds in which each request to the bucket must be answered."""
SAVED = common_pb2.DeploymentManagerSpec(name="DurableSerializableRPC")
BIG = 24 * 1024 * 1024
"""Bytes of an artifact whose upload takes a while."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[S3Server]:
    with serving(tmp_path) as server:
        yield server


@pytest.fixture
async def made(tmp_path: Path, etcd: EtcdCluster, server: S3Server) -> AsyncIterator[Several]:
    several = Several(tmp_path, etcd)
    for oms in several.oms:
        oms.more = ("--blobs", server.url(timeout=PATIENCE))
    try:
        await several.start()
        yield several
    finally:
        await several.stop()


async def until_registered(client: Client, name: str, source: str) -> common_pb2.ObjectRecord:
    """Registers an object as soon as the bucket is back."""

    async def attempt() -> list[common_pb2.ObjectRecord]:
        try:
            return [await client.register(name, source)]
        except OmsUnavailable as error:
            print(f"{name}: {error}")
            return []

    found: list[common_pb2.ObjectRecord] = await until(attempt)
    return found[0]


async def test_a_bucket_that_comes_and_goes_loses_nothing_and_stops_no_call(made: Several, server: S3Server) -> None:
    first, second = made.oms
    north = await made.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        hoarder = await client.register("hoarder", HOARDER_JS, deployment_managers=[SAVED])
        assert await client.call(hoarder.id, "grow", LARGE) == LARGE
        sizes = sorted(len(content) for content in server.objects().values())
        assert len(sizes) == 3
        assert sizes[-1] > LARGE
        caller = Caller(client, counter.id)

        # The server is killed while it takes an artifact: the upload fails, and nothing of it counts.
        uploading = asyncio.ensure_future(client.put({"object.js": COUNTER_JS.encode(), "big.bin": os.urandom(BIG)}, "object.js"))
        while not server.parts() and not uploading.done():
            await asyncio.sleep(0.001)
        server.kill()
        with pytest.raises(OmsUnavailable, match="the blob was not stored"):
            await uploading
        with pytest.raises(OmsUnavailable):
            await client.register("meanwhile", COUNTER_JS + "\n// another one")
        # A large state is not saved, and the call that made it says so.
        with pytest.raises(AminoError) as raised:
            await client.call(hoarder.id, "grow", 2 * LARGE)
        print(f"a durable call while the bucket is away: {raised.value}")
        # What the OMS knows already needs no bucket.
        assert await client.call((await client.create(counter.id)).id, "incr") == 1
        await asyncio.to_thread(server.start)
        meanwhile = await until_registered(client, "meanwhile", COUNTER_JS + "\n// another one")
        assert await client.call(meanwhile.id, "incr") == 1

        # The server stands still, and so the leader ends: another OMS leads, and waits for no bucket.
        server.freeze()
        begun = time.monotonic()
        with pytest.raises(OmsUnavailable, match=f"has not answered within {PATIENCE:g} s"):
            await client.register("frozen", COUNTER_JS + "\n// a third one")
        assert time.monotonic() - begun < PATIENCE + 3
        begun = time.monotonic()
        await first.kill()
        assert (await client.create(counter.id)).id
        print(f"kill -9 of the leader with a frozen bucket to the first create answered: {time.monotonic() - begun:.2f} s")
        assert time.monotonic() - begun < 6
        server.wake()
        frozen = await until_registered(client, "frozen", COUNTER_JS + "\n// a third one")
        assert await client.call(frozen.id, "incr") == 1
        await caller.stop()
        assert caller.answers > 0
        assert caller.errors == []
        # A kernel that was never there gets artifacts and state from the bucket.
        south = await made.kernel("south")
        await north.kill()
        async with Client(south.address) as other:
            assert await answered(other, hoarder.id, "size") in (LARGE, 2 * LARGE)
            assert await other.call((await other.register("again", COUNTER_JS)).id, "incr") == 1
    for oms in made.oms:
        assert SECRET not in oms.log_text()
    assert second.process is not None
    assert second.process.returncode is None


async def test_an_oms_that_the_bucket_does_not_let_in_says_so_and_does_not_begin(
    tmp_path: Path, etcd: EtcdCluster, server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret-5512")
    oms = OmsProcess("oms", tmp_path, free_port())
    oms.store, oms.more = etcd.url, ("--blobs", server.url())
    with pytest.raises(RuntimeError, match=r"CONFIG_INVALID: s3://amino-test/objects at .* does not let the OMS in"):
        await oms.start()
    assert await oms.wait() == 1
    assert "another-secret-5512" not in oms.log_text()
