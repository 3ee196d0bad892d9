"""Plays one schedule, from its seed to its verdict."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from amino_wire.errors import AminoError

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.histories.history import History
from amino_testkit.schedules.deeds import DEEDS
from amino_testkit.schedules.stage import OBJECT, Stage
from amino_testkit.schedules.suite import ScheduleSuite
from amino_testkit.schedules.unmended import left_out
from amino_testkit.suites.histories import read_all
from amino_testkit.suites.map_caller import MapCaller
from amino_testkit.world.scheduler import Stuck, Unexpected, elapsed, simulate

BETWEEN = 1.5
"""The longest time between two deeds, in seconds."""
PAUSE = 0.6
"""The longest wait of a client between two operations, in seconds."""
CALL_BUDGET = 8.0
"""Seconds that a call may take."""
PATIENCE = 90.0
"""Seconds after which an object must answer when all is calm again."""
_LAST_CLIENT = 100


@dataclass(slots=True)
class Played:
    """What came of a schedule: what went wrong (empty: nothing), and what happened."""

    suite: str
    seed: int
    chain: str = ""
    problem: str = ""
    deeds: list[str] = field(default_factory=list[str])
    operations: Counter[str] = field(default_factory=Counter[str])
    errors: Counter[str] = field(default_factory=Counter[str])
    lines: str = ""

    @property
    def headline(self) -> str:
        """For people: which schedule it was, and how it is played again."""
        return f"{self.suite} with {self.chain or 'no managers'}, seed {self.seed}: {self.problem}\n{', '.join(self.deeds)}"


class Member(Protocol):
    """A process of a cluster."""

    @property
    def alive(self) -> bool: ...

    def start(self) -> None: ...


def play(suite: ScheduleSuite, seed: int) -> Played:
    """Plays the schedule of that seed."""
    played = Played(suite.name, seed)
    history = History()
    try:
        simulate(lambda random: _run(suite, random, played, history), seed)
    except (Stuck, Unexpected, AminoError, AssertionError, TimeoutError) as error:
        played.problem = f"{type(error).__name__}: {error}"
    if not played.problem:
        played.problem = suite.judge(history, played.chain)
    played.operations.update({status: history.count(status) for status in ("ok", "info", "fail")})
    played.errors.update(history.errors)
    played.lines = history.lines()
    return played


async def _run(suite: ScheduleSuite, random: Random, played: Played, history: History) -> None:
    random.seed(f"{suite.name}/{played.seed}")
    played.chain = random.choice(suite.chains)
    cluster = SimulatedCluster(random)
    await cluster.create(OBJECT, played.chain, kind=suite.kind, kernel=random.choice("abc"))
    stage = Stage(cluster, Random(random.getrandbits(64)), suite.attachable)
    clients = [_client(cluster, random, number) for number in range(suite.clients)]
    disturbing = asyncio.ensure_future(_disturb(suite, stage, played))
    await asyncio.gather(*(_act(suite, caller, number, random, history) for number, caller in enumerate(clients)))
    await disturbing
    await _calm(stage)
    await _come_back(suite, cluster, history)


def _client(cluster: SimulatedCluster, random: Random, number: int) -> MapCaller:
    name, node = f"client {number}", random.choice("abc")
    kind = random.choice(("kernel", "sdk", "other sdk"))
    if kind == "kernel":
        return _Hurried(cluster.client(name, node).stub(OBJECT))
    return _Hurried(cluster.sdk_client(name, node, "here" if kind == "sdk" else "kernel").stub(OBJECT))


async def _act(suite: ScheduleSuite, caller: MapCaller, number: int, random: Random, history: History) -> None:
    for _ in range(random.randint(suite.operations // 2, suite.operations)):
        await asyncio.sleep(random.uniform(0, PAUSE))
        await suite.act(caller, number, random, history)


async def _disturb(suite: ScheduleSuite, stage: Stage, played: Played) -> None:
    deeds = sorted(name for name in suite.deeds if not left_out(suite.name, name))
    for _ in range(stage.random.randint(1, 5)):
        await asyncio.sleep(stage.random.uniform(0, BETWEEN))
        name = stage.random.choice(deeds)
        played.deeds.append(f"{name} at {elapsed():.2f}")
        DEEDS[name](stage)


async def _calm(stage: Stage) -> None:
    """Nothing goes wrong any more; what has ended is there again, and what stood still has gone on."""
    cluster = stage.cluster
    await asyncio.sleep(2.5 * DETECTION)
    cluster.calm()
    cluster.oms.disk.full, cluster.oms.disk.failing_syncs = False, 0
    members: list[Member] = [cluster.oms, *cluster.kernels.values()]
    for member in members:
        if not member.alive:
            member.start()
    await asyncio.gather(*stage.orders)


async def _come_back(suite: ScheduleSuite, cluster: SimulatedCluster, history: History) -> None:
    last = cluster.client("last", "b").stub(OBJECT)
    ends = elapsed() + PATIENCE
    while True:
        try:
            await last.call("get", "x", budget=CALL_BUDGET)
            break
        except AminoError as error:
            if elapsed() > ends:
                if suite.comes_back:
                    raise AssertionError(f"the object does not answer although all is calm: {error!r}") from error
                return
        await asyncio.sleep(1.0)
    await read_all(last, history, _LAST_CLIENT, suite.act)


class _Hurried:
    """A map whose calls have less time than usual. See `MapCaller`."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    async def call(self, method: str, *args: Any, request_id: str = "") -> Any:
        """Calls a member."""
        return await self._stub.call(method, *args, request_id=request_id, budget=CALL_BUDGET)

    async def command(self, name: str, *args: Any) -> Any:
        """A command of a deployment manager."""
        return await self._stub.command(name, *args)

    def within(self, transaction: str) -> _Hurried:
        """The same map, for calls of a transaction."""
        return _Hurried(self._stub.within(transaction))
