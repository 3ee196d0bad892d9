"""The caller's part of ConsensusRSM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from amino_dms.api import COMMAND, Invocation, Next, ProxyKernel, is_read, replica_of, transaction_of
from amino_dms.replication.call_reports import CallReports
from amino_dms.replication.entries import HEADER
from amino_dms.replication.leader_proxy import LeaderProxy
from amino_dms.replication.local_reads import LocalReads
from amino_dms.replication.placing import Place
from amino_dms.replication.reading import Reading

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig


class ConsensusProxy(LeaderProxy["ConsensusConfig"]):
    """Calls go to the leader, but for reads that the nearest replica answers."""

    def __init__(self, config: ConsensusConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._reports = CallReports(kernel) if config.place is Place.CALLERS else None
        self._local = LocalReads(config, kernel, self._read_at_leader) if config.read is Reading.LOCAL else None
        self.frees_reads = self._reports is None and self._local is None

    def hands_on(self, method: str) -> bool:
        """To the replica that leads as far as it knows, but for reads that another one answers."""
        return self._local is None or method not in self.kernel.interface.read_only

    def replica(self) -> int | None:
        """That one."""
        return self._group.leader

    def leaves(self, method: str) -> Any:
        """The epoch and the numbers, as `on_call` sends them."""
        if self._reports is not None:
            self._reports.note()
        if method in self.kernel.interface.read_only:
            return None
        return [self._group.epoch, *self._numbers.leaves()]

    def returns(self, request_id: str, given: Any, error: BaseException | None) -> None:
        """As where `on_call` has the outcome."""
        if given is None:
            return
        if self._local is not None:
            self._local.wrote("")
        self._numbers.returns(request_id, given[2], error)

    async def waited(self) -> None:
        """Has the leader looked after."""
        await self._looked_after(self._group)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Tries until there is an answer, or until the time is over."""
        if self._reports is not None:
            self._reports.note()
        if is_read(call.method, self.kernel.interface) and not transaction_of(call):
            return await (self._read_at_leader(call, next) if self._local is None else self._local.read(call, next))
        try:
            return await self._written(call, next)
        finally:
            if self._local is not None:
                self._local.wrote(call.client_id)

    async def command_in_order(self, manager: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """As a call that writes: sent again to the next leader, it counts once."""
        request = f"{self.kernel.random.getrandbits(64):016x}"
        call = Invocation(self.kernel.object_id, COMMAND, (manager, name, list(args), dict(kwargs)), request_id=request)
        return await self._written(call, self._commanded)

    async def _commanded(self, call: Invocation) -> Any:
        return await self.kernel.instance_manager(replica_of(call) or 0).call("command", call.headers[HEADER], *call.args)
