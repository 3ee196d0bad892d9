"""The copies on which optimistic transactions work, from their beginning to their end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from amino_wire.errors import Overloaded

from amino_dms.api import LOOK, Arrival, Copy, Gate, InstanceKernel, Invocation, Next, Purpose, State
from amino_dms.joint.participation import Participation, Phase
from amino_dms.serializability.calls_once import CallsOnce
from amino_dms.serializability.joint_manager import JointManager
from amino_dms.serializability.transactions import COMMITTED, ROLLED_BACK, Endings, TransactionConfig

LIMIT = 100
"""Open transactions of one object."""


@dataclass(slots=True)
class Open:
    """A transaction that is open, with the copy on which it works."""

    name: str
    version: int
    before: State
    copy: Copy | None
    """None: it came back after its vote, and no call of it comes any more."""
    until: float
    part: Participation | None = None
    after: State | None = None
    """Voted for: what the object is to become; None: it stays as it is."""
    calls: Gate = field(default_factory=Gate)
    once: CallsOnce = field(default_factory=CallsOnce)


class OpenCopies(JointManager[TransactionConfig]):
    """Makes, moves and ends them."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.gate = kernel.gate()
        self.version: int = 0
        self.opened: dict[str, Open] = {}
        self.endings = Endings()
        self.holding = ""
        """The transaction over several objects that holds the gate, or waits for it, from its vote to its end; empty: none."""

    @property
    def has_open(self) -> bool:
        """Whether a transaction is open."""
        return bool(self.opened)

    async def read(self, call: Invocation, next: Next) -> Any:
        """A call outside transactions that changes nothing, or a look at the state that a transaction begins with."""
        return await next(call)

    async def write(self, call: Invocation, next: Next) -> Any:
        """A change of the object: a call outside transactions, or a commit's."""
        return await next(call)

    async def seen(self, call: Invocation, next: Next) -> tuple[int, State]:
        """The object's state, saved where a saver saves it, and its version. The gate is held."""
        await self.read(call.changed(method=LOOK, args=()), next)
        return self.version, await self.kernel.copy()

    def part_of(self, transaction: str) -> Participation | None:
        """See JointManager."""
        known = self.opened.get(transaction)
        return None if known is None else known.part

    def was_committed(self, transaction: str) -> bool:
        """See JointManager."""
        return self.endings.known.get(transaction) == COMMITTED

    def doubted(self) -> tuple[str, Participation] | None:
        """See JointManager."""
        part = self.part_of(self.holding)
        return (self.holding, part) if part is not None and part.in_doubt else None

    @property
    def door(self) -> Gate:
        """See JointManager."""
        return self.gate

    def refuse_more(self) -> None:
        """Raises Overloaded where too many are open."""
        if len(self.opened) >= LIMIT:
            raise Overloaded(f"{self.kernel.title} has {LIMIT} open transactions; end some, or try again later")

    async def inside(self, name: str, call: Invocation) -> Any:
        """A call of a transaction, on its copy. Sent again it gets the same outcome."""
        transaction = self._require(name)
        async with transaction.calls.passing(call, alone=True):
            copy = self._require(name).copy
            if copy is None or (transaction.part is not None and not transaction.part.runs):
                raise self.too_late(name)
            transaction.until = self.kernel.clock.now() + self.config.lease.total_seconds()
            return await transaction.once.run(call, copy.invoke)

    async def begin(
        self, name: str, version: int, before: State, present: State, seconds: float, part: Participation | None = None
    ) -> Open:
        """A transaction is open from now on.

        Arguments:
            version: of the object as it began with it.
            before: the state that it began with.
            present: that of its copy.
            seconds: until its lease is over.
            part: where it spans several objects.
        """
        copy = None if part is not None and part.in_doubt else await self.kernel.instantiate(present)
        transaction = self.opened[name] = Open(name, version, before, copy, self.kernel.clock.now() + seconds, part)
        self.kernel.spawn(self._expire(transaction) if part is None else self.look_after(name, part, lambda: transaction.until))
        return transaction

    async def close(self, transaction: Open, ending: str) -> None:
        """It is not open any more; its copy ends."""
        if self.opened.pop(transaction.name, None) is not None:
            self.endings.note(transaction.name, ending)
            if transaction.copy is not None:
                await transaction.copy.discard()

    async def _expire(self, transaction: Open) -> None:
        while transaction.name in self.opened:
            left = transaction.until - self.kernel.clock.now()
            if left > 0:
                await self.kernel.clock.sleep(left)
                continue
            # A commit that is under way comes first.
            async with transaction.calls.alone(f"{transaction.name}/lease"):
                if transaction.until <= self.kernel.clock.now():
                    await self.close(transaction, ROLLED_BACK)

    def _require(self, name: str) -> Open:
        if name not in self.opened:
            raise self.endings.error(name, self.kernel.title)
        return self.opened[name]

    async def save(self, purpose: Purpose) -> Any:
        """For a move: the open transactions with their copies. A recovery knows how transactions ended, and what the object voted for."""
        saved: dict[str, Any] = {"endings": self.endings.known, "version": self.version}
        if (doubted := self.doubted()) is not None:
            found = self.opened[doubted[0]]
            saved["voted"] = [found.name, found.version, doubted[1].token, None if found.after is None else [found.after.value]]
        if purpose is Purpose.MOVE:
            now = self.kernel.clock.now()
            saved["open"] = [
                {
                    "name": found.name,
                    "token": "" if found.part is None else found.part.token,
                    "version": found.version,
                    "before": found.before.value,
                    "present": (await found.copy.state()).value,
                    "seconds": found.until - now,
                    "outcomes": found.once.saved(),
                }
                for found in self.opened.values()
                if found.copy is not None and (found.part is None or not found.part.in_doubt)
            ]
        return saved

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move the transactions go on; after a recovery only what the object has voted for."""
        self.endings, self.version = Endings(saved["endings"]), saved["version"]
        if "voted" in saved:
            name, version, token, after = saved["voted"]
            self.holding = name
            await self.gate.enter(name, exclusive=True)
            state = await self.kernel.copy()
            voted = await self.begin(name, version, state, state, 0.0, Participation(token, Phase.PREPARED))
            voted.after = None if after is None else State(after[0])
        for found in saved.get("open", ()):
            transaction = await self.begin(
                found["name"],
                found["version"],
                State(found["before"]),
                State(found["present"]),
                found["seconds"],
                Participation(found["token"]) if found.get("token") else None,
            )
            transaction.once.load(found["outcomes"])

    async def on_detach(self) -> None:
        """The chain stays as it is until transactions over several objects have ended here."""
        joint = [found.name for found in self.opened.values() if found.part is not None]
        if joint:
            raise self.still_part_of(joint[0])

    async def on_destroy(self) -> None:
        """The copies end with the part."""
        for transaction in self.opened.values():
            if transaction.copy is not None:
                await transaction.copy.discard()
