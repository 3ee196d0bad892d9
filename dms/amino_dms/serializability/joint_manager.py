"""The shell of an object's part in transactions over several objects, which both kinds of transaction managers share."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

from amino_wire.errors import AminoError, Deadlock, Moved, ObjectBusy, Outcome, TransactionInDoubt, TransactionInvalid
from amino_wire.instances import object_of
from amino_wire.protocol import Code
from amino_wire.transactions import is_joint

from amino_dms.api import Gate, InstanceKernel, InstanceManager, Invocation, JointCall, did_not_run, peer
from amino_dms.joint.coordinator import COMMITTED
from amino_dms.joint.effects import Ask, Keep, Vote
from amino_dms.joint.ending import Ending
from amino_dms.joint.participation import ASK_SECONDS, LOOK_SECONDS, Participation
from amino_dms.serializability.transactions import COMMIT, PREPARE, ROLLBACK, TransactionConfig

_FIRST_REPORT: Final = 0.02
"""Seconds of waiting after which the coordinator hears of it."""
_NEXT_REPORT: Final = 0.25
"""Seconds until it hears whether another transaction has the object now."""
_AGAIN: Final = 1.0
_LEAST: Final = 0.05

C = TypeVar("C", bound=TransactionConfig)

_log = logging.getLogger(__name__)


class JointManager(InstanceManager[C]):
    """Takes part in transactions over several objects: joins, votes, does what the coordinator has decided, and asks while in doubt."""

    def __init__(self, config: C, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._joining: dict[str, asyncio.Task[None]] = {}
        self._refused: dict[str, AminoError] = {}

    # What the managers themselves know.

    @abstractmethod
    def part_of(self, transaction: str) -> Participation | None:
        """The object's part in an open transaction over several objects; None: it has none."""

    @abstractmethod
    def was_committed(self, transaction: str) -> bool:
        """Whether it is known that the part was applied."""

    @abstractmethod
    def doubted(self) -> tuple[str, Participation] | None:
        """The transaction that holds the object and cannot be ended by itself; None: there is none."""

    @property
    @abstractmethod
    def door(self) -> Gate:
        """The gate in which calls wait for the end of a transaction."""

    def send_away(self, error: AminoError) -> None:
        """Ends with an error the calls that wait for the end of a transaction."""
        self.door.dismiss(error)

    # Of the coordinator.

    @peer
    async def prepare(self, transaction: str, token: str) -> None:
        """Votes: returns for yes. An error of the group Conflict is a no; after others the coordinator asks again.

        Raises:
            TransactionConflict, TransactionInvalid: the part cannot be committed.
        """
        await self._submitted(PREPARE, transaction, token)

    @peer
    async def conclude(self, transaction: str, committed: bool, reason: str = "", code: str = "") -> None:
        """The transaction has ended; returns when that is done here, and saved where a saver saves it.

        Arguments:
            reason, code: why without effect, for calls that wait.
        """
        waiting = self._joining.get(transaction)
        if waiting is not None:
            why = f"a call of it waited for {self.kernel.title}: {reason or 'it has ended'}"
            ending = Ending(why, object_id=self.kernel.object_id, code=code or Code.TRANSACTION_ABORTED)
            self._refused[transaction] = ending.error(transaction)
            waiting.cancel()
        if self.part_of(transaction) is not None or (committed and self.was_committed(transaction)):
            await self._submitted(COMMIT if committed else ROLLBACK, transaction)

    async def _submitted(self, method: str, transaction: str, *args: Any) -> None:
        # Asked again it is another request: a manager that remembers outcomes by requests must not answer with an old one.
        attempt = f"{transaction}/{method}/{self.kernel.random.getrandbits(32):08x}"
        await self.kernel.submit(method, transaction, *args, request_id=attempt)

    # Calls come in.

    def refuse_in_doubt(self) -> None:
        """Raises TransactionInDoubt where the object has asked for the end of a transaction in vain."""
        found = self.doubted()
        if found is not None and found[1].asked:
            raise self._doubt(found[0])

    async def join(self, transaction: str, call: Invocation, take_part: Callable[[JointCall], Coroutine[Any, Any, None]]) -> None:
        """Returns when the object takes part; calls of one transaction join together.

        Arguments:
            take_part: waits until it may, and makes the part.

        Raises:
            TransactionAborted, TransactionInvalid, Deadlock: the transaction has ended.
            Deadlock: a call of this object waits for the transaction.
            Moved: the object prepares to move.
        """
        self._refuse_caller(call)
        task = self._joining.get(transaction)
        if task is None:
            token = f"{self.kernel.random.getrandbits(64):016x}"
            caller = call.chain[-1] if len(call.chain) > 1 else f"client {call.client_id}" if call.client_id else "a client"
            known = JointCall(transaction, token, f"{call.method} of {self.kernel.title}", caller)
            task = self._joining[transaction] = asyncio.ensure_future(self._taking_part(transaction, take_part(known)))
            task.add_done_callback(lambda _: self._joined(transaction))
        try:
            await asyncio.shield(task)
        except AminoError as error:
            error.outcome = Outcome.NOT_RUN  # of the call: it has not come to the object
            raise

    def _refuse_caller(self, call: Invocation) -> None:
        """Raises Deadlock where a member of this object has begun the transaction, or has called who did: each would wait for the other."""
        for hop in call.chain[1:]:
            instance, _, member = hop.rpartition(".")
            if object_of(instance) == self.kernel.object_id:
                raise Deadlock(
                    f"{call.method} of {self.kernel.title} was not called: its member {member} waits for this transaction, and is no part"
                    " of it. An object takes no part in a transaction that it begins: change it before or after the block",
                    outcome=Outcome.NOT_RUN,
                )

    async def _taking_part(self, transaction: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            if (refusal := self._refused.get(transaction)) is not None:
                raise refusal from None
            raise
        finally:
            self._refused.pop(transaction, None)

    def _joined(self, transaction: str) -> None:
        task = self._joining.pop(transaction)
        if not task.cancelled():
            task.exception()  # those that wait for it hear of it; there may be none

    async def alone_for(self, known: JointCall, holder: Callable[[], str]) -> None:
        """Enters the door for the transaction, alone. While it waits the coordinator knows for whom.

        Arguments:
            holder: the transaction over several objects that is inside; empty: none.

        Raises:
            AminoError: as `join`.
        """
        entering = asyncio.ensure_future(self.door.enter(known.transaction, exclusive=True))
        told: str | None = None
        try:
            seconds = _FIRST_REPORT
            while True:
                timer = asyncio.ensure_future(self.kernel.clock.sleep(seconds))
                await asyncio.wait((entering, timer), return_when=asyncio.FIRST_COMPLETED)
                timer.cancel()
                if entering.done():
                    return entering.result()
                if told != (present := holder()):
                    told, seconds = present, _NEXT_REPORT
                    await self.kernel.wait_in_transaction(known, present)
        except BaseException:
            if entering.done() and not entering.cancelled() and entering.exception() is None:
                self.door.leave(known.transaction)
            entering.cancel()
            raise

    # Votes and doubts.

    async def vote(self, part: Participation, token: str, keep: Callable[[], Awaitable[Any]]) -> None:
        """Answers `prepare`, no call of the transaction being under way; `keep` makes the part durable."""
        effects = part.prepare(token)
        if Vote(False) in effects:
            raise TransactionInvalid(f"{self.kernel.title} has taken back what the transaction did there")
        if Keep() not in effects:
            return
        try:
            await keep()
        except BaseException as error:
            part.not_kept(ran=not did_not_run(error))
            raise
        part.kept()

    async def look_after(self, transaction: str, part: Participation, until: Callable[[], float]) -> None:
        """Ends the part when its lease is over, and asks the coordinator: now and then before it has voted, again and again afterwards."""
        clock = self.kernel.clock
        asked = float("-inf") if part.in_doubt else clock.now()
        while self.part_of(transaction) is part:
            try:
                now = clock.now()
                if until() <= now and part.lease_over():
                    await self.conclude(transaction, False)
                elif now - asked >= (ASK_SECONDS if part.in_doubt else LOOK_SECONDS):
                    asked = now
                    await self._ask(transaction, part)
            except Moved:
                return
            except AminoError as error:
                _log.info("transaction %s of %s goes on as it is: %s", transaction, self.kernel.title, error.message)
            if (found := self.doubted()) is not None and found[1].asked:
                self.send_away(self._doubt(found[0]))
            # It may be asked for its vote while this sleeps.
            await clock.sleep(_AGAIN if part.in_doubt else min(_AGAIN, max(_LEAST, until() - clock.now())))

    async def _ask(self, transaction: str, part: Participation) -> None:
        if Ask() in part.asks():
            outcome = await self.kernel.transaction_outcome(transaction)
            if outcome:
                await self.conclude(transaction, outcome == COMMITTED)

    def still_part_of(self, transaction: str) -> ObjectBusy:
        """Its managers cannot be exchanged now."""
        return ObjectBusy(f"{self.kernel.title} takes part in transaction {transaction}; its managers are exchanged when that has ended")

    def too_late(self, transaction: str) -> TransactionInvalid:
        """A call came after the commit was asked for."""
        return TransactionInvalid(
            f"the commit of transaction {transaction} was asked for before this call came to {self.kernel.title}", outcome=Outcome.NOT_RUN
        )

    def never_voted(self, transaction: str) -> TransactionInvalid:
        """Told of a commit that the object knows nothing of."""
        return TransactionInvalid(f"{self.kernel.title} has not voted for transaction {transaction}")

    def _doubt(self, transaction: str) -> TransactionInDoubt:
        return TransactionInDoubt(
            f"{self.kernel.title} has voted for transaction {transaction} and waits to hear how it ended; it answers nobody else until "
            "then. Call again",
            details={"transaction": transaction, "object": self.kernel.object_id},
        )


def refuse_joint(transaction: str) -> None:
    """Raises TransactionInvalid where one object alone would end a transaction over several."""
    if is_joint(transaction):
        raise TransactionInvalid(f"transaction {transaction} spans several objects: its client ends it, or `amino abort`, never one object")
