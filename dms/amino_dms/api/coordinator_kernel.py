"""The requests of coordinators to the OMS that hosts them (Sapphire Table 3)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from amino_dms.api.kernel import PartKernel
from amino_dms.api.model import Node, Replica
from amino_dms.api.shards import ShardMaking
from amino_dms.api.state import Snapshot


class CoordinatorKernel(PartKernel, ShardMaking, Protocol):
    """The requests that a coordinator may make. Coordinators run at the OMS and survive the object's node (Sapphire section 6)."""

    @property
    def epoch(self) -> int:
        """Grows with every move and every change of replicas."""
        ...

    async def pin(self, node: str, *, replica: int = 0) -> None:
        """Moves a replica to a node (Table 3, pin).

        Raises:
            KernelNotFound: no such node.
            ChainInvalid: a manager of the chain does not allow that node.
            StateNotCapturable: the object cannot be moved as it is.
        """
        ...

    async def pin_region(self, region: str, *, replica: int = 0) -> None:
        """Moves a replica to the least loaded node of a region (Table 3, pin of a region); raises as `pin`, and NoKernelMatches."""
        ...

    async def sites(self) -> tuple[Node, ...]:
        """The living nodes where a replica of the object may be: they run its language and match its selector, and its managers allow
        them. Those that have a replica are among them."""
        ...

    async def replicate(self, snapshot: Snapshot | None = None, *, role: str = "", nodes: Collection[str] | None = None) -> Replica:
        """Makes one more replica (Table 3, replicate), on another node than the others where there is one.

        Arguments:
            snapshot: its state; None: made by the constructor, as the first one was.
            role: the manager's name for it.
            nodes: only on one of these; None: on any.

        Raises:
            NoKernelMatches: there is no node for it.
        """
        ...

    async def destroy_replica(self, number: int) -> None:
        """Ends a replica (Table 3, destroyReplica)."""
        ...

    async def recover(self, number: int, snapshot: Snapshot | None, *, nodes: Collection[str] | None = None) -> Replica:
        """Makes a dead replica anew on a living node (Table 3, durable get and setReplica); raises as `replicate`.

        Arguments:
            number: the replica whose node died.
            snapshot: the state that it continues from; None: made by the constructor.
            nodes: only on one of these; None: on any.
        """
        ...
