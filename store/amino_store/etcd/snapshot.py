"""One revision of the store in etcd."""

from __future__ import annotations

from collections.abc import AsyncIterator

from amino_wire.errors import OmsUnavailable

from amino_store.errors import RevisionCompacted
from amino_store.etcd.commits import Commits
from amino_store.etcd.failures import Failed, Verdict
from amino_store.etcd.messages import Keyspace
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.windows import Windows
from amino_store.transaction import Entry

FIRST_PAGE, LARGEST_PAGE = 16, 2048
"""Entries that one request asks for; a value has a megabyte at most."""
PAGE_BYTES = 1024 * 1024
"""Bytes of an answer up to which the next request asks for twice as many entries."""


class EtcdSnapshot:
    """See `Snapshot`. etcd keeps a revision until it is compacted.

    Arguments:
        commits: asks.
        space: where the keys lie.
        revision: that is read.
        title: the cluster, as messages name it.
    """

    def __init__(self, commits: Commits, space: Keyspace, revision: int, title: str) -> None:
        self._commits, self._space, self.revision, self._title = commits, space, revision, title

    async def get(self, key: str) -> Entry | None:
        """See Snapshot."""
        try:
            response = await self._commits.asked(pb.RangeRequest(key=self._space.key(key), revision=self.revision))
        except Failed as failure:
            raise self._error(failure) from failure
        return self._space.entry(response.kvs[0]) if response.kvs else None

    async def entries(self, prefix: str, *, after: str = "") -> AsyncIterator[Entry]:
        """See Snapshot."""
        limit = FIRST_PAGE
        whole = self._space.range_request(prefix, after, limit)
        windows = Windows(whole.key, whole.range_end)
        while not windows.done:
            request = pb.RangeRequest(key=windows.begin, range_end=windows.end, limit=limit, revision=self.revision)
            try:
                response = await self._commits.asked(request)
            except Failed as failure:
                if failure.verdict is Verdict.COMPACTED or limit == 1:
                    raise self._error(failure) from failure
                limit = max(1, limit // 4)
                continue
            for pair in response.kvs:
                yield self._space.entry(pair)
            small = response.ByteSize() < PAGE_BYTES
            limit = min(2 * limit, LARGEST_PAGE) if small else max(1, limit // 2)
            ends = (response.kvs[0].key, response.kvs[-1].key) if response.kvs else (b"", b"")
            windows.read(*ends, len(response.kvs), more=response.more, limit=limit)

    def _error(self, failure: Failed) -> Exception:
        if failure.verdict is Verdict.COMPACTED:
            return RevisionCompacted(
                f"{self._title} no longer keeps the revision {self.revision} ({failure.text}): so much was changed meanwhile. "
                "Begin anew, at a time when less is changed",
                details={"revision": self.revision},
            )
        return OmsUnavailable(f"{self._title} cannot give an entry ({failure.text})")
