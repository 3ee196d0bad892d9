"""All transactions over several objects that one OMS coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from amino_wire.protocol import Code

from amino_dms.joint.effects import Answer, Effect, Forget, Store
from amino_dms.joint.ending import Ending
from amino_dms.joint.transaction import Entry, JointTransaction, Phase
from amino_dms.joint.waits import circle_from, describe, youngest

REMEMBERED_SECONDS: Final = 600.0
"""Seconds for which a decided transaction is remembered once all objects know: a client may ask again how it ended."""
COMMITTED: Final = "committed"
ABORTED: Final = "aborted"
LONGEST_LINE: Final = 64
"""So many undecided transactions may follow one another: if the first one ends without effect, so many others do."""
MOST_AT_ONCE: Final = 100
"""So many decisions go to the store together."""
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
        self._ready: dict[str, JointTransaction] = {}
        """Those for which all objects have voted, the first one first."""
        self._followers: dict[str, list[str]] = {}
        """Those that have seen the changes of a transaction that is not decided."""

    @property
    def going(self) -> int:
        """How many there are of which not all objects know how they ended, about."""
        return len(self._going)

    def size(self, name: str) -> int:
        """How many objects take part in a transaction, or wait to."""
        known = self.transactions.get(name)
        return 0 if known is None else len(known.members)

    def begin(self, name: str, maker: str, now: float, seconds: float, key: bytes = b"") -> None:
        """A transaction begins, and has so many seconds until it is decided. Asked again it changes nothing."""
        if name not in self.transactions:
            self.transactions[name] = self._going[name] = JointTransaction(name, maker, now, now + seconds, key)

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
        if known is None or known.phase is not Phase.OPEN:
            return []
        effects = known.join(object_id, entry, now)
        before = self.transactions.get(entry.after)
        if entry.after and (before is None or before.phase is Phase.ABORTED):
            effects += known.abort(_end_of_follower(entry.after, object_id, known.phase))
        elif before is not None and not before.is_decided and entry.after not in known.follows:
            known.follows.add(entry.after)
            self._followers.setdefault(entry.after, []).append(name)
        return self._with_followers(known, effects)

    def must_wait_for(self, name: str) -> bool:
        """Whether a transaction must be decided before another one may follow it: as many as may follow one another do so already."""
        return self._length(name, {}) >= LONGEST_LINE

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
        return self._with_followers(victim, victim.abort(Ending(reason, Phase.OPEN, waits_at, Code.DEADLOCK)))

    def commit(self, name: str, now: float) -> list[Effect]:
        """The client asks for the commit."""
        known = self.transactions.get(name)
        return [Answer(name, FORGOTTEN)] if known is None else known.commit(now)

    def abort(self, name: str, ending: Ending) -> list[Effect]:
        """The client or an operator asks for the end without effect."""
        known = self.transactions.get(name)
        return [] if known is None else self._with_followers(known, known.abort(ending))

    def voted(self, name: str, object_id: str, token: str, no: Ending | None) -> list[Effect]:
        """See JointTransaction.voted."""
        known = self.transactions.get(name)
        if known is None:
            return []
        effects = known.voted(object_id, token, no)
        if known.phase is Phase.READY:
            self._ready[name] = known
        return self._with_followers(known, effects)

    def due(self) -> list[Store]:
        """The transactions that go to the store now, all at once: all of them are stored, or none. Each stands behind those that it
        follows, unless these are stored already; those that follow a transaction on its way to the store are due
        when it is there."""
        taken: dict[str, JointTransaction] = {}
        for known in self._ready.values():
            self._take(known, taken)
        for name in taken:
            del self._ready[name]
        return [known.store() for known in taken.values()]

    def _take(self, known: JointTransaction, taken: dict[str, JointTransaction]) -> bool:
        if known.name in taken:
            return True
        if known.phase is not Phase.READY or not all(self._take(self.transactions[each], taken) for each in sorted(known.follows)):
            return False
        if len(taken) >= MOST_AT_ONCE:
            return False
        taken[known.name] = known
        return True

    def stored(self, name: str) -> list[Effect]:
        """See JointTransaction.stored. Those that follow it no longer depend on it."""
        effects = self.transactions[name].stored()
        for each in self._followers.pop(name, ()):
            if (follower := self.transactions.get(each)) is not None:
                follower.follows.discard(name)
        return effects

    def not_stored(self, name: str, ending: Ending) -> list[Effect]:
        """See JointTransaction.not_stored."""
        known = self.transactions[name]
        return self._with_followers(known, known.not_stored(ending))

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
            effects += self._with_followers(known, known.late(now))
            if known.is_settled:
                del self._going[known.name]
                self._settled[known.name] = now
        while self._settled and now - self._settled[first := next(iter(self._settled))] >= REMEMBERED_SECONDS:
            del self._settled[first]
            effects += [Forget(first)] if self.transactions.pop(first).phase is Phase.COMMITTED else []
        return effects

    def _with_followers(self, known: JointTransaction, effects: list[Effect]) -> list[Effect]:
        """What became of a transaction. If it has ended without effect, it takes along those that have seen what it had changed."""
        if known.phase is not Phase.ABORTED:
            return effects
        self._ready.pop(known.name, None)
        for name in self._followers.pop(known.name, ()):
            if (follower := self.transactions.get(name)) is not None:
                effects += self._with_followers(follower, follower.abort(_end_of_follower(known.name, "", follower.phase)))
        return effects

    def _length(self, name: str, found: dict[str, int]) -> int:
        known = self.transactions.get(name)
        if known is None or known.is_decided:
            return 0
        if name not in found:
            found[name] = 1 + max((self._length(each, found) for each in known.follows), default=0)
        return found[name]

    def open(self) -> Iterable[JointTransaction]:
        """Those whose objects do not all know yet how they ended."""
        return (known for known in self._going.values() if not known.is_settled)


def _end_of_follower(name: str, object_id: str, phase: Phase) -> Ending:
    reason = f"it has seen what transaction {name} had changed, and that one was ended without effect"
    return Ending(reason, phase, object_id, Code.TRANSACTION_CONFLICT)
