"""What the coordinator of a divided object does to change the number of its shards: each stage is stored, done, and done again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from typing import Any, Final, TypeVar

from amino_wire.errors import (
    AminoError,
    Conflict,
    Ended,
    EpochStale,
    InternalError,
    NoKernelMatches,
    ObjectLost,
    OmsUnavailable,
    Unavailable,
)

from amino_dms.api import CoordinatorKernel
from amino_dms.sharding.orders import Kind
from amino_dms.sharding.resharding import Layout, Plan, Stage

T = TypeVar("T")
_log = logging.getLogger(__name__)

KEY: Final = "layout"
ORDER_SECONDS: Final = 20.0
"""How long a shard may take for an order."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 2.0
_DEFINITE = (ObjectLost, NoKernelMatches)


class ReshardSteps:
    """Keeps the layout of one object, and carries its changes out.

    Arguments:
        kernel: of the coordinator.
    """

    def __init__(self, kernel: CoordinatorKernel) -> None:
        self._kernel = kernel
        self._stored = 0
        self._changed = asyncio.Event()
        self._at_work = False
        self.layout = Layout()

    async def load(self, ids: tuple[str, ...]) -> None:
        """Takes up what an earlier process has stored; `ids` are the shards of an object that has never had others."""
        found = await self._kernel.durable_get(KEY)
        self._stored = found.version
        self.layout = Layout(0, ids) if found.value is None else Layout.from_value(found.value)

    async def begin(self, count: int) -> None:
        """A change begins. Raises EpochStale where another process has changed the layout, OmsUnavailable."""
        await self._keep(self.layout.planned(count))
        self.go_on()

    def go_on(self) -> None:
        """Carries out the change that is under way, if there is one."""
        if self.layout.plan is not None and not self._at_work:
            self._at_work = True
            self._kernel.spawn(self._run())

    async def ended(self) -> None:
        """Returns when no change is under way."""
        while self.layout.plan is not None:
            await self._changed.wait()

    async def order(self, shard: str, kind: Kind, version: int, *args: Any) -> Any:
        """Gives a shard an order, through the kernel that has the object itself; raises what that raises."""
        work = self._kernel.instance_manager().call("order", shard, kind.value, version, list(args), budget=1.5 * ORDER_SECONDS)
        return await work

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        try:
            while (plan := self.layout.plan) is not None:
                try:
                    await self._step(plan)
                    pause = _FIRST_PAUSE
                except EpochStale:
                    raise
                except AminoError as error:
                    if plan.stage in (Stage.MAKING, Stage.SPLITTING) and _is_definite(error):
                        await self._keep(self.layout.undone(error.message))
                        continue
                    _log.info("%s of shards of %s is tried again: %s", plan.stage.value, self._kernel.title, error.message)
                    await self._kernel.clock.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
        except EpochStale as error:
            _log.info("another process changes the shards of %s: %s", self._kernel.title, error.message)
        finally:
            self._at_work = False

    async def _step(self, plan: Plan) -> None:
        layout = self.layout
        match plan.stage:
            case Stage.MAKING:
                await self._make(layout, plan)
            case Stage.SPLITTING:
                args = (len(layout.ids), plan.count)
                await _all(self.order(layout.ids[number], Kind.SPLIT, layout.next_version, number, *args) for number in layout.sources)
                await self._keep(layout.at(Stage.MERGING))
            case Stage.MERGING:
                await _all(self._merge(layout, plan, dest) for dest in layout.dests)
                await self._keep(layout.at(Stage.OPENING))
            case Stage.OPENING:
                await _all(self._open(layout, plan, number) for number in range(plan.count))
                await self._keep(layout.at(Stage.ENDING))
            case Stage.ENDING:
                if layout.grows:
                    await _all(self.order(layout.ids[number], Kind.DROP, layout.next_version) for number in layout.sources)
                await _all(self._kernel.end_shard(number) for number in range(plan.count, len(layout.ids)))
                await self._keep(layout.finished())
            case Stage.UNDOING:
                await _all(self.order(shard, Kind.RESTORE, layout.next_version) for shard in layout.ids)
                await self._keep(layout.restored())

    async def _make(self, layout: Layout, plan: Plan) -> None:
        version = layout.next_version
        new = await self._kernel.make_shards(range(len(layout.ids), plan.count), version=version)
        await _all(self.order(shard, Kind.EXPECT, version) for shard in new)
        await self._keep(layout.at(Stage.SPLITTING, (*layout.ids, *new)[: plan.count]))

    async def _merge(self, layout: Layout, plan: Plan, dest: int) -> dict[int, int]:
        """Brings a shard all pieces that are for it; how many there are, by the shard that has given them."""
        return {source: await self._carried(layout, plan, source, dest, 0) for source in layout.sources}

    async def _open(self, layout: Layout, plan: Plan, number: int) -> None:
        pieces: dict[int, int] = {}
        if number in layout.dests:
            pieces = {source: await self._carried(layout, plan, source, number, None) for source in layout.sources}
        if not await self.order(plan.after[number], Kind.OPEN, layout.next_version, pieces):
            # It was made anew since, by managers that keep nothing. Those that gave the pieces still have them.
            await self._merge(layout, plan, number)
            raise OmsUnavailable(f"shard {number} has lost what it got, and gets it again")

    async def _carried(self, layout: Layout, plan: Plan, source: int, dest: int, start: int | None) -> int:
        """Carries pieces from a place on, or none; how many there are."""
        peer = self._kernel.instance_manager()
        while True:
            args = (layout.ids[source], plan.after[dest], layout.next_version, source, dest)
            start, total = await peer.call("carry", *args, start, budget=3 * ORDER_SECONDS)
            if start >= total:
                return int(total)

    async def _keep(self, layout: Layout) -> None:
        value = layout.to_value()
        try:
            self._stored = await self._kernel.durable_put(KEY, value, expected=self._stored)
        except EpochStale:
            found = await self._kernel.durable_get(KEY)
            if found.value != value:
                raise
            # An earlier attempt has stored it, whose answer was lost.
            self._stored = found.version
        self.layout = layout
        self._changed.set()
        self._changed = asyncio.Event()


async def _all(works: Iterable[Awaitable[T]]) -> list[T]:
    """The results of works that run at once, when all have ended; raises a definite error of one, else the first."""
    results = await asyncio.gather(*works, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    for error in errors:
        if isinstance(error, AminoError) and _is_definite(error):
            raise error
    if errors:
        raise errors[0]
    return [result for result in results if not isinstance(result, BaseException)]


def _is_definite(error: AminoError) -> bool:
    """Whether it would come again, however often this is tried."""
    return isinstance(error, _DEFINITE) or not isinstance(error, (Unavailable, Ended, Conflict, InternalError))
