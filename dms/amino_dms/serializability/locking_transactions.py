"""LockingTransactions: several calls as one, with nobody else in between (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import TransactionInvalid
from amino_wire.transactions import is_joint, transaction_name

from amino_dms.api import (
    TOUCH,
    Declarations,
    Delegation,
    DeploymentManager,
    Invocation,
    Next,
    Rule,
    Trait,
    chain_id,
    command,
    transaction_of,
)
from amino_dms.serializability.joint_manager import refuse_joint
from amino_dms.serializability.lock_line import LockLine
from amino_dms.serializability.open_lock import OpenLock
from amino_dms.serializability.ordered_lock import OrderedLock
from amino_dms.serializability.transactions import (
    COMMIT,
    COMMITTED,
    ONE_KIND,
    PREPARE,
    ROLLBACK,
    ROLLED_BACK,
    LockingConfig,
)


class LockingManager(LockLine):
    """Has the lock for one transaction at a time; all other calls, reads too, wait until it ends. A rollback brings the state back.
    A transaction over several objects hands the lock on at its vote, to the one that follows it; see `Line`."""

    @command
    async def start_transaction(self) -> str:
        """Waits for the lock; the name of the transaction, which its calls carry as their transaction id."""
        name = transaction_name(f"tx-{self.kernel.random.getrandbits(64):016x}", self.kernel.object_id)
        await self.lock.enter(name, exclusive=True)
        try:
            async with self.settled.alone(name):
                before = await self.kernel.copy()
            self.begin(OpenLock(name, before, self.kernel.clock.now() + self.config.lease.total_seconds()))
        except BaseException:
            self.lock.leave(name)
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
        return Delegation() if not self.line and self.lock.lets_in else None

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
            async with self.lock.passing(call, alone=False), self.settled.passing(call, alone=False):
                return await next(call)
        if is_joint(name) and self.line.find(name) is None:
            if name in self.endings.known:
                raise self.endings.error(name, self.kernel.title)
            await self.join(name, call, self.take_part)
        transaction = self._require(name)
        async with transaction.calls.shared(chain):
            self._require(name)
            transaction.until = self.kernel.clock.now() + self.config.lease.total_seconds()
            async with self.lock.shared(chain, under=transaction.name):
                return await (next(call) if transaction.part is None else transaction.once.run(call, next))

    async def _prepare(self, call: Invocation, next: Next) -> None:
        name, token = call.args
        transaction = self.line.find(name)
        if transaction is None or transaction.part is None:
            raise self.endings.error(name, self.kernel.title)
        async with transaction.calls.passing(call, alone=True):
            if transaction.undone:
                raise self.taken_back(name)

            async def keep() -> None:
                # No call of it comes any more: a transaction that gets the lock now follows it.
                if self.config.early_release:
                    await self.hand_on(transaction)
                await next(call.changed(method=TOUCH, args=()))

            await self.vote(transaction.part, token, keep)

    async def _end(self, call: Invocation, next: Next) -> None:
        name, commits = call.args[0], call.method == COMMIT
        transaction = self.line.find(name)
        if transaction is None:
            await self._ended_before(call, next)
            return
        async with transaction.calls.passing(call, alone=True):
            part = transaction.part
            if self.line.find(name) is not transaction:
                await self._ended_before(call, next)
            elif part is not None and not part.told(committed=commits):
                raise self.never_voted(name)
            elif not commits:
                await self.roll_back(transaction, call, next)
            elif part is None:
                await self.commit_alone(self._require(name), call, next)
            else:
                await self.commit_with_others(transaction, call, next)

    async def _ended_before(self, call: Invocation, next: Next) -> None:
        """The answer to an ending that is asked for again: the attempt before may have failed since a saver could not
        save."""
        ending = COMMITTED if call.method == COMMIT else ROLLED_BACK
        self.endings.answer(call.args[0], ending, self.kernel.title)
        await next(call.changed(method=TOUCH, args=()))

    def _require(self, name: str) -> OpenLock:
        transaction = self.line.find(name)
        if transaction is None:
            raise self.endings.error(name, self.kernel.title)
        if transaction.undone:
            what = f"transaction {name} of {self.kernel.title}"
            raise TransactionInvalid(f"{what} is being rolled back; start another one")
        if transaction.part is not None and not (transaction.part.runs and transaction.holds):
            raise self.too_late(name)
        return transaction


class LockingTransactions(DeploymentManager):
    """Transactions that wait for one another."""

    family = "serializability"
    promise = "Calls of a transaction happen as one or not at all; calls outside wait for its end, and so do other transactions."
    paper_lines = 81
    Config = LockingConfig
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
