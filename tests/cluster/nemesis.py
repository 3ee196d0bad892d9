"""Kills processes, lets them stand still and cuts hosts off, one after the other."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from random import Random

from tests.cluster.processes import NOT_SERVING, SERVING, ChildProcess, OmsProcess
from tests.cluster.whole import Whole
from tests.support.etcd import EtcdMember
from tests.support.network import Host

TARGETS = ("etcd", "oms", "kernel")
HOST = "host"
"""One more target where there are hosts."""
_SHORTEST, _LONGEST = 0.5, 5.0
"""Seconds for which a process is away, or stands still; longer than leases of kernels and of owners of the store are, at times."""


class Nemesis:
    """The faults.

    Arguments:
        made: on what.
        random: their chance.

    Attributes:
        done: how often what was done to what.
    """

    def __init__(self, made: Whole, random: Random) -> None:
        self._made, self._random = made, random
        self.done: Counter[str] = Counter()

    def plan(self, count: int) -> list[str]:
        """So many targets in a random order, each kind about as often as another."""
        kinds = (*TARGETS, HOST) if self._made.network is not None else TARGETS
        targets = [kinds[number % len(kinds)] for number in range(count)]
        self._random.shuffle(targets)
        return targets

    async def strike(self, target: str) -> None:
        """One fault of a target, and its end."""
        if target == HOST:
            assert self._made.network is not None
            await self._cut(self._random.choice(self._made.network.hosts))
        elif target == "etcd":
            await self._etcd(self._random.choice(self._made.etcd.members))
        elif target == "oms":
            leads = self._random.random() < 0.8
            leader = await self._made.leader()
            await self._process(leader if leads else next(oms for oms in self._made.oms if oms is not leader))
        else:
            await self._process(self._random.choice(self._made.kernels))

    async def _etcd(self, member: EtcdMember) -> None:
        if self._random.random() < 0.5:
            self._tell("kill -9", f"etcd {member.name}")
            member.kill()
            await self._pause()
            await asyncio.to_thread(self._made.etcd.restart, member)
        else:
            self._tell("stand still", f"etcd {member.name}")
            await asyncio.to_thread(member.freeze)
            await self._pause()
            member.signal(signal.SIGCONT)

    async def _process(self, process: ChildProcess) -> None:
        if self._random.random() < 0.5:
            self._tell("kill -9", process.name)
            await process.kill()
            await self._pause()
            await process.start(SERVING, NOT_SERVING)
            return
        self._tell("stand still", process.name)
        process.signal(signal.SIGSTOP)
        await self._pause()
        process.signal(signal.SIGCONT)
        if isinstance(process, OmsProcess):
            await self._again_if_deposed(process)

    async def _cut(self, host: Host) -> None:
        assert self._made.network is not None
        self._tell("cut off", f"host {host.name}")
        self._made.network.cut(host)
        await self._pause()
        self._made.network.heal(host)

    async def _again_if_deposed(self, oms: OmsProcess) -> None:
        """An OMS finds out that it was deposed by its next sign of life, and ends; its supervisor would start it again."""
        assert oms.process is not None
        try:
            await asyncio.wait_for(oms.process.wait(), 2)
        except TimeoutError:
            return
        await oms.start(SERVING, NOT_SERVING)

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(_SHORTEST, _LONGEST))

    def _tell(self, deed: str, whom: str) -> None:
        print(f"  {deed}: {whom}", flush=True)
        kinds: Sequence[str] = [kind for kind in (*TARGETS, HOST) if whom.startswith(kind)]
        self.done[f"{deed} of {kinds[0] if kinds else 'kernel'}"] += 1
