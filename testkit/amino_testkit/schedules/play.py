"""Plays one schedule, from its seed to its verdict."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, Protocol

from amino_wire.errors import AminoError

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.acts import BEHIND
from amino_testkit.schedules.agreement import agreed
from amino_testkit.schedules.deeds import DEEDS
from amino_testkit.schedules.played import Played
from amino_testkit.schedules.stage import OBJECT, Stage
from amino_testkit.schedules.suite import ScheduleSuite
from amino_testkit.schedules.unmended import left_out
from amino_testkit.suites.map_caller import MapCaller
from amino_testkit.world.scheduler import Stuck, Unexpected, elapsed, simulate

BETWEEN = 1.5
"""The longest time between two deeds, in seconds."""
PAUSE = 0.6
"""The longest wait of a client between two operations, in seconds."""
OFTEN = 0.4
"""Part of the deeds that are drawn from those that a suite wants often."""
CALL_BUDGET = 8.0
"""Seconds that a call may take."""
PATIENCE = 90.0
"""Seconds after which an object must answer when all is calm again."""
_LAST_CLIENT = 100


class Member(Protocol):
    """A process of a cluster."""

    @property
    def alive(self) -> bool: ...

    def start(self) -> None: ...


def play(suite: ScheduleSuite, seed: int) -> Played:
    """Plays the schedule of that seed."""
    played = Played(suite.name, seed)
    try:
        simulate(lambda random: _run(suite, random, played), seed, announced=False)
    except (Stuck, Unexpected, AminoError, AssertionError, TimeoutError) as error:
        played.problem = f"{type(error).__name__}: {error}"
    if not played.problem and played.history.errors["MOVED"]:
        played.problem = "a caller was told MOVED, which only kernels and clients follow"
    if not played.problem:
        played.problem = suite.judge(played)
    return played


async def _run(suite: ScheduleSuite, random: Random, played: Played) -> None:
    random.seed(f"{suite.name}/{played.seed}")
    played.chain = random.choice(suite.chains)
    cluster = SimulatedCluster(random)
    stage = await _set(suite, cluster, random, played)
    played.orders = stage.outcomes
    clients = [_client(cluster, random, number) for number in range(suite.clients)]
    disturbing = asyncio.ensure_future(_disturb(suite, stage, played))
    await asyncio.gather(*(_act(suite, cluster, caller, number, random, played) for number, caller in enumerate(clients)))
    await disturbing
    await _calm(stage)
    await _come_back(suite, cluster, played)
    await agreed(cluster, stage.objects, PATIENCE)
    record = cluster.record(OBJECT)
    played.epoch, played.replicas = record.status.epoch, [replica.kernel_id for replica in record.status.replicas]


async def _set(suite: ScheduleSuite, cluster: SimulatedCluster, random: Random, played: Played) -> Stage:
    objects = [OBJECT]
    if suite.behind:
        played.behind = random.choice(suite.behind)
        objects.append(BEHIND)
        await cluster.create(BEHIND, played.behind, kernel=random.choice("abc"))
    await cluster.create(OBJECT, played.chain, kind=suite.kind, kernel=random.choice("abc"), concurrent=suite.concurrent)
    played.places.append(cluster.node_of(OBJECT))
    return Stage(cluster, Random(random.getrandbits(64)), suite.attachable, tuple(objects), played.history)


def _client(cluster: SimulatedCluster, random: Random, number: int) -> MapCaller:
    name, node = f"client {number}", random.choice("abc")
    kind = random.choice(("kernel", "sdk", "other sdk"))
    if kind == "kernel":
        return _Hurried(cluster.client(name, node).stub(OBJECT))
    return _Hurried(cluster.sdk_client(name, node, "here" if kind == "sdk" else "kernel").stub(OBJECT))


async def _act(suite: ScheduleSuite, cluster: SimulatedCluster, caller: MapCaller, number: int, random: Random, played: Played) -> None:
    for _ in range(random.randint(suite.operations // 2, suite.operations)):
        await asyncio.sleep(random.uniform(0, PAUSE))
        await suite.act(caller, number, random, played.history)
        if (place := cluster.node_of(OBJECT)) != played.places[-1]:
            played.places.append(place)


def draw(suite: ScheduleSuite, random: Random) -> str:
    """The name of the next deed of a schedule."""
    deeds = sorted(name for name in suite.deeds if not left_out(suite.name, name))
    return random.choice(sorted(suite.often) if suite.often and random.random() < OFTEN else deeds)


async def _disturb(suite: ScheduleSuite, stage: Stage, played: Played) -> None:
    for _ in range(stage.random.randint(1, 5)):
        await asyncio.sleep(stage.random.uniform(0, BETWEEN))
        name = draw(suite, stage.random)
        played.deeds.append(f"{name} at {elapsed():.2f}")
        DEEDS[name](stage)


async def _calm(stage: Stage) -> None:
    """No fault happens any more: processes that have ended start again, and those that stood still go on."""
    cluster = stage.cluster
    await asyncio.sleep(2.5 * DETECTION)
    cluster.calm()
    cluster.oms.disk.full, cluster.oms.disk.failing_syncs = False, 0
    members: list[Member] = [cluster.oms, *cluster.kernels.values()]
    for member in members:
        if not member.alive:
            member.start()
    await asyncio.gather(*stage.orders)


async def _come_back(suite: ScheduleSuite, cluster: SimulatedCluster, played: Played) -> None:
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
    await suite.last(last, played.history, _LAST_CLIENT)


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
