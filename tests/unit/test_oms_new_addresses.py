"""A kernel registers under another address in the same life: nothing is lost, and other kernels are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from amino_wire.pb import common_pb2, oms_pb2

from tests.unit.oms_world import World, world
from tests.unit.played_kernel import PlayedKernel, playing

ACTIVE = common_pb2.OBJECT_STATE_ACTIVE


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


class HearingKernel(PlayedKernel):
    """Keeps what it is told of others' addresses."""

    addresses: list[oms_pb2.KernelChangedRequest]
    busy = 0
    """For so many of them it has no time, and says so."""
    says = grpc.StatusCode.UNAVAILABLE

    async def KernelChanged(self, request: oms_pb2.KernelChangedRequest, context: Any) -> oms_pb2.KernelChangedResponse:  # noqa: N802
        if self.busy:
            self.busy -= 1
            await context.abort(self.says, "it is busy")
        self.addresses.append(request)
        return oms_pb2.KernelChangedResponse()


async def hearing(here: World, kernel_id: str) -> HearingKernel:
    kernel = HearingKernel(kernel_id, here.stub)
    kernel.addresses = []
    here.kernels[kernel_id] = await here.stack.enter_async_context(playing(kernel))
    await kernel.register()
    return kernel


def told(kernel: HearingKernel) -> list[tuple[str, str, str]]:
    return [(each.kernel.id, each.kernel.endpoints.grpc, each.former_address) for each in kernel.addresses]


async def test_the_others_are_told_and_nothing_is_lost(here: World) -> None:
    phone = await hearing(here, "phone")
    counter = await here.register("counter")
    other, third = await hearing(here, "other"), await hearing(here, "third")
    former, life = phone.address, phone.incarnation
    phone.address = "10.0.0.7:7420"
    await phone.register()
    await here.settled()
    assert phone.incarnation == life
    assert told(other) == told(third) == [("phone", "10.0.0.7:7420", former)]
    assert told(phone) == []
    found = await here.get("counter")
    assert (found.status.state, found.status.epoch) == (ACTIVE, counter.status.epoch)
    assert found.status.replicas[0].endpoints.grpc == "10.0.0.7:7420"
    # As long as its lease goes on, and not longer.
    assert await phone.keep_alive()


async def test_nobody_is_told_of_a_kernel_that_comes_again_at_its_address_or_in_another_life(here: World) -> None:
    phone, other = await hearing(here, "phone"), await hearing(here, "other")
    await phone.register()
    phone.address, phone.incarnation = "10.0.0.7:7420", 0
    await phone.register()
    await here.settled()
    assert told(other) == []


@pytest.mark.parametrize("says", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED])
async def test_a_kernel_that_does_not_answer_is_told_until_it_does(here: World, says: grpc.StatusCode) -> None:
    phone, other = await hearing(here, "phone"), await hearing(here, "other")
    other.busy, other.says = 2, says
    former, phone.address = phone.address, "10.0.0.7:7420"
    await phone.register()
    await here.settled()
    assert (told(other), other.busy) == ([("phone", "10.0.0.7:7420", former)], 0)
