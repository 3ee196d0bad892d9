"""The central part of ConsensusRSM: keeps the number of replicas, each on a kernel of its own, and has a leader chosen."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, NoKernelMatches, NotFound
from amino_wire.unheard import may_be_unheard

from amino_dms.api import Arrival, Coordinator, CoordinatorKernel, Purpose, Replica, command, peer, question
from amino_dms.replication.captures import uncaptured
from amino_dms.replication.finishing import finished_replicas
from amino_dms.replication.group_snapshot import stored_snapshot
from amino_dms.replication.kernel_leadership import KernelLeadership
from amino_dms.replication.leadership import Leadership
from amino_dms.replication.placement import Placement
from amino_dms.replication.placing import Exchange
from amino_dms.replication.spreading import spread
from amino_dms.replication.store_leadership import StoreLeadership

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_SKIPPED = 20
"""So many calls that were skipped are told to people who ask."""


class ConsensusCoordinator(Coordinator["ConsensusConfig"]):
    """What it decides is stored before anybody hears of it, under the store's own consensus: there is one leader an epoch."""

    def __init__(self, config: ConsensusConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self._kernels = KernelLeadership(kernel, config.replicas, config.durable) if config.log == "kernels" else None
        self._leadership: Leadership = self._kernels or StoreLeadership(kernel)
        self._placement = Placement(config, kernel)
        self._short = asyncio.Event()
        self._skipped: deque[str] = deque(maxlen=_SKIPPED)

    async def on_create(self, arrival: Arrival) -> None:
        """Makes the other replicas from the first one's state; those that find no place now are made when there is one."""
        if arrival is Arrival.ATTACHED and not await self._leadership.founded():
            # Further replicas are left of an earlier group, and have seen no call since that ended.
            for replica in sorted(self.kernel.replicas(), key=lambda each: each.number)[1:]:
                await self.kernel.destroy_replica(replica.number)
        with suppress(NoKernelMatches):
            while len(self.kernel.replicas()) < self.config.replicas:
                await self._one_more()
        await self._leadership.formed()
        self._short.set()
        self.kernel.spawn(self._keep_full())

    async def on_destroy(self) -> None:
        """One replica stays, of those that have applied the log to its end: it has all that was answered. Where none of a group can say so,
        all stay: a replica too many is better than what only another one had."""
        finished = await finished_replicas(self.kernel, None if self._kernels is None else await self._kernels.known())
        if self._kernels is not None and self._kernels.configuration is not None and not finished:
            _log.warning("no replica of %s has come to the end of its log: all stay", self.kernel.title)
            return
        _, *others = sorted(self.kernel.replicas(), key=lambda replica: (replica.number not in finished, replica.number))
        try:
            for replica in others:
                await self.kernel.destroy_replica(replica.number)
        except NotFound:
            return  # the object was deleted, and they with it

    async def on_member_added(self, replica: Replica) -> None:
        """It may have moved to a node that has one."""
        self._short.set()
        self._leadership.came(replica.number)

    async def on_member_removed(self, replica: Replica) -> None:
        """There may be one too few."""
        self._short.set()

    async def on_failure(self, replica: Replica) -> bool:
        """Another one leads, where it led; and it is made anew. No call that was answered is lost while the group survives."""
        await self._leadership.without(replica.number, replica.node)
        others = {each.node for each in self.kernel.replicas() if each.number != replica.number}
        if self.config.durable and replica.node not in others and replica.node in {node.id for node in await self.kernel.nodes()}:
            # Its kernel's disk has what it knew, if it is the one that it was.
            found = await stored_snapshot(self.kernel)
            with suppress(NoKernelMatches):  # it must not be there any more
                made = await self.kernel.recover(replica.number, None if found is None else found.snapshot, nodes=(replica.node,))
                self._leadership.came(made.number)
                return True
        if not await self._leadership.survives():
            if self._kernels is not None:
                await self._kernels.lost(self._without)
            return False
        nodes = await self._placement.free(replica.number)
        if others and (not nodes or len(self.kernel.replicas()) > self.config.replicas):
            await self._without(replica.number)
            return True
        found = await stored_snapshot(self.kernel)
        made = await self.kernel.recover(replica.number, None if found is None else found.snapshot, nodes=nodes or None)
        if made.node in others:
            await self._without(made.number)
        else:
            self._leadership.came(made.number)
        return True

    async def on_return(self, replica: Replica) -> bool:
        """It goes on, and applies what it has missed."""
        if self._kernels is not None:
            await self._kernels.returned(replica.node)
        self._short.set()
        self._leadership.came(replica.number)
        return True

    @command
    async def members(self) -> Any:
        """The kernels and regions of the replicas by their numbers, the epoch and its leader, whether the group is whole: all are in place,
        what it lacks (of its placement, or since its state cannot be captured), and which calls were skipped lately, for people."""
        replicas = {replica.number: replica.node for replica in self.kernel.replicas()}
        group = self._leadership.group
        lacks = [await self._placement.lacks(), self._leadership.trouble]
        if self._kernels is None or self.config.durable or not self._leadership.whole():
            lacks.append(await uncaptured(self.kernel, group.leader))
        return {
            "epoch": group.epoch,
            "leader": group.leader,
            "replicas": replicas,
            "regions": await self._placement.regions(),
            "whole": not any(lacks) and len(replicas) == self.config.replicas and self._leadership.whole(),
            "lacks": "; ".join(filter(None, lacks)),
            "skipped": list(self._skipped),
        }

    @command
    async def give_up(self, kernels: list[str]) -> Any:
        """The disks of these kernels never come back, or their replicas have forgotten what was answered, and most of the group is gone
        with them: it goes on with the longest log that is left. What only they had is lost. Answers as `members`.

        Raises:
            ArgumentInvalid: the group needs no help, or misses other kernels than these.
        """
        if self._kernels is None:
            raise ArgumentInvalid("the log of this group is in the store: nothing in it waits for kernels")
        await self._kernels.give_up(kernels)
        self._short.set()
        return await self.members()

    @command
    async def go_by_disks(self, kernels: list[str]) -> Any:
        """The store is an older copy than these kernels' disks: the group goes on with what they have. Answers as `members`."""
        if self._kernels is None or not self.config.durable:
            raise ArgumentInvalid("only a group with durable=true has disks to go by")
        await self._kernels.go_by_disks(kernels)
        self._short.set()
        return await self.members()

    @peer
    async def group(self) -> Any:
        """The epoch, and the replica that leads in it."""
        return self._leadership.group.to_value()

    @question
    async def suspect(self, epoch: int, leader: int) -> Any:
        """A caller gets no answer from the leader of an epoch: another one leads if that gives no sign of life. Says who leads.

        Raises:
            KernelUnavailable: no replica gives a sign of life.
        """
        await self._leadership.look(epoch, leader)
        return self._leadership.group.to_value()

    @question
    async def called(self, node: str, calls: int, waited: float) -> float:
        """A caller on a node says how often it has called in so many seconds. After how many it should say so again."""
        pause = self._placement.heard(node, calls, waited)
        if all(replica.node != node for replica in self.kernel.replicas()):
            self._short.set()
        return pause

    @peer
    async def configuration(self) -> Any:
        """The configuration of a group that keeps its own log, as the protocol encodes it; None: there is none yet."""
        known = None if self._kernels is None else self._kernels.configuration
        return None if known is None else known.encode()

    @peer
    async def report(self, data: bytes) -> Any:
        """A member of such a group reports; answers as `configuration`."""
        if self._kernels is not None:
            differs = await self._kernels.report(data)
            if differs is not None:
                self.kernel.spawn(self._replaced(differs))
        return await self.configuration()

    @peer
    async def leave(self, number: int) -> None:
        """A replica asks whether it may move. Raises ObjectBusy."""
        await self._leadership.leave(number)

    @peer
    async def replace(self, number: int, node: str, reason: str) -> None:
        """A replica says that it cannot go on: it is ended, and another one is made.

        Raises:
            ObjectBusy: the group needs it, as little as it knows.
            ArgumentInvalid: it is the last one.
        """
        if not any(replica.number == number and replica.node == node for replica in self.kernel.replicas()):
            return
        await self._leadership.leave(number)
        _log.warning("replica %d of %s on %s is replaced: %s", number, self.kernel.title, node, reason)
        # The question of the replica ends with it, and nothing else may.
        ending = asyncio.ensure_future(self._without_it(number, node))
        ending.add_done_callback(may_be_unheard)
        await asyncio.shield(ending)

    async def _without_it(self, number: int, node: str) -> None:
        if self.config.durable:
            await self.kernel.instance_manager(number).call("forget", budget=5.0)
        # It ends before the others hear that it has.
        await self.kernel.destroy_replica(number)
        await self._leadership.without(number, node)

    @peer
    async def skipped(self, method: str, position: int, reason: str) -> None:
        """All replicas skip a call that failed on each of them."""
        where = f"{method} of {self.kernel.title}, at position {position} of its log,"
        self._skipped.append(f"{where} fails on every replica and is skipped: {reason}")
        _log.warning("%s", self._skipped[-1])

    async def save(self, purpose: Purpose) -> Any:
        """The last decision."""
        return self._leadership.save()

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS, or in another chain."""
        self._leadership.load(saved)
        self._short.set()
        self.kernel.spawn(self._keep_full())

    async def _replaced(self, number: int) -> None:
        for replica in [each for each in self.kernel.replicas() if each.number == number]:
            await self.replace(number, replica.node, "its state differs from the leader's")

    async def _without(self, number: int) -> None:
        """The group does without a replica until there is a node for it."""
        await self.kernel.destroy_replica(number)
        self._short.set()

    async def _one_more(self, nodes: frozenset[str] | None = None) -> Replica:
        found = await stored_snapshot(self.kernel)
        if found is None:
            raise NoKernelMatches(f"the state of {self.kernel.title} is not stored yet; its replicas are made when it is")
        wanted = await self._placement.free() if nodes is None else nodes
        if not wanted:
            raise NoKernelMatches(f"the replicas of {self.kernel.title} have too few kernels: {await self._placement.lacks()}")
        return await self.kernel.replicate(found.snapshot, nodes=wanted)

    async def _one_less(self) -> None:
        """Ends a replica that is too many: an exchange was broken off, or the settings ask for fewer."""
        await self._leadership.formed()  # after a restart, who counts is not known here yet
        await self._ended(max(each.number for each in self.kernel.replicas() if not self._leadership.counts(each.number)))

    async def _ended(self, number: int) -> None:
        for replica in [each for each in self.kernel.replicas() if each.number == number]:
            await self.kernel.destroy_replica(number)
            await self._leadership.without(number, replica.node)

    async def _exchange(self, exchange: Exchange) -> None:
        """Another replica takes the place of one. That one goes on to count until the other does, so that the group loses nothing."""
        made = await self._one_more(exchange.nodes)
        _log.info("replica %d of %s, on %s, takes the place of %d", made.number, self.kernel.title, made.node, exchange.number)
        done = await self._leadership.exchange(exchange.number, made.number)
        await self._ended(exchange.number if done else made.number)
        if not done:
            raise KernelUnavailable(f"replica {made.number} of {self.kernel.title} did not get what the others have in time")

    async def _keep_full(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await self._short.wait()
            self._short.clear()
            try:
                await self._mend()
            except AminoError as error:
                _log.info("the replicas of %s are not all in place as yet: %s", self.kernel.title, error)
                self._short.set()
                await self.kernel.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                pause = _FIRST_PAUSE
            for replica in self.kernel.replicas():
                self._leadership.came(replica.number)

    async def _mend(self) -> None:
        if self._kernels is not None and not self._kernels.begins():
            raise KernelUnavailable("the object is lost")
        while len(self.kernel.replicas()) > self.config.replicas:
            await self._one_less()
        while len(self.kernel.replicas()) < self.config.replicas:
            await self._one_more()
        await spread(self.kernel, lambda replica: self._leadership.counts(replica.number), self._placement.free)
        while (exchange := await self._placement.exchange(self._leadership.group.leader)) is not None:
            await self._exchange(exchange)
        lacks = await self._placement.lacks()
        if lacks:
            raise NoKernelMatches(lacks)
