"""Objects in WebAssembly made of C++, Rust and AssemblyScript move with all their memory: no class here says what to save."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from examples.compilers.webassembly import compile_object
from tests.cluster.client import Client
from tests.cluster.processes import Cluster, cluster

OBJECTS = Path(__file__).resolve().parents[1] / "conformance" / "objects"
SOURCES = ("echo.cpp", "echo.rs", "echo.ts")
NOTES = [f"note {number} with a text of some length" for number in range(40)]

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("pair")), "north", "south") as made:
        yield made


@pytest.mark.parametrize("source", SOURCES)
async def test_the_whole_memory_moves(pair: Cluster, tmp_path: Path, source: str) -> None:
    module = compile_object(OBJECTS / source, tmp_path)
    async with Client(pair.kernels["north"].address) as client:
        artifact = await client.put({module.name: module.read_bytes()}, module.name, "wasm")
        record = await client.register_artifact(f"echo-{uuid.uuid4().hex[:6]}", artifact, on="north")
        for note in NOTES:
            notes = await client.call(record.id, "note", note)
        assert notes == NOTES
        for kernel in ("south", "north"):
            moved = await client.move(record.id, pair.kernels[kernel].kernel_id)
            assert not moved.lost
            assert await client.call(record.id, "note", "moved") == [*NOTES, "moved"]
            assert await client.call(record.id, "forget", 1) == NOTES
