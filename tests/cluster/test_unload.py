"""Versions of a class come and go in one JVM half: what nothing uses any more is forgotten, with its contexts and its memory."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
from amino_graal.launch import prepare
from amino_graal.process_backend import ChildRuntime, ProcessBackend
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.runtime import IDLE_SECONDS, Runtime
from amino_wire.errors import ArgumentInvalid, ArtifactNotFound
from amino_wire.frames import CallOptions
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue, decode, encode

from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
BUDGET_MS = 120_000
MEGABYTE = 1 << 20
VERSIONS = int(os.environ.get("AMINO_VERSIONS", "0"))
COMPILERS = () if VERSIONS else WITHOUT_JIT
"""Code that is compiled keeps a context as well: `make soak` looks for that."""
PYTHON = """
VERSION = {version}
TABLE = [str(n) for n in range(200)]

class Counter{version}:
    def __init__(self):
        self.n = VERSION

    def incr(self, n):
        self.n += n
        return self.n
"""
JS = "export default class Counter{version} {{ constructor() {{ this.n = {version}; }} incr(n) {{ return this.n += n; }} }}"
RUBY = """
class Counter{version}
  def initialize = @n = {version}
  def incr(n) = @n += n
end
"""


@dataclass(frozen=True)
class Case:
    """A language, and how many versions of a class come and go before the first look at the memory, and at least in all.

    `may_grow` is in megabytes. Versions that are kept take 2.5 MB each in Python, 0.3 MB in JavaScript, 15 MB in Ruby.
    """

    language: str
    file: str
    source: str
    first: int
    last: int
    may_grow: int


CASES = [
    Case("python", "counter.py", PYTHON, 15, 45, 60),
    Case("js", "counter.js", JS, 30, 130, 20),
    Case("ruby", "counter.rb", RUBY, 5, 15, 60),
]


class Half:
    """A JVM half in a process of its own, and its Python half in miniature."""

    def __init__(self, runtime: Runtime, process: ChildRuntime, folder: Path) -> None:
        self.runtime = runtime
        self._process = process
        self._folder = folder

    async def loaded(self, case: Case, version: int) -> common_pb2.Artifact:
        """Loads one version."""
        folder = self._folder / f"{case.language}-{version}"
        folder.mkdir(exist_ok=True)
        (folder / case.file).write_text(case.source.format(version=version))
        artifact = common_pb2.Artifact(hash=f"{version:064}", language=case.language, entry=case.file)
        await self.runtime.load(artifact, str(folder), {})
        return artifact

    async def live_version(self, case: Case, version: int) -> None:
        """One version is loaded, has an instance that works, and ends."""
        artifact = await self.loaded(case, version)
        self.runtime.used(artifact)
        instance = f"counter-{version}"
        await self.runtime.bridge.create(instance, 1, artifact_key(artifact), _encoded([]), _encoded({}), {})
        result = await self.runtime.bridge.call(instance, "incr", _encoded([1]), CallOptions(budget_ms=BUDGET_MS))
        assert decode(result.data) == version + 1
        await self.runtime.bridge.destroy(instance)
        self.runtime.unused(artifact)

    async def contexts(self) -> int:
        """How many contexts are open, of all artifacts together."""
        stats = await self.runtime.bridge.stats()
        return sum(stats["contexts"].values())

    async def memory(self) -> int:
        """Megabytes of the heap that are in use after a collection."""
        await asyncio.to_thread(_collect, self._process.process.pid)
        return (await self.runtime.bridge.stats())["heap_used"] // MEGABYTE


def _encoded(value: Any) -> EncodedValue:
    return EncodedValue(encode(value))


def _collect(process_id: int) -> None:
    # The JDK that builds the JVM half has the tool; the JVM that runs it may lack it.
    found = subprocess.run([sys.executable, str(ROOT / "tools/find_jdk.py")], capture_output=True, text=True, check=True)
    tool = Path(found.stdout.strip()) / "bin" / "jcmd"
    subprocess.run([tool, str(process_id), "GC.run"], check=True, stdout=subprocess.DEVNULL)


def _nothing(*_: object) -> None:
    pass


@pytest_asyncio.fixture
async def half_of(tmp_path: Path) -> AsyncGenerator[Callable[[str], Any]]:
    started: list[tuple[Bridge, ChildRuntime]] = []

    async def start(language: str) -> Half:
        preparation = prepare([language], heap_mb=700, extra=COMPILERS, progress=_nothing, crash_folder=tmp_path)
        process = cast("ChildRuntime", await ProcessBackend(preparation.options).start_runtime(str(tmp_path / "socket"), "token", "k1"))
        bridge = await Bridge.connect(process.socket_path, "token", "k1", _nothing, _nothing)
        started.append((bridge, process))
        return Half(Runtime(0, "", process, bridge, (language,)), process, tmp_path)

    yield start
    for bridge, process in started:
        bridge.close()
        process.kill()
        await process.ended()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.language)
async def test_contexts_and_memory_level_off_while_versions_come_and_go(case: Case, half_of: Callable[[str], Any]) -> None:
    half: Half = await half_of(case.language)
    seconds, after_first = 0.0, 0
    last = max(case.last, VERSIONS)
    for version in range(last):
        await half.live_version(case, version)
        await half.runtime.unload_unused(seconds)
        seconds += IDLE_SECONDS / 3
        # Those of the last minute and no others.
        assert await half.contexts() <= 4
        if version + 1 == case.first:
            after_first = await half.memory()
    grown = await half.memory() - after_first
    print(f"{case.language}: {after_first} MB after {case.first} versions, {grown:+} MB after {last}")
    assert grown <= case.may_grow
    await half.runtime.unload_unused(seconds + IDLE_SECONDS, after=0.0)
    assert await half.contexts() == 0


async def test_a_version_that_comes_again_after_it_was_unloaded_works(half_of: Callable[[str], Any]) -> None:
    half: Half = await half_of("js")
    for _ in range(3):
        await half.live_version(CASES[1], 7)
        assert len(await half.runtime.unload_unused(0.0, after=0.0)) == 1
        assert await half.contexts() == 0


async def test_a_half_refuses_to_unload_what_has_an_instance(half_of: Callable[[str], Any]) -> None:
    half: Half = await half_of("js")
    artifact = await half.loaded(CASES[1], 1)
    await half.runtime.bridge.create("counter", 1, artifact_key(artifact), _encoded([]), _encoded({}), {})
    # Nobody has told the runtime of the instance; the half itself knows of it.
    assert await half.runtime.unload_unused(0.0, after=0.0) == []
    with pytest.raises(ArgumentInvalid, match="1 instances"):
        await half.runtime.bridge.unload(artifact_key(artifact))
    result = await half.runtime.bridge.call("counter", "incr", _encoded([1]), CallOptions(budget_ms=BUDGET_MS))
    assert decode(result.data) == 2
    await half.runtime.bridge.destroy("counter")
    assert await half.runtime.unload_unused(1.0, after=0.0) == [artifact_key(artifact)]
    with pytest.raises(ArtifactNotFound):
        await half.runtime.bridge.unload(artifact_key(artifact))
