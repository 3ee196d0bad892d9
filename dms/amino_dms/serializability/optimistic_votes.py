"""The votes of an object with optimistic transactions in transactions over several objects."""

from __future__ import annotations

from amino_dms.api import LOOK, SYNC, TOUCH, Invocation, JointCall, Next
from amino_dms.joint.participation import Participation
from amino_dms.serializability.open_copies import Open, OpenCopies
from amino_dms.serializability.transactions import COMMIT, COMMITTED, CONFLICTED, ROLLED_BACK


class OptimisticVotes(OpenCopies):
    """Votes for a transaction if nobody has changed the object since it began, and holds the object from then until it is decided: at
    that moment all objects are as the transaction has seen them."""

    async def take_part(self, known: JointCall, call: Invocation, next: Next) -> None:
        """The object takes part in a transaction, by a call of it."""
        self.refuse_more()
        await self.alone_for(known, lambda: self.holding)
        try:
            await self.kernel.join_transaction(known)
            version, before = await self.seen(call, next)
        finally:
            self.gate.leave(known.transaction)
        await self.begin(known.transaction, version, before, before, self.config.lease.total_seconds(), Participation(known.token))

    async def vote_on(self, call: Invocation, next: Next) -> None:
        """Votes; raises TransactionConflict, TransactionInvalid for a no."""
        name, token = call.args
        transaction = self.opened.get(name)
        if transaction is None or transaction.part is None:
            raise self.endings.error(name, self.kernel.title)
        part = transaction.part
        async with transaction.calls.passing(call, alone=True):
            if self.opened.get(name) is not transaction:
                raise self.endings.error(name, self.kernel.title)
            if part.runs:
                await self._hold(transaction)
            try:
                if part.runs:
                    await self._validate(transaction, call, next)
                await self.vote(part, token, lambda: self.write(call.changed(method=TOUCH, args=()), next))
            finally:
                if not part.in_doubt:
                    self._let_go(name)

    async def _hold(self, transaction: Open) -> None:
        if self.holding or transaction.version != self.version:
            # What holds the object, or has changed it, comes before; two that waited here for one another would wait for ever.
            await self.close(transaction, CONFLICTED)
            raise self.endings.error(transaction.name, self.kernel.title)
        self.holding = transaction.name
        try:
            await self.gate.enter(transaction.name, exclusive=True)
        except BaseException:
            self.holding = ""
            raise

    def _let_go(self, name: str) -> None:
        if self.holding == name:
            self.holding = ""
            self.gate.leave(name)

    async def _validate(self, transaction: Open, call: Invocation, next: Next) -> None:
        if transaction.version != self.version:
            await self.close(transaction, CONFLICTED)
            raise self.endings.error(transaction.name, self.kernel.title)
        assert transaction.copy is not None, "it has not voted"
        after = await transaction.copy.state()
        await self.read(call.changed(method=LOOK, args=()), next)
        transaction.after = None if after == transaction.before else after

    async def end_as_told(self, call: Invocation, next: Next) -> None:
        """Does what the coordinator has decided."""
        name, committed = call.args[0], call.method == COMMIT
        transaction = self.opened.get(name)
        if transaction is None or transaction.part is None:
            # An attempt before this one may have failed since a saver could not save.
            await self.write(call.changed(method=TOUCH, args=()), next)
            return
        async with transaction.calls.passing(call, alone=True):
            if self.opened.get(name) is not transaction:
                return
            if not transaction.part.told(committed=committed):
                raise self.never_voted(name)
            if committed:
                await self._make_true(transaction, transaction.part, call, next)
            await self.close(transaction, COMMITTED if committed else ROLLED_BACK)
            transaction.part.done()
            self._let_go(name)

    async def _make_true(self, transaction: Open, part: Participation, call: Invocation, next: Next) -> None:
        """Makes the object what it voted for. What fails is done again: the coordinator goes on telling it."""
        self.endings.note(transaction.name, COMMITTED)
        after = transaction.after
        self.version += after is not None
        sync = call.changed(method=TOUCH, args=()) if after is None else call.changed(method=SYNC, args=(after.value,))
        try:
            await self.write(sync, next)
        except BaseException:
            self.endings.forget(transaction.name)
            part.not_done()
            raise
