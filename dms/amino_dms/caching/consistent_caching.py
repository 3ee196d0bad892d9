"""ConsistentCaching: every caller keeps results, and a write is told to all of them before it runs (Sapphire Table 1).

Nobody can call a caller, so callers ask: each keeps one question, `watch`, open at the object's side, which answers it when a write comes.
The next question says that the news has arrived. A caller that stops asking has lost its right after one lease, on its own clock first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amino_wire.errors import AminoError

from amino_dms.api import (
    Arrival,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    Interface,
    Invocation,
    Next,
    ProxyKernel,
    Purpose,
    Ran,
    Trait,
    question,
    require_some,
)
from amino_dms.caching.caching_proxy import SAFETY, CachingProxy
from amino_dms.caching.granting import Granting
from amino_dms.caching.ordered_consistent import OrderedConsistent
from amino_dms.caching.rights import until_over
from amino_dms.caching.rules import ONE_CACHE
from amino_dms.caching.sorting_manager import SortingManager

_ASKS_A_LEASE = 4
"""How often a caller asks during one lease."""
_IDLE_ASKS = 4
"""After how many questions without a read between them a caller stops asking."""


@dataclass(frozen=True, slots=True)
class ConsistentConfig:
    """Settings.

    Arguments:
        lease: how long a write waits for a caller that cannot be reached.
        entries: how many results a caller keeps.
    """

    lease: timedelta = timedelta(seconds=5)
    entries: int = 10_000

    def __post_init__(self) -> None:
        require_some(self, "lease", "entries")


class ConsistentProxy(CachingProxy[ConsistentConfig]):
    """Keeps results while the object's side says that nobody writes."""

    def __init__(self, config: ConsistentConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel, config.entries)
        self._id = f"{kernel.random.getrandbits(64):016x}"
        self._known: list[Any] = ["", 0, False]
        self._granting = Granting(kernel)
        self._watching = False
        self._used = False

    async def prepare(self) -> None:
        """Starts asking, if nobody does."""
        self._used = True
        if not self._watching:
            self._watching = True
            self.kernel.spawn(self._watch())

    def stamp(self) -> Any:
        """The number of the last write, while it is sure that no write is on its way."""
        return self._known if self.kernel.clock.now() < self.valid_until else None

    def keeps_nothing(self) -> bool:
        """Whether no result may be answered from here."""
        return self.kernel.clock.now() >= self.valid_until

    async def write(self, call: Invocation, next: Next) -> Any:
        """The object's side tells us like everybody else."""
        return await next(call)

    async def _watch(self) -> None:
        idle = 0
        lease = self.config.lease.total_seconds()
        try:
            while idle < _IDLE_ASKS:
                idle, self._used = (0 if self._used else idle + 1), False
                asked = self.kernel.clock.now()
                try:
                    news = await self._granting.call("watch", self._id, *self._known, budget=lease)
                except AminoError:
                    await self.kernel.clock.sleep(lease / _ASKS_A_LEASE)
                    continue
                if news != self._known:
                    self.results.clear()
                    self._known = news
                self.valid_until = asked + lease * SAFETY if news[2] else float("-inf")
        finally:
            self._watching = False
            self.valid_until = float("-inf")

    def answer_now(self, method: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        """The cached result, if it is valid."""
        self._used = True
        return super().answer_now(method, args, kwargs)


@dataclass(slots=True)
class _Caller:
    heard: int
    until: float


class ConsistentManager(SortingManager[ConsistentConfig]):
    """Counts writes; a write runs when every caller has heard of it or has lost its right."""

    def __init__(self, config: ConsistentConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._era = f"{kernel.random.getrandbits(64):016x}"
        self._number = 0
        self._writing = 0
        self._callers: dict[str, _Caller] = {}
        self._quiet_until = float("-inf")
        self._news = asyncio.Event()
        self._heard = asyncio.Event()

    @classmethod
    def wants_calls(cls, config: ConsistentConfig, interface: Interface) -> bool:
        """Always: it must see every write."""
        return True

    async def on_create(self, arrival: Arrival) -> None:
        """After a recovery: callers that the dead place knew may still keep results."""
        if arrival is Arrival.RECOVERED:
            self._quiet_until = self.kernel.clock.now() + self.config.lease.total_seconds()

    @question
    async def watch(self, caller: str, era: str, number: int, calm: bool) -> list[Any]:
        """The news for a caller: the era, the number of the last write, whether nobody writes. Answers when it differs from what the
        caller says it knows, or after a part of the lease. Asking says that what it knows has taken effect."""
        now, lease = self.kernel.clock.now(), self.config.lease.total_seconds()
        self._callers[caller] = _Caller(number if era == self._era else -1, now + lease)
        self._heard.set()
        ends = now + lease / _ASKS_A_LEASE
        while self._present() == [era, number, calm] and (left := ends - self.kernel.clock.now()) > 0:
            news = self._news
            try:
                await self.kernel.held(news.wait(), left)
            except TimeoutError:
                break
        return self._present()

    async def write(self, call: Invocation, next: Next) -> Any:
        """Tells all callers, waits for them, and runs."""
        self._writing += 1
        self._begin()
        try:
            await until_over(self.kernel, self._unheard, self._heard)
            return await next(call)
        finally:
            self._writing -= 1
            self._tell()

    def recalled(self, ran: Ran) -> None:
        """Results that callers keep since before are old."""
        super().recalled(ran)
        self._number += 1

    def is_unheard(self) -> bool:
        """Whether no caller keeps results."""
        now = self.kernel.clock.now()
        return self._quiet_until <= now and all(caller.until <= now for caller in self._callers.values())

    async def changed(self) -> None:
        """Tells all callers and waits for them; the call has run already, so a move must wait too."""
        self._begin()
        while self._unheard() > 0:
            await self.kernel.clock.sleep(self.config.lease.total_seconds() / 100)

    async def on_detach(self) -> None:
        """Waits until no caller may answer by itself any more: nobody will tell them of writes."""
        self._number += 1
        while (seconds := self._unheard()) > 0:
            await self.kernel.clock.sleep(seconds)

    def detach_seconds(self) -> float:
        """As long as the last caller may answer by itself, besides what every part has."""
        now = self.kernel.clock.now()
        last = max([self._quiet_until, *(caller.until for caller in self._callers.values())])
        return super().detach_seconds() + max(0.0, last - now)

    async def save(self, purpose: Purpose) -> Any:
        """For a move: which callers keep results, and for how long."""
        if purpose is Purpose.CHECKPOINT:
            return None
        now = self.kernel.clock.now()
        callers = [[name, caller.heard, caller.until - now] for name, caller in self._callers.items()]
        return {"era": self._era, "number": self._number, "quiet": self._quiet_until - now, "callers": callers}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Goes on counting where the place before stopped."""
        now = self.kernel.clock.now()
        self._era, self._number, self._quiet_until = saved["era"], saved["number"], now + saved["quiet"]
        self._callers = {name: _Caller(heard, now + seconds) for name, heard, seconds in saved["callers"]}

    def _present(self) -> list[Any]:
        return [self._era, self._number, self._writing == 0]

    def _begin(self) -> None:
        self._number += 1
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _unheard(self) -> float:
        now = self.kernel.clock.now()
        self._callers = {name: caller for name, caller in self._callers.items() if caller.until > now}
        waiting = [caller.until for caller in self._callers.values() if caller.heard < self._number]
        return max([self._quiet_until, *waiting]) - now


class ConsistentCaching(DeploymentManager):
    """Callers keep results until the next write, of which all are told first."""

    family = "caching"
    promise = "Reads are answered on the caller's side; a write runs when all have dropped what they kept, so nobody reads a stale value."
    paper_lines = 98
    Config = ConsistentConfig
    proxy = ConsistentProxy
    instance_manager = ConsistentManager
    in_order = OrderedConsistent
    declares = Declarations(
        traits=frozenset({Trait.CACHES, Trait.TELLS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_CACHE,),
    )
