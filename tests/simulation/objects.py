"""Objects of the scenarios."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar


class Counter:
    """Counts, and calls others meanwhile."""

    read_only: ClassVar[tuple[str, ...]] = ("get",)
    amino: Any = None

    def __init__(self) -> None:
        self.count = 0

    def get(self) -> int:
        """The count."""
        return self.count

    def incr(self) -> int:
        """Counts one."""
        self.count += 1
        return self.count

    async def incr_and_call(self, target: str, method: str, *args: Any) -> Any:
        """Counts one, then calls another object."""
        self.count += 1
        return await self.amino.call(target, method, *args)

    async def incr_and_wait(self, seconds: float) -> int:
        """Counts one, then takes its time."""
        self.count += 1
        await asyncio.sleep(seconds)
        return self.count


class Account:
    """Money, which may be moved to other accounts."""

    read_only: ClassVar[tuple[str, ...]] = ("balance",)
    amino: Any = None

    def __init__(self, money: int = 0) -> None:
        self.money = money

    def balance(self) -> int:
        """The money."""
        return self.money

    def add(self, amount: int) -> int:
        """Adds, or takes; raises ValueError where there is not enough."""
        if self.money + amount < 0:
            raise ValueError("not enough money")
        self.money += amount
        return self.money

    async def send(self, amount: int, target: str) -> int:
        """Takes here, and has another account add it."""
        self.add(-amount)
        return int(await self.amino.call(target, "add", amount))


class NotingAccount(Account):
    """Money, and the names of the transfers that changed it, in their order."""

    read_only: ClassVar[tuple[str, ...]] = ("balance", "seen")

    def __init__(self, money: int = 0) -> None:
        super().__init__(money)
        self.notes: list[str] = []

    def note(self, amount: int, name: str) -> int:
        """Adds, and notes by which transfer."""
        self.notes.append(name)
        return self.add(amount)

    async def note_and_send(self, amount: int, name: str, target: str) -> int:
        """Takes here, and has another account add it."""
        self.note(-amount, name)
        return int(await self.amino.call(target, "note", amount, name))

    def seen(self) -> list[Any]:
        """The money and the notes."""
        return [self.money, list(self.notes)]
