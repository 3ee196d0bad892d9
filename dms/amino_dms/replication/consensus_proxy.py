"""The caller's part of ConsensusRSM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amino_dms.api import Invocation, Next, ProxyKernel, is_read
from amino_dms.replication.call_reports import CallReports
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

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Tries until there is an answer, or until the time is over."""
        if self._reports is not None:
            self._reports.note()
        if is_read(call.method, self.kernel.interface):
            return await (self._read_at_leader(call, next) if self._local is None else self._local.read(call, next))
        if self._local is None:
            return await self._written(call, next)
        try:
            return await self._written(call, next)
        finally:
            self._local.wrote(call)
