"""The central part of ConsensusRSM: decides who leads, and keeps the number of replicas."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, KernelUnavailable, NoKernelMatches, NotFound

from amino_dms.api import Arrival, Coordinator, CoordinatorKernel, Purpose, Replica, peer
from amino_dms.replication.group import Group
from amino_dms.replication.group_snapshot import stored_snapshot

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_log = logging.getLogger(__name__)

_SIGN_SECONDS = 0.4
"""How long a replica may take to say how far it is."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


class ConsensusCoordinator(Coordinator["ConsensusConfig"]):
    """What it decides is stored before anybody hears of it, under the store's own consensus: there is one leader an epoch."""

    def __init__(self, config: ConsensusConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self._group = Group()
        self._deciding = asyncio.Lock()
        self._short = asyncio.Event()

    async def on_create(self, arrival: Arrival) -> None:
        """Makes the other replicas from the first one's state; those that find no place now are made when there is one."""
        try:
            while len(self.kernel.replicas()) < self.config.replicas:
                await self._one_more()
        except NoKernelMatches:
            self._short.set()
        self.kernel.spawn(self._keep_full())

    async def on_destroy(self) -> None:
        """One replica stays; each has what was answered, since all have applied the log to its end."""
        _, *others = sorted(self.kernel.replicas(), key=lambda replica: replica.number)
        try:
            for replica in others:
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
        """Another one leads, where it led; and it is made anew, from the stored state and the log. No call that was answered is lost."""
        async with self._deciding:
            if replica.number == self._group.leader:
                try:
                    await self._elect({replica.number})
                except KernelUnavailable:
                    pass  # all have ended: it leads again
        others = {each.node for each in self.kernel.replicas() if each.number != replica.number}
        if others and not await self._free(others):
            await self._without(replica.number)
            return True
        found = await stored_snapshot(self.kernel)
        made = await self.kernel.recover(replica.number, None if found is None else found.snapshot)
        if made.node in others:
            await self._without(made.number)
        else:
            self.kernel.spawn(self._tell(made.number, self._group))
        return True

    async def on_return(self, replica: Replica) -> bool:
        """It goes on, and applies what it has missed."""
        return True

    @peer
    async def group(self) -> Any:
        """Who leads."""
        return self._group.to_value()

    @peer
    async def suspect(self, epoch: int, leader: int) -> Any:
        """A caller gets no answer from the leader of an epoch: another one leads if that gives no sign of life. Says who leads.

        Raises:
            KernelUnavailable: no replica gives a sign of life.
        """
        async with self._deciding:
            if Group(epoch, leader) == self._group and not await self._gives_sign(leader):
                await self._elect({leader})
        return self._group.to_value()

    @peer
    async def replace(self, number: int, node: str, reason: str) -> None:
        """A replica says that it cannot go on: it is ended, and another one is made."""
        _log.warning("replica %d of %s on %s is replaced: %s", number, self.kernel.title, node, reason)
        there = [replica for replica in self.kernel.replicas() if replica.number == number and replica.node == node]
        if not there:
            return
        async with self._deciding:
            if number == self._group.leader:
                await self._elect({number})
        if len(self.kernel.replicas()) > 1:
            await self.kernel.destroy_replica(number)

    async def save(self, purpose: Purpose) -> Any:
        """Who leads."""
        return self._group.to_value()

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS, or in another chain."""
        self._group = Group.from_value(saved)
        self._short.set()
        self.kernel.spawn(self._keep_full())

    async def _elect(self, without: set[int]) -> None:
        candidates = [replica.number for replica in self.kernel.replicas() if replica.number not in without]
        signs = await asyncio.gather(*(self._position(number) for number in candidates))
        furthest = max(zip(signs, candidates, strict=True), default=(-1, -1))
        if furthest[0] < 0:
            raise KernelUnavailable(f"no other replica of {self.kernel.title} gives a sign of life at the moment; call again")
        self._group = Group(self._group.epoch + 1, furthest[1])
        _log.info("replica %d of %s leads in epoch %d", self._group.leader, self.kernel.title, self._group.epoch)
        for replica in self.kernel.replicas():
            self.kernel.spawn(self._tell(replica.number, self._group))

    async def _gives_sign(self, number: int) -> bool:
        return await self._position(number) >= 0

    async def _position(self, number: int) -> int:
        """How far a replica is; -1: it gives no sign of life."""
        try:
            return int(await self.kernel.instance_manager(number).call("where", budget=_SIGN_SECONDS))
        except AminoError:
            return -1

    async def _tell(self, number: int, group: Group) -> None:
        try:
            await self.kernel.instance_manager(number).call("lead", group.epoch, group.leader, budget=_SIGN_SECONDS)
        except AminoError:
            return  # it asks when a caller names a later epoch than it knows

    async def _free(self, nodes: set[str]) -> bool:
        """Whether there are nodes besides these. Two replicas on one node would end together."""
        return bool({node.id for node in await self.kernel.nodes()} - nodes)

    async def _without(self, number: int) -> None:
        """The group does without a replica until there is a node for it."""
        await self.kernel.destroy_replica(number)
        self._short.set()

    async def _one_more(self) -> None:
        found = await stored_snapshot(self.kernel)
        if found is None:
            raise NoKernelMatches(f"the state of {self.kernel.title} is not stored yet; its replicas are made when it is")
        nodes = {replica.node for replica in self.kernel.replicas()}
        missing = NoKernelMatches(f"the replicas of {self.kernel.title} need {self.config.replicas} kernels, and there are {len(nodes)}")
        if not await self._free(nodes):
            raise missing
        made = await self.kernel.replicate(found.snapshot)
        if made.node in nodes:
            # The others do not match its selector.
            await self.kernel.destroy_replica(made.number)
            raise missing
        self.kernel.spawn(self._tell(made.number, self._group))

    async def _spread(self) -> None:
        """Moves replicas that share a node with another one to nodes that have none; raises NoKernelMatches where there is none."""
        taken = set[str]()
        crowded = [replica for replica in self.kernel.replicas() if replica.node in taken or taken.add(replica.node)]
        for replica in crowded:
            free = sorted({node.id for node in await self.kernel.nodes()} - {each.node for each in self.kernel.replicas()})
            for node in free:
                try:
                    await self.kernel.pin(node, replica=replica.number)
                    break
                except AminoError as error:
                    _log.info("replica %d of %s cannot be on %s: %s", replica.number, self.kernel.title, node, error)
            else:
                raise NoKernelMatches(f"two replicas of {self.kernel.title} are on {replica.node}, and no other kernel is free")

    async def _keep_full(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await self._short.wait()
            try:
                while len(self.kernel.replicas()) < self.config.replicas:
                    await self._one_more()
                await self._spread()
            except AminoError as error:
                _log.info("the replicas of %s are not all in place as yet: %s", self.kernel.title, error)
                await self.kernel.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                self._short.clear()
                pause = _FIRST_PAUSE
