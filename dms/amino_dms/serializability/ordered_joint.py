"""The shell of the part that an object with replicas has in transactions over several objects.

What the part has come to is an entry of the log. Questions to the coordinator are asked beside it: by the replica that
waits with a call, and by each replica that has an open part. What they lead to is an entry again, or nothing.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from typing import Any, Final

from amino_wire.errors import AminoError, ObjectBusy, Outcome, TransactionInDoubt, TransactionInvalid
from amino_wire.protocol import Code

from amino_dms.api import InstanceKernel, InstanceManager, Invocation, JointCall, Postponed, peer
from amino_dms.joint.coordinator import COMMITTED
from amino_dms.joint.ending import Ending
from amino_dms.joint.participation import ASK_SECONDS, LOOK_SECONDS
from amino_dms.serializability.ordered_part import OrderedPart
from amino_dms.serializability.transactions import TransactionConfig

JOINT: Final = "@joint"
"""A call that says how a transaction over several objects goes on: the manager's name, `prepare` or `end`, the
transaction, and the token of the part or whether it is committed."""
PREPARE: Final = "prepare"
END: Final = "end"
JOINED: Final = "joined"
"""The header of a call that comes again once the coordinator knows of the part: its token."""
_FIRST_REPORT: Final = 0.02
"""Seconds of waiting after which the coordinator hears of it."""
_NEXT_REPORT: Final = 0.25
_LOOK: Final = 0.25
"""Seconds between two looks whether it is time to ask."""


class OrderedJoint(InstanceManager[TransactionConfig]):
    """Joins, votes, does what the coordinator has decided, and asks while in doubt."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._freed: asyncio.Future[AminoError | None] | None = None
        self._waiting: dict[str, list[asyncio.Future[AminoError]]] = {}
        self._looked_after: set[str] = set()
        self._asking: set[str] = set()

    @abstractmethod
    def part_of(self, name: str) -> OrderedPart | None:
        """The object's part in an open transaction over several objects; None: it has none."""

    @abstractmethod
    def parts(self) -> dict[str, OrderedPart]:
        """All of them, by the transactions' names."""

    @abstractmethod
    def holder(self) -> str:
        """The transaction over several objects for whose end others wait; empty: none."""

    # Of the coordinator. Only the replica that orders calls can answer.

    @peer
    async def prepare(self, transaction: str, token: str) -> None:
        """Votes: returns for yes, which is then known to as many replicas as know an answered call. Raises as `JointManager.prepare`."""
        await self._submitted(PREPARE, transaction, token)

    @peer
    async def conclude(self, transaction: str, committed: bool, reason: str = "", code: str = "") -> None:
        """The transaction has ended; returns when that stands in the log. Arguments as of `JointManager.conclude`."""
        for waiting in self._waiting.get(transaction, ()):
            why = f"a call of it waited for {self.kernel.title}: {reason or 'it has ended'}"
            ending = Ending(why, object_id=self.kernel.object_id, code=code or Code.TRANSACTION_ABORTED)
            if not waiting.done():
                waiting.set_result(ending.error(transaction))
        await self._submitted(END, transaction, committed)

    async def _submitted(self, verb: str, transaction: str, word: Any) -> None:
        # Asked again it is another request: the answer to the one before says nothing of now.
        attempt = f"{transaction}/{verb}/{self.kernel.random.getrandbits(64):016x}"
        await self.kernel.submit(JOINT, self.kernel.manager, verb, transaction, word, request_id=attempt)

    # Calls that are postponed, and what is done meanwhile by the replica that waits with the caller.

    def postponed(self, text: str) -> Postponed:
        """The error of a call that waits until `free`."""
        return Postponed(text, self._until_freed())

    def free(self, error: AminoError | None = None) -> None:
        """Calls that were postponed may be put into the log again, or end with the error."""
        freed, self._freed = self._freed, None
        if freed is not None:
            freed.set_result(error)

    def waits_in_turn(self, name: str, postponed: Postponed) -> Postponed:
        """A call by which the object would take part waits for another transaction: the coordinator hears of it."""
        return Postponed(postponed.message, postponed.until, lambda call: self._in_turn(name, call, postponed.until))

    def waits_for_coordinator(self, name: str, part: OrderedPart) -> Postponed:
        """A call whose transaction the object has entered comes again when the coordinator knows that."""
        text = f"{self.kernel.title} asks whether it may take part in transaction {name}"
        return Postponed(text, self._until_freed(), lambda call: self._join(name, part.token, call))

    def _until_freed(self) -> asyncio.Future[AminoError | None]:
        if self._freed is None:
            self._freed = asyncio.get_running_loop().create_future()
        return self._freed

    async def _in_turn(self, name: str, call: Invocation, until: asyncio.Future[AminoError | None]) -> Invocation:
        known = self._joint_call(name, "", call)
        seconds = _FIRST_REPORT
        with self._refusable(name) as refused:
            while True:
                timer = asyncio.ensure_future(self.kernel.clock.sleep(seconds))
                await asyncio.wait((until, refused, timer), return_when=asyncio.FIRST_COMPLETED)
                timer.cancel()
                if refused.done():
                    raise refused.result()
                if until.done():
                    if (error := until.result()) is not None:
                        raise error
                    return call
                seconds = _NEXT_REPORT
                await self._asked(self.kernel.wait_in_transaction(known, self.holder()))

    async def _join(self, name: str, token: str, call: Invocation) -> Invocation:
        try:
            await self._asked(self.kernel.join_transaction(self._joint_call(name, token, call)))
        except AminoError:
            # Others wait for it. Where the coordinator does know of the part, the transaction ends without it.
            await self._submitted(END, name, False)
            raise
        return call.changed(headers={**call.headers, JOINED: token})

    async def _asked(self, question: Awaitable[None]) -> None:
        try:
            await question
        except AminoError as error:
            error.outcome = Outcome.NOT_RUN  # of the call: it has not come to the object
            raise

    @contextmanager
    def _refusable(self, name: str) -> Generator[asyncio.Future[AminoError]]:
        """Done with an error when the transaction has ended meanwhile."""
        refused: asyncio.Future[AminoError] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(name, [])
        waiting.append(refused)
        try:
            yield refused
        finally:
            waiting.remove(refused)
            if not waiting:
                self._waiting.pop(name, None)

    def _joint_call(self, name: str, token: str, call: Invocation) -> JointCall:
        caller = call.chain[-1] if len(call.chain) > 1 else f"client {call.client_id}" if call.client_id else "a client"
        return JointCall(name, token, f"{call.method} of {self.kernel.title}", caller)

    # Doubts.

    def look_after(self, name: str) -> None:
        """A part is open: its coordinator is asked now and then before the vote, and again and again afterwards."""
        if name not in self._looked_after:
            self._looked_after.add(name)
            self.kernel.spawn(self._look_after(name))

    async def _look_after(self, name: str) -> None:
        clock = self.kernel.clock
        asked, asks, voted = clock.now(), 0, False
        while (part := self.part_of(name)) is not None:
            if part.voted and not voted:
                asked, asks, voted = clock.now(), 0, True
            if clock.now() - asked >= (ASK_SECONDS if voted else LOOK_SECONDS):
                asked, asks = clock.now(), asks + 1
                if voted and asks > 1:
                    self.free(self._doubt(name))  # it has asked in vain
                self.kernel.spawn(self._ask(name))
            await clock.sleep(_LOOK)
        self._looked_after.discard(name)

    async def _ask(self, name: str) -> None:
        if name in self._asking:
            return
        self._asking.add(name)
        try:
            outcome = await self.kernel.transaction_outcome(name)
            if outcome:
                await self._submitted(END, name, outcome == COMMITTED)
        except AminoError:
            return  # nobody answers, or another replica orders calls, and does this
        finally:
            self._asking.discard(name)

    def _doubt(self, name: str) -> TransactionInDoubt:
        return TransactionInDoubt(
            f"{self.kernel.title} has voted for transaction {name} and waits to hear how it ended; it answers nobody else until then."
            " Call again",
            details={"transaction": name, "object": self.kernel.object_id},
        )

    def too_late(self, name: str) -> TransactionInvalid:
        """A call came after the commit was asked for: so says the log, to all replicas."""
        return TransactionInvalid(f"the commit of transaction {name} was asked for before this call came to {self.kernel.title}")

    async def on_detach(self) -> None:
        """The chain stays as it is until transactions over several objects have ended here."""
        if parts := self.parts():
            raise ObjectBusy(
                f"{self.kernel.title} takes part in transaction {next(iter(parts))}; its managers are exchanged when that has ended"
            )
