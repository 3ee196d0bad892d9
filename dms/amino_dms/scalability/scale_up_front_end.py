"""ScaleUpFrontEnd: as LoadBalancedFrontEnd, as many replicas as the latency that callers see asks for (Sapphire section 6)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from amino_wire.errors import AminoError, KernelUnavailable

from amino_dms.api import (
    Arrival,
    Coordinator,
    CoordinatorKernel,
    Declarations,
    DeploymentManager,
    InstanceManager,
    Invocation,
    Next,
    Proxy,
    ProxyKernel,
    Purpose,
    Replica,
    Rule,
    Trait,
    command,
    did_not_run,
    peer,
    question,
    replica_of,
    require_some,
    to_replica,
)
from amino_dms.scalability.load_balanced_front_end import EACH_ITS_OWN, replaced
from amino_dms.scalability.reports import TURN, ReportPace, ReportTimes
from amino_dms.scalability.scaling import Bounds, Scaling

_log = logging.getLogger(__name__)

_LEAVING = 20.0
"""Seconds that the calls on a replica may take to end when it is to go."""


@dataclass(frozen=True, slots=True)
class ScaleUpConfig:
    """Settings.

    Arguments:
        min: replicas there are at least.
        max: replicas there are at most.
        latency: there is one more where a tenth of the calls takes longer than this.
        settle: how long one more has to show its effect before the next one.
        calm: there is one less when calls were quick for so long; longer where the load comes back each time.
    """

    min: int = 1
    max: int = 4
    latency: timedelta = timedelta(milliseconds=100)
    settle: timedelta = timedelta(seconds=5)
    calm: timedelta = timedelta(minutes=1)

    def __post_init__(self) -> None:
        require_some(self, "min", "max", "latency", "settle", "calm")
        if self.max < self.min:
            raise ValueError("max must be at least min")


class ScaleUpProxy(Proxy[ScaleUpConfig]):
    """Sends each call to the next replica, and tells the coordinator now and then how long calls took."""

    def __init__(self, config: ScaleUpConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._turn = kernel.random.randrange(1 << 16)
        self._numbers: Sequence[int] = ()
        self._calls = self._near = self._over = 0
        self._reports = ReportTimes(kernel, self._tell)
        kernel.set_high_latency(config.latency.total_seconds() / 2)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A replica that has gone meanwhile has not run the call: another one does."""
        self._calls += 1
        self._reports.called()
        if replica_of(call) is not None:
            return await next(call)
        gone = set[int]()
        while True:
            number = self._next(gone)
            if number is None:
                return await next(call)
            try:
                return await next(to_replica(call, number))
            except KernelUnavailable as error:
                gone.add(number)
                if not did_not_run(error) or self._next(gone) is None:
                    raise

    async def on_high_latency(self, seconds: float) -> None:
        """A call took longer than half of what is allowed."""
        if seconds > self.config.latency.total_seconds():
            self._over += 1
        else:
            self._near += 1

    async def on_member_added(self, replica: Replica) -> None:
        """The record is newer than what was told last, or soon will be told anew."""
        self._numbers = ()

    async def on_member_removed(self, replica: Replica) -> None:
        """As where one was added."""
        self._numbers = ()

    def _next(self, gone: set[int]) -> int | None:
        known = self._numbers or [replica.number for replica in self.kernel.replicas()]
        left = [number for number in known if number not in gone]
        self._turn += 1
        return left[self._turn % len(left)] if left else None

    async def _tell(self) -> float:
        told = (self._calls, self._near, self._over)
        self._calls = self._near = self._over = 0
        numbers, pause = await self.kernel.coordinator().call("report", *told)
        self._numbers = tuple(numbers)
        return float(pause)


class ScaleUpManager(InstanceManager[ScaleUpConfig]):
    """Lets the calls end on a replica that is to go; has nothing to do with calls otherwise."""

    @peer
    async def leave(self) -> None:
        """Returns when no call runs here any more; calls that come later wait until the replica has ended, and run elsewhere."""
        await self.kernel.leaving(_LEAVING)


class ScaleUpCoordinator(Coordinator[ScaleUpConfig]):
    """Makes replicas and ends them. All that callers tell is added up: there may be any number of them."""

    def __init__(self, config: ScaleUpConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        settle, calm = config.settle.total_seconds(), config.calm.total_seconds()
        self._bounds = Bounds(config.min, config.max, settle, calm)
        self._scaling = Scaling(self._bounds, kernel.clock.now())
        self._leaving: int | None = None
        self._pace = ReportPace()
        self._heard = asyncio.Event()

    async def on_create(self, arrival: Arrival) -> None:
        """Makes the first replicas, by the constructor."""
        for _ in range(self.config.min - len(self.kernel.replicas())):
            await self.kernel.replicate()
        self.kernel.spawn(self._follow())

    async def on_failure(self, replica: Replica) -> bool:
        """Replaces a dead replica; without a node for it, does with those that are left."""
        return await replaced(self.kernel, replica)

    @question
    async def report(self, calls: int, near: int, over: int) -> Any:
        """A caller tells of its calls. Which replicas it is to use, and after how many seconds it may tell more."""
        pause = self._pace.heard()
        self._scaling.heard(calls, near, over)
        self._heard.set()
        return [[each.number for each in self.kernel.replicas() if each.number != self._leaving], pause]

    @command
    async def replicas(self) -> Any:
        """The kernels of the replicas by their numbers, the bounds, and how many seconds of quick calls cost one."""
        places = {each.number: each.node for each in self.kernel.replicas()}
        return {"replicas": places, "min": self.config.min, "max": self.config.max, "calm": self._scaling.calm}

    async def save(self, purpose: Purpose) -> Any:
        """How patient it has become."""
        return {"patience": self._scaling.patience}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS, or with other settings."""
        self._scaling = Scaling(self._bounds, self.kernel.clock.now(), saved["patience"])
        self._heard.set()
        self.kernel.spawn(self._follow())

    async def _follow(self) -> None:
        clock = self.kernel.clock
        while True:
            if self._scaling.is_at_rest(len(self.kernel.replicas())):
                self._heard.clear()
                await self._heard.wait()
            await clock.sleep(TURN)
            self._pace.turn()
            present = len(self.kernel.replicas())
            wanted = self._scaling.wanted(present, clock.now())
            try:
                if wanted > present:
                    await self.kernel.replicate()
                elif wanted < present:
                    await self._one_less()
            except AminoError as error:
                _log.info("%s stays at %d replicas: %s", self.kernel.title, present, error)

    async def _one_less(self) -> None:
        self._leaving = max(each.number for each in self.kernel.replicas())
        try:
            await self.kernel.instance_manager(self._leaving).call("leave", budget=_LEAVING)
            await self.kernel.destroy_replica(self._leaving)
        finally:
            self._leaving = None


class ScaleUpFrontEnd(DeploymentManager):
    """For objects that keep no state of their own, and whose load comes and goes."""

    family = "scalability"
    promise = "Calls are spread over replicas that know nothing of one another, as many as the latency that callers see asks for."
    paper_lines = 88
    Config = ScaleUpConfig
    proxy = ScaleUpProxy
    instance_manager = ScaleUpManager
    coordinator = ScaleUpCoordinator
    declares = Declarations(
        traits=frozenset({Trait.SPREADS}),
        forbids=(EACH_ITS_OWN, Rule(Trait.SPREADS, "each would make replicas, and end those of the other; choose one")),
    )

    def fan_out(self) -> int:
        """The number of replicas that it begins with."""
        return cast(ScaleUpConfig, self.config).min
