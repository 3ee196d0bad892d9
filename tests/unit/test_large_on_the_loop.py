"""Large states do not hold up the loop that also gives signs of life."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from amino_store.blobs import spool
from amino_store.blobs.incoming import Incoming
from amino_wire.frames import pack
from amino_wire.lane import LaneConnection

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


@pytest.mark.parametrize("size", [1, SIZE])
async def test_bytes_that_are_stored_are_hashed_beside_the_loop(size: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    threads: set[int] = set()
    take = Incoming.take

    def noted(self: Incoming, chunk: bytes) -> None:
        threads.add(threading.get_ident())
        take(self, chunk)

    async def chunks() -> Any:
        yield bytes(size)

    monkeypatch.setattr(Incoming, "take", noted)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    async with spool.spooled("", chunks(), limit=SIZE) as come:
        assert come.size == size
    assert threads and threading.get_ident() not in threads
    await asyncio.sleep(0)
