"""A service that stands by: it watches the one that leads, and takes the store when it may."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from amino_store.recipes.owner import Owner, Standing, standing
from amino_store.recipes.ownership import OwnedStore, claim
from amino_store.store import Store
from amino_wire.errors import AminoError, NotLeader

from amino_oms.leadership.leader_watch import LeaderWatch

_log = logging.getLogger(__name__)

Question = Callable[[str, int, float], Awaitable[bool]]
"""Whether the leader with a token answers at an address within so many seconds."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a candidate stands on.

    Arguments:
        open_store: gives a client of the store that nobody has known of before, as `claim` wants it.
        answers: asks a leader for a sign of life.
        ended: whether a process, by what it said of itself, is known to have ended.
        clock: gives seconds, those in which the machine was suspended among them.
    """

    open_store: Callable[[], Awaitable[Store]]
    answers: Question
    ended: Callable[[str], bool]
    clock: Callable[[], float]


class Candidate:
    """Waits for its turn to lead.

    Arguments:
        me: this process.
        store: open; read here, never written.
        around: what it stands on.
        depose_after: seconds of silence after which a leader is deposed.
    """

    def __init__(self, me: Owner, store: Store, around: Surroundings, depose_after: float) -> None:
        self._me, self._store, self._around = me, store, around
        self._watch = LeaderWatch(depose_after)
        self._answer_seconds = depose_after
        self._questions: dict[asyncio.Task[bool], int] = {}
        """Those that are under way, with the token of the leader that was asked."""
        self._leader: Owner | None = None
        self._complained = ""

    def refusal(self) -> NotLeader:
        """The answer to a request."""
        leader = self._leader
        if leader is None:
            text = f"the object management service at {self._me.address} does not lead yet, and no other one does; ask again in a moment"
        else:
            text = f"the object management service at {self._me.address} stands by; {leader.address or leader.who} leads: ask there"
        return NotLeader(text, details={"address": "" if leader is None else leader.address})

    async def lead(self) -> OwnedStore:
        """Returns the store when this process owns it, which may take for ever."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                begun = loop.time()
                try:
                    owned = await self._look()
                except AminoError as error:
                    self._complain(error)
                    owned = None
                if owned is not None:
                    return owned
                await asyncio.sleep(max(0.0, begun + self._watch.interval - loop.time()))
        finally:
            for question in self._questions:
                question.cancel()

    async def _look(self) -> OwnedStore | None:
        """Looks once at the store and at the leader, and takes the store where it may."""
        seen = await standing(self._store)
        self._notice(seen.lives)
        if seen.lives is None or self._around.ended(seen.lives.who):
            return await self._claim(seen, depose=False)
        address = seen.lives.address
        # An owner without an address cannot be asked: its lease alone tells.
        answered = not address or await self._heard(address, seen.token)
        if not self._watch.look(self._around.clock(), seen.token, answered=answered, unrest=seen.unrest):
            return None
        _log.warning("%s has not answered for %.1f s and is deposed", seen.lives, self._watch.silence)
        return await self._claim(seen, depose=True)

    async def _heard(self, address: str, token: int) -> bool:
        """Asks the leader once more, and answers whether an answer has come to this question or to an earlier one.

        A leader with much to do may answer later than the next look, as long as it answers within its time.
        """
        question = asyncio.ensure_future(self._around.answers(address, token, self._answer_seconds))
        self._questions[question] = token
        done, _ = await asyncio.wait(self._questions, timeout=self._watch.interval, return_when=asyncio.FIRST_COMPLETED)
        # A question to the leader before may have been cancelled with the connection to it.
        return True in [self._questions.pop(each) == token and not each.cancelled() and each.result() for each in done]

    async def _claim(self, seen: Standing, *, depose: bool) -> OwnedStore | None:
        store = await self._around.open_store()
        owned = None
        try:
            owned = await claim(store, self._me, seen, depose=depose, clock=self._around.clock)
        finally:
            if owned is None:
                await store.close()
        if owned is not None:
            before = f" after {seen.lives}" if seen.lives is not None else ""
            _log.info("this object management service (%s) leads%s", self._me, before)
            # Nobody is to be sent to the one before while this one starts.
            self._leader = None
        return owned

    def _notice(self, leader: Owner | None) -> None:
        self._complained = ""
        if leader is not None and leader != self._leader:
            _log.info("stands by for %s", leader)
        self._leader = leader

    def _complain(self, error: AminoError) -> None:
        """Says once why it cannot look, and once more when there is another reason."""
        if error.code != self._complained:
            self._complained = error.code
            _log.warning("the store does not tell which service leads; trying again: %s", error)
