"""DynamicMigration: the object follows the callers that use it most (Sapphire Table 1)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amino_wire.errors import AminoError

from amino_dms.api import (
    Coordinator,
    CoordinatorKernel,
    Declarations,
    DeploymentManager,
    Invocation,
    Next,
    Proxy,
    ProxyKernel,
    Rule,
    Trait,
    command,
    question,
    require_some,
)
from amino_dms.mobility.caller_weights import CallerWeights, Inertia
from amino_dms.scalability.reports import TURN, ReportPace, ReportTimes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DynamicMigrationConfig:
    """Settings.

    Arguments:
        settle: how long the object stays after a move at least.
        window: after this time a call counts half.
        gain: a move must save this part of the distance between callers and object.
    """

    settle: timedelta = timedelta(seconds=10)
    window: timedelta = timedelta(seconds=30)
    gain: float = 0.3

    def __post_init__(self) -> None:
        require_some(self, "settle", "window")
        if not 0 < self.gain < 1:
            raise ValueError("gain must be between 0 and 1")


class FollowingProxy(Proxy[DynamicMigrationConfig]):
    """Counts the calls of its place, and tells the coordinator now and then."""

    passes_reads = True

    def __init__(self, config: DynamicMigrationConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._calls = 0
        self._reports = ReportTimes(kernel, self._tell)

    def hands_on(self, method: str) -> bool:
        """Each call."""
        return True

    def leaves(self, method: str) -> Any:
        """Counts it. It gets no header."""
        self._count()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """As calls that leave at once."""
        self._count()
        return await next(call)

    def _count(self) -> None:
        self._calls += 1
        self._reports.called()

    async def _tell(self) -> float:
        calls, self._calls = self._calls, 0
        try:
            return float(await self.kernel.coordinator().call("report", self.kernel.node.id, calls))
        except AminoError:
            self._calls += calls  # the OMS hears of these calls later
            raise


class FollowingCoordinator(Coordinator[DynamicMigrationConfig]):
    """Adds up what callers tell, and moves the object."""

    def __init__(self, config: DynamicMigrationConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        inertia = Inertia(config.settle.total_seconds(), config.window.total_seconds(), config.gain)
        self._weights = CallerWeights(inertia, kernel.clock.now())
        self._pace = ReportPace()
        self._follows = False

    @question
    async def report(self, node: str, calls: int) -> float:
        """Clients at a node have made calls. After how many seconds it may tell more. A client that lies moves the object to where
        its operator allows it, as its calls would."""
        self._weights.heard(str(node), int(calls), self.kernel.clock.now())
        if not self._follows:
            self._follows = True
            self.kernel.spawn(self._follow())
        return self._pace.heard()

    @command
    async def callers(self) -> Any:
        """The node of the object, and the calls of late by the nodes of their callers, the most first."""
        weights = {node: round(weight, 1) for node, weight in self._weights.weights(self.kernel.clock.now()).items()}
        return {"node": self.kernel.replicas()[0].node, "calls": weights}

    async def _follow(self) -> None:
        clock = self.kernel.clock
        while not self._weights.is_at_rest(clock.now()):
            await clock.sleep(TURN)
            self._pace.turn()
            try:
                await self._go()
            except AminoError as error:
                self._weights.moved(clock.now())
                _log.info("%s stays where it is: %s", self.kernel.title, error)
        self._follows = False

    async def _go(self) -> None:
        present = self.kernel.replicas()[0].node
        wanted = self._weights.wanted(present, await self.kernel.sites(), await self.kernel.nodes(), self.kernel.clock.now())
        if wanted != present:
            await self.kernel.pin(wanted)
            self._weights.moved(self.kernel.clock.now())
            _log.info("%s has moved from %s to %s, nearer to its callers", self.kernel.title, present, wanted)


class DynamicMigration(DeploymentManager):
    """For objects whose callers change: a document that is edited here by day and there by night."""

    family = "mobility"
    promise = (
        "The object moves to where the calls of late have the shortest way; calls during the move wait, none is lost, none runs twice."
    )
    paper_lines = 57
    Config = DynamicMigrationConfig
    proxy = FollowingProxy
    coordinator = FollowingCoordinator
    declares = Declarations(
        traits=frozenset({Trait.MOVES}),
        forbids=(
            Rule(Trait.SPREADS, "it moves the one object there is, and replicas are several"),
            Rule(Trait.MOVES, "each would move the object away from where the other has put it"),
        ),
        needs_state=True,
    )
