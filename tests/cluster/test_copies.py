"""A backup of a running cluster, brought back into an empty store after everything has ended: each object that is saved is as it was."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import amino
import pytest
from amino.testing import free_port
from amino_wire.errors import AminoError, DeadlineExceeded, ObjectAwaitsKernel, ObjectLost, Unavailable

from tests.cluster.client import until
from tests.cluster.objects import COUNTER_JS, COUNTER_PYTHON, COUNTER_RUBY
from tests.cluster.processes import Cluster, OmsProcess, environment, running
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]

SOURCES = {
    "js": ("object.js", COUNTER_JS),
    "python": ("object.py", COUNTER_PYTHON),
    "ruby": ("object.rb", COUNTER_RUBY),
}
CHAINS = {
    "ExplicitCheckpoint": range(5, 6),
    "PeriodicCheckpoint(every=1)": range(6, 8),
    "PeriodicCheckpoint(every=3)": range(4, 8),
    "DurableSerializableRPC": range(7, 8),
}
"""How objects are saved, and what each may have after 7 calls of which an explicit checkpoint saved 5."""
HOARDER = """
module.exports = class Hoarder {
  constructor() { this.text = '' }
  grow(size) { this.text = 'x'.repeat(size); return this.text.length }
  size() { return this.text.length }
}
"""
LARGE = 1024 * 1024
"""Bytes of a state that is larger than etcd takes at once."""


@pytest.fixture
def etcd(tmp_path: Path) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path / "etcd").start()
    yield cluster
    cluster.stop()


async def amino_command(*words: str) -> dict[str, object]:
    """Runs a command, and answers its document."""
    command = [sys.executable, "-m", "amino", "-o", "json", *words]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment())
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    found: dict[str, object] = json.loads(out)
    return found


@dataclass
class Busy:
    """One object that is called without a pause: its last answer, and the last call that was sent."""

    stub: amino.Stub
    sent: int = 0
    answered: int = 0
    ends: bool = False

    async def run(self) -> None:
        while not self.ends:
            self.sent += 1
            self.answered = await self.stub.incr()


async def make_more(client: amino.Client, busy: Busy) -> None:
    """Makes objects without a pause: the backup finds one half made."""
    number = 0
    while not busy.ends:
        number += 1
        await client.register({"object.js": COUNTER_JS}, f"made {number}")


async def make(client: amino.Client) -> Busy:
    """Objects of each language with each saver, one without, one with a large state, and a busy one."""
    for language, (entry, source) in SOURCES.items():
        for chain in CHAINS:
            stub = await client.register({entry: source}, f"{language} {chain}", deployment_managers=chain)
            for number in range(1, 8):
                assert await stub.incr() == number
                if chain == "ExplicitCheckpoint" and number == 5:
                    await stub.dm.checkpoint()
    unsaved = await client.register({"object.js": COUNTER_JS}, "unsaved")
    assert await unsaved.incr() == 1
    hoarder = await client.register({"object.js": HOARDER}, "hoarder", deployment_managers="DurableSerializableRPC")
    assert await hoarder.grow(LARGE) == LARGE
    return Busy(await client.register({"object.js": COUNTER_JS}, "busy", deployment_managers="DurableSerializableRPC"))


async def eventually(client: amino.Client, name: str, member: str) -> int:
    """The answer of an object that its coordinators bring back."""

    async def attempt() -> list[int]:
        try:
            return [await getattr(await client.get(name), member)()]
        except (Unavailable, DeadlineExceeded) as error:
            print(f"{name}: {error}")
            return []

    found: list[int] = await until(attempt, 60.0)
    return found[0]


async def check(address: str, before: int, after: int) -> None:
    """Looks at all objects through a kernel that was not there when they were made."""
    async with amino.connect(address) as client:
        for language in SOURCES:
            for chain, values in CHAINS.items():
                name = f"{language} {chain}"
                found = await eventually(client, name, "get")
                print(f"{name}: {found}")
                assert found in values, name
                assert await (await client.get(name)).incr() == found + 1
        assert await eventually(client, "hoarder", "size") == LARGE
        assert before <= await eventually(client, "busy", "get") <= after
        with pytest.raises((ObjectLost, ObjectAwaitsKernel)):
            await (await client.get("unsaved")).get()
        with pytest.raises(AminoError):
            await client.get("made after the backup")
        made = await client.list("made ")
        print(f"{len(made)} objects were made before the backup or during it")
        # Half made ones were settled when the OMS began.
        assert made
        assert {found.status for found in made} <= {"lost"}


def seen(folder: Path) -> int:
    """How far a kernel knows the store to have come."""
    found = re.search(r'"revision": (\d+)', folder.joinpath("oms-store.json").read_text())
    return int(found[1]) if found is not None else 0


async def backed_up(made: Cluster, file: Path, *store: str) -> tuple[int, int]:
    """Makes objects, takes a backup while one of them is called, and goes on for a while; everything is killed then.

    Answers between which answers of the busy object the backup was taken.
    """
    north = made.kernels["north"]
    async with amino.connect(north.address) as client:
        busy = await make(client)
        calling = asyncio.ensure_future(asyncio.gather(busy.run(), make_more(client, busy)))
        await until(lambda: _passed(busy, 10))
        before, begun = busy.answered, time.monotonic()
        document = await amino_command("backup", str(file), *store)
        after = busy.sent
        print(f"backup of {document['entries']} entries, {document['size']} bytes in {time.monotonic() - begun:.2f} s; {before}..{after}")
        # A backup that is taken with care all around: the object went on meanwhile.
        assert after > before
        await until(lambda: _passed(busy, after + 10))
        busy.ends = True
        await calling
        await client.register({"object.js": COUNTER_JS}, "made after the backup")
        for language in SOURCES:
            for chain in CHAINS:
                await (await client.get(f"{language} {chain}")).incr(100)
        revision = document["revision"]
        assert isinstance(revision, int)

        async def has_seen() -> bool:
            return seen(north.folder / "north") > revision

        await until(has_seen, 60.0)
    await north.kill()
    await made.oms.kill()
    return before, after


async def _passed(busy: Busy, number: int) -> bool:
    return busy.answered >= number


class Accepting(OmsProcess):
    """An OMS that is started with the operator's word that an older store counts."""

    def command(self) -> tuple[list[str], str]:
        command, order = super().command()
        return [*command, "--accept-older-store"], order


