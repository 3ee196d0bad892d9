"""LockingTransactions of an object with replicas: the lock is a part of the replicated state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_dms.api import SYNC, TOUCH, Arrival, InstanceKernel, Invocation, Next, Purpose, State
from amino_dms.serializability.ordered_part import OrderedPart
from amino_dms.serializability.ordered_transactions import OrderedTransactions, mark_of
from amino_dms.serializability.transactions import COMMITTED, ROLLED_BACK, Endings, TransactionConfig


@dataclass(slots=True)
class _Held:
    """The transaction that has the lock, the state to go back to, its last call, and its part where it spans several objects."""

    name: str
    before: State
    last: int
    part: OrderedPart | None = None


class OrderedLock(OrderedTransactions):
    """While a transaction is open, the log runs its calls alone; others are postponed until it ends."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._held: _Held | None = None

    def last_call(self, name: str) -> int | None:
        """Of the transaction that has the lock."""
        return self._held.last if self._held is not None and self._held.name == name else None

    def part_of(self, name: str) -> OrderedPart | None:
        """Of the transaction that has the lock."""
        return self._held.part if self._held is not None and self._held.name == name else None

    def parts(self) -> dict[str, OrderedPart]:
        """That one at most."""
        held = self._held
        return {} if held is None or held.part is None else {held.name: held.part}

    def holder(self) -> str:
        """The same."""
        return next(iter(self.parts()), "")

    async def start(self, name: str, call: Invocation, next: Next, part: OrderedPart | None = None) -> None:
        """Takes the lock."""
        self._require_free(call)
        self._held = _Held(name, await self.kernel.copy(), mark_of(call), part)

    async def vote(self, name: str, call: Invocation) -> None:
        """The lock is kept."""

    async def inside(self, name: str, call: Invocation, next: Next) -> Any:
        """Changes the object in place."""
        if self._held is not None:
            self._held.last = mark_of(call)
        return await next(call)

    async def outside(self, call: Invocation, next: Next) -> Any:
        """Nobody sees what a transaction has not committed."""
        self._require_free(call)
        return await next(call)

    async def end(self, name: str, call: Invocation, next: Next, *, commits: bool) -> None:
        """Keeps what the transaction has done, or brings back the state before."""
        ending = COMMITTED if commits else ROLLED_BACK
        held = self._held
        if held is None or held.name != name:
            self.endings.answer(name, ending, self.kernel.title)
            return
        own = call.changed(method=TOUCH, args=()) if commits else call.changed(method=SYNC, args=(held.before.value,))
        await next(own)
        self._held = None
        self.endings.note(name, ending)
        self.free()

    def _require_free(self, call: Invocation) -> None:
        held = self._held
        if held is not None:
            raise self.postponed(f"{call.method} of {self.kernel.title} waits for the end of transaction {held.name}")

    async def save(self, purpose: Purpose) -> Any:
        """A part of the replicated state."""
        held = self._held
        return {"endings": dict(self.endings.known), "held": None if held is None else _saved(held)}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Goes on with that, as a further replica or where the log begins anew. The transaction's lease begins here."""
        self.endings = Endings(saved["endings"])
        self._held = None
        if saved["held"] is not None:
            name, before, last, *part = saved["held"]
            self._held = _Held(name, State(before), last, OrderedPart.of(part[0] if part else None))
            self.watch(name, last)
        self.free()


def _saved(held: _Held) -> list[Any]:
    return [held.name, held.before.value, held.last, None if held.part is None else held.part.to_value()]
