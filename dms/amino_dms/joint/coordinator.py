"""All transactions over several objects that one OMS coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from amino_wire.protocol import Code

from amino_dms.joint.effects import Answer, Effect, Forget
from amino_dms.joint.ending import Ending
from amino_dms.joint.transaction import Entry, JointTransaction, Phase
from amino_dms.joint.waits import circle_from, describe, youngest

REMEMBERED_SECONDS: Final = 600.0
"""Seconds for which a decided transaction is remembered once all objects know: a client may ask again how it ended."""
COMMITTED: Final = "committed"
ABORTED: Final = "aborted"
FORGOTTEN: Final = Ending("it is not known any more: the OMS that coordinated it has ended, or its time was over long ago")


class Coordinator:
    """Knows every transaction from its beginning. A transaction that it does not know has ended without effect: a commit is stored before
    anybody hears of it, and all that is stored is known (`stored_before`) before the first question is answered."""

    def __init__(self) -> None:
        self.transactions: dict[str, JointTransaction] = {}
        self._going: dict[str, JointTransaction] = {}
        """Those whose objects do not all know how they ended: few beside those that are remembered."""
        self._settled: dict[str, float] = {}
        """The time at which each of the others was found settled, in that order."""

    @property
    def going(self) -> int:
        """How many there are of which not all objects know how they ended, about."""
        return len(self._going)

    def size(self, name: str) -> int:
        """How many objects take part in a transaction, or wait to."""
        known = self.transactions.get(name)
        return 0 if known is None else len(known.members)

    def begin(self, name: str, maker: str, now: float, seconds: float) -> None:
        """A transaction begins, and has so many seconds until it is decided. Asked again it changes nothing."""
        if name not in self.transactions:
            self.transactions[name] = self._going[name] = JointTransaction(name, maker, now, now + seconds)

    def stored_before(self, name: str, members: dict[str, str], now: float) -> list[Effect]:
        """The store has a decision of an earlier coordinator: its objects are told."""
        known = self.transactions[name] = self._going[name] = JointTransaction.stored_before(name, members, now)
        return known.tell_again()

    def refusal(self, name: str) -> Ending | None:
        """Why an object may not join a transaction; None: it may."""
        known = self.transactions.get(name)
        if known is None:
            return FORGOTTEN
        if known.phase is Phase.OPEN:
            return None
        return known.ending or Ending("its commit has been asked for already", known.phase)

    def join(self, name: str, object_id: str, entry: Entry, now: float) -> list[Effect]:
        """An object takes part. `refusal` says afterwards whether it may go on."""
        known = self.transactions.get(name)
        return [] if known is None or known.phase is not Phase.OPEN else known.join(object_id, entry, now)

    def wait(self, name: str, object_id: str, entry: Entry, holder: str, now: float) -> list[Effect]:
        """A call waits for an object. Where that closes a circle, the youngest transaction of it ends."""
        known = self.transactions.get(name)
        if known is None or known.phase is not Phase.OPEN:
            return []
        known.wait(object_id, entry, holder, now)
        circle = circle_from(name, self.transactions)
        if not circle:
            return []
        victim = youngest(circle)
        waits_at = next(each for transaction, each, _ in circle if transaction is victim)
        reason = f"transactions wait for one another: {describe(circle, self.transactions)}"
        return victim.abort(Ending(reason, Phase.OPEN, waits_at, Code.DEADLOCK))

    def commit(self, name: str, now: float) -> list[Effect]:
        """The client asks for the commit."""
        known = self.transactions.get(name)
        return [Answer(name, FORGOTTEN)] if known is None else known.commit(now)

    def abort(self, name: str, ending: Ending) -> list[Effect]:
        """The client or an operator asks for the end without effect."""
        known = self.transactions.get(name)
        return [] if known is None else known.abort(ending)

    def voted(self, name: str, object_id: str, token: str, no: Ending | None) -> list[Effect]:
        """See JointTransaction.voted."""
        known = self.transactions.get(name)
        return [] if known is None else known.voted(object_id, token, no)

    def stored(self, name: str) -> list[Effect]:
        """See JointTransaction.stored."""
        return self.transactions[name].stored()

    def not_stored(self, name: str, ending: Ending) -> list[Effect]:
        """See JointTransaction.not_stored."""
        return self.transactions[name].not_stored(ending)

    def acknowledged(self, name: str, object_id: str) -> list[Effect]:
        """See JointTransaction.acknowledged."""
        known = self.transactions.get(name)
        return [] if known is None else known.acknowledged(object_id)

    def outcome(self, name: str) -> str:
        """How a transaction ended, for an object in doubt; empty: it is not decided."""
        known = self.transactions.get(name)
        if known is None:
            return ABORTED
        return known.phase.value if known.is_decided else ""

    def tick(self, now: float) -> list[Effect]:
        """Ends what takes too long, and forgets what nobody will ask for."""
        effects: list[Effect] = []
        for known in list(self._going.values()):
            effects += known.late(now)
            if known.is_settled:
                del self._going[known.name]
                self._settled[known.name] = now
        while self._settled and now - self._settled[first := next(iter(self._settled))] >= REMEMBERED_SECONDS:
            del self._settled[first]
            effects += [Forget(first)] if self.transactions.pop(first).phase is Phase.COMMITTED else []
        return effects

    def open(self) -> Iterable[JointTransaction]:
        """Those whose objects do not all know yet how they ended."""
        return (known for known in self._going.values() if not known.is_settled)