async def test_a_folder_comes_back_in_etcd(tmp_path: Path, etcd: EtcdCluster) -> None:
    file = tmp_path / "backup"
    made = Cluster(tmp_path)
    async with running(made, "north", languages=list(SOURCES)):
        bounds = await backed_up(made, file, "--data-dir", str(tmp_path / "oms"))
    other = Cluster(tmp_path)
    other.oms = OmsProcess("restored", tmp_path, free_port())
    other.oms.store = etcd.url
    restored = await amino_command("restore", str(file), "--store", etcd.url)
    assert restored["resumed"] is False
    async with running(other, "south", languages=list(SOURCES)):
        await check(other.kernels["south"].address, *bounds)


async def test_etcd_comes_back_in_a_folder_and_kernels_of_the_lost_store_wait_for_the_operator(tmp_path: Path, etcd: EtcdCluster) -> None:
    file = tmp_path / "backup"
    made = Cluster(tmp_path)
    made.oms.store = etcd.url
    async with running(made, "north", languages=list(SOURCES)):
        bounds = await backed_up(made, file, "--store", etcd.url)
    etcd.stop()
    await amino_command("restore", str(file), "--data-dir", str(tmp_path / "restored"))
    other = Cluster(tmp_path)
    other.oms = OmsProcess("restored", tmp_path, made.oms.port)
    async with running(other, "south", languages=list(SOURCES)):
        await check(other.kernels["south"].address, *bounds)
        # The old kernel knows changes that nobody has any more. It says so, until somebody who may has given them up.
        north = made.kernels["north"]
        said = len(north.log_text())
        starting = asyncio.ensure_future(north.start())

        async def refuses() -> bool:
            return "the OMS works on an old copy of its store" in north.log_text()[said:]

        try:
            await until(refuses, 60.0)
            assert not starting.done()
            await other.oms.stop()
            accepting = Accepting("restored", tmp_path, other.oms.port)
            await accepting.start()
            await accepting.stop()
            await other.oms.start()
            await starting
        finally:
            starting.cancel()
            await north.stop()
