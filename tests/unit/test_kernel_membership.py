"""A kernel's membership with a whole OMS: what it is told to drop, as it listed it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from amino_kernel.links.oms_client import OmsClient
from amino_kernel.membership.membership import Membership, MembershipActions
from amino_oms.main import create_oms
from amino_oms.service.direct import DirectStub
from amino_wire.pb import common_pb2, oms_pb2

UNKNOWN = "0" * 20


async def test_what_the_oms_does_not_want_is_dropped_in_the_epoch_in_which_it_was_listed(tmp_path: Path) -> None:
    oms = await create_oms(tmp_path / "oms")
    dropped: asyncio.Queue[list[common_pb2.InstanceState]] = asyncio.Queue()

    async def drop(listed: Sequence[common_pb2.InstanceState]) -> None:
        dropped.put_nowait(list(listed))

    async def nothing(*_: object) -> None:
        pass

    def describe() -> oms_pb2.RegisterKernelRequest:
        return oms_pb2.RegisterKernelRequest(kernel_id="k1", endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"))

    def instances(after: str, _limit: int) -> list[common_pb2.InstanceState]:
        return [] if after else [common_pb2.InstanceState(instance=UNKNOWN, epoch=3)]

    actions = MembershipActions(
        kernel_id="k1",
        describe=describe,
        instances=instances,
        registered=lambda: None,
        load=lambda: (0.0, 0),
        drop=drop,
        prolong=nothing,
        fence=nothing,
        resume=nothing,
        superseded=lambda: None,
    )
    membership = Membership(OmsClient("here", DirectStub(oms)), actions)
    running = asyncio.ensure_future(membership.run())
    try:
        await membership.wait_joined(10)
        assert membership.incarnation > 0
        assert await asyncio.wait_for(dropped.get(), 10) == [common_pb2.InstanceState(instance=UNKNOWN, epoch=3)]
    finally:
        running.cancel()
        await oms.close()
