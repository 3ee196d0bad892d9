"""The client without async: the same things, each waited for (`with amino.connect() as client`)."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.pb import common_pb2
from amino_wire.values import Reference, ValueHooks

from amino.administration import Target
from amino.ages import OUTAGE_AGE
from amino.blocking_core import BlockingCore
from amino.blocking_stub import BlockingStub
from amino.blocking_transacting import BlockingTransacting
from amino.client import Client
from amino.connections import ProxyPlace
from amino.forks import FORKS, never_free
from amino.lengths import Length
from amino.link import Transport
from amino.location import Location
from amino.loops import BackgroundLoop
from amino.records import Attached, Event, Explanation, KernelInfo, LogLine, Moved, ObjectInfo
from amino.registration import Chain
from amino.selectors import Selection
from amino.source import Source
from amino.stub_base import StubBase

T = TypeVar("T")


class BlockingClient(BlockingTransacting):
    """A connection to a cluster for callers without async; any thread may use it.

    Arguments: as Client.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        *,
        deadline: Length = 0.0,
        transport: Transport = "auto",
        direct: bool = True,
        client_id: str = "",
        proxies: ProxyPlace = "here",
        values: ValueHooks | None = None,
        next_after: Length | None = None,
    ) -> None:
        self._core = BlockingCore(
            addresses,
            deadline=deadline,
            transport=transport,
            direct=direct,
            client_id=client_id,
            proxies=proxies,
            values=values,
            next_after=next_after,
        )
        self._core.owner = weakref.ref(self)
        self._background: BackgroundLoop | None = None

    def open(self) -> BlockingClient:
        """Connects; see Client.open."""
        background = BackgroundLoop()
        try:
            background.run(self._core.open())
        except BaseException:
            background.close()
            raise
        self._background = background
        FORKS.watch(self)
        # A client that nobody has any more ends by itself.
        weakref.finalize(self, _end, self._core, background).atexit = False
        return self

    def forked(self) -> None:
        """See Forkable: the loop and its thread stay the parent's."""
        background, self._background = self._background, None
        if background is not None:
            never_free(background)

    def close(self) -> None:
        """Disconnects and ends the client's thread. Safe to repeat, and nothing happens in a forked child."""
        background, self._background = self._background, None
        if background is not None:
            background.run(self._core.close())
            background.close()

    def __enter__(self) -> BlockingClient:
        return self if self._background is not None else self.open()

    def __exit__(self, *failure: object) -> None:
        self.close()

    @property
    def client_id(self) -> str:
        """The client's id, in the kernels' logs."""
        return self._core.client_id

    @property
    def core(self) -> Client:
        """The client with async inside, for tools. Its loop is not the caller's."""
        return self._core

    @property
    def background(self) -> BackgroundLoop:
        """The client's loop and thread.

        Raises:
            ArgumentInvalid: the client is not open.
            ClientForked: it was opened in the process that forked this one.
        """
        if self._background is None:
            self._core.check_fork()
            raise ArgumentInvalid(f"client {self.client_id} is not open; use `with amino.connect() as client` or `client.open()`")
        return self._background

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Waits for a coroutine of `core`."""
        try:
            background = self.background
        except AminoError:
            work.close()
            raise
        return background.run(work)

    def _made(self, work: Coroutine[Any, Any, StubBase]) -> BlockingStub:
        stub = self.run(work)
        return BlockingStub(self, stub._location)  # pyright: ignore[reportPrivateUsage]

    def stub(self, reference: Reference) -> BlockingStub:
        """See Client.stub."""

        async def find() -> BlockingStub:
            return BlockingStub(self, self._core.connections.location(reference))

        return self.run(find())

    def get(self, name_or_id: str, *, age: Length = 0.0, outage_age: Length = OUTAGE_AGE) -> BlockingStub:
        """See Client.get."""
        return self._made(self._core.get(name_or_id, age=age, outage_age=outage_age))

    def register(
        self,
        source: Source,
        name: str,
        *,
        language: str | None = None,
        entry: str | None = None,
        class_name: str | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        deployment_managers: Chain | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        replace: bool = False,
        discard_state: bool = False,
        concurrent: bool = False,
        own_context: bool = False,
        idle: Length | None = None,
    ) -> BlockingStub:
        """See Client.register."""
        work = self._core.register(
            source,
            name,
            language=language,
            entry=entry,
            class_name=class_name,
            args=args,
            kwargs=kwargs,
            deployment_managers=deployment_managers,
            select=select,
            labels=labels,
            replace=replace,
            discard_state=discard_state,
            concurrent=concurrent,
            own_context=own_context,
            idle=idle,
        )
        return self._made(work)

    def create(
        self,
        class_name: Target,
        *args: Any,
        name: str = "",
        kwargs: Mapping[str, Any] | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        ttl: Length = 0.0,
    ) -> BlockingStub:
        """See Client.create."""
        work = self._core.create(class_name, *args, name=name, kwargs=kwargs, select=select, labels=labels, ttl=ttl)
        return self._made(work)

    def create_many(
        self,
        class_name: Target,
        argument_lists: Iterable[Sequence[Any]],
        *,
        names: Sequence[str] = (),
        kwargs: Mapping[str, Any] | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        ttl: Length = 0.0,
    ) -> Sequence[BlockingStub]:
        """See Client.create_many."""
        made = self.run(
            self._core.create_many(class_name, argument_lists, names=names, kwargs=kwargs, select=select, labels=labels, ttl=ttl)
        )
        return [BlockingStub(self, stub._location) for stub in made]  # pyright: ignore[reportPrivateUsage]

    def describe(self, target: Target, *, age: Length = 0.0, outage_age: Length = OUTAGE_AGE) -> ObjectInfo:
        """See Client.describe."""
        return self.run(self._core.describe(target, age=age, outage_age=outage_age))

    def list(
        self, prefix: str = "", *, select: Selection = None, kernel: str = "", nameless: bool = False, limit: int = 0
    ) -> tuple[ObjectInfo, ...]:
        """See Client.list."""
        return self.run(self._core.list(prefix, select=select, kernel=kernel, nameless=nameless, limit=limit))

    def delete(self, target: Target) -> None:
        """See Client.delete."""
        self.run(self._core.delete(target))

    def move(self, target: Target, kernel: str = "", *, select: Selection = None, replica: str = "0", allow_lossy: bool = False) -> Moved:
        """See Client.move."""
        return self.run(self._core.move(target, kernel, select=select, replica=replica, allow_lossy=allow_lossy))

    def restart(self, target: Target) -> ObjectInfo:
        """See Client.restart."""
        return self.run(self._core.restart(target))

    def attach(self, target: Target, deployment_managers: Chain) -> Attached:
        """See Client.attach."""
        return self.run(self._core.attach(target, deployment_managers))

    def explain(self, target: Target = "", *, deployment_managers: Chain = ()) -> Explanation:
        """See Client.explain."""
        return self.run(self._core.explain(target, deployment_managers=deployment_managers))

    def kernels(self, *, include_dead: bool = False) -> tuple[KernelInfo, ...]:
        """See Client.kernels."""
        return self.run(self._core.kernels(include_dead=include_dead))

    def watch(self, prefix: str = "", *, from_revision: int = 0) -> Iterator[Event]:
        """See Client.watch."""
        return self._each(self._core.watch(prefix, from_revision=from_revision))

    def logs(
        self,
        target: Target = "",
        *,
        tail: int = 100,
        follow: bool = False,
        level: str = "",
        since: datetime | None = None,
        cluster: bool = False,
    ) -> Iterator[LogLine]:
        """See Client.logs."""
        return self._each(self._core.logs(target, tail=tail, follow=follow, level=level, since=since, cluster=cluster))

    def _each(self, items: AsyncIterator[T]) -> Iterator[T]:
        async def following() -> tuple[bool, T | None]:
            async for item in items:
                return True, item
            return False, None

        async def end() -> None:
            close = getattr(items, "aclose", None)
            if close is not None:
                await close()

        try:
            while True:
                more, item = self.run(following())
                if not more or item is None:
                    return
                yield item
        finally:
            if self._background is not None:
                self.run(end())

    def improve(self, location: Location) -> None:
        """See Client.improve; may be called from any thread."""
        if location.record is None and self._background is not None:
            self._background.loop.call_soon_threadsafe(self._core.improve, location)

    def record_of(self, location: Location) -> common_pb2.ObjectRecord | None:
        """The record of an object; asked for once where only its reference is known. None: nobody could be asked. For `dir` and `help`."""
        if location.record is None:
            with contextlib.suppress(AminoError):
                self.run(self._core.resolve(location.id))
        return location.record


def _end(core: Client, background: BackgroundLoop) -> None:
    """Nobody has the client any more. This does not wait, since the thread that dropped it may be the client's own."""
    if core.was_forked:
        return

    async def close() -> None:
        await core.close()
        background.loop.stop()

    background.begin(close)
