"""Pages of a long range of keys."""

from __future__ import annotations

from collections import OrderedDict

from amino_wire.errors import OmsUnavailable

from amino_store.etcd.commits import Commits
from amino_store.etcd.failures import Failed, Verdict
from amino_store.etcd.messages import Keyspace
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.windows import Windows
from amino_store.transaction import Entry, Page

_REMEMBERED = 256
"""Prefixes of which it is remembered how close to each other their keys lie."""


class Ranges:
    """Reads pages, each of one revision, in windows (`Windows`): who reads a million keys page by page reads each prefix again and again.

    Arguments:
        commits: asks.
        space: where the keys lie.
    """

    def __init__(self, commits: Commits, space: Keyspace) -> None:
        self._commits, self._space = commits, space
        self._spans: OrderedDict[str, int] = OrderedDict()

    async def page(self, prefix: str, after: str, limit: int) -> Page:
        """See `Store.range`. Raises OmsUnavailable."""
        while True:
            try:
                return await self._page(prefix, after, limit)
            except Failed as failure:
                if failure.verdict is Verdict.COMPACTED:
                    continue  # between two windows of the page
                if limit == 1:
                    raise OmsUnavailable(f"an entry under {prefix!r} is too large to be read ({failure.text})") from failure
                limit = max(1, limit // 4)

    async def _page(self, prefix: str, after: str, limit: int) -> Page:
        whole = self._space.range_request(prefix, after, limit)
        windows = Windows(whole.key, whole.range_end, self._spans.get(prefix, 0))
        found, revision, more = list[Entry](), 0, False
        # Where a window ends the page may go on in the next one, at the same revision.
        while not windows.done and len(found) < limit:
            request = pb.RangeRequest(key=windows.begin, range_end=windows.end, limit=limit - len(found), revision=revision)
            response = await self._commits.asked(request)
            revision = revision or response.header.revision
            found += (self._space.entry(pair) for pair in response.kvs)
            ends = (response.kvs[0].key, response.kvs[-1].key) if response.kvs else (b"", b"")
            windows.read(*ends, len(response.kvs), more=response.more, limit=limit)
            more = response.more
        if not windows.done and not more:
            more = await self._any(windows, revision)
        self._remember(prefix, windows.span)
        return Page(tuple(found), more, revision)

    async def _any(self, windows: Windows, revision: int) -> bool:
        """Whether the rest of a range has a key."""
        while not windows.done:
            request = pb.RangeRequest(key=windows.begin, range_end=windows.end, limit=1, keys_only=True, revision=revision)
            response = await self._commits.asked(request)
            if response.kvs:
                return True
            windows.read(b"", b"", 0, more=False, limit=1)
        return False

    def _remember(self, prefix: str, span: int) -> None:
        self._spans[prefix] = span
        self._spans.move_to_end(prefix)
        while len(self._spans) > _REMEMBERED:
            self._spans.popitem(last=False)
