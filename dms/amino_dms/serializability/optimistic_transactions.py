"""OptimisticTransactions: transactions that run beside one another and abort on conflict (Sapphire Table 1; Kung and Robinson, 1981)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from amino_wire.errors import AminoError, Overloaded, from_payload, to_payload
from amino_wire.transactions import transaction_name

from amino_dms.api import (
    LOOK,
    SYNC,
    TOUCH,
    Arrival,
    Copy,
    Declarations,
    Delegation,
    DeploymentManager,
    Gate,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Purpose,
    Ran,
    State,
    Trait,
    command,
    did_not_run,
    is_read,
    outcome_of,
    transaction_of,
)
from amino_dms.serializability.transactions import (
    BEGIN,
    COMMIT,
    COMMITTED,
    CONFLICTED,
    ONE_KIND,
    ROLLED_BACK,
    Endings,
    TransactionConfig,
)

LIMIT = 100
"""Open transactions of one object."""


@dataclass(slots=True)
class _Open:
    name: str
    version: int
    before: State
    copy: Copy
    until: float
    outcomes: dict[str, tuple[Any, AminoError | None]]
    calls: Gate = field(default_factory=Gate)


class OptimisticManager(InstanceManager[TransactionConfig]):
    """Each transaction works on a copy of its own, beside the object. A commit makes the object equal to the copy, if nobody changed the
    object meanwhile; a transaction whose copy is as it was has only read, and its reads all fit the moment of its start."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.gate = kernel.gate()
        self.version = 0
        self._open: dict[str, _Open] = {}
        self.endings = Endings()

    @command
    async def start_transaction(self) -> str:
        """The name of a new transaction, which its calls carry as their transaction id; raises Overloaded where too many are open."""
        if len(self._open) >= LIMIT:
            raise Overloaded(f"{self.kernel.title} has {LIMIT} open transactions; end some, or try again later")
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
        await self.kernel.submit(COMMIT, transaction, request_id=f"{transaction}/commit")

    @command
    async def rollback(self, transaction: str) -> None:
        """Drops the transaction's changes; raises TransactionInvalid where it was committed."""
        found = self._open.get(transaction)
        if found is not None:
            async with found.calls.alone(f"{transaction}/rollback"):
                if transaction in self._open:
                    await self._close(found, ROLLED_BACK)
        self.endings.answer(transaction, ROLLED_BACK, self.kernel.title)

    @property
    def has_open(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._open)

    def delegates(self) -> Delegation | None:
        """All calls, unless a transaction is open or begins."""
        return Delegation(free=self.kernel.interface.read_only) if not self._open and self.gate.lets_in else None

    def recalled(self, ran: Ran) -> None:
        """They may have changed the object."""
        self.version += ran.calls

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Calls of a transaction go to its copy, others to the object."""
        if call.method == COMMIT:
            return await self._commit(call, next)
        if call.method == BEGIN:
            return await self._start(call, next)
        if name := transaction_of(call):
            return await self._inside(name, call)
        if is_read(call.method, self.kernel.interface):
            async with self.gate.passing(call, alone=False):
                return await self.read(call, next)
        async with self.gate.passing(call, alone=False):
            self.version += 1
            return await self.write(call, next)

    async def read(self, call: Invocation, next: Next) -> Any:
        """A call outside transactions that changes nothing, or a look at the state that a transaction begins with."""
        return await next(call)

    async def write(self, call: Invocation, next: Next) -> Any:
        """A change of the object: a call outside transactions, or a commit's."""
        return await next(call)

    async def _start(self, call: Invocation, next: Next) -> None:
        name = call.args[0]
        async with self.gate.passing(call, alone=True):
            await self.read(call.changed(method=LOOK, args=()), next)
            before, version = await self.kernel.copy(), self.version
        await self._begin(name, version, before, before, self.config.lease.total_seconds())

    async def _inside(self, name: str, call: Invocation) -> Any:
        transaction = self._require(name)
        async with transaction.calls.passing(call, alone=True):
            self._require(name)
            transaction.until = self.kernel.clock.now() + self.config.lease.total_seconds()
            if call.request_id not in transaction.outcomes:
                try:
                    transaction.outcomes[call.request_id] = (await transaction.copy.invoke(call), None)
                except BaseException as error:
                    if not did_not_run(error):
                        transaction.outcomes[call.request_id] = (None, outcome_of(error, call))
                    raise
            value, failed = transaction.outcomes[call.request_id]
            if failed is not None:
                raise failed
            return value

    async def _commit(self, call: Invocation, next: Next) -> None:
        name = call.args[0]
        async with self.gate.passing(call, alone=True):
            transaction = self._open.get(name)
            if transaction is None:
                self.endings.answer(name, COMMITTED, self.kernel.title)
                # An attempt before this one may have committed it and then failed, since a saver could not save.
                await self.write(call.changed(method=TOUCH, args=()), next)
                return
            async with transaction.calls.passing(call, alone=True):
                if name not in self._open:
                    raise self.endings.error(name, self.kernel.title)
                after = await transaction.copy.state()
                if after != transaction.before:
                    await self._apply(transaction, after, call, next)
                await self._close(transaction, COMMITTED)

    async def _apply(self, transaction: _Open, after: State, call: Invocation, next: Next) -> None:
        if transaction.version != self.version:
            await self._close(transaction, CONFLICTED)
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
                await self._close(transaction, COMMITTED)
            elif not did_not_run(error):
                # A saver nearer the object may have saved the ending with the old state.
                with suppress(AminoError):
                    await next(call.changed(method=TOUCH, args=()))
            raise

    async def _was_applied(self, transaction: _Open, after: State, error: BaseException) -> bool:
        """Whether a commit that failed on its way counts: the object has the new state. It may be asked again if it
        has the old."""
        try:
            present = None if did_not_run(error) else await self.kernel.copy()
        except AminoError:
            present = after
        if present is None or present == transaction.before:
            self.version -= 1
        return present == after

    async def _begin(self, name: str, version: int, before: State, present: State, seconds: float) -> _Open:
        copy = await self.kernel.instantiate(present)
        transaction = self._open[name] = _Open(name, version, before, copy, self.kernel.clock.now() + seconds, {})
        self.kernel.spawn(self._expire(transaction))
        return transaction

    async def _close(self, transaction: _Open, ending: str) -> None:
        if self._open.pop(transaction.name, None) is not None:
            self.endings.note(transaction.name, ending)
            await transaction.copy.discard()

    async def _expire(self, transaction: _Open) -> None:
        while transaction.name in self._open:
            left = transaction.until - self.kernel.clock.now()
            if left > 0:
                await self.kernel.clock.sleep(left)
                continue
            # A commit that is under way comes first.
            async with transaction.calls.alone(f"{transaction.name}/lease"):
                if transaction.until <= self.kernel.clock.now():
                    await self._close(transaction, ROLLED_BACK)

    def _require(self, name: str) -> _Open:
        if name not in self._open:
            raise self.endings.error(name, self.kernel.title)
        return self._open[name]

    async def save(self, purpose: Purpose) -> Any:
        """For a move: the open transactions with their copies. A recovery knows only how transactions ended."""
        saved: dict[str, Any] = {"endings": self.endings.known, "version": self.version}
        if purpose is Purpose.MOVE:
            now = self.kernel.clock.now()
            saved["open"] = [
                {
                    "name": found.name,
                    "version": found.version,
                    "before": found.before.value,
                    "present": (await found.copy.state()).value,
                    "seconds": found.until - now,
                    "outcomes": {key: [value, to_payload(error) if error else None] for key, (value, error) in found.outcomes.items()},
                }
                for found in self._open.values()
            ]
        return saved

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move the transactions go on."""
        self.endings, self.version = Endings(saved["endings"]), saved["version"]
        for found in saved.get("open", ()):
            transaction = await self._begin(
                found["name"], found["version"], State(found["before"]), State(found["present"]), found["seconds"]
            )
            for key, (value, error) in found["outcomes"].items():
                transaction.outcomes[key] = (value, from_payload(error) if error else None)

    async def on_destroy(self) -> None:
        """The copies end with the part."""
        for transaction in self._open.values():
            await transaction.copy.discard()


class OptimisticTransactions(DeploymentManager):
    """Transactions that do not wait for one another."""

    family = "serializability"
    promise = "Calls of a transaction happen as one or not at all; transactions run beside one another, and a commit after a change fails."
    paper_lines = 92
    Config = TransactionConfig
    instance_manager = OptimisticManager
    declares = Declarations(
        traits=frozenset({Trait.TRANSACTIONS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_KIND,),
        needs_state=True,
    )
