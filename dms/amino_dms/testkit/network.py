"""Messages between simulated processes: values only, with delays and faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Protocol

from amino_wire.errors import KernelUnavailable
from amino_wire.values import decode, encode

from amino_dms.testkit.faults import NO_FAULTS, Faults

LOST_AFTER = 0.2
"""Simulated seconds until a sender notices that a message was lost."""


class Process(Protocol):
    """Something that receives messages."""

    name: str
    alive: bool
    tasks: set[asyncio.Task[Any]]


class Network:
    """Carries requests and answers. Every message counts as a step.

    Arguments:
        random: source of all chance.
        on_step: told the number of each step before it happens.
    """

    def __init__(self, random: Random, on_step: Callable[[int], None]) -> None:
        self.faults: Faults = NO_FAULTS
        self.steps = 0
        self.cut: set[frozenset[str]] = set()
        self._random = random
        self._on_step = on_step
        self._late: set[asyncio.Task[None]] = set()

    async def request(self, sender: str, receiver: Process, run: Callable[[], Awaitable[Any]]) -> Any:
        """What `run` gives at the receiver, as a value that has travelled.

        Raises:
            KernelUnavailable: the request or the answer was lost, or the receiver ended.
            AminoError: what `run` raised.
        """
        faults = self.faults
        await self._travel(sender, receiver.name)
        if self._random.random() < faults.drop_request:
            await self._notice(f"a request to {receiver.name} was lost")
        if self._random.random() < faults.duplicate:
            self._again(receiver, run)
        answer = await self._run_at(receiver, run)
        await self._travel(receiver.name, sender)
        if not receiver.alive:
            raise KernelUnavailable(f"{receiver.name} ended before its answer came")
        if self._random.random() < faults.drop_reply:
            await self._notice(f"an answer of {receiver.name} was lost")
        return answer

    async def _travel(self, sender: str, receiver: str) -> None:
        self.steps += 1
        self._on_step(self.steps)
        await asyncio.sleep(self._random.uniform(*self.faults.delay))
        if frozenset((sender, receiver)) in self.cut:
            await self._notice(f"{sender} and {receiver} cannot reach one another")

    async def _notice(self, what: str) -> None:
        await asyncio.sleep(LOST_AFTER)
        raise KernelUnavailable(what)

    async def _run_at(self, receiver: Process, run: Callable[[], Awaitable[Any]]) -> Any:
        if not receiver.alive:
            raise KernelUnavailable(f"{receiver.name} does not answer")
        task = asyncio.ensure_future(_as_value(run))
        receiver.tasks.add(task)
        task.add_done_callback(receiver.tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise KernelUnavailable(f"{receiver.name} ended while it worked") from None
            raise

    def _again(self, receiver: Process, run: Callable[[], Awaitable[Any]]) -> None:
        async def later() -> None:
            await asyncio.sleep(self._random.uniform(0, self.faults.late))
            await asyncio.gather(self._run_at(receiver, run), return_exceptions=True)

        task = asyncio.ensure_future(later())
        self._late.add(task)
        task.add_done_callback(self._late.discard)


async def _as_value(run: Callable[[], Awaitable[Any]]) -> Any:
    return decode(encode(await run()))
