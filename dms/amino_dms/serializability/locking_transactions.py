"""LockingTransactions: several calls as one, with nobody else in between (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from amino_dms.api import (
    SYNC,
    TOUCH,
    Arrival,
    Declarations,
    DeploymentManager,
    Gate,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Purpose,
    Rule,
    State,
    Trait,
    chain_id,
    command,
)
from amino_dms.serializability.transactions import (
    COMMIT,
    COMMITTED,
    ONE_KIND,
    ROLLBACK,
    ROLLED_BACK,
    Endings,
    TransactionConfig,
)


@dataclass(slots=True)
class _Open:
    name: str
    before: State
    until: float
    calls: Gate = field(default_factory=Gate)


class LockingManager(InstanceManager[TransactionConfig]):
    """Holds the lock for one transaction at a time; all other calls, reads too, wait until it ends. A rollback brings the state back."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._lock = kernel.gate()
        self._open: _Open | None = None
        self._endings = Endings()

    @command
    async def start_transaction(self) -> str:
        """Waits for the lock; the name of the transaction, which its calls carry as their transaction id."""
        name = f"tx-{self.kernel.random.getrandbits(64):016x}"
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
        await self.kernel.submit(COMMIT, transaction, request_id=f"{transaction}/commit")

    @command
    async def rollback(self, transaction: str) -> None:
        """Ends the transaction and undoes its calls; raises as `commit`."""
        await self.kernel.submit(ROLLBACK, transaction, request_id=f"{transaction}/rollback")

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Calls of the transaction pass; others wait for its end."""
        chain = chain_id(call)
        if call.method in (COMMIT, ROLLBACK):
            return await self._end(call, next)
        if not call.transaction_id:
            async with self._lock.shared(chain):
                return await next(call)
        transaction = self._require(call.transaction_id)
        async with transaction.calls.shared(chain):
            self._require(call.transaction_id)
            transaction.until = self.kernel.clock.now() + self.config.lease.total_seconds()
            async with self._lock.shared(chain, under=transaction.name):
                return await next(call)

    async def _end(self, call: Invocation, next: Next) -> None:
        name, ending = call.args[0], COMMITTED if call.method == COMMIT else ROLLED_BACK
        if self._open is None or self._open.name != name:
            return self._endings.answer(name, ending, self.kernel.object_id)
        transaction = self._open
        async with transaction.calls.alone(chain_id(call)):
            if self._open is not transaction:
                return self._endings.answer(name, ending, self.kernel.object_id)
            self._open = None
            self._endings.note(name, ending)
            try:
                if ending is COMMITTED:
                    await next(call.changed(method=TOUCH, args=()))
                else:
                    await next(call.changed(method=SYNC, args=(transaction.before.value,)))
            finally:
                self._lock.leave(name)

    async def save(self, purpose: Purpose) -> Any:
        """The open transaction, with the state to go back to."""
        saved: dict[str, Any] = {"endings": self._endings.known}
        if self._open is not None:
            left = self._open.until - self.kernel.clock.now()
            saved["open"] = [self._open.name, self._open.before.value, left]
        return saved

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move the transaction goes on; after a recovery it is rolled back."""
        self._endings = Endings(saved["endings"])
        if "open" not in saved:
            return
        name, before, left = saved["open"]
        if arrival is Arrival.RECOVERED:
            await self.kernel.sync(State(before))
            self._endings.note(name, ROLLED_BACK)
        else:
            await self._lock.enter(name, exclusive=True)
            self._begin(name, State(before), left)

    def _begin(self, name: str, before: State, seconds: float) -> None:
        self._open = _Open(name, before, self.kernel.clock.now() + seconds)
        self.kernel.spawn(self._expire(self._open))

    async def _expire(self, transaction: _Open) -> None:
        while self._open is transaction:
            left = transaction.until - self.kernel.clock.now()
            if left <= 0:
                await self.rollback(transaction.name)
                return
            await self.kernel.clock.sleep(left)

    def _require(self, name: str) -> _Open:
        if self._open is None or self._open.name != name:
            raise self._endings.error(name, self.kernel.object_id)
        return self._open


class LockingTransactions(DeploymentManager):
    """Transactions that wait for one another."""

    family = "serializability"
    promise = "Calls of a transaction happen as one or not at all; calls outside wait for its end, and so do other transactions."
    paper_lines = 81
    Config = TransactionConfig
    instance_manager = LockingManager
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
