"""Requests of several callers for objects of one class are carried out together: one order to a kernel, one transaction.

Each request has its own outcome. Requests that come in turns of the loop without a break go together. While some of a class are under
way, others gather until those have been made, for 5 ms at most: a constructor may make objects of its own class, and wait for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from amino_store.errors import StoreFailed
from amino_wire.errors import AminoError, DeadlineExceeded, OmsUnavailable, from_message
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.batch_making import Batch, BatchMaking
from amino_oms.lifecycle.once import Once
from amino_oms.lifecycle.services import Services

TOGETHER = 64
"""Requests that are carried out together at most."""
PAUSE = 0.005
"""Seconds for which requests gather at most while others of their class are under way."""
SLOW, EACH = 0.1, 0.003
"""Seconds for the constructors of one order, and for each of them besides, after which objects of the class are made one by one: nobody
waits for a stranger's. On a busy machine 64 quick constructors take 0.1 s, too, and one by one they would take several times as long."""
LONGEST = 2.0
"""Seconds that an order for several may take; then each object is made by itself."""
_ALONE = 100
"""For how many times as long they are."""
_OPERATIONS = 6
"""Operations and comparisons of a transaction for one request, at most, beside one for each label."""
_BYTES = 8192
"""Bytes of a specification above which an object is made by itself."""

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Wanted:
    """One request: its draft, its id, and who waits for its object."""

    draft: common_pb2.ObjectRecord
    request_id: str
    made: asyncio.Future[Batch]


@dataclass(slots=True)
class _Class:
    """The requests for objects of one class; `most` go together."""

    most: int
    waiting: list[Wanted] = field(default_factory=list[Wanted])
    under_way: int = 0
    beginning: asyncio.TimerHandle | None = None
    slow_until: float = float("-inf")


class Gathering:
    """Makes objects without a name and without deployment managers."""

    def __init__(self, services: Services, batches: BatchMaking, attempts: Once) -> None:
        self._services, self._batches, self._attempts = services, batches, attempts
        self._classes: dict[bytes, _Class] = {}
        self._operations = services.registry.store.limits.operations

    async def make(self, draft: common_pb2.ObjectRecord, request_id: str, kind: bytes) -> Batch:
        """Makes an object. Its caller must not hang up.

        Arguments:
            draft: as in `BatchMaking.make`, without a name.
            request_id: of the request; may be empty.
            kind: the same for drafts that differ in their arguments alone.

        Raises as `BatchMaking.make`.
        """
        most = self._most(draft.spec)
        if most == 1:
            return await self._batches.make([draft], request_id)
        there = self._classes.setdefault(kind, _Class(most))
        wanted = Wanted(draft, request_id, asyncio.get_running_loop().create_future())
        there.waiting.append(wanted)
        if len(there.waiting) == 1:
            loop = asyncio.get_running_loop()
            if there.under_way and not self._slow(there):
                there.beginning = loop.call_later(PAUSE, self._begin, kind, there)
            else:
                loop.call_soon(self._look, kind, there, 0)
        return await wanted.made

    def _most(self, spec: common_pb2.ObjectSpec) -> int:
        """How many objects of one class may go together: a transaction has limits."""
        if spec.own_context or spec.ByteSize() > _BYTES:
            return 1
        if self._operations is None:
            return TOGETHER
        return max(1, min(TOGETHER, self._operations // (_OPERATIONS + len(spec.labels))))

    def _look(self, kind: bytes, there: _Class, seen: int) -> None:
        """Begins when a turn of the loop has brought no further request: those of one frame come in several turns."""
        if seen < len(there.waiting) < there.most:
            asyncio.get_running_loop().call_soon(self._look, kind, there, len(there.waiting))
        else:
            self._begin(kind, there)

    def _begin(self, kind: bytes, there: _Class) -> None:
        if there.beginning is not None:
            there.beginning.cancel()
            there.beginning = None
        size = 1 if self._slow(there) else there.most
        # Those that nobody waits for any more are not begun: the service ends.
        waiting, there.waiting = [each for each in there.waiting if not each.made.done()], []
        for begin in range(0, len(waiting), size):
            there.under_way += 1
            self._attempts.start(self._make(kind, there, waiting[begin : begin + size]))

    def _slow(self, there: _Class) -> bool:
        return self._services.clock.monotonic() < there.slow_until

    async def _make(self, kind: bytes, there: _Class, wanted: Sequence[Wanted]) -> None:
        try:
            alone = wanted if len(wanted) == 1 else await self._all(there, wanted)
            await asyncio.gather(*map(self._one, alone))
        except BaseException as error:
            for each in wanted:
                _fail(each, error)
            raise
        finally:
            there.under_way -= 1
            if not there.under_way and there.waiting:
                self._begin(kind, there)
            elif not there.under_way and not self._slow(there):
                self._classes.pop(kind, None)

    async def _one(self, wanted: Wanted) -> None:
        try:
            batch = await self._batches.make([wanted.draft], wanted.request_id)
        except AminoError as error:
            _fail(wanted, error)
        else:
            _answer(wanted, batch)

    async def _all(self, there: _Class, wanted: Sequence[Wanted]) -> Sequence[Wanted]:
        """Answers what can be answered; returns the requests that must be carried out one by one, of which nothing is there."""
        earlier = await asyncio.gather(*(self._services.ledger.find(each.request_id) for each in wanted))
        left = [each for each, made in zip(wanted, earlier, strict=True) if made is None]
        if not left:
            return wanted
        try:
            await self._together(there, left)
        except (StoreFailed, OmsUnavailable) as error:
            for each in left:
                _fail(each, error)
        except AminoError as error:
            # What concerns one request alone, or the kernel, is found out for each.
            _log.info("%d objects are made one by one: %s", len(left), error)
        return [each for each in wanted if not each.made.done()]

    async def _together(self, there: _Class, wanted: Sequence[Wanted]) -> None:
        batches, clock = self._batches, self._services.clock
        records = await batches.placed([each.draft for each in wanted], ())
        async with batches.in_making(records) as kept:
            begun = clock.monotonic()
            try:
                async with asyncio.timeout(LONGEST):
                    response = await batches.constructed(records, each=True)
            except TimeoutError:
                raise DeadlineExceeded(f"constructors of {len(records)} objects took more than {LONGEST:g} s") from None
            finally:
                taken = clock.monotonic() - begun
                if taken > SLOW + EACH * len(records):
                    there.slow_until = begun + _ALONE * taken
            made: list[tuple[Wanted, common_pb2.ObjectRecord]] = []
            for place, (each, record) in enumerate(zip(wanted, records, strict=True)):
                if place in response.failures:
                    kept.add(record.id)  # its kernel has it no more
                    _fail(each, from_message(response.failures[place]))
                else:
                    made.append((each, record))
            stored = Batch([record for _, record in made], response.interface)
            if made and await batches.stored(stored, [(each.request_id, record.id) for each, record in made]):
                kept.update(record.id for _, record in made)
                for each, record in made:
                    _answer(each, Batch([record], response.interface))


def _answer(wanted: Wanted, batch: Batch) -> None:
    if not wanted.made.done():
        wanted.made.set_result(batch)


def _fail(wanted: Wanted, error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError):
        wanted.made.cancel()
    elif not wanted.made.done():
        wanted.made.set_exception(error)
