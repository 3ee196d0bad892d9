"""The lines that guests have printed, of one object or of all kernels, as streams for clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
from amino_kernel.calls.log_buffer import LogBuffer, LogLine, Wanted
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.log_lines import LEVELS
from amino_wire.pb import client_pb2, common_pb2

Line = client_pb2.LogsResponse
OTHER_SECONDS = 10.0
"""How long another kernel may take to give the lines that it has kept."""


class LogStreams:
    """Answers requests for lines.

    Args:
        buffer: Those of this kernel.
        table: Its instances, for the names of objects.
        oms: Knows which kernels there are.
        peers: The connections to them.
        kernel_id: Of this kernel.
    """

    def __init__(self, buffer: LogBuffer, table: InstanceTable, oms: OmsClient, peers: Peers, kernel_id: str) -> None:
        self._buffer, self._table, self._oms, self._peers, self._kernel_id = buffer, table, oms, peers, kernel_id

    async def lines(self, request: client_pb2.LogsRequest) -> AsyncIterator[Line]:
        """The lines that a client asks for: those kept, by time, then with `follow` those that come.

        Raises:
            ArgumentInvalid: The level is none.
            NameNotFound, ObjectNotFound: There is no such object.
        """
        if request.level and request.level not in LEVELS:
            raise ArgumentInvalid(f"lines have no level {request.level!r}; there are {', '.join(LEVELS)}")
        record = await self._oms.get(request.name_or_id) if request.name_or_id else common_pb2.ObjectRecord()
        wanted = Wanted(record.id, request.level, request.since_ms)
        others = () if request.here else await self._others(request, record)
        asked = client_pb2.LogsRequest(name_or_id=record.id, tail=request.tail, level=request.level, since_ms=request.since_ms, here=True)
        if not request.follow:
            for line in await self._all_kept(wanted, asked, others):
                yield line
            return
        # Following begins before the kept lines are read: no line falls between the two.
        coming = self._buffer.follow(wanted)
        first = asyncio.ensure_future(anext(coming))
        try:
            await asyncio.sleep(0)
            kept = await self._all_kept(wanted, asked, others)
            for line in kept:
                yield line
            async for line in self._merged(first, coming, others, asked, kept):
                yield line
        finally:
            first.cancel()

    async def _all_kept(self, wanted: Wanted, asked: client_pb2.LogsRequest, others: Sequence[common_pb2.KernelRecord]) -> Sequence[Line]:
        """The last lines of all kernels, by time."""
        kept = [self._response(line) for line in self._buffer.tail(wanted, asked.tail)]
        for lines in await asyncio.gather(*(self._kept(kernel, asked) for kernel in others)):
            kept += lines
        kept.sort(key=lambda line: line.time_ms)
        return kept[-asked.tail :] if asked.tail > 0 else kept

    async def _others(self, request: client_pb2.LogsRequest, record: common_pb2.ObjectRecord) -> Sequence[common_pb2.KernelRecord]:
        """The other kernels that are asked: those of the object's replicas, or all."""
        if not record.id and not request.cluster:
            return []
        kernels = [kernel for kernel in await self._oms.kernels() if kernel.id != self._kernel_id]
        places = {replica.kernel_id for replica in record.status.replicas}
        return [kernel for kernel in kernels if not record.id or kernel.id in places]

    async def _kept(self, kernel: common_pb2.KernelRecord, asked: client_pb2.LogsRequest) -> list[Line]:
        try:
            stream: Any = self._peers.at(kernel.endpoints).clients.Logs(asked, timeout=OTHER_SECONDS)
            return [line async for line in stream]
        except (grpc.RpcError, AminoError):
            text = f"kernel {kernel.id} does not answer: its lines are missing here"
            return [Line(level="warning", text=text, kernel_id=kernel.id)]

    async def _merged(
        self,
        first: asyncio.Future[LogLine],
        coming: AsyncIterator[LogLine],
        others: Sequence[common_pb2.KernelRecord],
        asked: client_pb2.LogsRequest,
        kept: Sequence[Line],
    ) -> AsyncIterator[Line]:
        """Lines of all kernels as they come."""
        queue: asyncio.Queue[Line] = asyncio.Queue(1)
        # Lines that the limit has cut off stay away.
        begin = kept[0].time_ms if kept and asked.tail > 0 else asked.since_ms

        async def own() -> None:
            await queue.put(self._response(await first))
            async for line in coming:
                await queue.put(self._response(line))

        async def other(kernel: common_pb2.KernelRecord) -> None:
            shown = [line for line in kept if line.kernel_id == kernel.id]
            since = max((line.time_ms for line in shown), default=begin)
            request = client_pb2.LogsRequest()
            request.CopyFrom(asked)
            request.follow, request.tail, request.since_ms = True, 0, max(since, asked.since_ms)
            again = [line for line in shown if line.time_ms == since]
            stream: Any = self._peers.at(kernel.endpoints).clients.Logs(request)
            async for line in stream:
                if line in again:
                    again.remove(line)
                else:
                    await queue.put(line)

        tasks = [asyncio.ensure_future(own()), *(asyncio.ensure_future(_quiet(other(kernel))) for kernel in others)]
        try:
            while True:
                yield await queue.get()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _response(self, line: LogLine) -> Line:
        local = self._table.get(line.object_id)
        name = local.record.name if local is not None else ""
        return Line(
            object_id=line.object_id,
            object_name=name,
            level=line.level,
            text=line.text,
            time_ms=line.time_ms,
            kernel_id=self._kernel_id,
        )


async def _quiet(work: Any) -> None:
    """Follows one kernel until it ends: its end is no end of the others' lines."""
    try:
        await work
    except (grpc.RpcError, AminoError):
        return
