"""A kernel's membership with a whole OMS: what it is told to drop, as it listed it, and what it does after a suspend."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from amino_dms.api import SystemClock
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.membership.lease_clock import SystemLeaseClock
from amino_kernel.membership.membership import Membership, MembershipActions
from amino_oms.main import create_oms
from amino_oms.service.direct import DirectStub
from amino_oms.settings import OmsSettings
from amino_wire.errors import OmsUnavailable
from amino_wire.pb import common_pb2, oms_pb2

UNKNOWN = "0" * 20


class PlayedKernel:
    """What membership asks of a kernel, noted."""

    def __init__(self) -> None:
        self.dropped: asyncio.Queue[list[common_pb2.InstanceState]] = asyncio.Queue()
        self.done: asyncio.Queue[str] = asyncio.Queue()

    async def trust(self, secret: str) -> None:
        self.secret = secret

    def actions(self) -> MembershipActions:
        return MembershipActions(
            kernel_id="k1",
            describe=self.describe,
            instances=self.instances,
            registered=lambda: None,
            trust=self.trust,
            returning=lambda: False,
            load=lambda: (0.0, 0),
            drop=self.drop,
            prolong=self.prolong,
            fence=self.fence,
            resume=self.resume,
            outage=self.outage,
            superseded=lambda: None,
        )

    def describe(self) -> oms_pb2.RegisterKernelRequest:
        return oms_pb2.RegisterKernelRequest(kernel_id="k1", endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"))

    def instances(self, after: str, _limit: int) -> list[common_pb2.InstanceState]:
        return [] if after else [common_pb2.InstanceState(instance=UNKNOWN, epoch=3)]

    async def drop(self, listed: Sequence[common_pb2.InstanceState]) -> None:
        self.dropped.put_nowait(list(listed))

    async def prolong(self, ends_at: float) -> None:
        pass

    async def fence(self) -> None:
        self.done.put_nowait("fence")

    async def outage(self) -> None:
        self.done.put_nowait("outage")

    async def resume(self) -> None:
        self.done.put_nowait("resume")


class SuspendedClock:
    """The clock of a machine that was suspended for some time, during which the event loop's own clock stood still."""

    def __init__(self) -> None:
        self.suspended = 0.0

    def now(self) -> float:
        return time.monotonic() + self.suspended


class CutOms(OmsClient):
    """An OMS that is out of reach while `cut` is set."""

    cut = False

    async def ask(self, method: Callable[..., Any], request: Any, timeout: float = 5.0) -> Any:
        if self.cut:
            raise OmsUnavailable("it is out of reach")
        return await super().ask(method, request, timeout)


async def test_a_kernel_whose_machine_was_suspended_holds_nothing_at_once_and_fences_without_the_oms(tmp_path: Path) -> None:
    # The next sign of life is due after 200 s of the loop's clock, which the suspend did not count.
    oms = await create_oms(tmp_path / "oms", settings=OmsSettings(tmp_path / "oms", lease=600.0))
    kernel, clock, client = PlayedKernel(), SuspendedClock(), CutOms("here", DirectStub(oms))
    membership = Membership(client, kernel.actions(), SystemClock(), clock)
    running = asyncio.ensure_future(membership.run())
    try:
        await membership.wait_joined(10)
        assert membership.held
        clock.suspended += 599
        assert membership.held
        client.cut = True
        clock.suspended += 2
        assert not membership.held
        assert await asyncio.wait_for(kernel.done.get(), 20) == "fence"
        client.cut = False
        assert await asyncio.wait_for(kernel.done.get(), 20) == "resume"
        assert membership.held
    finally:
        running.cancel()
        await oms.close()


class SlowOms(OmsClient):
    """An OMS in whose signs of life `meanwhile` happens, once."""

    meanwhile: Callable[[], None] | None = None

    async def ask(self, method: Callable[..., Any], request: Any, timeout: float = 5.0) -> Any:
        answer = await super().ask(method, request, timeout)
        if isinstance(answer, oms_pb2.KeepAliveResponse) and self.meanwhile is not None:
            self.meanwhile, happens = None, self.meanwhile
            happens()
        return answer


async def test_a_kernel_that_is_to_register_again_during_a_sign_of_life_does_so(tmp_path: Path) -> None:
    oms = await create_oms(tmp_path / "oms", settings=OmsSettings(tmp_path / "oms", lease=600.0))
    kernel, client = PlayedKernel(), SlowOms("here", DirectStub(oms))
    membership = Membership(client, kernel.actions(), SystemClock(), SystemLeaseClock())
    running = asyncio.ensure_future(membership.run())
    try:
        await membership.wait_joined(10)
        life, listings = membership.incarnation, membership.listings()
        client.meanwhile = membership.list_again
        membership.tell()
        async with asyncio.timeout(20):
            while membership.listings() == listings:
                await asyncio.sleep(0.01)
        assert membership.incarnation == life
    finally:
        running.cancel()
        await oms.close()


async def test_what_the_oms_does_not_want_is_dropped_in_the_epoch_in_which_it_was_listed(tmp_path: Path) -> None:
    oms = await create_oms(tmp_path / "oms")
    kernel = PlayedKernel()
    membership = Membership(OmsClient("here", DirectStub(oms)), kernel.actions(), SystemClock(), SystemLeaseClock())
    running = asyncio.ensure_future(membership.run())
    try:
        await membership.wait_joined(10)
        assert membership.incarnation > 0
        assert await asyncio.wait_for(kernel.dropped.get(), 10) == [common_pb2.InstanceState(instance=UNKNOWN, epoch=3)]
    finally:
        running.cancel()
        await oms.close()
