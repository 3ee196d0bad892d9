"""OptimisticTransactions of an object with replicas: each replica has the copies of all open transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_wire.errors import ObjectBusy, Outcome

from amino_dms.api import LOOK, SYNC, TOUCH, Arrival, Copy, InstanceKernel, Invocation, Next, Purpose, State, is_internal, is_read
from amino_dms.serializability.open_copies import LIMIT
from amino_dms.serializability.ordered_part import OrderedPart
from amino_dms.serializability.ordered_transactions import OrderedTransactions, mark_of
from amino_dms.serializability.transactions import COMMITTED, CONFLICTED, ROLLED_BACK, Endings, TransactionConfig


@dataclass(slots=True)
class _Open:
    """A transaction, its copy, the state and the version of the object that it began with, its last call, and its part
    where it spans several objects."""

    name: str
    version: int
    before: State
    copy: Copy
    last: int
    part: OrderedPart | None = None


class OrderedCopies(OrderedTransactions):
    """A commit compares versions and makes the object equal to the copy, within one entry of the log."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._version = 0
        """The mark of the call that has changed the object last."""
        self._opened: dict[str, _Open] = {}

    def last_call(self, name: str) -> int | None:
        """Of an open transaction."""
        found = self._opened.get(name)
        return None if found is None else found.last

    def part_of(self, name: str) -> OrderedPart | None:
        """Of an open transaction."""
        found = self._opened.get(name)
        return None if found is None else found.part

    def parts(self) -> dict[str, OrderedPart]:
        """Of all that are open."""
        return {name: found.part for name, found in self._opened.items() if found.part is not None}

    def holder(self) -> str:
        """The one that has voted: the object stays as it was then."""
        return next((name for name, part in self.parts().items() if part.voted), "")

    async def start(self, name: str, call: Invocation, next: Next, part: OrderedPart | None = None) -> None:
        """Makes a copy. Raises ObjectBusy where too many are open, which is an answer of the log."""
        self._require_free(call)
        if len(self._opened) >= LIMIT:
            text = f"{self.kernel.title} has {LIMIT} open transactions; end some, or try again later"
            raise ObjectBusy(text, outcome=Outcome.UNKNOWN)
        await next(call.changed(method=LOOK, args=()))
        before = await self.kernel.copy()
        self._opened[name] = _Open(name, self._version, before, await self.kernel.instantiate(before), mark_of(call), part)

    async def vote(self, name: str, call: Invocation) -> None:
        """Nobody has changed the object since it began, nor does until it has ended."""
        transaction = self._opened[name]
        if self.holder() or transaction.version != self._version:
            await self._close(transaction, CONFLICTED)
            raise self.endings.error(name, self.kernel.title)

    def _require_free(self, call: Invocation) -> None:
        if holder := self.holder():
            raise self.postponed(f"{call.method} of {self.kernel.title} waits for the end of transaction {holder}")

    async def _close(self, transaction: _Open, ending: str) -> None:
        self._opened.pop(transaction.name, None)
        self.endings.note(transaction.name, ending)
        await transaction.copy.discard()
        if not self.holder():
            self.free()

    async def inside(self, name: str, call: Invocation, next: Next) -> Any:
        """Runs on the copy."""
        transaction = self._opened[name]
        transaction.last = mark_of(call)
        return await transaction.copy.invoke(call)

    async def outside(self, call: Invocation, next: Next) -> Any:
        """Runs on the object, which all but reads and calls of managers make another version."""
        self._require_free(call)
        if call.method == SYNC or not (is_internal(call.method) or is_read(call.method, self.kernel.interface)):
            self._version = mark_of(call)
        return await next(call)

    async def end(self, name: str, call: Invocation, next: Next, *, commits: bool) -> None:
        """Makes the object what the copy is, unless somebody has changed it since; or ends the copy."""
        transaction = self._opened.get(name)
        ending = COMMITTED if commits else ROLLED_BACK
        if transaction is None:
            self.endings.answer(name, ending, self.kernel.title)
            return
        if commits and self.holder() != name:
            self._require_free(call)
        after = await transaction.copy.state() if commits else transaction.before
        own = call.changed(method=TOUCH, args=())
        if after != transaction.before:
            if transaction.version not in (self._version, mark_of(call)):
                ending = CONFLICTED
            else:
                own = call.changed(method=SYNC, args=(after.value,))
                self._version = transaction.version = mark_of(call)
        await next(own)
        await self._close(transaction, ending)
        if ending == CONFLICTED:
            raise self.endings.error(name, self.kernel.title)

    async def save(self, purpose: Purpose) -> Any:
        """A part of the replicated state: the copies too."""
        opened = [
            [
                *(found.name, found.version, found.before.value, (await found.copy.state()).value, found.last),
                None if found.part is None else found.part.to_value(),
            ]
            for found in self._opened.values()
        ]
        return {"endings": dict(self.endings.known), "version": self._version, "opened": opened}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Goes on with that, as a further replica or where the log begins anew. Leases of transactions begin here."""
        await self._discard()
        self.endings, self._version = Endings(saved["endings"]), saved["version"]
        for name, version, before, present, last, *part in saved["opened"]:
            copy = await self.kernel.instantiate(State(present))
            self._opened[name] = _Open(name, version, State(before), copy, last, OrderedPart.of(part[0] if part else None))
            self.watch(name, last)
        self.free()

    async def on_destroy(self) -> None:
        """The copies end with the part."""
        await super().on_destroy()
        await self._discard()

    async def _discard(self) -> None:
        opened, self._opened = self._opened, {}
        for transaction in opened.values():
            await transaction.copy.discard()
