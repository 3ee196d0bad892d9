"""LeaseCaching: reads are answered by the caller while its lease lasts (Sapphire Table 1 and Figure 5; Gray and Cheriton, SOSP 1989).

The caller measures its lease from before it asked, the object's side from when it granted, each on its own clock: the caller's ends first.
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
    Delegation,
    DeploymentManager,
    InstanceKernel,
    Interface,
    Invocation,
    Next,
    ProxyKernel,
    Purpose,
    Trait,
    question,
    require_some,
    with_header,
)
from amino_dms.caching.caching_proxy import SAFETY, CachingProxy
from amino_dms.caching.granting import Granting
from amino_dms.caching.rights import until_over
from amino_dms.caching.rules import ONE_CACHE
from amino_dms.caching.sorting_manager import SortingManager

HEADER = "LeaseCaching"
_GRANT = "@lease"
"""A call by which all replicas of an object hear of a lease."""


@dataclass(frozen=True, slots=True)
class LeaseConfig:
    """Settings.

    Arguments:
        lease: how long a caller may answer reads by itself; a write of another caller waits for as long.
        entries: how many results a caller keeps.
    """

    lease: timedelta = timedelta(seconds=10)
    entries: int = 10_000

    def __post_init__(self) -> None:
        require_some(self, "lease", "entries")


class LeaseProxy(CachingProxy[LeaseConfig]):
    """Holds at most one lease, and gives it up before it writes."""

    def __init__(self, config: LeaseConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel, config.entries)
        self._holder = f"{kernel.random.getrandbits(64):016x}"
        self._lease = ""
        self._writing = 0
        self._granting = Granting(kernel)
        self._asking: asyncio.Future[None] | None = None
        self._refused_until = float("-inf")

    async def prepare(self) -> None:
        """Asks for a lease, unless a write of ours is on its way."""
        now = self.kernel.clock.now()
        if now < self.valid_until or self._writing or self._asking is not None or now < self._refused_until:
            return
        self._asking = asyncio.get_running_loop().create_future()
        granted = None
        try:
            granted = await self._granting.call("acquire", self._holder)
        except AminoError:
            granted = None
        finally:
            self.results.clear()
            if granted is None:
                self._refused_until = now + self.config.lease.total_seconds() / 20
            else:
                self._lease = granted[0]
                self.valid_until = now + granted[1] * SAFETY
            self._asking.set_result(None)
            self._asking = None

    def stamp(self) -> Any:
        """The lease."""
        return self._lease if self.kernel.clock.now() < self.valid_until else None

    def keeps_nothing(self) -> bool:
        """Whether there is no lease, and none is asked for."""
        return not self._lease and self._asking is None

    def leaves(self, method: str) -> Any:
        """A write is on its way."""
        self._writing += 1

    def returns(self, request_id: str, given: Any, error: BaseException | None) -> None:
        """It has come back."""
        self._writing -= 1

    async def write(self, call: Invocation, next: Next) -> Any:
        """Gives up the lease with the call itself, so that it need not wait for it."""
        self._writing += 1
        try:
            if self._asking is not None:
                await asyncio.shield(self._asking)
            given_up, self._lease = self._lease, ""
            self.valid_until = float("-inf")
            return await next(with_header(call, HEADER, [self._holder, given_up]))
        finally:
            self._writing -= 1


class LeaseManager(SortingManager[LeaseConfig]):
    """Grants leases while nobody writes; a write waits until all of them have ended."""

    def __init__(self, config: LeaseConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._leases: dict[str, tuple[str, float]] = {}
        self._quiet_until = float("-inf")
        self._writing = 0
        self._given_up = asyncio.Event()

    @classmethod
    def wants_calls(cls, config: LeaseConfig, interface: Interface) -> bool:
        """Always: it must see every write."""
        return True

    async def on_create(self, arrival: Arrival) -> None:
        """After a recovery: leases that the dead place granted may still last."""
        if arrival is Arrival.RECOVERED and not self.kernel.replicated:
            self._quiet_until = self.kernel.clock.now() + self.config.lease.total_seconds()

    @question
    async def acquire(self, holder: str) -> list[Any] | None:
        """A lease for a caller: its token and how many seconds it lasts; None while somebody writes."""
        if self._writing or self.observing:
            return None
        token = f"{self.kernel.random.getrandbits(64):016x}"
        if self.kernel.replicated:
            # Whichever replica orders calls next: each waits for the lease by its own clock, since after it was asked for.
            granted: list[Any] = await self.kernel.submit(_GRANT, holder, token, request_id=f"{holder}/{token}")
            return granted
        return self._granted(holder, token)

    def delegates(self) -> Delegation | None:
        """As of every cache: the call that notes a lease comes from a manager, and never from the object's gate."""
        return super().delegates()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Notes a lease, or sorts the call."""
        return self._granted(*call.args) if call.method == _GRANT else await super().on_call(call, next)

    def _granted(self, holder: str, token: str) -> list[Any]:
        seconds = self.config.lease.total_seconds()
        self._leases[holder] = (token, self.kernel.clock.now() + seconds)
        return [token, seconds]

    async def write(self, call: Invocation, next: Next) -> Any:
        """Waits for the leases of others, grants none meanwhile, and runs."""
        holder, token = call.headers.get(HEADER) or ("", "")
        if token and self._leases.get(holder, ("", 0.0))[0] == token:
            del self._leases[holder]
            self._given_up.set()
        self._writing += 1
        try:
            await until_over(self.kernel, self._remaining, self._given_up)
            return await next(call)
        finally:
            self._writing -= 1

    def is_unheard(self) -> bool:
        """Whether nobody holds a lease."""
        return self._remaining() <= 0

    async def changed(self) -> None:
        """Waits for all leases; no new one is granted while a call runs alone."""
        while (seconds := self._remaining()) > 0:
            await self.kernel.clock.sleep(seconds)

    async def on_detach(self) -> None:
        """Waits for all leases: their holders may not know yet that there are none any more."""
        await self.changed()

    def detach_seconds(self) -> float:
        """As long as the last lease lasts, besides what every part has."""
        return super().detach_seconds() + max(0.0, self._remaining())

    async def save(self, purpose: Purpose) -> Any:
        """For a move, or for another replica: the leases, as seconds they still last."""
        if purpose is Purpose.CHECKPOINT and not self.kernel.replicated:
            return None
        now = self.kernel.clock.now()
        return {"quiet": self._quiet_until - now, "leases": [[holder, token, end - now] for holder, (token, end) in self._leases.items()]}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Honours the leases of the place before."""
        now = self.kernel.clock.now()
        self._quiet_until = now + saved["quiet"]
        self._leases = {holder: (token, now + seconds) for holder, token, seconds in saved["leases"]}

    def _remaining(self) -> float:
        now = self.kernel.clock.now()
        self._leases = {holder: lease for holder, lease in self._leases.items() if lease[1] > now}
        return max([self._quiet_until, *(end for _, end in self._leases.values())]) - now


class LeaseCaching(DeploymentManager):
    """Callers answer reads by themselves under a lease."""

    family = "caching"
    promise = "Reads are answered on the caller's side under a lease; writes wait for the leases of others, so nobody reads a stale value."
    paper_lines = 133
    Config = LeaseConfig
    proxy = LeaseProxy
    instance_manager = LeaseManager
    declares = Declarations(
        traits=frozenset({Trait.CACHES, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_CACHE,),
    )
