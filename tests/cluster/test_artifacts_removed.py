"""Versions of a class come and go: their contexts, their bytes in the OMS and the copies of the kernel go with them."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from amino.testing import free_port
from amino_oms.registry.keys import ARTIFACTS
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.processes import Cluster, KernelProcess, OmsProcess, running
from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = int(os.environ.get("AMINO_VERSIONS", "0"))
FIRST, LAST = 15, max(VERSIONS, 45)
MAY_GROW_MB = 45
"""Versions that are kept take 2.5 MB each: 75 MB, and 460 MB in `make soak`."""
KILLS = 6 if VERSIONS else 3
COMPILERS = () if VERSIONS else WITHOUT_JIT
"""Code that is compiled keeps a context as well: `make soak` looks for that. Here compiling took three quarters of the work."""
PYTHON = """
VERSION = {version}
TABLE = [str(n) for n in range(200)]

class Counter:
    def version(self):
        return VERSION
"""
JS = "module.exports = class Counter {{ version() {{ return {version}; }} }}"


class ShortGrace(OmsProcess):
    """An OMS that keeps what nothing uses for a second."""

    def command(self) -> tuple[list[str], str]:
        command, order = super().command()
        return [*command, "--artifact-grace", "1"], order


class Versions:
    """A cluster of one kernel in which versions of a class follow one another under one name."""

    def __init__(self, made: Cluster, client: Client) -> None:
        self.made, self.client = made, client

    @property
    def kernel(self) -> KernelProcess:
        return self.made.kernels["north"]

    async def live(self, version: int, source: str, language: str) -> None:
        """A version takes the place of the one before, and works."""
        await self.client.register("counter", source.format(version=version), language, replace=True)
        assert await self.client.invoke("counter", "version") == version

    def stored(self) -> set[str]:
        """The artifacts whose bytes the OMS has."""
        return {path.name for path in (self.made.folder / "oms" / "artifacts").glob("??/*")}

    def recorded(self) -> set[str]:
        """The artifacts that the OMS knows of."""
        with closing(sqlite3.connect(f"file:{self.made.folder / 'oms' / 'store.db'}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT key FROM entry WHERE CAST(key AS TEXT) LIKE ?", (f"{ARTIFACTS}%",)).fetchall()
        return {row[0].decode().removeprefix(ARTIFACTS) for row in rows}

    def copied(self) -> set[str]:
        """The names in the cache of the kernel."""
        return {path.name for path in (self.made.folder / "north" / "artifacts").iterdir()}

    def unloaded(self) -> int:
        """How many artifacts the JVM half has forgotten, with their contexts."""
        lines = [json.loads(line) for line in self.kernel.log_text().splitlines() if line.startswith("{")]
        return sum("was unloaded" in line["event"] for line in lines)

    async def level(self, versions: int) -> int:
        """Waits until only the last of so many versions is left, and answers the megabytes of the heap that are in use then."""

        async def alone() -> bool:
            return self.unloaded() == versions - 1 and all(len(each()) == 1 for each in (self.stored, self.recorded, self.copied))

        await until(alone, 120.0, every=0.5)
        assert self.stored() == self.recorded() == self.copied()
        return await asyncio.to_thread(_heap, self.kernel)


def _heap(kernel: KernelProcess) -> int:
    assert kernel.process is not None
    found = subprocess.run([sys.executable, str(ROOT / "tools/find_jdk.py")], capture_output=True, text=True, check=True)
    tool, process_id = Path(found.stdout.strip()) / "bin" / "jcmd", str(kernel.process.pid)
    subprocess.run([tool, process_id, "GC.run"], check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run([tool, process_id, "GC.heap_info"], check=True, capture_output=True, text=True).stdout
    used = re.search(r"heap\b.*?used (\d+)K", told)
    assert used is not None, told
    return int(used[1]) >> 10


@asynccontextmanager
async def versions_of(folder: Path, *languages: str) -> AsyncGenerator[Versions]:
    cluster = Cluster(folder)
    cluster.oms = ShortGrace("oms", folder, free_port())
    settings = {"unload_after": 1.0, "artifact_grace": 1.0, "log_level": "debug", "log_format": "json", "heap_mb": 900}
    settings |= {"languages": list(languages), "jvm_options": COMPILERS}
    async with running(cluster, "north", **settings) as made, Client(made.kernels["north"].address) as client:
        yield Versions(made, client)


@pytest.mark.slow
async def test_contexts_memory_and_disks_level_off_while_versions_of_a_python_class_come_and_go(tmp_path: Path) -> None:
    async with versions_of(tmp_path, "python") as versions:
        most, after_first = 0, 0
        for version in range(LAST):
            await versions.live(version, PYTHON, "python")
            most = max(most, len(versions.stored()), len(versions.copied()))
            if version + 1 == FIRST:
                after_first = await versions.level(FIRST)
        grown = await versions.level(LAST) - after_first
        print(f"{after_first} MB after {FIRST} versions, {grown:+} MB after {LAST}; at most {most} artifacts on a disk at once")
        # How many are there at once depends on how fast versions come: `level` has waited twice until one was left.
        assert grown <= MAY_GROW_MB


async def test_a_version_that_comes_again_is_fetched_again(tmp_path: Path) -> None:
    async with versions_of(tmp_path, "js") as versions:
        for loaded, version in enumerate((1, 2, 1), start=1):
            await versions.live(version, JS, "js")
            await versions.level(loaded)


async def test_an_oms_that_is_killed_while_it_removes_artifacts_leaves_no_record_without_bytes_and_no_bytes_without_record(
    tmp_path: Path,
) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance, version = random.Random(seed), 0
    async with versions_of(tmp_path, "js") as versions:
        for _ in range(KILLS):
            for _ in range(8):
                version += 1
                await _lived(versions, version)
            before = versions.stored()

            async def removing(known: set[str] = before) -> bool:
                return bool(known - versions.stored())

            # A removal is under way, or has just ended: the next ones are due.
            await until(removing, 30.0, every=chance.uniform(0.0005, 0.01))
            await versions.made.oms.kill()
            await versions.made.oms.start()
        version += 1
        await _lived(versions, version)

        async def settled() -> bool:
            return len(versions.stored()) == 1 and versions.stored() == versions.recorded()

        await until(settled, 60.0)
        assert await versions.client.invoke("counter", "version") == version


async def _lived(versions: Versions, version: int) -> None:
    """One version lives, as soon as the OMS is there again."""

    async def done() -> bool:
        try:
            await versions.live(version, JS, "js")
        except AminoError as error:
            print(f"version {version}: {error}")
            return False
        return True

    await until(done, 60.0)


async def test_an_artifact_that_is_damaged_in_the_cache_of_a_kernel_is_fetched_again(tmp_path: Path) -> None:
    async with versions_of(tmp_path, "js") as versions:
        await versions.live(1, JS, "js")
        (digest,) = versions.copied()
        copy = versions.made.folder / "north" / "artifacts" / digest / "object.js"
        await versions.kernel.kill()
        for damaged in (b"module.exports = class Counter { version() { return 666; } }", b"module.ex", b""):
            copy.write_bytes(damaged)
            await versions.kernel.start()
            assert await until(lambda: _answer(versions), 60.0) == 1
            assert copy.read_bytes() == JS.format(version=1).encode()
            await versions.kernel.kill()
        await versions.kernel.start()


async def _answer(versions: Versions) -> object:
    """What the object answers, made anew where it was lost with its kernel."""
    try:
        await versions.client.ask("Restart", client_pb2.RestartRequest(name_or_id="counter"))
    except AminoError:
        pass  # it lives
    try:
        return await versions.client.invoke("counter", "version")
    except AminoError:
        return None


async def test_an_artifact_that_is_damaged_in_the_oms_is_named_and_mended_by_a_registration(tmp_path: Path) -> None:
    async with versions_of(tmp_path, "js") as versions:
        await versions.live(1, JS, "js")
        (digest,) = versions.stored()
        (file,) = (versions.made.folder / "oms" / "artifacts").glob("??/*")
        file.write_bytes(file.read_bytes()[:-1] + b"?")
        south = await versions.made.add("south", languages=["js"])
        with pytest.raises(AminoError) as caught:
            await versions.client.create("counter", on="south")
        assert caught.value.code == "ARTIFACT_DAMAGED" and digest in caught.value.message
        await versions.client.register("other", JS.format(version=1))
        assert (await versions.client.create("counter", on="south")).status.replicas[0].kernel_id == south.kernel_id
