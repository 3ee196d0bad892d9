"""Which artifacts a JVM half unloads, and when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.artifact_uses import ArtifactUses
from amino_kernel.halves.runtime import IDLE_SECONDS, Runtime
from amino_wire.errors import ArgumentInvalid, ArtifactInvalid, KernelUnavailable
from amino_wire.pb import common_pb2


def artifact(name: str) -> common_pb2.Artifact:
    return common_pb2.Artifact(hash=name, language="python", entry="counter.py")


A, B = artifact("a"), artifact("b")
KEY_A, KEY_B = artifact_key(A), artifact_key(B)


def test_what_nothing_uses_is_idle_from_the_first_look_that_found_it_so() -> None:
    uses = ArtifactUses()
    uses.loaded("a")
    assert uses.idle(100.0, 60.0) == []
    assert uses.idle(159.0, 60.0) == []
    assert uses.idle(160.0, 60.0) == ["a"]


def test_a_use_begins_the_time_anew_also_between_two_looks() -> None:
    uses = ArtifactUses()
    uses.loaded("a")
    uses.idle(100.0, 60.0)
    uses.used("a")
    assert uses.idle(500.0, 0.0) == []
    uses.unused("a")
    assert uses.idle(510.0, 60.0) == []
    uses.used("a")
    uses.unused("a")
    assert uses.idle(571.0, 60.0) == []
    assert uses.idle(631.0, 60.0) == ["a"]


def test_each_use_ends_once_and_the_last_one_counts() -> None:
    uses = ArtifactUses()
    uses.loaded("a")
    uses.used("a")
    uses.used("a")
    uses.unused("a")
    assert uses.idle(0.0, 0.0) == []
    uses.unused("a")
    assert uses.idle(0.0, 0.0) == ["a"]
    uses.unused("a")
    uses.used("a")
    assert uses.idle(0.0, 0.0) == [], "an end too many does not make a later use invisible"


def test_what_was_unloaded_or_never_loaded_is_not_idle() -> None:
    uses = ArtifactUses()
    uses.loaded("a")
    uses.unloaded("a")
    uses.used("b")
    uses.unused("b")
    assert uses.idle(0.0, 0.0) == []


@dataclass
class Half:
    """The bridge of a JVM half: notes what it is asked, and refuses what it is told to."""

    asked: list[str] = field(default_factory=list[str])
    refused: dict[str, Exception] = field(default_factory=dict[str, Exception])
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self, loaded: common_pb2.Artifact, directory: str, options: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(f"load {loaded.hash}")
        await self.gate.wait()
        if loaded.hash in self.refused:
            raise self.refused[loaded.hash]
        return {"class": loaded.hash}

    async def unload(self, key: str) -> None:
        name = key.partition("-")[0]
        self.asked.append(f"unload {name}")
        if name in self.refused:
            raise self.refused[name]


def runtime(half: Half) -> Runtime:
    half.gate.set()
    return Runtime(0, "", None, half, ("python",))  # type: ignore[arg-type]


async def load(where: Runtime, what: common_pb2.Artifact) -> dict[str, Any]:
    return await where.load(what, "/folder", {})


async def test_an_artifact_is_unloaded_when_nothing_has_used_it_for_a_minute_and_then_loaded_anew() -> None:
    half = Half()
    where = runtime(half)
    assert await load(where, A) == {"class": "a"}
    where.used(A)
    await load(where, B)
    assert await where.unload_unused(0.0) == []
    assert await where.unload_unused(IDLE_SECONDS) == [KEY_B]
    assert await where.unload_unused(10 * IDLE_SECONDS) == []
    await load(where, A)
    await load(where, B)
    assert half.asked == ["load a", "load b", "unload b", "load b"]
    where.unused(A)
    await where.unload_unused(1000.0)
    assert set(await where.unload_unused(1000.0 + IDLE_SECONDS)) == {KEY_A, KEY_B}


async def test_loading_again_begins_the_minute_anew() -> None:
    half = Half()
    where = runtime(half)
    await load(where, A)
    await where.unload_unused(0.0)
    await load(where, A)
    assert await where.unload_unused(IDLE_SECONDS) == []
    assert half.asked == ["load a"]


async def test_whatever_is_being_loaded_stays_although_memory_is_low() -> None:
    half = Half()
    where = runtime(half)
    half.gate.clear()
    loading = [asyncio.ensure_future(load(where, A)) for _ in range(2)]
    await asyncio.sleep(0)
    assert await where.unload_unused(0.0, after=0.0) == []

    async def made() -> None:
        await load(where, A)
        where.used(A)  # nothing is awaited in between

    making = asyncio.ensure_future(made())
    await asyncio.sleep(0)
    half.gate.set()
    while not making.done():
        assert await where.unload_unused(0.0, after=0.0) == []
        await asyncio.sleep(0)
    await asyncio.gather(making, *loading)
    where.unused(A)
    assert await where.unload_unused(0.0, after=0.0) == [KEY_A]


async def test_a_half_that_knows_of_a_use_keeps_the_artifact_and_is_asked_again_later() -> None:
    half = Half(refused={})
    where = runtime(half)
    await load(where, A)
    half.refused["a"] = ArgumentInvalid("it is in use by 1 instances")
    await where.unload_unused(0.0)
    assert await where.unload_unused(IDLE_SECONDS) == []
    assert await where.unload_unused(IDLE_SECONDS + 1) == []
    assert half.asked == ["load a", "unload a"]
    half.refused.clear()
    assert await load(where, A) == {"class": "a"}
    assert half.asked[2:] == ["load a"], "the half answers what it knows"
    await where.unload_unused(1000.0)
    assert await where.unload_unused(1000.0 + IDLE_SECONDS) == [KEY_A]


async def test_a_load_that_failed_leaves_nothing_to_unload() -> None:
    half = Half(refused={"a": ArtifactInvalid("line 1")})
    where = runtime(half)
    with pytest.raises(ArtifactInvalid):
        await load(where, A)
    assert await where.unload_unused(0.0, after=0.0) == []
    assert half.asked == ["load a"]


async def test_a_half_that_has_ended_needs_no_unloading() -> None:
    half = Half()
    where = runtime(half)
    await load(where, A)
    half.refused["a"] = KernelUnavailable("it has ended")
    assert await where.unload_unused(0.0, after=0.0) == []
