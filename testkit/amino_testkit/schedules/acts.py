"""What clients of schedules do, beside what histories have (`amino_testkit.suites.histories`), and what is read at the end."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, ClassVar

from amino_wire.errors import GuestException

from amino_testkit.histories.history import History
from amino_testkit.objects import KeyValue
from amino_testkit.suites.histories import read_all, use_counter, use_register, use_transactions
from amino_testkit.suites.map_caller import MapCaller

BEHIND = "behind"
"""The object to which a `Relay` passes all calls on."""


class SlowMap(KeyValue):
    """A map whose additions take a while between their reading and their writing, so that they undo one another unless they take turns."""

    read_only: ClassVar[tuple[str, ...]] = ("get",)

    async def add(self, key: str, amount: int) -> int:  # type: ignore[override]
        """Adds to a value."""
        before = self.entries.get(key, 0)
        await asyncio.sleep(0.005)
        self.entries[key] = before + amount
        return int(self.entries[key])


class Relay:
    """Passes calls on to another map."""

    amino: Any = None

    async def get(self, key: str) -> Any:
        """The value of a key."""
        return await self.amino.call(BEHIND, "get", key)

    async def add(self, key: str, amount: int) -> Any:
        """Adds to a value."""
        return await self.amino.call(BEHIND, "add", key, amount)


async def use_relayed_counter(map_: MapCaller, client: int, random: Random, history: History) -> None:
    """As `use_counter`; an error of the call behind is taken for the error of the operation."""
    await use_counter(_Unwrapped(map_), client, random, history)


async def leave_marks(map_: MapCaller, client: int, _random: Random, history: History) -> None:
    """Writes a key that nobody else writes."""
    await _mark(map_, client, history)


async def leave_marks_and_save(map_: MapCaller, client: int, random: Random, history: History) -> None:
    """Writes a key that nobody else writes, or saves the object by command."""
    if random.random() < 0.3:
        async with history.operation(client, "", "checkpoint") as operation:
            before = await map_.call("keys")
            await map_.command("checkpoint")
            after = await map_.call("keys")
            # Marks that are there on both sides were there at the checkpoint: nobody writes a mark twice.
            operation.out = [key for key in before if key in after]
    else:
        await _mark(map_, client, history)


async def use_own(map_: MapCaller, client: int, random: Random, history: History) -> None:
    """Writes or reads a key that only this client writes."""
    key = f"of {client}"
    if random.random() < 0.5:
        async with history.operation(client, key, "read") as operation:
            operation.out = await map_.call("get", key)
    else:
        value = len(history.operations)
        async with history.operation(client, key, "write", value):
            await map_.call("put", key, value)


async def read_registers(map_: MapCaller, history: History, client: int) -> None:
    """Both keys."""
    await read_all(map_, history, client, use_register)


async def read_counters(map_: MapCaller, history: History, client: int) -> None:
    """Both counters."""
    await read_all(map_, history, client, use_counter)


async def read_relayed_counters(map_: MapCaller, history: History, client: int) -> None:
    """Both counters of the object behind."""
    await read_all(_Unwrapped(map_), history, client, use_counter)


async def read_in_transactions(map_: MapCaller, history: History, client: int) -> None:
    """Both keys, each as a transaction."""
    await read_all(map_, history, client, use_transactions)


async def read_marks(map_: MapCaller, history: History, client: int) -> None:
    """Which keys there are."""
    async with history.operation(client, "", "marks") as operation:
        operation.out = await map_.call("keys")


async def read_nothing(map_: MapCaller, history: History, client: int) -> None:
    """It is enough that the object answers."""


async def _mark(map_: MapCaller, client: int, history: History) -> None:
    key = f"{client}/{len(history.operations)}"
    async with history.operation(client, key, "mark"):
        await map_.call("put", key, 1)


class _Unwrapped:
    """A map behind another object."""

    def __init__(self, map_: MapCaller) -> None:
        self._map = map_
        self.command = map_.command
        self.within = map_.within

    async def call(self, method: str, *args: Any, request_id: str = "") -> Any:
        """Calls a member; raises what the call behind has raised."""
        try:
            return await self._map.call(method, *args, request_id=request_id)
        except GuestException as error:
            raise error.cause or error from None
