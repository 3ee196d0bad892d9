"""LockingTransactions: several calls as one, with nobody else in between (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import AminoError, TransactionInvalid
from amino_wire.transactions import is_joint, transaction_name

from amino_dms.api import (
    SYNC,
    TOUCH,
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    Gate,
    InstanceKernel,
    Invocation,
    JointCall,
    Next,
    Purpose,
    Rule,
    State,
    Trait,
    chain_id,
    command,
    did_not_run,
    transaction_of,
)
from amino_dms.joint.participation import Participation, Phase
from amino_dms.serializability.joint_manager import JointManager, refuse_joint
from amino_dms.serializability.open_lock import OpenLock
from amino_dms.serializability.ordered_lock import OrderedLock
from amino_dms.serializability.transactions import (
    COMMIT,
    COMMITTED,
    ONE_KIND,
    PREPARE,
    ROLLBACK,
    ROLLED_BACK,
    Endings,
    TransactionConfig,
)

_AGAIN = 1.0
"""Seconds until a rollback that failed is tried again."""


class LockingManager(JointManager):
    """Holds the lock for one transaction at a time; all other calls, reads too, wait until it ends. A rollback brings the state back."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._lock = kernel.gate()
        self._open: OpenLock | None = None
        self._endings = Endings()

    @command
    async def start_transaction(self) -> str:
        """Waits for the lock; the name of the transaction, which its calls carry as their transaction id."""
        name = transaction_name(f"tx-{self.kernel.random.getrandbits(64):016x}", self.kernel.object_id)
        await self._lock.enter(name, exclusive=True)
        try:
            self._begin(name, await self.kernel.copy(), self.config.lease.total_seconds())
        except BaseException:
            self._lock.leave(name)
            raise
        return name

    @command
    async def commit(self, transaction: str) -> None:
        """Ends the transaction; raises TransactionInvalid where it is not open any more."""
        refuse_joint(transaction)
        await self.kernel.submit(COMMIT, transaction, request_id=f"{transaction}/commit")

    @command
    async def rollback(self, transaction: str) -> None:
        """Ends the transaction and undoes its calls; raises as `commit`."""
        refuse_joint(transaction)
        await self.kernel.submit(ROLLBACK, transaction, request_id=f"{transaction}/rollback")

    def delegates(self) -> Delegation | None:
        """All calls, unless a transaction is open, begins or ends."""
        return Delegation() if self._open is None and self._lock.lets_in else None

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Calls of the transaction pass; others wait for its end."""
        chain = chain_id(call)
        if call.method in (COMMIT, ROLLBACK):
            return await self._end(call, next)
        if call.method == PREPARE:
            return await self._prepare(call, next)
        name = transaction_of(call)
        if not name:
            self.refuse_in_doubt()
            async with self._lock.passing(call, alone=False):
                return await next(call)
        if is_joint(name) and not self._is_open(name):
            if name in self._endings.known:
                raise self._endings.error(name, self.kernel.title)
            await self.join(name, call, self._take_part)
        transaction = self._require(name)
        async with transaction.calls.shared(chain):
            self._require(name)
            transaction.until = self.kernel.clock.now() + self.config.lease.total_seconds()
            async with self._lock.shared(chain, under=transaction.name):
                return await (next(call) if transaction.part is None else transaction.once.run(call, next))

    def _is_open(self, name: str) -> bool:
        return self._open is not None and self._open.name == name

    async def _take_part(self, known: JointCall) -> None:
        await self.alone_for(known, lambda: self._open.name if self._open is not None and is_joint(self._open.name) else "")
        try:
            await self.kernel.join_transaction(known)
            seconds = self.config.lease.total_seconds()
            self._begin(known.transaction, await self.kernel.copy(), seconds, part=Participation(known.token))
        except BaseException:
            self._lock.leave(known.transaction)
            raise

    async def _prepare(self, call: Invocation, next: Next) -> None:
        name, token = call.args
        transaction = self._open
        if transaction is None or transaction.name != name or transaction.part is None:
            raise self._endings.error(name, self.kernel.title)
        async with transaction.calls.passing(call, alone=True):
            await self.vote(transaction.part, token, lambda: next(call.changed(method=TOUCH, args=())))

    async def _end(self, call: Invocation, next: Next) -> None:
        name, commits = call.args[0], call.method == COMMIT
        transaction = self._open
        if transaction is None or transaction.name != name:
            await self._ended_before(call, next)
            return
        async with transaction.calls.passing(call, alone=True):
            part = transaction.part
            if self._open is not transaction:
                await self._ended_before(call, next)
            elif part is not None and not part.told(committed=commits):
                raise self.never_voted(name)
            elif commits:
                await self._commit(transaction if part is not None else self._require(name), call, next)
            else:
                await self._roll_back(transaction, call, next)
            if part is not None:
                part.done()

    async def _ended_before(self, call: Invocation, next: Next) -> None:
        """The answer to an ending that is asked for again: the attempt before may have failed since a saver could not
        save."""
        ending = COMMITTED if call.method == COMMIT else ROLLED_BACK
        self._endings.answer(call.args[0], ending, self.kernel.title)
        await next(call.changed(method=TOUCH, args=()))

    def part_of(self, transaction: str) -> Participation | None:
        """See JointManager."""
        return self._open.part if self._open is not None and self._open.name == transaction else None

    def was_committed(self, transaction: str) -> bool:
        """See JointManager."""
        return self._endings.known.get(transaction) == COMMITTED

    def doubted(self) -> tuple[str, Participation] | None:
        """See JointManager."""
        known = self._open
        return (known.name, known.part) if known is not None and known.part is not None and known.part.in_doubt else None

    @property
    def door(self) -> Gate:
        """See JointManager."""
        return self._lock

    async def _commit(self, transaction: OpenLock, call: Invocation, next: Next) -> None:
        # Noted first: from now on savers save the committed state.
        self._close(transaction, COMMITTED)
        try:
            await next(call.changed(method=TOUCH, args=()))
        except BaseException as error:
            if did_not_run(error):
                self._endings.forget(transaction.name)
                if transaction.part is not None:
                    transaction.part.not_done()
                self._reopen(transaction)
                raise
            self._lock.leave(transaction.name)
            raise
        self._lock.leave(transaction.name)

    async def _roll_back(self, transaction: OpenLock, call: Invocation, next: Next) -> None:
        # Noted last: until then savers save that the transaction is open, and a recovery rolls it back.
        transaction.undone = True
        try:
            await next(call.changed(method=SYNC, args=(transaction.before.value,)))
        except BaseException as error:
            if did_not_run(error) or not await self._is(transaction.before):
                raise
            self._close(transaction, ROLLED_BACK)
            self._lock.leave(transaction.name)
            raise
        self._close(transaction, ROLLED_BACK)
        self._lock.leave(transaction.name)

    async def _is(self, state: State) -> bool:
        try:
            return await self.kernel.copy() == state
        except AminoError:
            return False

    def _close(self, transaction: OpenLock, ending: str) -> None:
        self._open = None
        self._endings.note(transaction.name, ending)

    async def save(self, purpose: Purpose) -> Any:
        """The open transaction, with the state to go back to."""
        saved: dict[str, Any] = {"endings": self._endings.known}
        if self._open is not None:
            left = self._open.until - self.kernel.clock.now()
            part = self._open.part
            saved["open"] = [self._open.name, self._open.before.value, left, self._open.undone]
            saved["open"] += [] if part is None else [part.token, part.in_doubt, self._open.once.saved()]
        return saved

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move the transaction goes on; after a recovery it is rolled back, unless the object has voted for it."""
        self._endings = Endings(saved["endings"])
        if "open" not in saved:
            return
        name, before, left, undone, *joint = saved["open"]
        part = Participation(joint[0], Phase.PREPARED if joint[1] else Phase.ACTIVE) if joint else None
        if arrival is Arrival.RECOVERED and (part is None or not part.in_doubt):
            await self.kernel.sync(State(before))
            self._endings.note(name, ROLLED_BACK)
        else:
            await self._lock.enter(name, exclusive=True)
            self._begin(name, State(before), 0.0 if undone else left, undone=undone, part=part)
            if self._open is not None and joint:
                self._open.once.load(joint[2])

    async def on_detach(self) -> None:
        """A transaction that is open would lose what brings it back: the chain stays as it is until it has ended."""
        if self._open is not None and self._open.part is not None:
            raise self.still_part_of(self._open.name)

    def _begin(self, name: str, before: State, seconds: float, *, undone: bool = False, part: Participation | None = None) -> None:
        self._reopen(OpenLock(name, before, self.kernel.clock.now() + seconds, undone, part))

    def _reopen(self, transaction: OpenLock) -> None:
        self._open = transaction
        if transaction.part is None:
            self.kernel.spawn(self._expire(transaction))
        else:
            self.kernel.spawn(self.look_after(transaction.name, transaction.part, lambda: transaction.until))

    async def _expire(self, transaction: OpenLock) -> None:
        while self._open is transaction:
            left = transaction.until - self.kernel.clock.now()
            if left > 0:
                await self.kernel.clock.sleep(left)
                continue
            try:
                await self.rollback(transaction.name)
            except AminoError:
                # Others wait for its end.
                await self.kernel.clock.sleep(_AGAIN)

    def _require(self, name: str) -> OpenLock:
        if self._open is None or self._open.name != name:
            raise self._endings.error(name, self.kernel.title)
        if self._open.part is not None and not self._open.part.runs:
            raise self.too_late(name)
        if self._open.undone:
            what = f"transaction {name} of {self.kernel.title}"
            raise TransactionInvalid(f"{what} is being rolled back; start another one")
        return self._open


class LockingTransactions(DeploymentManager):
    """Transactions that wait for one another."""

    family = "serializability"
    promise = "Calls of a transaction happen as one or not at all; calls outside wait for its end, and so do other transactions."
    paper_lines = 81
    Config = TransactionConfig
    instance_manager = LockingManager
    in_order = OrderedLock
    declares = Declarations(
        traits=frozenset({Trait.TRANSACTIONS, Trait.LOCKS_LONG, Trait.HAS_STATE}),
        forbids=(ONE_KIND,),
        after=(
            Rule(
                Trait.GATES,
                "a call that waits for the transaction's end would stand in the other's gate, and the transaction's own calls behind it",
            ),
        ),
        needs_state=True,
    )
