"""Watches over etcd: each has a stream of its own, goes on at another member when its stream ends, and holds a place, never a queue."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator
from dataclasses import dataclass

import grpc.aio
from amino_wire.errors import AminoError, OmsUnavailable

from amino_store.errors import RevisionCompacted
from amino_store.etcd.failures import Failed, Verdict
from amino_store.etcd.members import WATCH, Members
from amino_store.etcd.messages import Keyspace, prefix_end
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.refusals import refusal
from amino_store.feed import Changes
from amino_store.transaction import Event

SILENCE = 2.0
"""Seconds without an answer after which a member is asked for a sign of life, and after as many again given up."""
_AHEAD = 4
"""Answers that are read before the watcher asks for them; whatever is behind them waits in etcd."""
_PAUSE, _LONGEST_PAUSE = 0.05, 1.0

Item = Changes | AminoError


@dataclass(frozen=True, slots=True)
class Span:
    """The keys that a watch is about, and how soon it asks how far it has come.

    Arguments:
        first: the first key, or the beginning of all of them.
        last: the beginning of the last keys.
        silence: seconds without an answer after which the member is asked.
        told: whether the watcher hears, of answers without changes, how far it has come.
    """

    first: str
    last: str
    silence: float = SILENCE
    told: bool = False


@dataclass(slots=True)
class _Place:
    """A watch's place in the history: everything before `position` has been given. It does not know its watcher."""

    members: Members
    space: Keyspace
    span: Span
    title: str
    position: int
    given: asyncio.Queue[Item]

    async def run(self) -> None:
        """Reads until there is an error that the watcher must hear."""
        pause = _PAUSE
        while True:
            try:
                async with self.members.stream(WATCH) as stream:
                    await stream.write(self._request())
                    while True:
                        if await self._take(await self._answers(stream)):
                            pause = _PAUSE
            except Failed as failure:
                if failure.verdict in (Verdict.DENIED, Verdict.REFUSED):
                    await self.given.put(refusal(failure, self.title))
                    return
                if failure.verdict is Verdict.TOKEN:
                    self.members.forget_token()
            except AminoError as error:
                await self.given.put(error)
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _request(self) -> pb.WatchRequest:
        create = pb.WatchCreateRequest(
            key=self.space.key(self.span.first),
            range_end=prefix_end(self.space.key(self.span.last)),
            # etcd does not say how far a watch has come that begins in the future: such a one begins with what it has seen last.
            start_revision=max(1, self.position - self.span.told),
            prev_kv=not self.span.told,
            fragment=True,
            watch_id=1,
        )
        return pb.WatchRequest(create_request=create)

    async def _answers(self, stream: grpc.aio.StreamStreamCall[pb.WatchRequest, pb.WatchResponse]) -> list[pb.WatchResponse]:
        """The next answer, with all its pieces: etcd cuts long ones, also inside a revision."""
        pieces = [await self._read(stream)]
        while pieces[-1].fragment:
            pieces.append(await self._read(stream))
        return pieces

    async def _read(self, stream: grpc.aio.StreamStreamCall[pb.WatchRequest, pb.WatchResponse]) -> pb.WatchResponse:
        reading = asyncio.ensure_future(stream.read())
        try:
            for last in (False, True):
                done, _ = await asyncio.wait((reading,), timeout=SILENCE if last else self.span.silence)
                if done:
                    response = reading.result()
                    if isinstance(response, pb.WatchResponse):
                        return response
                    break  # the end of the stream
                if not last:
                    await asyncio.wait_for(stream.write(pb.WatchRequest(progress_request=pb.WatchProgressRequest())), SILENCE)
        except TimeoutError:
            pass
        finally:
            reading.cancel()
        raise Failed(Verdict.UNKNOWN, "the stream of a watch has ended or is silent")

    async def _take(self, pieces: list[pb.WatchResponse]) -> bool:
        """Gives what an answer brings; False where it only says that the watch is there. Raises RevisionCompacted, or Failed."""
        last = pieces[-1]
        if last.canceled:
            raise self._cancelled(last)
        found = self.space.events(event for piece in pieces for event in piece.events)
        events = tuple(event for event in found if event.revision >= self.position)
        if events:
            revision = events[-1].revision
            await self.given.put(Changes(events, revision))
            self.position = revision + 1
            self.members.saw(revision)
        elif not last.created and not found:
            # A sign of life, which is only given when everything before it has been. So compaction never overtakes a watch that
            # has missed nothing. The header of "created" says nothing of the kind.
            self.position = max(self.position, last.header.revision + 1)
            if self.span.told:
                await self.given.put(Changes((), self.position - 1))
        return not last.created

    def _cancelled(self, answer: pb.WatchResponse) -> Exception:
        reason = answer.cancel_reason
        if answer.compact_revision or "compacted" in reason:
            first = answer.compact_revision + 1
            return RevisionCompacted(
                f"the changes from revision {self.position} on are no longer kept (the oldest is {first}); "
                "read the present state anew and watch from its revision",
                details={"first_revision": first, "revision": max(self.members.revision, first)},
            )
        if "PermissionDenied" in reason:
            return Failed(Verdict.DENIED, reason)
        if "Unauthenticated" in reason or "invalid auth token" in reason:
            return Failed(Verdict.TOKEN, reason)
        return Failed(Verdict.NOT_DONE, reason)


class EtcdFeed(AsyncIterator[Changes]):
    """One feed. It is in place from the moment that it is made, and ends when nobody has it any more.

    Arguments:
        members: the cluster.
        space: where the keys lie.
        span: the keys.
        position: the first revision of interest.
        title: the cluster, as messages name it.
    """

    def __init__(self, members: Members, space: Keyspace, span: Span, position: int, title: str) -> None:
        self._given: asyncio.Queue[Item] = asyncio.Queue(_AHEAD)
        self._ended = False
        loop = asyncio.get_running_loop()
        self._reading = loop.create_task(_Place(members, space, span, title, position, self._given).run(), name=f"watch of {span.first}")
        weakref.finalize(self, _stop, loop, self._reading).atexit = False

    async def __anext__(self) -> Changes:
        if self._ended:
            raise StopAsyncIteration
        item = await self._given.get()
        if isinstance(item, AminoError):
            self._ended = True
            raise item
        return item

    async def aclose(self) -> None:
        """Ends the watch."""
        self._ended = True
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def end(self, error: OmsUnavailable) -> None:
        """Ends the watch with an error for the watcher that waits."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        while not self._given.empty():
            self._given.get_nowait()
        self._given.put_nowait(error)


class EtcdWatch(AsyncIterator[tuple[Event, ...]]):
    """The changes alone of a feed. It ends with it, and when nobody has it any more."""

    def __init__(self, feed: EtcdFeed) -> None:
        self._feed = feed

    async def __anext__(self) -> tuple[Event, ...]:
        return (await anext(self._feed)).events

    async def aclose(self) -> None:
        """Ends the watch."""
        await self._feed.aclose()


def _stop(loop: asyncio.AbstractEventLoop, reading: asyncio.Task[None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(reading.cancel)
