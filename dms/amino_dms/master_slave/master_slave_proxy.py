"""The caller's part of LoadBalancedMasterSlave: writes go to the master, reads to the slave with the fewest reads of this caller."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, KernelUnavailable, Unavailable, from_payload

from amino_dms.api import Invocation, Next, ProxyKernel, Replica, did_not_run, is_read, replica_of, to_replica, with_header
from amino_dms.master_slave.master_slave_manager import HEADER
from amino_dms.master_slave.versions import Versions
from amino_dms.replication.group import Group
from amino_dms.replication.leader_proxy import LeaderProxy

if TYPE_CHECKING:
    from amino_dms.master_slave.load_balanced_master_slave import MasterSlaveConfig

_QUESTION_SECONDS = 3.0
_BETWEEN_SECONDS, _AGAIN_SECONDS = 0.2, 1.0
"""Between two questions which slaves there are, and after a question that nobody answered."""


class MasterSlaveProxy(LeaderProxy["MasterSlaveConfig"]):
    """Each client reads what it has written, and nothing earlier than what it has read, as long as this proxy knows of it."""

    def __init__(self, config: MasterSlaveConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._name = f"{kernel.random.getrandbits(64):016x}"
        self._versions = Versions()
        self._slaves: tuple[int, ...] | None = None
        self._epoch = 0
        self._outdated, self._ask_at = True, float("-inf")
        self._turn = kernel.random.randrange(1 << 16)
        self._under_way: Counter[int] = Counter()
        self._learning: asyncio.Task[None] | None = None

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Tries until there is an answer, or until the time is over."""
        client = call.client_id
        to_master = partial(self._known, client=client, of_master=True, next=next)
        if is_read(call.method, self.kernel.interface):
            if replica_of(call) is None and self._versions.of(client) is not None:
                try:
                    return await self._read(call, next)
                except _NoSlave:
                    pass
            return await self._read_at_leader(call, to_master)
        try:
            return await self._written(call, to_master)
        except BaseException as error:
            if not did_not_run(error):
                self._versions.doubts(client)
            raise

    async def on_member_added(self, replica: Replica) -> None:
        """There may be another slave."""
        self._outdated = True

    async def on_member_removed(self, replica: Replica) -> None:
        """There may be one less."""
        self._outdated = True

    async def _read(self, call: Invocation, next: Next) -> Any:
        """Asks slaves, one after another. Raises _NoSlave where none can answer."""
        if self._outdated and self.kernel.clock.now() >= self._ask_at:
            learning = self._learn_slaves()
            if self._slaves is None:
                await asyncio.shield(learning)
        tried = set[int]()
        while (number := self._least_busy(tried)) is not None:
            tried.add(number)
            self._under_way[number] += 1
            try:
                return await self._answered_by(number, call, next)
            except AminoError as error:
                # A read changes nothing: another slave may run it too.
                if not isinstance(error, Unavailable) or (call.deadline and self.kernel.clock.now() >= call.deadline):
                    raise
                self._outdated = True
            finally:
                self._under_way[number] -= 1
        raise _NoSlave

    def _least_busy(self, tried: set[int]) -> int | None:
        left = [number for number in self._slaves or () if number not in tried]
        self._turn += 1
        turned = left[self._turn % len(left) :] + left[: self._turn % len(left)] if left else []
        return min(turned, key=self._under_way.__getitem__, default=None)

    async def _answered_by(self, number: int, call: Invocation, next: Next) -> Any:
        """The answer of a slave, however long it takes, as long as that gives signs of life."""
        asked = partial(self._known, client=call.client_id, of_master=False, next=next)
        answer = asyncio.ensure_future(asked(to_replica(call, number)))
        try:
            patience = self.config.patience.total_seconds()
            while not (await asyncio.wait((answer,), timeout=patience))[0]:
                await self._ask("missed", number)
                if self._slaves is not None and number not in self._slaves and not answer.done():
                    raise KernelUnavailable(f"a slave of {self.kernel.title} gives no sign of life")
                patience *= 2
            return answer.result()
        finally:
            answer.cancel()

    async def _known(self, call: Invocation, *, client: str, of_master: bool, next: Next) -> Any:
        """The result of a call, and takes note of its version."""
        term, position = self._versions.of(client) or (0, 0)
        doubted = self._versions.doubted
        told = await next(with_header(call, HEADER, [self._name, term, position]))
        match told:
            case [self._name, int(term), int(position), int(epoch), result, *error]:
                self._versions.saw(client, (term, position), of_master=of_master, doubted=doubted)
                self._outdated = self._outdated or epoch > self._epoch
                if error:
                    raise from_payload(error[0])
                return result
            case _:
                return told  # the object has other managers by now

    def _learn_slaves(self) -> asyncio.Future[None]:
        """Asks which slaves there are; calls that want to know together ask once."""
        if self._learning is None or self._learning.done():
            self._ask_at = self.kernel.clock.now() + _BETWEEN_SECONDS
            self._learning = asyncio.ensure_future(self._ask("slaves"))
        return self._learning

    async def _ask(self, method: str, *args: Any) -> None:
        try:
            epoch, master, slaves = await self.kernel.coordinator().call(method, *args, budget=_QUESTION_SECONDS)
        except AminoError:
            self._ask_at = self.kernel.clock.now() + _AGAIN_SECONDS
            # Any replica says whether it may answer.
            self._slaves = self._slaves or tuple(each.number for each in self.kernel.replicas() if each.number != self._group.leader)
            return
        self._learn(Group(epoch, master))
        self._epoch, self._slaves, self._outdated = max(self._epoch, epoch), tuple(slaves), False


class _NoSlave(Exception):
    """The master has to answer."""
