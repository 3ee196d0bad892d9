"""ConsistentCaching of an object with replicas: callers hear of a write before it gets into the log.

One replica grants rights, under a *cover*: an entry of the log by which all replicas hear that callers may keep results
for a while. A write names the last cover that its replica knew when no caller had a right any more: its own callers have
heard, and rights that others granted are over, by its own clock. Where the log has a later cover before it, the write is
postponed on all replicas, and waits anew. So no write is applied that a caller with a right has not heard of, whichever
replicas believe that they order calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from amino_wire.unheard import may_be_unheard

from amino_dms.api import (
    Arrival,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Postponed,
    Purpose,
    did_not_run,
    is_answer,
    is_read,
    question,
    with_header,
)
from amino_dms.api.clock import SAFE
from amino_dms.caching.rights import until_over

if TYPE_CHECKING:
    from amino_dms.caching.consistent_caching import ConsistentConfig

COVER: Final = "@cover"
"""A call by which all replicas hear that one of them grants rights: the manager's name, and the cover's own."""
_LEASES: Final = 1.5
"""So many leases a cover lasts: a write that the next leader orders waits as long at most."""
_ASKS_A_LEASE: Final = 4


class OrderedConsistent(InstanceManager["ConsistentConfig"]):
    """Grants rights while nobody writes; see above."""

    def __init__(self, config: ConsistentConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._lease = config.lease.total_seconds()
        self._era = f"{kernel.random.getrandbits(64):016x}"
        self._number = self._writing = 0
        self._callers: dict[str, tuple[int, float]] = {}
        """Those that may keep results: at which number they got the right, and until when it lasts."""
        self._cover = ""
        """The last one in the log."""
        self._asking = self._mine = ""
        """The cover that is asked for, and the last one under which rights are granted here."""
        self._asked = 0.0
        self._covered_until = self._others_until = float("-inf")
        self._covering: asyncio.Task[None] | None = None
        self._news, self._heard = asyncio.Event(), asyncio.Event()

    @question
    async def watch(self, caller: str, era: str, number: int, calm: bool) -> list[Any]:
        """As of `ConsistentManager`. Raises KernelUnavailable where another replica grants rights."""
        asked = self.kernel.clock.now()
        granted = self._callers.get(caller)
        if granted is not None and era == self._era and number > granted[0]:
            del self._callers[caller]  # it has heard of a write since
            self._heard.set()
        await self._get_cover(asked)
        ends = asked + self._lease / _ASKS_A_LEASE
        while self._present(asked) == [era, number, calm] and (left := ends - self.kernel.clock.now()) > 0:
            news = self._news
            try:
                await self.kernel.held(news.wait(), left)
            except TimeoutError:
                break
        present = self._present(asked)
        if present[2]:
            self._callers[caller] = self._number, asked + self._lease
        return present

    @question
    async def reads(self) -> list[str]:
        """None but the members that are declared to read."""
        return []

    def _present(self, asked: float) -> list[Any]:
        covered = self._is_mine() and asked + self._lease <= self._covered_until
        return [self._era, self._number, covered and not self._writing]

    def _is_mine(self) -> bool:
        return self._mine != "" and self._cover == self._mine

    async def _get_cover(self, asked: float) -> None:
        """Returns when rights can be granted, or cannot be now."""
        left = self._covered_until - asked
        is_mine = self._is_mine()
        if self._writing or (is_mine and left > (1 + _LEASES) / 2 * self._lease):
            return
        if self._covering is None or self._covering.done():
            self._covering = asyncio.ensure_future(self._ask_for_cover())
            self._covering.add_done_callback(may_be_unheard)
        if not is_mine or left < self._lease:
            await asyncio.shield(self._covering)

    async def _ask_for_cover(self) -> None:
        self._asked = self.kernel.clock.now()
        cover = self._asking = f"{self.kernel.random.getrandbits(64):016x}"
        await self.kernel.submit(COVER, self.kernel.manager, cover, request_id=f"{self._era}/{cover}")

    @asynccontextmanager
    async def ordering(self, call: Invocation) -> AsyncGenerator[Invocation]:
        """A write tells all callers, and gets into the log when none has a right any more."""
        if call.method == COVER or is_read(call.method, self.kernel.interface):
            yield call
            return
        self._writing += 1
        self._number += 1
        self._tell()
        try:
            if self._covering is not None and not self._covering.done():
                with suppress(TimeoutError):
                    await self.kernel.held(asyncio.wait({self._covering}), self._lease)
            await until_over(self.kernel, self._unheard, self._heard)
            yield with_header(call, self.kernel.manager, self._cover)
        except BaseException as error:
            if not (did_not_run(error) or is_answer(error)):
                # It may stand in the log yet: rights are granted again behind it only, under another cover.
                self._covered_until = float("-inf")
            raise
        finally:
            self._writing -= 1
            self._tell()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A read, or a call of the log."""
        if call.method == COVER and call.args[0] == self.kernel.manager:
            self._take_cover(call.args[1], self._lease * _LEASES)
            return None
        if is_read(call.method, self.kernel.interface):
            return await next(call)
        if self._cover and call.headers.get(self.kernel.manager) != self._cover:
            again = asyncio.get_running_loop().create_future()
            again.set_result(None)
            raise Postponed(f"{call.method} of {self.kernel.title} waits for callers that keep results", again)
        if not self._writing:
            # Callers that lost their rights here may get them again, and keep results from before.
            self._number += 1
            self._tell()
        return await next(call)

    def _take_cover(self, cover: str, seconds: float) -> None:
        self._cover = cover
        if cover == self._asking:
            self._mine, self._asking = cover, ""
            self._covered_until = self._asked + seconds * SAFE
        elif cover != self._mine:
            self._others_until = max(self._others_until, self.kernel.clock.now() + seconds)
        self._tell()

    def _unheard(self) -> float:
        """Seconds for which a caller may still have a right."""
        now = self.kernel.clock.now()
        self._callers = {name: right for name, right in self._callers.items() if right[1] > now}
        return max([self._others_until, *(until for _, until in self._callers.values())]) - now

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def on_detach(self) -> None:
        """Waits until no caller may answer by itself any more: nobody will tell them of writes."""
        self._mine = self._asking = ""
        self._tell()
        while (seconds := self._unheard()) > 0:
            await self.kernel.clock.sleep(seconds)

    def detach_seconds(self) -> float:
        """As long as the last right lasts, besides what every part has."""
        return super().detach_seconds() + max(0.0, self._unheard())

    async def save(self, purpose: Purpose) -> Any:
        """The last cover, and for how long rights may last."""
        return {"cover": self._cover, "left": max(0.0, self._unheard(), self._covered_until - self.kernel.clock.now())}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Rights of the place before, or of other replicas, go on; callers that got theirs here have results of another state."""
        self._number += 1
        self._mine = self._asking = ""
        self._take_cover(saved["cover"], saved["left"])

    async def on_destroy(self) -> None:
        """Nobody asks for a cover any more."""
        if self._covering is not None:
            self._covering.cancel()
