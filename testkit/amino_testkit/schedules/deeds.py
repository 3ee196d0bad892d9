"""The faults and orders that schedules draw from, by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from amino_wire.pb import common_pb2

from amino_testkit.cluster.oms import DETECTION, DISK, LEASE
from amino_testkit.network.faults import NO_FAULTS, Faults
from amino_testkit.schedules.stage import OBJECT, Stage
from amino_testkit.world.scheduler import elapsed

Deed = Callable[[Stage], None]
"""Does something to a cluster. A fault that ends after a time ends by itself."""

LOOK = 0.05
"""Seconds between two looks at a record."""
PATIENCE = 2 * DETECTION
"""Seconds that an order of the operator waits for its moment."""
LOSSES = Faults(drop_request=0.05, drop_reply=0.05, silent=0.1, delay=(0.0005, 0.02))
DOUBLES = Faults(drop_request=0.05, drop_reply=0.05, silent=0.1, duplicate=0.2, delay=(0.0005, 0.02))


def move(stage: Stage) -> None:
    """Moves the object."""
    stage.order("move", stage.cluster.move(stage.object(), stage.random.choice(sorted(stage.cluster.kernels))))


def attach(stage: Stage) -> None:
    """Gives the object another chain, or the one that it has."""
    stage.order("attach", stage.cluster.attach(OBJECT, stage.random.choice(stage.chains)))


def restart(stage: Stage) -> None:
    """Makes the object anew as soon as it is lost, or at once where it is not lost within some seconds."""
    stage.order("restart", _restart_when_lost(stage, stage.object()))


async def _restart_when_lost(stage: Stage, name: str) -> None:
    ends = elapsed() + PATIENCE
    while elapsed() < ends and stage.cluster.record(name).status.state != common_pb2.OBJECT_STATE_LOST:
        await asyncio.sleep(LOOK)
    await stage.cluster.restart(name)


def kill_kernel(stage: Stage) -> None:
    """Kills a kernel, which begins a new life soon, or after it was missed."""
    name = stage.host()
    stage.cluster.kernels[name].kill()
    stage.later(stage.random.uniform(0.1, 2 * DETECTION), name)


def stop_kernel(stage: Stage) -> None:
    """Stops a kernel gracefully; it begins a new life later."""
    name = stage.host()
    kernel = stage.cluster.kernels[name]
    if kernel.alive:
        stage.order("stop_kernel", kernel.stop())
        stage.later(stage.random.uniform(1.0, 2 * DETECTION) + LEASE, name)


def pause_kernel(stage: Stage) -> None:
    """A kernel stands still, for a moment or for longer than its lease."""
    stage.cluster.pause(stage.host(), stage.random.choice((0.5, 2.0, 1.5 * DETECTION)) * stage.random.uniform(0.5, 1.0))


def suspend_kernel(stage: Stage) -> None:
    """A kernel's machine is suspended."""
    stage.cluster.suspend(stage.host(), stage.random.choice((0.5, 2.0, 1.5 * DETECTION)) * stage.random.uniform(0.5, 1.0))


def lose_context(stage: Stage) -> None:
    """The context of the object is closed by force."""
    name = stage.object()
    kernel = stage.cluster.kernels.get(stage.cluster.node_of(name))
    if kernel is not None and kernel.alive and stage.cluster.id_of(name) in kernel.half.objects:
        kernel.lose(stage.cluster.id_of(name))


def cut_kernel(stage: Stage) -> None:
    """A kernel and the OMS cannot reach one another, in one direction or both."""
    one_way, silent = stage.random.random() < 0.5, stage.random.random() < 0.5
    pair = [stage.host(), "oms"]
    stage.random.shuffle(pair)
    stage.cluster.cut_off(pair[0], [pair[1]], seconds=stage.random.uniform(0.2, 1.5 * DETECTION), one_way=one_way, silent=silent)


