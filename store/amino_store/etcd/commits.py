"""Transactions on their way to etcd: none is done twice, and none is given up in doubt while etcd can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from amino_wire.errors import OmsUnavailable

from amino_store.etcd import messages
from amino_store.etcd.failures import Failed, Verdict
from amino_store.etcd.members import RANGE, TXN, Members
from amino_store.etcd.messages import Keyspace, answers, flat
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.refusals import doubtful, not_written, refusal, slot_removed, unreachable
from amino_store.etcd.slots import Fate, Slot, Slots, fate_of
from amino_store.transaction import Entry, Get, Outcome, Transaction

Answered = TypeVar("Answered")

UNDER_WAY = 256
"""Transactions that are sent at once: more gain nothing, and each new one costs a slot."""
PAUSE, LONGEST_PAUSE = 0.02, 0.5
"""Seconds between attempts."""


class Commits:
    """Carries out transactions.

    Arguments:
        members: the cluster.
        space: where the keys lie.
        title: the cluster, as messages name it.
        patience: seconds for which a transaction that cannot be sent is tried again.
    """

    def __init__(self, members: Members, space: Keyspace, title: str, *, patience: float) -> None:
        self._members, self._space, self._title, self._patience = members, space, title, patience
        self._slots, self._sequence = Slots(), count(1)
        self._door = asyncio.Semaphore(UNDER_WAY)
        self._closed = False
        self._clock: Callable[[], float] = asyncio.get_running_loop().time

    async def commit(self, transaction: Transaction) -> Outcome:
        """See Store. It waits as long as it takes to learn the outcome of what has been sent."""
        if not messages.writes(transaction.then) and not messages.writes(transaction.otherwise):
            return await self._read(transaction)
        give_up, pause = self._clock() + self._patience, PAUSE
        while True:
            self._check_open("this request was not done")
            slot, sequence = self._slots.take(), next(self._sequence)
            try:
                async with self._door:
                    response = await self._members.call(TXN, messages.request_of(transaction, self._space, slot, sequence))
            except Failed as failure:
                if failure.verdict in (Verdict.UNKNOWN, Verdict.ANSWER_TOO_LARGE):
                    outcome = await self._settled(transaction, slot, sequence)
                    if outcome is not None:
                        return outcome
                else:
                    self._slots.give_back(slot)
                    if failure.verdict is not Verdict.NOT_DONE:
                        raise refusal(failure, self._title) from failure
                if self._clock() > give_up:
                    raise not_written(failure, self._title, self._patience) from failure
            else:
                return self._answered(response, transaction, slot)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def close(self) -> None:
        """Nothing is sent any more; transactions that are in doubt stay so."""
        self._closed = True

    def _answered(self, response: pb.TxnResponse, transaction: Transaction, slot: Slot) -> Outcome:
        inner = flat(response)
        if inner.succeeded or messages.writes(transaction.otherwise):
            slot.modified = response.header.revision
        self._slots.give_back(slot)
        return Outcome(inner.succeeded, response.header.revision, answers(inner, self._space))

    async def _settled(self, transaction: Transaction, slot: Slot, sequence: int) -> Outcome | None:
        """Asks until it is certain: the outcome, or None where the transaction was not done and never will be."""
        pause = PAUSE
        while True:
            self._check_open("whether this request was done is unknown")
            try:
                response = await self._members.call(TXN, messages.give_up_request(self._space, slot, sequence))
            except Failed as failure:
                if failure.verdict is Verdict.DENIED:
                    raise doubtful(failure.text, self._title) from failure
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            if response.succeeded:
                slot.modified = response.header.revision
                self._slots.give_back(slot)
                return None
            pairs = response.responses[0].response_range.kvs
            fate = fate_of(pairs[0].value, sequence) if pairs else None
            if fate is None:
                raise slot_removed(self._title)
            slot.modified = pairs[0].mod_revision
            self._slots.give_back(slot)
            return None if fate is Fate.GIVEN_UP else await self._outcome(transaction, fate, slot.modified)

    async def _outcome(self, transaction: Transaction, fate: Fate, revision: int) -> Outcome:
        """The outcome of a transaction whose answer was lost: what it read is read again, at the revision before it."""
        operations = transaction.then if fate is Fate.THEN else transaction.otherwise
        entries: list[Entry | None] = []
        for key in (each.key for each in operations if isinstance(each, Get)):
            response = await self.asked(pb.RangeRequest(key=self._space.key(key), revision=revision - 1))
            entries.append(self._space.entry(response.kvs[0]) if response.kvs else None)
        return Outcome(fate is Fate.THEN, revision, tuple(entries))

    async def asked(self, request: pb.RangeRequest) -> pb.RangeResponse:
        """The answer of a request that only reads.

        Raises:
            OmsUnavailable: no member has answered for as long as the patience lasts.
            Failed: the answer is too large, or the revision is no longer kept.
        """
        return await self.repeated(lambda: self._members.call(RANGE, request))

    async def _read(self, transaction: Transaction) -> Outcome:
        request = messages.read_request_of(transaction, self._space)
        response = await self.repeated(lambda: self._members.call(TXN, request))
        return Outcome(response.succeeded, response.header.revision, answers(response, self._space))

    async def repeated(self, attempt: Callable[[], Awaitable[Answered]]) -> Answered:
        """The answer of a request that may be sent any number of times. Raises as `asked`, and what `refusal` gives."""
        give_up, pause = self._clock() + self._patience, PAUSE
        while True:
            self._check_open("this request was not answered")
            try:
                async with self._door:
                    return await attempt()
            except Failed as failure:
                if failure.verdict in (Verdict.ANSWER_TOO_LARGE, Verdict.COMPACTED):
                    raise
                if failure.verdict not in (Verdict.NOT_DONE, Verdict.UNKNOWN):
                    raise refusal(failure, self._title) from failure
                if self._clock() > give_up:
                    raise unreachable(failure, self._title, self._patience) from failure
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _check_open(self, outcome: str) -> None:
        if self._closed:
            raise OmsUnavailable(f"the store ({self._title}) has been closed: {outcome}. Start the service again")
