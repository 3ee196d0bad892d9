"""The part that both transaction managers share where a manager behind them keeps replicas: a log orders all.

Each replica, and so each leader, knows which transactions are open, since they begin and end by entries of the log, and
their calls stand there. A call never waits here, since what it would wait for stands behind it: it is postponed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

from amino_wire.errors import AminoError, ArgumentInvalid, TransactionInvalid
from amino_wire.protocol import Header
from amino_wire.transactions import is_joint, transaction_name

from amino_dms.api import COMMAND, InstanceKernel, Invocation, Next, Postponed, transaction_of
from amino_dms.serializability.joint_manager import refuse_joint
from amino_dms.serializability.ordered_joint import JOINED, JOINT, PREPARE, OrderedJoint
from amino_dms.serializability.ordered_part import OrderedPart
from amino_dms.serializability.transactions import Endings, TransactionConfig

EXPIRE: Final = "@expire"
"""A call of the leader's that ends a transaction unless a call of it has come since: the manager's name, the
transaction, its last call."""
_AGAIN: Final = 1.0
"""Seconds until a replica whose lease of a transaction is over asks again whether it orders calls."""


class OrderedTransactions(OrderedJoint):
    """Runs what stands in the log. What it decides follows from that alone, and is the same where an entry is run again."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.endings = Endings()
        self._watched: dict[str, tuple[int, float]] = {}

    @abstractmethod
    async def start(self, name: str, call: Invocation, next: Next, part: OrderedPart | None = None) -> None:
        """A transaction begins; raises Postponed. `part`: where it spans several objects."""

    @abstractmethod
    async def vote(self, name: str, call: Invocation) -> None:
        """A transaction over several objects keeps the object as it is until it has ended; raises TransactionConflict for a no."""

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
            part = self.part_of(name)
            if self.last_call(name) == last and not (part is not None and part.voted):
                await self.end(name, call, next, commits=False)
            return None
        if call.method == JOINT and call.args[0] == self.kernel.manager:
            return await self._goes_on(call, next)
        name = transaction_of(call)
        if not name:
            return await self.outside(call, next)
        if self.last_call(name) is None:
            await self._enter(name, call, next)
        self.watch(name, mark_of(call))
        part = self.part_of(name)
        if part is not None:
            if part.voted:
                raise self.too_late(name)
            if not part.joins(call.headers.get(JOINED)):
                raise self.waits_for_coordinator(name, part)
        return await self.inside(name, call, next)

    async def _enter(self, name: str, call: Invocation, next: Next) -> None:
        """The object takes part from here on in a transaction over several, by the first call of it in the log."""
        if not is_joint(name) or name in self.endings.known:
            raise self.endings.error(name, self.kernel.title)
        try:
            await self.start(name, call, next, OrderedPart(f"{mark_of(call):016x}"))
        except Postponed as postponed:
            raise self.waits_in_turn(name, postponed) from None

    async def _goes_on(self, call: Invocation, next: Next) -> None:
        """A transaction over several objects, as its coordinator says."""
        _, verb, name, word = call.args
        part = self.part_of(name)
        if verb == PREPARE:
            if part is None or part.token != word:
                raise self.endings.error(name, self.kernel.title)
            if not part.voted:
                await self.vote(name, call)
                part.votes()
        elif part is not None:
            commits = part.ends_committed(committed=word)
            if commits is None:
                raise TransactionInvalid(f"{self.kernel.title} has not voted for transaction {name}")
            await self.end(name, call, next, commits=commits)

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
        refuse_joint(named)
        await self.end(named, call, next, commits=command == "commit")
        return None

    def watch(self, name: str, last: int) -> None:
        """A call of a transaction has come: its lease begins anew, by this node's clock. Each replica counts, and the one
        that orders calls then says by an entry that it is over."""
        watches = name in self._watched
        self._watched[name] = last, self.kernel.clock.now() + self.config.lease.total_seconds()
        if not watches:
            self.kernel.spawn(self._expire(name))
        if self.part_of(name) is not None:
            self.look_after(name)

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
