"""OptimisticTransactions of an object with replicas: each replica has the copies of all open transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_wire.errors import ObjectBusy

from amino_dms.api import LOOK, SYNC, TOUCH, Arrival, Copy, InstanceKernel, Invocation, Next, Purpose, State, is_internal, is_read
from amino_dms.serializability.open_copies import LIMIT
from amino_dms.serializability.ordered_transactions import OrderedTransactions, mark_of
from amino_dms.serializability.transactions import COMMITTED, CONFLICTED, ROLLED_BACK, Endings, TransactionConfig


@dataclass(slots=True)
class _Open:
    """A transaction, its copy, the state and the version of the object that it began with, and its last call."""

    name: str
    version: int
    before: State
    copy: Copy
    last: int


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

    async def start(self, name: str, call: Invocation, next: Next) -> None:
        """Makes a copy. Raises ObjectBusy where too many are open."""
        if len(self._opened) >= LIMIT:
            raise ObjectBusy(f"{self.kernel.title} has {LIMIT} open transactions; end some, or try again later")
        await next(call.changed(method=LOOK, args=()))
        before = await self.kernel.copy()
        self._opened[name] = _Open(name, self._version, before, await self.kernel.instantiate(before), mark_of(call))

    async def inside(self, name: str, call: Invocation, next: Next) -> Any:
        """Runs on the copy."""
        transaction = self._opened[name]
        transaction.last = mark_of(call)
        return await transaction.copy.invoke(call)

    async def outside(self, call: Invocation, next: Next) -> Any:
        """Runs on the object, which all but reads and calls of managers make another version."""
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
        after = await transaction.copy.state() if commits else transaction.before
        own = call.changed(method=TOUCH, args=())
        if after != transaction.before:
            if transaction.version not in (self._version, mark_of(call)):
                ending = CONFLICTED
            else:
                own = call.changed(method=SYNC, args=(after.value,))
                self._version = transaction.version = mark_of(call)
        await next(own)
        del self._opened[name]
        self.endings.note(name, ending)
        await transaction.copy.discard()
        if ending == CONFLICTED:
            raise self.endings.error(name, self.kernel.title)

    async def save(self, purpose: Purpose) -> Any:
        """A part of the replicated state: the copies too."""
        opened = [
            [found.name, found.version, found.before.value, (await found.copy.state()).value, found.last] for found in self._opened.values()
        ]
        return {"endings": dict(self.endings.known), "version": self._version, "opened": opened}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Goes on with that, as a further replica or where the log begins anew. Leases of transactions begin here."""
        await self._discard()
        self.endings, self._version = Endings(saved["endings"]), saved["version"]
        for name, version, before, present, last in saved["opened"]:
            self._opened[name] = _Open(name, version, State(before), await self.kernel.instantiate(State(present)), last)
            self.watch(name, last)

    async def on_destroy(self) -> None:
        """The copies end with the part."""
        await super().on_destroy()
        await self._discard()

    async def _discard(self) -> None:
        opened, self._opened = self._opened, {}
        for transaction in opened.values():
            await transaction.copy.discard()
