"""The part that both transaction managers share where a manager behind them keeps replicas: a log orders all.

Each replica, and so each leader, knows which transactions are open, since they begin and end by entries of the log, and
their calls stand there. A call never waits here, since what it would wait for stands behind it: it is postponed.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.protocol import Header
from amino_wire.transactions import transaction_name

from amino_dms.api import COMMAND, InstanceKernel, InstanceManager, Invocation, Next, Postponed, transaction_of
from amino_dms.serializability.transactions import Endings, TransactionConfig

EXPIRE: Final = "@expire"
"""A call of the leader's that ends a transaction unless a call of it has come since: the manager's name, the
transaction, its last call."""
_AGAIN: Final = 1.0
"""Seconds until a replica whose lease of a transaction is over asks again whether it orders calls."""


class OrderedTransactions(InstanceManager[TransactionConfig]):
    """Runs what stands in the log. What it decides follows from that alone, and is the same where an entry is run again."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.endings = Endings()
        self._freed: asyncio.Future[None] | None = None
        self._watched: dict[str, tuple[int, float]] = {}

    @abstractmethod
    async def start(self, name: str, call: Invocation, next: Next) -> None:
        """A transaction begins."""

    @abstractmethod
    async def end(self, name: str, call: Invocation, next: Next, *, commits: bool) -> None:
        """A transaction ends; raises TransactionConflict, TransactionInvalid where it cannot end so."""

    @abstractmethod
    def last_call(self, name: str) -> int | None:
        """The mark of an open transaction's last call; None: it is not open."""

    @abstractmethod
    async def inside(self, name: str, call: Invocation, next: Next) -> Any:
        """A call of a transaction."""

    @abstractmethod
    async def outside(self, call: Invocation, next: Next) -> Any:
        """A call outside of transactions."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A call of the log, or a read at a moment between two entries."""
        if call.method == COMMAND and call.args[0] == self.kernel.manager:
            return await self._commanded(call, next)
        if call.method == EXPIRE and call.args[0] == self.kernel.manager:
            _, name, last = call.args
            if self.last_call(name) == last:
                await self.end(name, call, next, commits=False)
            return None
        name = transaction_of(call)
        if not name:
            return await self.outside(call, next)
        if self.last_call(name) is None:
            raise self.endings.error(name, self.kernel.title)
        self.watch(name, mark_of(call))
        return await self.inside(name, call, next)

    async def _commanded(self, call: Invocation, next: Next) -> Any:
        _, command, args, kwargs = call.args
        if command == "start_transaction" and not args and not kwargs:
            name = transaction_name(f"tx-{mark_of(call):016x}", self.kernel.object_id)
            await self.start(name, call, next)
            self.watch(name, mark_of(call))
            return name
        named = _transaction_named(args, kwargs)
        if named is None or command not in ("commit", "rollback"):
            raise ArgumentInvalid(
                f"{command} of {self.kernel.manager} takes {'no argument' if command.startswith('s') else 'a transaction'}"
            )
        await self.end(named, call, next, commits=command == "commit")
        return None

    def watch(self, name: str, last: int) -> None:
        """A call of a transaction has come: its lease begins anew, by this node's clock. Each replica counts, and the one
        that orders calls then says by an entry that it is over."""
        watches = name in self._watched
        self._watched[name] = last, self.kernel.clock.now() + self.config.lease.total_seconds()
        if not watches:
            self.kernel.spawn(self._expire(name))

    async def _expire(self, name: str) -> None:
        clock = self.kernel.clock
        while self.last_call(name) is not None:
            last, until = self._watched[name]
            if (left := until - clock.now()) > 0:
                await clock.sleep(left)
                continue
            attempt = f"{name}/{self.kernel.random.getrandbits(64):016x}"
            try:
                await self.kernel.submit(EXPIRE, self.kernel.manager, name, last, request_id=attempt)
            except AminoError:
                pass  # another replica orders calls, and does this
            await clock.sleep(_AGAIN)
        self._watched.pop(name, None)

    def postponed(self, text: str) -> Postponed:
        """The error of a call that waits until `free`."""
        if self._freed is None:
            self._freed = asyncio.get_running_loop().create_future()
        return Postponed(text, self._freed)

    def free(self) -> None:
        """Calls that were postponed may be put into the log again."""
        freed, self._freed = self._freed, None
        if freed is not None:
            freed.set_result(None)

    async def on_destroy(self) -> None:
        """Calls that wait hear from the manager that keeps the log."""
        self.free()


def mark_of(call: Invocation) -> int:
    """What tells a call of the log from all others: where its chance comes from. The same when the entry is run again."""
    return int(call.headers[Header.FIXED][1])


def _transaction_named(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    match [*args], dict(kwargs):
        case ([str(name)], {**others}) if not others:
            return name
        case ([], {"transaction": str(name), **others}) if not others:
            return name
        case _:
            return None
