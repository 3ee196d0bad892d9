"""The OMS as this kernel sees it: RPCs whose failures are Amino's errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import grpc
import grpc.aio
from amino_kernel.links.gathered_puts import GatheredPuts
from amino_kernel.links.oms_route import addresses_of
from amino_kernel.links.oms_stub import LEADS, FollowingStub
from amino_wire.errors import (
    AminoError,
    DeadlineExceeded,
    KernelUnavailable,
    NotLeader,
    OmsUnavailable,
    Outcome,
    from_rpc_error,
)
from amino_wire.lane import SessionConnection
from amino_wire.pb import client_pb2, common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret, ProvingStub
from amino_wire.protocol import STATE_PIECE, Metadata

__all__ = ["OmsClient", "SessionConnection"]

Answer = TypeVar("Answer")
SHORT_SECONDS = 5.0
SILENT_SECONDS = 1.0
STATE_SECONDS = 40.0
"""For what may bring the largest state, on a busy machine."""
ANY_VERSION = -1
"""As the expected version of a durable value: whichever is there."""
PUTS = 3
"""Attempts to store a durable value, each at another OMS."""
LONG_SECONDS = 300.0
"""For what makes an object: the first Python on a cold machine, with its jars to fetch."""


class OmsClient:
    """A way to the OMS. `stub` is open to code that passes RPCs on; `ask` runs one.

    Arguments:
        address: where the OMS answers, or several addresses with commas.
        stub: has the methods of the generated stub, where the OMS is in this process; else it is reached over gRPC.
        offered: is told of the servicer that this kernel offers, and its address, for an OMS in this process.
        channel: by which the OMS is reached; one over sockets unless given.
        secret: of the cluster; unless given, it is learned when the kernel registers.
    """

    def __init__(
        self,
        address: str,
        stub: Any = None,
        offered: Callable[[str, oms_pb2_grpc.KernelServiceServicer], None] | None = None,
        channel: grpc.aio.Channel | None = None,
        secret: ClusterSecret | None = None,
    ) -> None:
        self.address = address
        self._offered = offered
        self.secret = secret or ClusterSecret()
        """Of the cluster: there from the first registration on."""
        self._following = FollowingStub(addresses_of(address), self.secret) if stub is None and channel is None else None
        self._large = asyncio.Lock()
        puts = GatheredPuts(getattr(stub, "put_soon", self._put_many))
        self.put_soon, self.hurry_puts = puts.put, puts.hurry
        """As `put_value` for a small value, with others of this turn of the loop: the new version; and no more comes in this turn. See
        `GatheredPuts`."""
        self.silent: Callable[[], bool] = _never
        """Whether no OMS has answered for so long that a question needs no patience."""
        self.stub: Any = stub or self._following
        if channel is not None:
            self.stub = ProvingStub(oms_pb2_grpc.ObjectManagementServiceStub(channel), self.secret, OMS)

    def offer(self, address: str, service: oms_pb2_grpc.KernelServiceServicer) -> None:
        """Offers this kernel's service to the OMS, where the OMS can call it directly."""
        if self._offered is not None:
            self._offered(address, service)

    def when_lost(self, told: Callable[[], None]) -> None:
        """Has `told` called whenever the OMS that has answered last answers no more, or refuses: another one may lead."""
        if self._following is not None:
            self._following.when_lost = told

    @property
    def remote(self) -> bool:
        """Whether it is another process."""
        return self._following is not None

    @property
    def asked(self) -> str:
        """The address that is asked first."""
        return self._following.current if self._following is not None else self.address

    def renew(self) -> None:
        """This kernel has another address. Requests over the former one are sent again where that does no harm; others fail."""
        if self._following is not None:
            self._following.renew()

    async def standings(self) -> list[tuple[str, str]]:
        """Where an OMS may be, as far as this kernel knows, and whether it `leads`, `stands by`, or `does not answer`."""
        return [(self.address, LEADS)] if self._following is None else await self._following.standings()

    async def kernels(self) -> Sequence[common_pb2.KernelRecord]:
        """The kernels that live."""
        answer: client_pb2.KernelsResponse = await self.ask(self.stub.Kernels, client_pb2.KernelsRequest())
        return list(answer.kernels)

    async def close(self) -> None:
        if self._following is not None:
            await self._following.close()

    async def ask(self, method: Callable[..., Any], request: Any, timeout: float = SHORT_SECONDS) -> Any:
        """Runs an RPC of the stub.

        Args:
            method: A method of `stub`.
            request: Its request.
            timeout: Seconds.

        Raises:
            OmsUnavailable: The OMS does not answer.
            AminoError: What the OMS answered.
        """
        try:
            return await method(request, timeout=timeout)
        except grpc.RpcError as error:
            raise self.error_of(error) from None

    def patience(self, seconds: float) -> float:
        """Seconds for a question that may take so many: few while no OMS answers anything."""
        return min(seconds, SILENT_SECONDS) if self.silent() else seconds

    async def ask_standby(self, name: str, request: Any) -> Any:
        """The answer of an OMS that stands by to a request that takes its age, by its name in the service; None: there is none."""
        return None if self._following is None else await self._following.ask_standby(name, request)

    def error_of(self, error: grpc.RpcError) -> AminoError:
        """The error behind a failed RPC, with the OMS named."""
        known = from_rpc_error(error, what=f"the OMS at {self.address}")
        transport = not any(key == Metadata.ERROR for key, _ in _metadata(error))
        if isinstance(known, NotLeader):
            return OmsUnavailable(
                f"No OMS leads at the moment (asked: {self.address}). Try again; if it stays so, look at the logs of `amino oms`.",
                cause=known,
                outcome=Outcome.NOT_RUN,
            )
        if transport and isinstance(known, (KernelUnavailable, DeadlineExceeded)):
            return OmsUnavailable(
                f"The OMS at {self.address} does not answer. Names cannot be looked up until it is back; calls through stubs that you hold "
                "go on. Try again, or look at `amino oms` there.",
                cause=known,
            )
        return known

    async def get(self, name_or_id: str) -> common_pb2.ObjectRecord:
        """Answers an object's record.

        Raises:
            ObjectNotFound, NameNotFound, OmsUnavailable
        """
        response: client_pb2.GetResponse = await self.ask(
            self.stub.Get, client_pb2.GetRequest(name_or_id=name_or_id), self.patience(SHORT_SECONDS)
        )
        return response.object

    async def put_value(self, request: oms_pb2.DurablePutRequest, size: int) -> oms_pb2.DurablePutResponse:
        """Stores a durable value of that many bytes. Of large ones, one goes to the OMS at a time: each takes its memory there.

        Where the OMS ends while it is asked, the value that is there tells whether it has stored this one; if not, the next one is asked.

        Raises:
            OmsUnavailable: It may have been stored or not.
        """
        if size <= STATE_PIECE:
            return await self._put(request, SHORT_SECONDS)
        async with self._large:
            # As before each step that copies a large value.
            await asyncio.sleep(0)
            return await self._put(request, STATE_SECONDS)

    async def _put_many(self, puts: Sequence[oms_pb2.DurablePutRequest]) -> Sequence[oms_pb2.DurablePutResponse]:
        answer: oms_pb2.DurablePutManyResponse = await self.ask(self.stub.DurablePutMany, oms_pb2.DurablePutManyRequest(puts=puts))
        return answer.answers

    async def _put(self, request: oms_pb2.DurablePutRequest, seconds: float) -> oms_pb2.DurablePutResponse:
        answer: oms_pb2.DurablePutResponse
        for left in reversed(range(PUTS)):
            try:
                answer = await self.ask(self.stub.DurablePut, request, seconds)
            except OmsUnavailable as error:
                if not left or error.outcome is Outcome.NOT_RUN or request.expected_version == ANY_VERSION:
                    raise
                there: oms_pb2.DurableGetResponse = await self.ask(
                    self.stub.DurableGet, oms_pb2.DurableGetRequest(key=request.key), seconds
                )
                if there.version == request.expected_version + 1 and there.value == request.value:
                    return oms_pb2.DurablePutResponse(version=there.version, stored=True)
                if there.version != request.expected_version:
                    # Another value may have come after this one, or instead of it.
                    raise
            else:
                return answer
        raise AssertionError("the last attempt has returned or raised")

    async def wake(self, object_id: str) -> common_pb2.ObjectRecord:
        """Brings an object back that is asleep, and answers its record.

        Raises:
            ObjectNotFound, OmsUnavailable, and what keeps its deployment managers from bringing it back.
        """
        response: oms_pb2.WakeResponse = await self.ask(self.stub.Wake, oms_pb2.WakeRequest(object_id=object_id), LONG_SECONDS)
        return response.object

    async def commit_location(self, request: oms_pb2.CommitLocationRequest) -> common_pb2.ObjectRecord:
        """Changes where an object lives.

        Raises:
            EpochStale: The object is elsewhere already.
            OmsUnavailable: It may have been committed or not.
        """
        response: oms_pb2.CommitLocationResponse = await self.ask(self.stub.CommitLocation, request)
        return response.object


def _never() -> bool:
    return False


def _metadata(error: grpc.RpcError) -> Any:
    read = getattr(error, "trailing_metadata", None)
    return (read() if read is not None else None) or ()
