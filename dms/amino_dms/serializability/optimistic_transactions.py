"""OptimisticTransactions: transactions that run beside one another and abort on conflict (Sapphire Table 1; Kung and Robinson, 1981)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from amino_wire.errors import AminoError
from amino_wire.transactions import is_joint, transaction_name

from amino_dms.api import (
    LOOK,
    SYNC,
    TOUCH,
    Declarations,
    Delegation,
    DeploymentManager,
    Invocation,
    Next,
    Ran,
    State,
    Trait,
    command,
    did_not_run,
    is_read,
    transaction_of,
)
from amino_dms.serializability.joint_manager import refuse_joint
from amino_dms.serializability.open_copies import Open
from amino_dms.serializability.optimistic_votes import OptimisticVotes
from amino_dms.serializability.ordered_copies import OrderedCopies
from amino_dms.serializability.transactions import (
    BEGIN,
    COMMIT,
    COMMITTED,
    CONFLICTED,
    ONE_KIND,
    PREPARE,
    ROLLBACK,
    ROLLED_BACK,
    TransactionConfig,
)


class OptimisticManager(OptimisticVotes):
    """Each transaction works on a copy of its own, beside the object. A commit makes the object equal to the copy, if nobody changed the
    object meanwhile; a transaction whose copy is as it was has only read, and its reads all fit the moment of its start."""

    @command
    async def start_transaction(self) -> str:
        """The name of a new transaction, which its calls carry as their transaction id; raises Overloaded where too many are open."""
        self.refuse_more()
        name = transaction_name(f"tx-{self.kernel.random.getrandbits(64):016x}", self.kernel.object_id)
        await self.kernel.submit(BEGIN, name, request_id=f"{name}/begin")
        return name

    @command
    async def commit(self, transaction: str) -> None:
        """Makes the transaction's changes those of the object.

        Raises:
            TransactionConflict: the object was changed since it started; nothing of it remains.
            TransactionInvalid: it is not open any more.
        """
        refuse_joint(transaction)
        await self.kernel.submit(COMMIT, transaction, request_id=f"{transaction}/commit")

    @command
    async def rollback(self, transaction: str) -> None:
        """Drops the transaction's changes; raises TransactionInvalid where it was committed."""
        refuse_joint(transaction)
        found = self.opened.get(transaction)
        if found is not None:
            async with found.calls.alone(f"{transaction}/rollback"):
                if transaction in self.opened:
                    await self.close(found, ROLLED_BACK)
        self.endings.answer(transaction, ROLLED_BACK, self.kernel.title)

    def delegates(self) -> Delegation | None:
        """All calls, unless a transaction is open or begins."""
        return Delegation(free=self.kernel.interface.read_only) if not self.opened and self.gate.lets_in else None

    def recalled(self, ran: Ran) -> None:
        """They may have changed the object."""
        self.version += ran.calls

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Calls of a transaction go to its copy, others to the object."""
        if call.method in (COMMIT, ROLLBACK) and is_joint(call.args[0]):
            return await self.end_as_told(call, next)
        if call.method == COMMIT:
            return await self._commit(call, next)
        if call.method == PREPARE:
            return await self.vote_on(call, next)
        if call.method == BEGIN:
            return await self._start(call, next)
        if name := transaction_of(call):
            if is_joint(name) and name not in self.opened:
                if name in self.endings.known:
                    raise self.endings.error(name, self.kernel.title)
                await self.join(name, call, lambda known: self.take_part(known, call, next))
            return await self.inside(name, call)
        self.refuse_in_doubt()
        if is_read(call.method, self.kernel.interface):
            async with self.gate.passing(call, alone=False):
                return await self.read(call, next)
        async with self.gate.passing(call, alone=False):
            self.version += 1
            return await self.write(call, next)

    async def _start(self, call: Invocation, next: Next) -> None:
        name = call.args[0]
        async with self.gate.passing(call, alone=True):
            version, before = await self.seen(call, next)
        await self.begin(name, version, before, before, self.config.lease.total_seconds())

    async def _commit(self, call: Invocation, next: Next) -> None:
        name = call.args[0]
        async with self.gate.passing(call, alone=True):
            transaction = self.opened.get(name)
            if transaction is None:
                self.endings.answer(name, COMMITTED, self.kernel.title)
                # An attempt before this one may have committed it and then failed, since a saver could not save.
                await self.write(call.changed(method=TOUCH, args=()), next)
                return
            async with transaction.calls.passing(call, alone=True):
                if name not in self.opened:
                    raise self.endings.error(name, self.kernel.title)
                assert transaction.copy is not None, "transactions of one object end with their kernel"
                after = await transaction.copy.state()
                if after != transaction.before:
                    await self._apply(transaction, after, call, next)
                await self.close(transaction, COMMITTED)

    async def _apply(self, transaction: Open, after: State, call: Invocation, next: Next) -> None:
        if transaction.version != self.version:
            await self.close(transaction, CONFLICTED)
            raise self.endings.error(transaction.name, self.kernel.title)
        await self.read(call.changed(method=LOOK, args=()), next)
        self.version += 1
        # Noted when nothing is unsaved and before it is applied: savers save the ending with the new state.
        self.endings.note(transaction.name, COMMITTED)

        async def apply(sync: Invocation) -> Any:
            try:
                return await next(sync)
            except BaseException:
                self.endings.forget(transaction.name)
                raise

        try:
            await self.write(call.changed(method=SYNC, args=(after.value,)), apply)
        except BaseException as error:
            if await self._was_applied(transaction, after, error):
                await self.close(transaction, COMMITTED)
            elif not did_not_run(error):
                # A saver nearer the object may have saved the ending with the old state.
                with suppress(AminoError):
                    await next(call.changed(method=TOUCH, args=()))
            raise

    async def _was_applied(self, transaction: Open, after: State, error: BaseException) -> bool:
        """Whether a commit that failed on its way counts: the object has the new state. It may be asked again if it
        has the old."""
        try:
            present = None if did_not_run(error) else await self.kernel.copy()
        except AminoError:
            present = after
        if present is None or present == transaction.before:
            self.version -= 1
        return present == after


class OptimisticTransactions(DeploymentManager):
    """Transactions that do not wait for one another."""

    family = "serializability"
    promise = "Calls of a transaction happen as one or not at all; transactions run beside one another, and a commit after a change fails."
    paper_lines = 92
    Config = TransactionConfig
    instance_manager = OptimisticManager
    in_order = OrderedCopies
    declares = Declarations(
        traits=frozenset({Trait.TRANSACTIONS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_KIND,),
        needs_state=True,
    )
