"""Moves of objects between two kernels while clients keep calling."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import AminoError, KernelNotFound, StateNotCapturable

from examples.demo.build import Built, build, compile_java
from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS, COUNTER_PYTHON, COUNTER_RUBY
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

CALLS = 10_000
MOVES = 10
CALLERS = 16
PLAIN_JAVA = "public class Plain { private long count; public long incr() { return ++count; } }"
CLOSURE_JS = "module.exports = class Keeper { constructor() { this.secret = () => 42; this.n = 1; } get() { return this.n; } };"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("pair")), "north", "south", allow=["native", "host"]) as made:
        yield made


async def test_ten_thousand_calls_over_ten_moves(pair: Cluster) -> None:
    north, south = pair.kernels["north"], pair.kernels["south"]
    async with Client(north.address) as near, Client(south.address) as far:
        record = await near.register(f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS, on="north")
        left = iter(range(CALLS))
        done = 0

        async def hammer(client: Client) -> None:
            nonlocal done
            for _ in left:
                await client.call(record.id, "incr", 1)
                done += 1

        async def move() -> None:
            for number in range(MOVES):
                target = south if number % 2 == 0 else north
                # Spread over the calls, so that each move happens under fire.
                await until(lambda number=number: _reached(number))  # type: ignore[misc]
                await near.move(record.id, target.kernel_id)

        async def _reached(number: int) -> bool:
            return done >= number * CALLS // (MOVES + 1)

        await asyncio.gather(move(), *(hammer(near if number % 2 else far) for number in range(CALLERS)))
        assert done == CALLS
        assert await near.call(record.id, "get") == CALLS
        current = await near.get(record.id)
        assert current.status.epoch == record.status.epoch + MOVES and current.status.replicas[0].kernel_id == north.kernel_id


@pytest.mark.parametrize(("language", "source"), [("python", COUNTER_PYTHON), ("ruby", COUNTER_RUBY)])
async def test_state_moves_in_other_languages(pair: Cluster, language: str, source: str) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(f"{language}-{uuid.uuid4().hex[:6]}", source, language, 5, on="north")
        assert await client.call(record.id, "incr", 2) == 7
        moved = await client.move(record.id, pair.kernels["south"].kernel_id)
        assert moved.object.status.replicas[0].kernel_id == pair.kernels["south"].kernel_id
        assert await client.call(record.id, "incr", 3) == 10


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = Path(tmp_path_factory.mktemp("built"))
    made = build(folder)
    (folder / "Plain.java").write_text(PLAIN_JAVA)
    compile_java(folder / "Plain.java", folder / "plain")
    return made


@pytest.mark.parametrize("language", ["java", "llvm", "wasm"])
async def test_compiled_objects_move_with_the_state_that_they_save(pair: Cluster, built: Built, language: str) -> None:
    folder, entry = {"java": (built.java, "Counter"), "llvm": (built.bitcode, "counter.bc"), "wasm": (built.wasm, "counter.wasm")}[language]
    files = {file.name: file.read_bytes() for file in (folder.iterdir() if folder.is_dir() else [folder])}
    north, south = pair.kernels["north"], pair.kernels["south"]
    async with Client(north.address) as client:
        artifact = await client.put(files, entry, language)
        record = await client.register_artifact(f"{language}-{uuid.uuid4().hex[:6]}", artifact, 5, on="north")
        assert await client.call(record.id, "incr", 2) == 7
        for target, expected in ((south, 10), (north, 13)):
            moved = await client.move(record.id, target.kernel_id)
            assert moved.object.status.replicas[0].kernel_id == target.kernel_id and not moved.lost
            assert await client.call(record.id, "incr", 3) == expected
        # A further instance has a state of its own.
        other = await client.create(record.name, 100, on="south")
        assert (await client.call(other.id, "get"), await client.call(record.id, "get")) == (100, 13)


async def test_a_java_object_without_hooks_stays_where_it_is(pair: Cluster, built: Built) -> None:
    async with Client(pair.kernels["north"].address) as client:
        artifact = await client.put({"Plain.class": (built.java.parent / "plain" / "Plain.class").read_bytes()}, "Plain", "java")
        record = await client.register_artifact(f"plain-{uuid.uuid4().hex[:6]}", artifact, on="north")
        assert await client.call(record.id, "incr") == 1
        with pytest.raises(StateNotCapturable, match="amino_save"):
            await client.move(record.id, pair.kernels["south"].kernel_id)
        assert await client.call(record.id, "incr") == 2


async def test_state_that_cannot_move_keeps_the_object_where_it_is(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(f"keeper-{uuid.uuid4().hex[:6]}", CLOSURE_JS, on="north")
        with pytest.raises(StateNotCapturable, match="secret"):
            await client.move(record.id, pair.kernels["south"].kernel_id)
        assert (await client.get(record.id)).status.replicas[0].kernel_id == pair.kernels["north"].kernel_id
        assert await client.call(record.id, "get") == 1
        moved = await client.move(record.id, pair.kernels["south"].kernel_id, allow_lossy=True)
        assert any("secret" in path for path in moved.lost)
        assert await client.call(record.id, "get") == 1


async def test_a_move_to_nowhere_is_refused_and_changes_nothing(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS, on="north")
        with pytest.raises(KernelNotFound, match="atlantis"):
            await client.move(record.id, "atlantis")
        assert await client.call(record.id, "incr") == 1


async def test_a_target_that_dies_during_the_move_leaves_the_object_at_its_source(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as pair, Client(pair.kernels["north"].address) as client:
        north, south = pair.kernels["north"], pair.kernels["south"]
        record = await client.register("counter", COUNTER_JS, on="north")
        await client.call(record.id, "incr", 5)
        target = south.kernel_id
        await south.kill()
        with pytest.raises(AminoError):
            await client.move(record.id, target)
        assert await client.call(record.id, "incr", 1) == 6
        assert (await client.get(record.id)).status.replicas[0].kernel_id == north.kernel_id
