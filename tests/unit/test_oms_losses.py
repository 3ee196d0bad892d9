"""What the OMS says of lost objects, and which errors callers make of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_dms.api import did_not_run
from amino_oms.lifecycle.losses import Losses
from amino_wire.errors import (
    AminoError,
    KernelUnavailable,
    NoKernelMatches,
    ObjectAwaitsKernel,
    ObjectLost,
    ObjectRecovering,
    Unavailable,
)
from amino_wire.losses import loss_of
from amino_wire.pb import common_pb2

from tests.unit.oms_world import World, world

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


def record(loss: common_pb2.Loss, reason: str = "") -> common_pb2.ObjectRecord:
    status = common_pb2.ObjectStatus(state=LOST, replicas=[common_pb2.Replica(path="0", kernel_id="k1")], loss=loss, loss_reason=reason)
    return common_pb2.ObjectRecord(id="o1", name="counter", status=status)


@pytest.mark.parametrize(
    ("loss", "reason", "kind", "said"),
    [
        (common_pb2.LOSS_GONE, "", ObjectLost, "amino restart counter"),
        (common_pb2.LOSS_GONE, "it filled the heap", ObjectLost, "it filled the heap. Nothing brings it back"),
        (common_pb2.LOSS_UNSPECIFIED, "", ObjectLost, "amino restart counter"),
        (common_pb2.LOSS_RECOVERING, "", ObjectRecovering, "Call again"),
        (common_pb2.LOSS_RECOVERING, "the store is full", ObjectRecovering, "the store is full"),
        (common_pb2.LOSS_AWAITS_KERNEL, "", ObjectAwaitsKernel, "waits for kernel k1"),
        (common_pb2.LOSS_AWAITS_KERNEL, "none has region=west", ObjectAwaitsKernel, "none has region=west"),
    ],
)
def test_each_loss_has_its_own_error_of_a_call_that_did_not_run(
    loss: common_pb2.Loss, reason: str, kind: type[AminoError], said: str
) -> None:
    error = loss_of(record(loss, reason))
    assert type(error) is kind
    assert isinstance(error, Unavailable), "the Retry manager tries it again"
    assert did_not_run(error)
    assert "counter" in error.message and said in error.message
    assert error.details == {"object": "o1", "kernels": ["k1"]}


async def test_what_is_said_follows_what_is_known(here: World) -> None:
    kernel = await here.kernel("k1")
    directory = here.oms.services.directory
    losses = Losses(directory)
    known = record(common_pb2.LOSS_UNSPECIFIED)
    known.status.replicas[0].kernel_incarnation = directory.get("k1").incarnation

    def said() -> tuple[int, str]:
        status = losses.say(known).status
        return status.loss, status.loss_reason

    assert said() == (common_pb2.LOSS_GONE, ""), "its kernel lives and does not have it"
    losses.told("o1", "it filled the heap")
    assert said() == (common_pb2.LOSS_GONE, "it filled the heap")
    losses.told("o1", "")
    assert said() == (common_pb2.LOSS_GONE, ""), "it was lost once more, and nobody knows why"
    losses.begun("o1")
    assert said() == (common_pb2.LOSS_RECOVERING, "")
    losses.failed("o1", KernelUnavailable("k2 does not answer."))
    assert said() == (common_pb2.LOSS_RECOVERING, "k2 does not answer")
    losses.failed("o1", NoKernelMatches("no kernel has region=west"))
    assert said() == (common_pb2.LOSS_AWAITS_KERNEL, "no kernel has region=west")
    losses.ended("o1")
    await here.die(kernel)
    assert said() == (common_pb2.LOSS_AWAITS_KERNEL, ""), "it may only be cut off"
    losses.left("k1", known.status.replicas[0].kernel_incarnation, keeps=True)
    assert said() == (common_pb2.LOSS_AWAITS_KERNEL, "k1 was stopped and keeps its state until it is started again")
    losses.left("k1", known.status.replicas[0].kernel_incarnation, keeps=False, end="killed by SIGKILL")
    assert said() == (common_pb2.LOSS_GONE, "the process of k1 ended: killed by SIGKILL")
    losses.left("k1", known.status.replicas[0].kernel_incarnation, keeps=False)
    assert said() == (common_pb2.LOSS_GONE, "")
    again = directory.get("k1")
    again.incarnation = known.status.replicas[0].kernel_incarnation
    await directory.join(again)
    fresh = Losses(directory)
    assert fresh.say(known).status.loss == common_pb2.LOSS_GONE, "it has said what it has"
    with fresh.listing("k1"):
        assert fresh.say(known).status.loss == common_pb2.LOSS_AWAITS_KERNEL, "nobody knows yet what it still has"
    assert fresh.say(known).status.loss == common_pb2.LOSS_GONE
    await here.kernel("k1")
    assert said() == (common_pb2.LOSS_GONE, ""), "it has begun another life"
    losses.returning("k1", now=True)
    assert said() == (common_pb2.LOSS_AWAITS_KERNEL, "k1 has started again and brings back what it has kept")
    losses.returning("k1", now=False)
    assert said() == (common_pb2.LOSS_GONE, "")
    losses.told("o1", "it filled the heap")
    known.status.state = ACTIVE
    assert said() == (common_pb2.LOSS_UNSPECIFIED, "")
    known.status.state = LOST
    assert said() == (common_pb2.LOSS_GONE, ""), "the reason was that of an earlier loss"
