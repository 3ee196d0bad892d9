"""Large states do not hold up the loop that also gives signs of life."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers.part_host import KernelPartHost
from amino_store.blobs import spool
from amino_store.blobs.incoming import Incoming
from amino_wire.frames import pack
from amino_wire.lane import LaneConnection
from amino_wire.pb import oms_pb2

SIZE = 15 * 1024 * 1024
PIECE = 4096
"""A small one, so that a cost that grows with the square of the size is plain: about a hundred times what is allowed here."""
SECONDS = 1.0


async def test_a_long_frame_that_comes_in_pieces_is_put_together_once() -> None:
    got: list[Any] = []
    lane = LaneConnection("the test", on_request=got.extend, opaque=True)
    frame = pack((0, 0, 0, ["object", "member", [bytes(SIZE)]]))
    stream = len(frame).to_bytes(4, "little") + frame
    pong = pack((7, 1))
    begun = time.process_time()
    for start in range(0, len(stream), PIECE):
        lane.data_received(stream[start : start + PIECE])
    taken = time.process_time() - begun
    assert len(got) == 1
    assert len(got[0].args.data) > SIZE
    assert taken < SECONDS, f"{taken:.2f} s of the processor"
    # What follows is read as before, whole or in parts.
    lane.data_received(len(pong).to_bytes(4, "little") + pong + stream[:3])
    for start in range(3, len(stream), 1 << 20):
        lane.data_received(stream[start : start + (1 << 20)][: len(stream)])
        if len(got) == 2:
            break
    assert lane.closed, "the same number came twice"


async def test_others_get_a_turn_between_the_steps_that_copy_a_large_value() -> None:
    turns = 0
    seen: list[int] = []
    over = False

    def turn() -> None:
        nonlocal turns
        turns += 1
        if not over:
            asyncio.get_running_loop().call_soon(turn)

    async def stored(request: oms_pb2.DurablePutRequest, timeout: float) -> oms_pb2.DurablePutResponse:
        seen.append(turns)
        return oms_pb2.DurablePutResponse(stored=True, version=1)

    stub: Any = SimpleNamespace(DurablePut=stored)
    unused: Any = None
    host = KernelPartHost(OmsClient("played", stub=stub), unused, unused, unused, 0)
    asyncio.get_running_loop().call_soon(turn)
    await asyncio.sleep(0)
    before = turns
    assert await host.durable_put("small", b"x", None) == 1
    assert seen == [before]
    assert await host.durable_put("large", bytes(SIZE), None) == 1
    over = True
    assert seen[1] >= before + 2


@pytest.mark.parametrize("size", [1, SIZE])
async def test_bytes_that_are_stored_are_hashed_beside_the_loop(size: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    threads: set[int] = set()
    take = Incoming.take

    def noted(self: Incoming, chunk: bytes) -> None:
        threads.add(threading.get_ident())
        take(self, chunk)

    async def chunks() -> AsyncIterator[bytes]:
        yield bytes(size)

    monkeypatch.setattr(Incoming, "take", noted)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    async with spool.spooled("", chunks(), limit=SIZE) as come:
        assert come.size == size
    assert threads and threading.get_ident() not in threads
    await asyncio.sleep(0)
