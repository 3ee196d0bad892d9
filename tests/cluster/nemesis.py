"""Kills processes, lets them stand still and cuts hosts off, one after the other."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass
from random import Random

from tests.cluster.processes import NOT_SERVING, SERVING, ChildProcess, OmsProcess
from tests.cluster.whole import Whole, revive
from tests.support.etcd import EtcdMember


@dataclass(frozen=True, slots=True)
class Fault:
    """A deed, and its target."""

    deed: str
    target: str

    def __str__(self) -> str:
        return f"{self.deed} of {self.target}"


KILL, STAND_STILL, CUT = "kill -9", "standstill", "cutting off"
FAULTS = [Fault(deed, target) for target in ("etcd", "OMS", "kernel") for deed in (KILL, STAND_STILL)]
OF_HOSTS = Fault(CUT, "host")
"""Only where there are hosts."""
_SHORTEST, _LONGEST = 0.5, 5.0
"""Seconds for which a process is away, or stands still; longer than leases of kernels and of owners of the store are, at times."""
_DEPOSED = 2.0
"""Seconds in which an OMS that goes on finds out that it was deposed, and ends."""


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

    def plan(self, count: int) -> list[Fault]:
        """So many faults in a random order, each kind about as often as another."""
        kinds = list(FAULTS) if self._made.network is None else [*FAULTS, OF_HOSTS]
        planned: list[Fault] = []
        while len(planned) < count:
            planned += self._random.sample(kinds, min(len(kinds), count - len(planned)))
        return planned

    async def strike(self, fault: Fault) -> None:
        """One fault, and its end."""
        if fault.target == "host":
            await self._cut()
        elif fault.target == "etcd":
            await self._etcd(fault, self._random.choice(self._made.etcd.members))
        elif fault.target == "OMS":
            leader, leads = await self._made.leader(), self._random.random() < 0.8
            await self._process(fault, leader if leads else next(oms for oms in self._made.oms if oms is not leader))
        else:
            await self._process(fault, self._random.choice(self._made.kernels))
        self.done[str(fault)] += 1

    async def _etcd(self, fault: Fault, member: EtcdMember) -> None:
        print(f"  {fault}: {member.name}", flush=True)
        if fault.deed == KILL:
            member.kill()
            await self._pause()
            await asyncio.to_thread(self._made.etcd.restart, member)
        else:
            await asyncio.to_thread(member.freeze)
            await self._pause()
            member.signal(signal.SIGCONT)

    async def _process(self, fault: Fault, process: ChildProcess) -> None:
        print(f"  {fault}: {process.name}", flush=True)
        if fault.deed == KILL:
            await process.kill()
            await self._pause()
            await process.start(SERVING, NOT_SERVING)
            return
        # An OMS that was deposed by an earlier fault may have ended since.
        await revive(process)
        process.signal(signal.SIGSTOP)
        await self._pause()
        process.signal(signal.SIGCONT)
        if isinstance(process, OmsProcess):
            await self._again_if_deposed(process)

    async def _cut(self) -> None:
        assert self._made.network is not None
        host = self._random.choice(self._made.network.hosts)
        print(f"  {OF_HOSTS}: {host.name}", flush=True)
        self._made.network.cut(host)
        await self._pause()
        self._made.network.heal(host)

    async def _again_if_deposed(self, oms: OmsProcess) -> None:
        """Starts an OMS again that ends, as its supervisor would."""
        assert oms.process is not None
        try:
            await asyncio.wait_for(oms.process.wait(), _DEPOSED)
        except TimeoutError:
            return
        await oms.start(SERVING, NOT_SERVING)

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(_SHORTEST, _LONGEST))
