"""The operator of a simulated cluster: control requests to the OMS that no fault of the network reaches."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any, TypeVar

from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_wire.pb import client_pb2, common_pb2

from amino_testkit.cluster.kernel import OMS
from amino_testkit.cluster.surroundings import Surroundings
from amino_testkit.world.clock import MachineClock
from amino_testkit.world.process import Process

T = TypeVar("T")
OPERATOR = "operator"


class Operator:
    """Asks the OMS, from a process of its own.

    Arguments:
        around: the cluster.
        random: its chance.
    """

    def __init__(self, around: Surroundings, random: Random) -> None:
        self._process = Process(around.scheduler, OPERATOR, MachineClock(around.scheduler), random)
        self._oms = OmsClient(OMS, channel=around.dial(self._process).channel(OMS))

    async def put(self, parts: list[client_pb2.PutArtifactRequest]) -> None:
        """Brings an artifact to the OMS."""
        await self._asked(lambda: self._put(parts))

    async def ask(self, method: str, request: Any) -> Any:
        """A request to the OMS by the name of its method; raises what the OMS raises, and OmsUnavailable."""
        return await self._asked(lambda: self._oms.ask(getattr(self._oms.stub, method), request, LONG_SECONDS))

    async def get(self, name_or_id: str) -> common_pb2.ObjectRecord:
        """The record of an object, as the OMS tells it."""
        response: client_pb2.GetResponse = await self.ask("Get", client_pb2.GetRequest(name_or_id=name_or_id))
        return response.object

    async def _put(self, parts: list[client_pb2.PutArtifactRequest]) -> None:
        await self._oms.ask(self._oms.stub.PutArtifact, parts, LONG_SECONDS)

    async def _asked(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return await self._process.ask(work)
