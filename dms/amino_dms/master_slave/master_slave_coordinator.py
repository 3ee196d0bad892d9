"""The central part of LoadBalancedMasterSlave: keeps a master, and as many slaves as reads ask for."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, KernelUnavailable, NoKernelMatches, NotFound
from amino_wire.values import decode

from amino_dms.api import Arrival, Coordinator, CoordinatorKernel, Purpose, Replica, Snapshot, command, peer, question
from amino_dms.master_slave.configuration import Member
from amino_dms.master_slave.mastership import Mastership
from amino_dms.master_slave.placing import free_nodes, made_apart
from amino_dms.replication.spreading import spread
from amino_dms.scalability.scaling import Bounds, Scaling

if TYPE_CHECKING:
    from amino_dms.master_slave.load_balanced_master_slave import MasterSlaveConfig

_log = logging.getLogger(__name__)

_TURN = 1.0
"""Seconds between two looks at the load."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_STATE_SECONDS = 30.0
"""How long the master may take to give its state."""
_SETTLE_SECONDS = 1.0
"""How long the next change waits until a new slave has what was answered before."""
_LEAVING_SECONDS = 20.0
"""How long the reads on a slave may take to end when it is to go."""


class MasterSlaveCoordinator(Coordinator["MasterSlaveConfig"]):
    """Its decisions about the master are stored by themselves (`Mastership`); beside them it keeps how patient it has become."""

    def __init__(self, config: MasterSlaveConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self._mastership = Mastership(kernel)
        settle, calm = config.settle.total_seconds(), config.calm.total_seconds()
        self._bounds = Bounds(config.min, config.max, settle, calm)
        self._scaling = Scaling(self._bounds, kernel.clock.now())
        self._wanted = config.min
        self._leaving: int | None = None
        self._over = False
        self._short, self._heard = asyncio.Event(), asyncio.Event()
        self._filling = asyncio.Lock()

    async def on_create(self, arrival: Arrival) -> None:
        """The first replica is master; slaves that find no place now are made when there is one, or when that has this manager too."""
        with suppress(NoKernelMatches, KernelUnavailable):
            await self._fill()
        self._begin()

    async def on_destroy(self) -> None:
        """The master stays, and acts alone."""
        self._over = True
        try:
            known = await self._mastership.read()
            for member in () if known is None else known.slaves:
                await self._mastership.remove(member.number)
            master = self._mastership.group.leader
            for replica in self.kernel.replicas():
                if replica.number != master and master >= 0:
                    await self.kernel.destroy_replica(replica.number)
        except NotFound:
            return  # the object was deleted, and they with it

    async def on_member_added(self, replica: Replica) -> None:
        """It may have moved to a node that has one."""
        self._short.set()

    async def on_member_removed(self, replica: Replica) -> None:
        """There may be one too few."""
        self._short.set()

    async def on_failure(self, replica: Replica) -> bool:
        """The furthest slave is master, where it was; and one more slave is made."""
        self._short.set()
        if not await self._mastership.ended(replica.number):
            return False
        if replica in self.kernel.replicas():
            await self.kernel.destroy_replica(replica.number)
        return True

    async def on_return(self, replica: Replica) -> bool:
        """The master goes on. A slave may lack what others have got meanwhile, and is made anew."""
        await self._mastership.read()
        return self._mastership.back(replica.number)

    @command
    async def replicas(self) -> Any:
        """The kernels of the replicas by their numbers, the epoch and its master, and whether all slaves are in place."""
        places = {replica.number: replica.node for replica in self.kernel.replicas()}
        known = await self._mastership.read()
        slaves = () if known is None else known.slaves
        whole = len({places.get(member.number) for member in slaves} - {None}) >= self._wanted
        group = self._mastership.group
        return {"epoch": group.epoch, "master": group.leader, "replicas": places, "wanted": self._wanted, "whole": whole}

    @question
    async def slaves(self) -> Any:
        """The epoch, the master, and the slaves to which reads may go."""
        known = await self._mastership.read()
        group = self._mastership.group
        numbers = [member.number for member in known.slaves if member.number != self._leaving] if known is not None else []
        return [group.epoch, group.leader, numbers]

    @question
    async def missed(self, number: int) -> Any:
        """A caller gets no answer of a slave. Answers as `slaves`."""
        await self._mastership.missed(number)
        self._short.set()
        return await self.slaves()

    @question
    async def suspect(self, epoch: int, leader: int) -> Any:
        """A caller gets no answer of the master: another one is it, unless that gives a sign of life. The epoch, and the master.

        Raises:
            KernelUnavailable: nobody can take its place now.
        """
        await self._mastership.look(epoch, leader)
        self._short.set()  # another master may lack slaves
        return self._mastership.group.to_value()

    @peer
    async def configuration(self, epoch: int) -> Any:
        """The last decision, for a replica that has heard of something later; a master says by which epoch it acts."""
        if epoch:
            await self._mastership.deposed(epoch)
            self._short.set()
        known = await self._mastership.read()
        return None if known is None else known.to_value()

    @peer
    async def silent(self, epoch: int, master: str, number: int, name: str) -> Any:
        """The master gets no answer of a slave: the others go on without it. Answers as `configuration`."""
        await self._mastership.silent(epoch, master, Member(number, name))
        self._short.set()
        return await self.configuration(0)

    @peer
    async def reads(self, epoch: int, reads: int, near: int, over: int) -> Any:
        """How many reads there were on all slaves, and how many of these found queues. Answers as `configuration`."""
        self._scaling.heard(reads, near, over)
        self._heard.set()
        return await self.configuration(0)

    @peer
    async def replace(self, number: int, name: str, reason: str) -> None:
        """A replica says that it cannot go on. Raises KernelUnavailable where nobody can take its place."""
        known = await self._mastership.read()
        if known is None or Member(number, name) not in known.members:
            return
        _log.warning("replica %d of %s is replaced: %s", number, self.kernel.title, reason)
        if not await self._mastership.ended(number):
            raise KernelUnavailable(f"replica {number} of {self.kernel.title} is the last one, and cannot go on: {reason}")
        await self.kernel.destroy_replica(number)

    async def save(self, purpose: Purpose) -> Any:
        """How patient it has become, and how many slaves there are to be."""
        return {"patience": self._scaling.patience, "wanted": self._wanted}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS, or with other settings."""
        self._scaling = Scaling(self._bounds, self.kernel.clock.now(), saved["patience"])
        self._wanted = min(max(saved["wanted"], self.config.min), self.config.max)
        self._begin()

    def _begin(self) -> None:
        self._short.set()
        self.kernel.spawn(self._keep())
        self.kernel.spawn(self._follow())

    async def _fill(self) -> None:
        """Makes slaves until there are as many as wanted, ends those that are too many and replicas that are none of the group."""
        async with self._filling:
            if self._over:
                return
            await self._mastership.found()
            await self._mastership.review()
            await self._without_strays()
            while (known := self._mastership.known) is not None and len(known.slaves) < self._wanted:
                await self._one_more(known.master)
            while (known := self._mastership.known) is not None and len(known.slaves) > self._wanted:
                await self._one_less(max(member.number for member in known.slaves))
            kernel = self.kernel
            await spread(kernel, lambda replica: replica.number == self._mastership.group.leader, lambda _: free_nodes(kernel))

    async def _without_strays(self) -> None:
        known = self._mastership.known
        for replica in self.kernel.replicas():
            if known is not None and known.numbered(replica.number) is None:
                await self.kernel.destroy_replica(replica.number)

    async def _one_more(self, master: Member) -> None:
        data: bytes = await self.kernel.instance_manager(master.number).call("snapshot", budget=_STATE_SECONDS)
        made = await made_apart(self.kernel, Snapshot.from_value(decode(data)))
        if not await self._mastership.add(made.number):
            await self.kernel.destroy_replica(made.number)
            raise KernelUnavailable(f"the new slave {made.number} of {self.kernel.title} on {made.node} does not answer")
        await self._mastership.settled(_SETTLE_SECONDS)

    async def _one_less(self, number: int) -> None:
        self._leaving = number
        try:
            await self._mastership.remove(number)
            await self.kernel.instance_manager(number).call("leave", budget=_LEAVING_SECONDS)
            await self.kernel.destroy_replica(number)
        finally:
            self._leaving = None

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE
        while not self._over:
            await self._short.wait()
            self._short.clear()
            try:
                await self._fill()
                pause = _FIRST_PAUSE
            except AminoError as error:
                _log.info("the slaves of %s are not all in place as yet: %s", self.kernel.title, error)
                await self.kernel.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                self._short.set()

    async def _follow(self) -> None:
        while True:
            if self._scaling.is_at_rest(self._wanted):
                self._heard.clear()
                await self._heard.wait()
            await self.kernel.clock.sleep(_TURN)
            before, self._wanted = self._wanted, self._scaling.wanted(self._wanted, self.kernel.clock.now())
            if self._wanted != before:
                self._short.set()