def cut_kernels(stage: Stage) -> None:
    """A kernel and some others cannot reach one another."""
    name = stage.host()
    others = [other for other in sorted(stage.cluster.kernels) if other != name and stage.random.random() < 0.6]
    stage.cluster.cut_off(name, others, seconds=stage.random.uniform(0.2, DETECTION), silent=stage.random.random() < 0.5)


def oms_outage(stage: Stage) -> None:
    """Nobody reaches the OMS."""
    everybody = [*sorted(stage.cluster.kernels), *stage.cluster.callers]
    stage.cluster.cut_off("oms", everybody, seconds=stage.random.uniform(0.2, 2 * LEASE), silent=stage.random.random() < 0.5)


def kill_oms(stage: Stage) -> None:
    """Kills the OMS, which is started again soon, or after a while."""
    stage.cluster.oms.kill()
    stage.later(stage.random.uniform(0.05, 2 * LEASE), "oms")


def lose_power(stage: Stage) -> None:
    """The machine of the OMS loses its power."""
    stage.cluster.oms.lose_power()
    stage.later(stage.random.uniform(0.5, LEASE), "oms")


def pause_oms(stage: Stage) -> None:
    """The OMS stands still."""
    stage.cluster.pause("oms", stage.random.uniform(0.2, 2 * DETECTION))


def fill_disk(stage: Stage) -> None:
    """The disk of the OMS is full for a while."""
    disk = stage.cluster.oms.disk
    disk.full = True

    def make_room() -> None:
        disk.full = False

    stage.cluster.scheduler.after(stage.random.uniform(0.2, DETECTION), make_room)


def fail_sync(stage: Stage) -> None:
    """The disk of the OMS fails to sync, once."""
    stage.cluster.oms.disk.failing_syncs = 1


def slow_disk(stage: Stage) -> None:
    """The disk of the OMS is slow for a while."""
    oms = stage.cluster.oms
    oms.commit_seconds = (0.05, 1.0)

    def hurry() -> None:
        oms.commit_seconds = DISK

    stage.cluster.scheduler.after(stage.random.uniform(0.5, DETECTION), hurry)


def lose_messages(stage: Stage) -> None:
    """Messages are lost and late for a while."""
    _network(stage, LOSSES)


def double_messages(stage: Stage) -> None:
    """Messages are lost, late and doubled for a while."""
    stage.history.doubled = True
    _network(stage, DOUBLES)


def delay_messages(stage: Stage) -> None:
    """Messages are very late for a while, and overtake one another."""
    _network(stage, Faults(delay=(0.001, 1.0)))


def _network(stage: Stage, faults: Faults) -> None:
    network = stage.cluster.network
    network.faults = faults

    def calm() -> None:
        if network.faults is faults:
            network.faults = NO_FAULTS

    stage.cluster.scheduler.after(stage.random.uniform(0.5, DETECTION), calm)


DEEDS: Final[Mapping[str, Deed]] = MappingProxyType(
    {
        deed.__name__: deed
        for deed in (
            *(move, attach, restart, kill_kernel, stop_kernel, pause_kernel, suspend_kernel, lose_context, cut_kernel, cut_kernels),
            *(oms_outage, kill_oms, lose_power, pause_oms, fill_disk, fail_sync, slow_disk),
            *(lose_messages, double_messages, delay_messages),
        )
    }
)
GENTLE: Final = frozenset({"move", "slow_disk", "cut_kernels", "kill_oms", "lose_power"})
"""What lets no lease end."""
CALM: Final = frozenset(
    {
        *("move", "pause_kernel", "suspend_kernel", "cut_kernel", "cut_kernels", "oms_outage", "kill_oms", "lose_power", "pause_oms"),
        *("fill_disk", "fail_sync", "slow_disk", "lose_messages", "delay_messages"),
    }
)
"""What loses no object that has no saved state: after each of them its only copy is still there."""
HARSH: Final = CALM | {"kill_kernel", "stop_kernel", "lose_context", "restart"}
"""What only objects survive that are saved."""
