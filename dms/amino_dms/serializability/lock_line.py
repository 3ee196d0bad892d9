"""The transactions that have an object's lock one after another, from their beginning to their end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

from amino_wire.errors import AminoError, Outcome, TransactionConflict
from amino_wire.transactions import is_joint

from amino_dms.api import SYNC, TOUCH, Arrival, Gate, InstanceKernel, Invocation, JointCall, Next, Purpose, State, did_not_run
from amino_dms.joint.line import Line, recovered
from amino_dms.joint.participation import Participation, Phase
from amino_dms.serializability.joint_manager import JointManager
from amino_dms.serializability.open_lock import OpenLock
from amino_dms.serializability.transactions import COMMITTED, ROLLBACK, ROLLED_BACK, Endings, LockingConfig

_AGAIN: Final = 1.0
"""Seconds until a rollback that failed is tried again."""
_LINE: Final = "line"
"""The key of all that have handed the lock on, in the gate `settled`."""


class LockLine(JointManager[LockingConfig]):
    """Begins them, hands the lock on, moves and ends them. A call outside of transactions passes `lock` and then `settled`: it sees
    nothing that may be taken back."""

    def __init__(self, config: LockingConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.lock = kernel.gate()
        self.settled = kernel.gate()
        self.line: Line[OpenLock] = Line()
        self.endings = Endings()

    def part_of(self, transaction: str) -> Participation | None:
        """See JointManager."""
        known = self.line.find(transaction)
        return None if known is None else known.part

    def was_committed(self, transaction: str) -> bool:
        """See JointManager."""
        return self.endings.known.get(transaction) == COMMITTED

    def doubted(self) -> tuple[str, Participation] | None:
        """See JointManager. The first one in doubt, since that has waited longest."""
        return next(((each.name, each.part) for each in self.line.all if each.part is not None and each.part.in_doubt), None)

    @property
    def door(self) -> Gate:
        """See JointManager."""
        return self.lock

    def send_away(self, error: AminoError) -> None:
        """See JointManager."""
        self.lock.dismiss(error)
        self.settled.dismiss(error)

    def begin(self, transaction: OpenLock) -> None:
        """A transaction that nobody is before has the lock."""
        self.line.follow(None, transaction)
        self._watch(transaction)

    async def take_part(self, known: JointCall) -> None:
        """A transaction over several objects gets the lock, and follows the transaction that has handed it on; raises as `join`."""
        await self.alone_for(known, self._holder)
        try:
            before = self.line.last
            await self.kernel.join_transaction(known if before is None else replace(known, after=before.name))
            until = self.kernel.clock.now() + self.config.lease.total_seconds()
            mine = OpenLock(known.transaction, await self.kernel.copy(), until, part=Participation(known.token))
            if not self.line.follow(before, mine):
                raise self.taken_back(known.transaction)
            self._watch(mine)
        except BaseException:
            self.lock.leave(known.transaction)
            raise

    def _holder(self) -> str:
        known = self.line.holder
        return known.name if known is not None and is_joint(known.name) else ""

    async def hand_on(self, transaction: OpenLock) -> None:
        """Another transaction may have the lock, although this one is not decided."""
        if not transaction.holds:
            return
        if not self.line.waits:
            await self.settled.enter(_LINE, exclusive=True)
        transaction.holds = False
        self.lock.leave(transaction.name)

    def taken_back(self, transaction: str) -> TransactionConflict:
        """A transaction has seen what is taken back."""
        text = f"transaction {transaction} has seen in {self.kernel.title} what another one had changed, and that one ended without effect"
        return TransactionConflict(f"{text}; start it again", outcome=Outcome.NOT_RUN)

    def _close(self, ended: Sequence[OpenLock], ending: str, *, leave: bool = True) -> None:
        waited = self.line.waits
        self.line.remove(ended)
        for each in ended:
            self.endings.note(each.name, ending)
            if each.part is not None:
                each.part.told(committed=ending == COMMITTED)
                each.part.done()
            if leave and each.holds:
                self.lock.leave(each.name)
        if waited and not self.line.waits:
            self.settled.leave(_LINE)

    async def commit_with_others(self, transaction: OpenLock, call: Invocation, next: Next) -> None:
        """A transaction over several objects is committed, and so are those before it. The decision is stored, and the object's vote is: so
        all may see that now. Where saving it fails, the coordinator tells it again."""
        self._close(self.line.through(transaction), COMMITTED)
        await next(call.changed(method=TOUCH, args=()))

    async def commit_alone(self, transaction: OpenLock, call: Invocation, next: Next) -> None:
        """A transaction of this object is committed."""
        # Noted first: from now on savers save the committed state.
        self._close((transaction,), COMMITTED, leave=False)
        try:
            await next(call.changed(method=TOUCH, args=()))
        except BaseException as error:
            if did_not_run(error):
                self.endings.forget(transaction.name)
                self.begin(transaction)
                raise
            self.lock.leave(transaction.name)
            raise
        self.lock.leave(transaction.name)

    async def roll_back(self, transaction: OpenLock, call: Invocation, next: Next) -> None:
        """A transaction ends without effect, and with it those that follow it; its own calls have ended."""
        async with AsyncExitStack() as stack:
            for each in self.line.from_on(transaction)[1:]:
                await stack.enter_async_context(each.calls.passing(call, alone=True))
            behind = self.line.from_on(transaction)
            # Noted last: until then savers save that they are open, and a recovery rolls them back.
            try:
                await next(call.changed(method=SYNC, args=(transaction.before.value,)))
            except BaseException as error:
                if not did_not_run(error) and await self._is(transaction.before):
                    self._close(behind, ROLLED_BACK)
                raise
            self._close(behind, ROLLED_BACK)

    async def _is(self, state: State) -> bool:
        try:
            return await self.kernel.copy() == state
        except AminoError:
            return False

    async def save(self, purpose: Purpose) -> Any:
        """The transactions that are open, each with the state to go back to."""
        saved: dict[str, Any] = {"endings": self.endings.known}
        if self.line:
            now = self.kernel.clock.now()
            saved["line"] = [
                {
                    "name": each.name,
                    "before": each.before.value,
                    "left": each.until - now,
                    "undone": each.undone,
                    "holds": each.holds,
                    "part": None if each.part is None else [each.part.token, each.part.in_doubt],
                    "outcomes": each.once.saved(),
                }
                for each in self.line.all
            ]
        return saved

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move the transactions go on. After a recovery those that the object has not voted for are rolled back, and those that
        follow them."""
        self.endings = Endings(saved["endings"])
        line: Sequence[OpenLock] = [_opened(each, self.kernel.clock.now()) for each in saved.get("line", _former(saved))]
        if arrival is Arrival.RECOVERED:
            line, lost = recovered(line)
            if lost:
                await self.kernel.sync(lost[0].before)
            for each in lost:
                self.endings.note(each.name, ROLLED_BACK)
        for each in line:
            if each.holds:
                await self.lock.enter(each.name, exclusive=True)
            elif not self.line.waits:
                await self.settled.enter(_LINE, exclusive=True)
            self.begin(each)

    async def on_detach(self) -> None:
        """A transaction that is open would lose what brings it back: the chain stays as it is until it has ended."""
        for each in self.line.all:
            if each.part is not None:
                raise self.still_part_of(each.name)

    def _watch(self, transaction: OpenLock) -> None:
        if transaction.part is None:
            self.kernel.spawn(self._expire(transaction))
        else:
            self.kernel.spawn(self.look_after(transaction.name, transaction.part, lambda: transaction.until))

    async def _expire(self, transaction: OpenLock) -> None:
        while self.line.find(transaction.name) is transaction:
            left = transaction.until - self.kernel.clock.now()
            if left > 0:
                await self.kernel.clock.sleep(left)
                continue
            try:
                await self.kernel.submit(ROLLBACK, transaction.name, request_id=f"{transaction.name}/rollback")
            except AminoError:
                # Others wait for its end.
                await self.kernel.clock.sleep(_AGAIN)


def _opened(saved: Any, now: float) -> OpenLock:
    part = None if saved["part"] is None else Participation(saved["part"][0], Phase.PREPARED if saved["part"][1] else Phase.ACTIVE)
    seconds = 0.0 if saved["undone"] else saved["left"]
    opened = OpenLock(saved["name"], State(saved["before"]), now + seconds, saved["undone"], part, holds=saved["holds"])
    opened.once.load(saved["outcomes"])
    return opened


def _former(saved: Any) -> list[dict[str, Any]]:
    """The line of a state that was saved when an object had one open transaction at most: its name, the state before, seconds; later also
    whether it is being taken back, and the object's part in it with the outcomes of its calls."""
    if "open" not in saved:
        return []
    name, before, left, *more = saved["open"]
    undone, *joint = more or [False]
    part = joint[:2] or None
    outcomes: dict[str, Any] = joint[2] if joint else {}
    return [{"name": name, "before": before, "left": left, "undone": undone, "holds": True, "part": part, "outcomes": outcomes}]
