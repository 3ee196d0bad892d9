"""The offers of a kernel to every part: its clock, the nodes, durable values, other parts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from amino_dms.api import Clock, Node, Stored
from amino_dms.runtime.hosts import PartAddress
from amino_wire.errors import EpochStale
from amino_wire.pb import client_pb2, oms_pb2
from amino_wire.protocol import STATE_PIECE
from amino_wire.values import decode, encode

from amino_kernel.links.oms_client import ANY_VERSION, STATE_SECONDS, OmsClient
from amino_kernel.managers.part_calls import PartCalls


class KernelPartHost:
    """See `amino_dms.runtime.hosts.PartHost`. `seed` is that of its chance."""

    def __init__(self, oms: OmsClient, parts: PartCalls, node: Node, clock: Clock, seed: int) -> None:
        self._oms = oms
        self._parts = parts
        self._node = node
        self._seed = seed
        self._random: Random | None = None
        self._clock = clock

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def random(self) -> Random:
        # Chance has a state of 2.5 kB, and most parts draw none.
        if self._random is None:
            self._random = Random(self._seed)
        return self._random

    @property
    def node(self) -> Node:
        return self._node

    async def nodes(self) -> tuple[Node, ...]:
        answer: client_pb2.KernelsResponse = await self._oms.ask(self._oms.stub.Kernels, client_pb2.KernelsRequest())
        return tuple(Node(kernel.id, dict(kernel.labels)) for kernel in answer.kernels)

    async def durable_get(self, key: str) -> Stored:
        request = oms_pb2.DurableGetRequest(key=key)
        answer: oms_pb2.DurableGetResponse = await self._oms.ask(self._oms.stub.DurableGet, request, STATE_SECONDS)
        return Stored(decode(answer.value) if answer.version else None, answer.version)

    async def durable_put(self, key: str, value: Any, expected: int | None) -> int:
        data = encode(value)
        if len(data) > STATE_PIECE:
            # Each of these steps copies a large state, which on a busy machine takes long: signs of life go between them.
            await asyncio.sleep(0)
        request = oms_pb2.DurablePutRequest(key=key, value=data, expected_version=ANY_VERSION if expected is None else expected)
        answer = await self._oms.put_value(request, len(data))
        if not answer.stored:
            raise EpochStale(f"The durable value {key} has version {answer.version}, not {expected}: somebody else wrote it.")
        return answer.version

    async def call_part(
        self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None
    ) -> Any:
        return await self._parts.call(address, method, args, kwargs, budget)
