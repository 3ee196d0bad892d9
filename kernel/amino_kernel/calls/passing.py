"""Requests of clients, passed on to the OMS; and names, which resolve from what was heard where no OMS answers."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

from amino_kernel.calls.standing import Standing
from amino_kernel.links.name_cache import NameCache
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.membership.lease_clock import LeaseClock
from amino_wire.errors import AminoError, NameNotFound, ObjectNotFound, OmsUnavailable
from amino_wire.pb import client_pb2, common_pb2

JOIN_SECONDS = 10.0
PATIENCE = 1.0
"""Seconds without an answer of the OMS that leads after which an older one is looked for, where a request takes it."""
PATIENCE_IN_OUTAGE = 0.25
"""The same where the last such request had no answer either."""
LATE_SECONDS = 2.0
"""How long a question whose caller got an older answer goes on: its own answer says that there is no outage any more."""
Joined = Callable[[float], Awaitable[None]]
"""Returns when this kernel has joined the cluster; waits so many seconds at most."""


class Passing:
    """The way of clients' requests to the OMS.

    Args:
        oms: The OMS.
        joined: See `Joined`.
        records: What this kernel knows of objects; newer than a name's record where the object has moved.
        clock: Goes on while the machine is suspended, as ages do.
        source: This kernel, as its answers name it.
        standing: What the kernel's membership says of the OMS.
    """

    def __init__(
        self, oms: OmsClient, joined: Joined, records: RecordCache, clock: LeaseClock, source: str, standing: Standing | None = None
    ) -> None:
        self._oms, self._joined, self._records, self._clock, self._source = oms, joined, records, clock, source
        self._standing = standing or Standing()
        self._names = NameCache()
        self._outage = False
        self._late: asyncio.Future[client_pb2.GetResponse] | None = None

    async def on(self, name: str, request: Any, seconds: float) -> Any:
        """The answer of the OMS to a request, by its name in the service, within so many seconds.

        Raises:
            OmsUnavailable: No OMS answers.
            AminoError: What the OMS answers.
        """
        if name == "Get":
            return await self._get(request, seconds)
        return await self._ask(name, request, seconds)

    async def _ask(self, name: str, request: Any, seconds: float) -> Any:
        asked_at = self._clock.now()
        await self._joined(min(JOIN_SECONDS, seconds))
        response = await self._oms.ask(getattr(self._oms.stub, name), request, seconds)
        if name == "Delete":
            self._names.gone(request.name_or_id)
        elif "object" in response.DESCRIPTOR.fields_by_name and response.HasField("object"):
            age = response.age.ms / 1000 if name == "Get" else 0.0
            self._names.heard(response.object, asked_at - age)
        return response

    async def _get(self, request: client_pb2.GetRequest, seconds: float) -> client_pb2.GetResponse:
        limit = max(request.age_limit.ms, request.age_limit.outage_ms)
        if limit <= 0:
            try:
                return await self._current(request, seconds)
            except OmsUnavailable as error:
                # Asked for a call that did not run, it tells the caller why.
                raise self._standing.told(error, f"{request.name_or_id} cannot be looked up") from None
        asking = asyncio.ensure_future(self._current(request, seconds))
        try:
            patience = PATIENCE_IN_OUTAGE if self._outage else PATIENCE
            await asyncio.wait((asking,), timeout=min(patience, seconds))
            if asking.done() and not isinstance(asking.exception(), OmsUnavailable):
                return asking.result()
            # The shorter wait shows nothing: another question may have been answered meanwhile.
            self._outage = self._outage or asking.done() or patience == PATIENCE
            aged = await self._aged(request.name_or_id, limit)
            current = asking.done() and asking.exception() is None
            if aged is None or current:
                return await asking
            self._leave(asking)
            return aged
        finally:
            if asking is not self._late:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)

    def _leave(self, asking: asyncio.Future[client_pb2.GetResponse]) -> None:
        """Lets one question at a time go on without a caller."""
        if self._late is None and not asking.done():
            self._late = asking
            timer = asyncio.get_running_loop().call_later(LATE_SECONDS, asking.cancel)
            asking.add_done_callback(lambda _: timer.cancel())
            asking.add_done_callback(self._has_come)

    def _has_come(self, asking: asyncio.Future[client_pb2.GetResponse]) -> None:
        self._late = None
        if not asking.cancelled():
            asking.exception()  # nobody waits for it

    async def _current(self, request: client_pb2.GetRequest, seconds: float) -> client_pb2.GetResponse:
        try:
            response: client_pb2.GetResponse = await self._ask("Get", request, self._oms.patience(seconds))
        except OmsUnavailable:
            raise
        except AminoError as error:
            self._outage = False
            if isinstance(error, (NameNotFound, ObjectNotFound)):
                self._names.gone(request.name_or_id)
            raise
        self._outage = False
        return response

    async def _aged(self, name_or_id: str, limit: int) -> client_pb2.GetResponse | None:
        """The youngest answer there is without the OMS that leads: of a standby, else of this kernel; None: all are too old."""
        request, asked_at = client_pb2.GetRequest(name_or_id=name_or_id, age_limit=client_pb2.AgeLimit(ms=limit)), self._clock.now()
        aged: client_pb2.GetResponse | None = await self._oms.ask_standby("Get", request)
        if aged is not None:
            # The age of an answer that has one counts its way; an answer without one was current when it was asked for.
            self._names.heard(aged.object, self._clock.now() - aged.age.ms / 1000 if aged.HasField("age") else asked_at)
            return aged
        found = self._names.find(name_or_id)
        if found is None:
            return None
        record, as_of = found
        age = client_pb2.Age(ms=math.ceil(1000 * (self._clock.now() - as_of)), source=self._source)
        return None if age.ms > limit else client_pb2.GetResponse(object=self._newest(record), age=age)

    def _newest(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        known = self._records.peek(record.id)
        return known if known is not None and known.status.epoch > record.status.epoch else record
