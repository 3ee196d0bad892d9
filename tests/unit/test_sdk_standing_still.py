"""Kernels that stand still: a client that begins goes to the next one soon, and calls end when a kernel is known to be lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import amino
import pytest
from amino.opening import NEXT_SECONDS
from amino_wire.errors import KernelUnavailable, Outcome

from tests.unit.counter_kernel import counter_kernel


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """The address of a process that takes connections, and answers nothing on them."""
    taken: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: taken.append(writer), "127.0.0.1", 0)
    yield "{}:{}".format(*server.sockets[0].getsockname())
    for writer in taken:
        writer.close()
    server.close()


def folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


async def test_a_client_that_begins_tries_the_next_kernel_soon(silent: str, tmp_path: Path) -> None:
    async with counter_kernel(tmp_path) as kernel:
        begun = time.monotonic()
        async with amino.connect(f"{silent},{kernel.address}") as client:
            assert NEXT_SECONDS <= time.monotonic() - begun < 5 * NEXT_SECONDS
            assert await (await client.get("counter")).incr() == 1


@pytest.mark.parametrize("lanes", [("unix",), ("tcp",), ()])
async def test_a_call_ends_when_another_kernel_says_that_its_own_is_lost(lanes: tuple[str, ...], tmp_path: Path) -> None:
    """The second kernel lists itself only: as far as it knows, the first one is lost."""
    async with (
        counter_kernel(folder(tmp_path, "first"), "k1", lanes) as first,
        counter_kernel(folder(tmp_path, "second"), "k2", lanes) as second,
        amino.connect(f"{first.address},{second.address}") as client,
    ):
        counter = await client.get("counter")
        begun = time.monotonic()
        with pytest.raises(KernelUnavailable, match="is lost: its lease has ended") as ended:
            await counter.wait()
        assert ended.value.outcome is Outcome.UNKNOWN
        assert time.monotonic() - begun < 20.0
        assert await counter.incr() == 1
        assert second.objects["id-counter"].value == 1


async def test_a_long_call_goes_on_while_its_kernel_lives(tmp_path: Path) -> None:
    async with (
        counter_kernel(folder(tmp_path, "first"), "k1") as first,
        counter_kernel(folder(tmp_path, "second"), "k1") as second,
        amino.connect(f"{first.address},{second.address}") as client,
    ):
        counter = await client.get("counter")
        waiting = asyncio.ensure_future(counter.wait())
        done, _ = await asyncio.wait({waiting}, timeout=3.5)
        assert not done
        first.objects["id-counter"].release.set()
        assert await waiting
