"""A transaction over several objects, at its coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amino_dms.joint.effects import Answer, Decide, Effect, Prepare, Settled, Store, Tell
from amino_dms.joint.ending import Ending

PREPARE_SECONDS: Final = 10.0
"""Seconds that objects have for their votes: meanwhile others wait for them."""


class Phase(StrEnum):
    """The phases of a transaction."""

    OPEN = "open"
    PREPARING = "preparing"
    READY = "ready"
    """All objects have voted for it; it is stored with the next ones, never before those that it follows."""
    STORING = "storing"
    """It is on its way to the store; nobody may hear of that yet."""
    COMMITTED = "committed"
    ABORTED = "aborted"


class Standing(StrEnum):
    """What the coordinator knows of an object in a transaction."""

    WAITS = "waits"
    JOINED = "joined"
    PREPARED = "prepared"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """Which call made an object take part, or would have.

    Arguments:
        token: of the object's part.
        member: of the object.
        caller: who called.
        after: the transaction whose changes the object shows, and which is not decided as far as the object knows; empty: none.
    """

    token: str
    member: str = ""
    caller: str = ""
    after: str = ""


@dataclass(slots=True)
class Member:
    """An object in a transaction.

    Arguments:
        waits_for: the transaction that holds the object; empty: it does not wait, or for calls outside of transactions.
        since: when it began to wait or take part.
    """

    entry: Entry
    standing: Standing
    since: float
    waits_for: str = ""


class JointTransaction:
    """One transaction. Until the commit is stored it can end without effect, and a coordinator that forgets it ends it so.

    Arguments:
        name: its own.
        maker: who began it.
        begun: when.
        ends: when it ends without effect, unless it is decided by then.
        key: the digest of what its client shows to end it; empty: nobody need show anything.
    """

    def __init__(self, name: str, maker: str, begun: float, ends: float, key: bytes = b"") -> None:
        self.name, self.maker, self.begun, self.ends, self.key = name, maker, begun, ends, key
        self.phase = Phase.OPEN
        self.members: dict[str, Member] = {}
        self.ending: Ending | None = None
        self.asked_to_commit = False
        self.follows: set[str] = set()
        """The transactions whose changes it has seen, and which are not decided yet."""

    @classmethod
    def stored_before(cls, name: str, members: dict[str, str], now: float) -> JointTransaction:
        """A transaction that an earlier coordinator has committed; `members`: the tokens of the objects' parts."""
        known = cls(name, "", now, now)
        known.phase = Phase.COMMITTED
        known.members = {each: Member(Entry(token), Standing.PREPARED, now) for each, token in members.items()}
        return known

    @property
    def is_decided(self) -> bool:
        """Whether anybody may be told how it ended."""
        return self.phase in (Phase.COMMITTED, Phase.ABORTED)

    @property
    def is_settled(self) -> bool:
        """Whether all objects know how it ended."""
        return self.is_decided and all(member.standing is Standing.DONE for member in self.members.values())

    def join(self, object_id: str, entry: Entry, now: float) -> list[Effect]:
        """An object takes part. Asked again with the same token it changes nothing; another token says that an earlier part is lost."""
        known = self.members.get(object_id)
        if known is not None and known.standing is not Standing.WAITS and known.entry.token != entry.token:
            return self.abort(Ending("what its calls did there is lost, since the object's kernel has ended", self.phase, object_id))
        if known is None or known.standing is Standing.WAITS:
            self.members[object_id] = Member(entry, Standing.JOINED, now)
        return []

    def wait(self, object_id: str, entry: Entry, holder: str, now: float) -> None:
        """A call of it waits for an object that another transaction holds."""
        known = self.members.get(object_id)
        if known is None:
            self.members[object_id] = Member(entry, Standing.WAITS, now, holder)
        elif known.standing is Standing.WAITS:
            known.entry, known.waits_for = entry, holder

    def commit(self, now: float) -> list[Effect]:
        """The client asks for the commit; asked twice, it gets one answer twice."""
        self.asked_to_commit = True
        if self.is_decided:
            return [Answer(self.name, self.ending)]
        if self.phase is not Phase.OPEN:
            return []
        given_up = self._give_up_waits()
        if not self.members:
            self.phase = Phase.COMMITTED
            return [*given_up, Answer(self.name, None)]
        self.phase, self.ends = Phase.PREPARING, min(self.ends, now + PREPARE_SECONDS)
        return [*given_up, *(Prepare(self.name, each, member.entry.token) for each, member in self.members.items())]

    def abort(self, ending: Ending) -> list[Effect]:
        """It ends without effect, unless it is decided or its decision is on its way to the store. So must those that follow it."""
        if self.is_decided or self.phase is Phase.STORING:
            return []
        self.phase, self.ending = Phase.ABORTED, ending
        answer: list[Effect] = [Answer(self.name, ending)] if self.asked_to_commit else []
        return [*answer, *self.tell_again()]

    def voted(self, object_id: str, token: str, no: Ending | None) -> list[Effect]:
        """An object can commit its part, or cannot: `no` says why."""
        member = self.members.get(object_id)
        if self.phase is not Phase.PREPARING or member is None or member.entry.token != token:
            return []
        if no is not None:
            member.standing = Standing.DONE
            return self.abort(no)
        member.standing = Standing.PREPARED
        if any(each.standing is not Standing.PREPARED for each in self.members.values()):
            return []
        self.phase = Phase.READY
        return [Decide(self.name)]

    def store(self) -> Store:
        """It goes to the store now."""
        self.phase = Phase.STORING
        return Store(self.name, tuple((each, known.entry.token) for each, known in self.members.items()))

    def stored(self) -> list[Effect]:
        """The decision is durable: from now on it is true."""
        if self.phase is not Phase.STORING:
            return []
        self.phase = Phase.COMMITTED
        return [Answer(self.name, None), *self.tell_again()]

    def not_stored(self, ending: Ending) -> list[Effect]:
        """It is certain that the store has no decision."""
        if self.phase is not Phase.STORING:
            return []
        self.phase = Phase.PREPARING
        return self.abort(ending)

    def acknowledged(self, object_id: str) -> list[Effect]:
        """An object has done what it was told."""
        member = self.members.get(object_id)
        if not self.is_decided or member is None or member.standing is Standing.DONE:
            return []
        member.standing = Standing.DONE
        return [Settled(self.name)] if self.is_settled and self.phase is Phase.COMMITTED else []

    def late(self, now: float) -> list[Effect]:
        """Its time may be over."""
        if now < self.ends or self.is_decided:
            return []
        slow = [each for each, member in self.members.items() if member.standing is Standing.JOINED]
        object_id = slow[0] if self.phase is Phase.PREPARING and slow else ""
        return self.abort(Ending("its time was over", self.phase, object_id))

    def _give_up_waits(self) -> list[Effect]:
        """Calls that still wait for an object come too late to belong to it."""
        waiting = {each: member for each, member in self.members.items() if member.standing is Standing.WAITS}
        for each in waiting:
            del self.members[each]
        reason = "its commit was asked for while the call waited"
        return [Tell(self.name, each, member.entry.token, False, reason) for each, member in waiting.items()]

    def tell_again(self) -> list[Effect]:
        """What objects have to be told that do not know yet."""
        why = ("", "") if self.ending is None else (self.ending.reason, self.ending.code)
        return [
            Tell(self.name, each, member.entry.token, self.phase is Phase.COMMITTED, *why)
            for each, member in self.members.items()
            if member.standing is not Standing.DONE
        ]
