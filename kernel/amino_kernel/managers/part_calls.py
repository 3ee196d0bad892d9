"""Calls from one part of a deployment manager to another, wherever that is."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from amino_dms.api import Clock
from amino_dms.chain import COORDINATOR
from amino_dms.runtime.hosts import PartAddress
from amino_wire.deadlines import Deadlines
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, Outcome, as_error
from amino_wire.follow import follow
from amino_wire.instances import path_in
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.records import replica_at, title_of
from amino_wire.route import Route
from amino_wire.values import DEFAULT, SCALARS, decode, encode

from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.links.record_cache import RecordCache


class Own(Protocol):
    """Runs a method of an instance manager of this kernel: object id, path of the replica, place in the chain, method and arguments."""

    def __call__(
        self, object_id: str, path: str, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], /, *, by_client: bool
    ) -> Coroutine[Any, Any, Any]: ...


DEFAULT_SECONDS = 30.0
LEAST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Question:
    address: PartAddress
    method: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    by_client: bool


class PartCalls:
    """Sends calls to instance managers and coordinators.

    Args:
        caller: The id of this kernel, for the other end's log.
        clock: By which budgets are measured.
    """

    def __init__(self, oms: OmsClient, peers: Peers, records: RecordCache, caller: str, clock: Clock) -> None:
        self._oms = oms
        self._peers = peers
        self._records = records
        self._caller = caller
        self._clock = clock
        self._own: Own | None = None
        self._deadlines: Deadlines | None = None

    def use(self, own: Own) -> None:
        """Gives the way to the parts of this kernel, which need no request over the network."""
        self._own = own

    async def record(self, object_id: str) -> common_pb2.ObjectRecord:
        """The record of an object. Raises ObjectNotFound, OmsUnavailable."""
        return await self._records.get(object_id)

    async def call(
        self,
        address: PartAddress,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        budget: float | None,
        *,
        by_client: bool = False,
    ) -> Any:
        """Runs a method of another part; a part that has moved is followed until the budget (seconds) is used up.

        Args:
            by_client: A proxy in the process of a client asks: the part answers questions only.

        Raises:
            KernelUnavailable, OmsUnavailable: No answer; the method may have run.
            DeadlineExceeded: The budget is used up; with the outcome NOT_RUN, the part was on the move all the time.
            AminoError: What the method raised.
        """
        end = self._clock.now() + (budget or DEFAULT_SECONDS)
        question = _Question(address, method, args, kwargs, by_client)
        if address.part == COORDINATOR:
            request = self._request(question)
            answer: oms_pb2.CallPartResponse = await self._oms.ask(self._oms.stub.CallCoordinator, request, budget or DEFAULT_SECONDS)
            return decode(answer.value)
        path = path_in("", address.replica)
        record = await self._records.awake(self._records.get(address.object_id))

        async def look() -> bool:
            found = await self._records.awake(self._records.refresh(address.object_id))
            return _place(found, path) != _place(record, path)

        async def send() -> Any:
            nonlocal record
            record = await self._records.get(address.object_id)
            return await self._ask(record, path, question, max(LEAST_SECONDS, end - self._clock.now()))

        try:
            return await self._ask(record, path, question, max(LEAST_SECONDS, end - self._clock.now()))
        except AminoError as error:
            name = f"{method} of a part of object {title_of(record)}"
            return await follow(Route(end), error, name=name, clock=self._clock, look=look, send=send)

    async def _ask(self, record: common_pb2.ObjectRecord, path: str, question: _Question, seconds: float) -> Any:
        replica = replica_at(record, path)
        if replica is None:
            raise KernelUnavailable(f"Object {record.name or record.id} has no replica {path} at the moment.", outcome=Outcome.NOT_RUN)
        if replica.kernel_id == self._caller and self._own is not None:
            return await self._here(self._own, record, path, question, seconds)
        peer = self._peers.at(replica.endpoints)
        request = self._request(question)
        request.epoch = record.status.epoch
        request.budget_ms = int(seconds * 1000)
        answer: oms_pb2.CallPartResponse = await peer.ask(peer.kernels.CallPart, request, seconds)
        return decode(answer.value)

    async def _here(self, own: Own, record: common_pb2.ObjectRecord, path: str, question: _Question, seconds: float) -> Any:
        """As over the network, the part knows nothing of the call that asks it, and shares no value with it."""
        if self._deadlines is None:
            self._deadlines = Deadlines(self._clock.now)
        address = question.address
        args = tuple(map(_apart, question.args))
        kwargs = {name: _apart(value) for name, value in question.kwargs.items()}
        answer = own(address.object_id, path, address.index, question.method, args, kwargs, by_client=question.by_client)
        work = asyncio.get_running_loop().create_task(answer, context=contextvars.Context())
        try:
            return _apart(await self._deadlines.keep(_ended(work), self._clock.now() + seconds))
        except AminoError:
            raise  # of the part itself, which may be a TimeoutError too
        except asyncio.CancelledError as error:
            asker = asyncio.current_task()
            if work.cancelled() and asker is not None and not asker.cancelling():
                # Something that the part waited for was given up, and not the question.
                raise as_error(error) from error
            raise
        except TimeoutError:
            text = f"{question.method} of a part of object {title_of(record)} was not answered in time; it may have run."
            raise DeadlineExceeded(text) from None
        except Exception as error:
            raise as_error(error) from error

    def _request(self, question: _Question) -> oms_pb2.CallPartRequest:
        address = question.address
        return oms_pb2.CallPartRequest(
            object_id=address.object_id,
            chain_index=address.index,
            part=address.part,
            path=path_in("", address.replica),
            method=question.method,
            args=DEFAULT.encode_array(question.args),
            kwargs=encode(dict(question.kwargs)),
            caller=self._caller,
            by_client=question.by_client,
        )


def _apart(value: Any) -> Any:
    return value if type(value) in SCALARS else decode(encode(value))


async def _ended(work: asyncio.Task[Any]) -> Any:
    return await work


def _place(record: common_pb2.ObjectRecord, path: str) -> tuple[str, int]:
    replica = replica_at(record, path)
    return (replica.kernel_id if replica is not None else "", record.status.epoch)
