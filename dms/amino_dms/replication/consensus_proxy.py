"""The caller's part of ConsensusRSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amino_dms.replication.leader_proxy import LeaderProxy

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig  # noqa: F401


class ConsensusProxy(LeaderProxy["ConsensusConfig"]):
    """See `LeaderProxy`: all calls go to the leader."""
