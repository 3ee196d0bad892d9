"""What the OMS answers to requests for moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.oms_world import World, world


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def test_a_move_that_is_asked_for_again_still_says_what_it_left_behind(here: World) -> None:
    kernels_there = {"k1": await here.kernel("k1"), "k2": await here.kernel("k2")}
    record = await here.register("counter")
    source = kernels_there[record.status.replicas[0].kernel_id]
    target = next(kernel for kernel in kernels_there.values() if kernel is not source)
    replica = common_pb2.Replica(path="0", kernel_id=target.kernel_id, kernel_incarnation=target.incarnation)
    commit = oms_pb2.CommitLocationRequest(
        object_id=record.id, expected_epoch=record.status.epoch, replicas=[replica], request_id="move", lost=["this.socket", "this.file"]
    )
    await source.oms.CommitLocation(commit)
    again = client_pb2.MoveRequest(name_or_id="counter", kernel_id=target.kernel_id, request_id="move", allow_lossy=True)
    answer = await here.stub.Move(again)
    assert (answer.object.status.replicas[0].kernel_id, list(answer.lost)) == (target.kernel_id, ["this.socket", "this.file"])
