"""The store of a cluster, in etcd."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from weakref import WeakSet

from amino_wire.errors import AminoError, ConfigInvalid, OmsUnavailable

from amino_store.errors import LeaseEnded, TransactionTooLarge
from amino_store.etcd import messages
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.commits import Commits
from amino_store.etcd.failures import Failed, Verdict
from amino_store.etcd.history import SIZE, History
from amino_store.etcd.holds import MOST_HISTORIES, first_held
from amino_store.etcd.members import (
    COMPACT,
    LEASE_GRANT,
    LEASE_KEEP_ALIVE,
    LEASE_REVOKE,
    STATUS,
    TXN,
    Members,
)
from amino_store.etcd.messages import Keyspace, prefix_end
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.ranges import Ranges
from amino_store.etcd.reads import Reads
from amino_store.etcd.snapshot import EtcdSnapshot
from amino_store.etcd.watches import EtcdFeed, EtcdWatch, Span
from amino_store.evaluation import check
from amino_store.limits import Limits
from amino_store.store import PAGE_LIMIT, Store
from amino_store.transaction import Compare, Entry, Outcome, Page, Put, Transaction

HISTORY = 50_000
"""Revisions of events that are kept for watchers."""
PATIENCE = 5.0
"""Seconds for which a request that no member answers is tried again."""
ATTEMPT = 2.0
"""Seconds that one attempt at one member may take."""
YOUNG = 5.0
"""Seconds for which every revision is kept, however many follow it. etcd puts a watch in place up to 0.1 s after it has answered,
and a watch hears that it has missed nothing once in two seconds (`watches.SILENCE`): a burst of writes must not overtake it."""
PROGRESS = 0.2
"""Seconds without an answer after which a feed asks how far it has come."""
VALUE_LIMIT = 1024 * 1024
"""Bytes of one value: etcd takes requests of 1.5 MiB."""
REQUEST_LIMIT = 1536 * 1024
_OLDEST = (3, 6)
_OPERATIONS = (10_000, 4_096, 1_024, 512, 256, 128)
"""How many operations an etcd may take in one transaction: its setting cannot be read, only tried."""

_log = logging.getLogger(__name__)


class EtcdStore(Store):
    """See `Store`. Made by `open`; all methods belong to the event loop it was opened on.

    A transaction goes on when its caller no longer waits for it, as it does in every other backend.
    """

    def __init__(
        self, members: Members, commits: Commits, space: Keyspace, title: str, limits: Limits, history: History, young_seconds: float
    ) -> None:
        self._members, self._commits, self._space, self._title = members, commits, space, title
        self._ranges, self._reads = Ranges(commits, space), Reads(commits, space)
        self._limits, self._history, self._young = limits, history, young_seconds
        self._under_way: set[asyncio.Task[Outcome]] = set()
        self._feeds: WeakSet[EtcdFeed] = WeakSet()
        self._compacting: asyncio.Task[None] | None = None
        self._closed = False

    @staticmethod
    async def open(
        address: EtcdAddress,
        *,
        history: int = HISTORY,
        history_bytes: int = SIZE,
        patience: float = PATIENCE,
        attempt_seconds: float = ATTEMPT,
        young_seconds: float = YOUNG,
    ) -> EtcdStore:
        """Connects to a cluster.

        Arguments:
            address: where it is.
            history: revisions of events that are kept for watchers; older ones are compacted.
            history_bytes: bytes of their values, of which no more are kept either.
            patience: seconds for which a request that no member answers is tried again.
            attempt_seconds: seconds that one attempt at one member may take.
            young_seconds: seconds for which a revision is kept in any case.

        Raises:
            OmsUnavailable: no member answers.
            ConfigInvalid: the cluster lets nobody in with these credentials, or is too old, or a file cannot be read.
        """
        members = Members(address, attempt_seconds=attempt_seconds)
        space = Keyspace(address.prefix, secrets.token_hex(8))
        commits = Commits(members, space, address.title, patience=patience)
        try:
            await _check_version(members, commits, address.title)
            operations = await _operations(members, commits, space)
        except BaseException:
            await members.close()
            raise
        # One operation, and one comparison, is for the slot.
        limits = Limits(operations - 1, VALUE_LIMIT, REQUEST_LIMIT)
        return EtcdStore(members, commits, space, address.title, limits, History(history, history_bytes), young_seconds)

    @property
    def limits(self) -> Limits:
        return self._limits

    async def revision(self) -> int:
        request = pb.RangeRequest(key=self._space.key(""), count_only=True)
        return (await self._commits.asked(request)).header.revision

    def durable_revision(self) -> int:
        return self._members.revision

    async def get(self, key: str) -> Entry | None:
        return await self._reads.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        return await self._ranges.page(prefix, after, max(1, min(limit, PAGE_LIMIT)))

    async def count(self, prefix: str) -> int:
        key = self._space.key(prefix)
        return (await self._commits.asked(pb.RangeRequest(key=key, range_end=prefix_end(key), count_only=True))).count

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[EtcdSnapshot]:
        yield EtcdSnapshot(self._commits, self._space, await self.revision(), self._title)

    async def commit(self, transaction: Transaction) -> Outcome:
        check(transaction)
        self._limits.check(transaction, self._title)
        task = asyncio.create_task(self._commits.commit(transaction), name="store commit")
        self._under_way.add(task)
        task.add_done_callback(partial(self._committed, _size(transaction)))
        return await asyncio.shield(task)

    def watch(self, prefix: str, from_revision: int = 0) -> EtcdWatch:
        return EtcdWatch(self._feed(Span(prefix, prefix), from_revision or self._members.revision + 1))

    def feed(self, first: str, last: str, from_revision: int) -> EtcdFeed:
        """See `Source`. Events of deletions have no value."""
        return self._feed(Span(first, last, silence=PROGRESS, told=True), from_revision)

    async def grant(self, length: float) -> int:
        # A second attempt may grant a second lease; the first one then ends by itself.
        request = pb.LeaseGrantRequest(ttl=max(1, math.ceil(length)))
        return (await self._commits.repeated(lambda: self._members.call(LEASE_GRANT, request))).id

    async def keep_alive(self, lease: int) -> None:
        answer = await self._commits.repeated(lambda: self._kept_alive(lease))
        if answer.ttl <= 0:
            raise LeaseEnded(f"the lease {lease} has ended; take a new one")

    async def revoke(self, lease: int) -> None:
        request = pb.LeaseRevokeRequest(id=lease)
        try:
            await self._commits.repeated(lambda: self._members.call(LEASE_REVOKE, request))
        except LeaseEnded:
            return

    async def forget_other_clients(self, while_true: Compare) -> None:
        """Removes the slots of all other clients, for the one process that works on the store by right.

        A transaction of another client that is still under way can then not be done any more.

        Arguments:
            while_true: holds as long as this process is that one; else nothing happens. The slots of its successor must stay.
        """
        request = messages.forget_request(self._space, while_true)
        await self._commits.repeated(lambda: self._members.call(TXN, request))

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        error = _closed(self._title)
        await asyncio.gather(*(feed.end(error) for feed in self._feeds))
        if self._compacting is not None:
            self._compacting.cancel()
        self._commits.close()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._members.close()

    def _feed(self, span: Span, position: int) -> EtcdFeed:
        if self._closed:
            raise _closed(self._title)
        feed = EtcdFeed(self._members, self._space, span, position, self._title)
        self._feeds.add(feed)
        return feed

    async def _kept_alive(self, lease: int) -> pb.LeaseKeepAliveResponse:
        async with self._members.stream(LEASE_KEEP_ALIVE) as stream:
            try:
                async with asyncio.timeout(ATTEMPT):
                    await stream.write(pb.LeaseKeepAliveRequest(id=lease))
                    answer = await stream.read()
            except TimeoutError as error:
                raise Failed(Verdict.UNKNOWN, "a member is silent") from error
        if not isinstance(answer, pb.LeaseKeepAliveResponse):
            raise Failed(Verdict.UNKNOWN, "a member has ended the stream of leases")
        self._members.saw(answer.header.revision)
        return answer

    def _committed(self, size: int, task: asyncio.Task[Outcome]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may wait for it any more
        self._history.wrote(self._members.revision, size)
        if self._due() is not None and not self._closed and self._compacting is None:
            self._compacting = asyncio.create_task(self._compact(), name="store compaction")

    def _due(self) -> int | None:
        return self._history.due(self._members.revision)

    async def _compact(self) -> None:
        try:
            while (due := self._due()) is not None:
                self._history.compacted(due)
                await asyncio.sleep(self._young)
                await self._compact_to(due)
        finally:
            self._compacting = None

    async def _compact_to(self, revision: int) -> None:
        try:
            held = await first_held(self)
        except AminoError as error:
            _log.info("the history of the store is compacted later: %s", error.message)
            return
        if held is not None:
            revision = min(revision, max(held - 1, self._members.revision - MOST_HISTORIES * self._history.revisions))
        if revision <= 0:
            return
        try:
            await self._members.call(COMPACT, pb.CompactionRequest(revision=revision))
        except Failed as failure:
            if failure.verdict is not Verdict.COMPACTED:  # somebody else has been quicker
                _log.info("the history of the store is compacted later: %s", failure.text)


def _size(transaction: Transaction) -> int:
    return sum(len(each.value) for each in (*transaction.then, *transaction.otherwise) if isinstance(each, Put))


async def _check_version(members: Members, commits: Commits, title: str) -> None:
    answer = await commits.repeated(lambda: members.call(STATUS, pb.StatusRequest()))
    numbers = tuple(int(part) for part in answer.version.split(".")[:2])
    if numbers < _OLDEST:
        raise ConfigInvalid(f"{title} has version {answer.version}; 3.6 is the oldest that Amino works with")


async def _operations(members: Members, commits: Commits, space: Keyspace) -> int:
    """How many operations the cluster takes in one transaction."""
    compare = pb.Compare(key=space.key("-"), target=pb.Compare.VERSION, result=pb.Compare.GREATER, version=0)
    for number in _OPERATIONS[:-1]:
        request = pb.TxnRequest(compare=[compare] * number)
        try:
            await commits.repeated(partial(members.call, TXN, request))
        except TransactionTooLarge:
            continue
        return number
    return _OPERATIONS[-1]


def _closed(title: str) -> OmsUnavailable:
    return OmsUnavailable(f"the store of the object management service ({title}) has been closed; start the service again")
