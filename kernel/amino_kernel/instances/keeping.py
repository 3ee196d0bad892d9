"""A kernel that stops keeps the states of the instances that nothing else saves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog
from amino_dms.api import Clock, within
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.instance import Life
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.kept_states import KeptState, KeptStates
from amino_kernel.instances.local_instance import LocalInstance
from amino_wire.errors import AminoError, StateNotCapturable
from amino_wire.pb import common_pb2

log = structlog.get_logger(__name__)

AT_ONCE = 64
"""How many states are captured beside one another."""
NAMED = 20
"""How many objects the log names."""
NOT_KEPT = "its state could not be kept when its kernel stopped"


@dataclass(frozen=True, slots=True)
class Kept:
    """The outcome of a stop: how many states are kept, and which instances have none, with the reasons."""

    states: int = 0
    lost: Sequence[common_pb2.InstanceState] = field(default_factory=list[common_pb2.InstanceState])


class Keeping:
    """Captures the states of fenced instances.

    Args:
        table: The instances of the kernel.
        chains: Knows which objects have a saver, and the states of managers.
        kept: Where states go.
        clock: Measures the time that it may take.
        undecided: States of an earlier stop that are not brought back yet.
    """

    def __init__(
        self, table: InstanceTable, chains: Chains, kept: KeptStates, clock: Clock, undecided: Callable[[], Iterator[KeptState]]
    ) -> None:
        self._table, self._chains, self._kept, self._clock, self._undecided = table, chains, kept, clock, undecided

    async def keep(self, life: int, seconds: float) -> Kept:
        """Keeps what can be captured. No call may reach the instances any more.

        Args:
            life: The incarnation of the kernel.
            seconds: Instances whose states are not captured after so many are not kept.
        """
        lost: dict[LocalInstance, str] = {}
        wanted = [local for local in self._table if self._is_wanted(local)]
        try:
            count = await self._kept.keep(self._captured(wanted, life, self._clock.now() + seconds, lost))
        except OSError as error:
            reason = f"{NOT_KEPT}: it was not written ({error.strerror or error})"
            log.error("no state is kept: objects without a saver are lost", error=str(error))
            return Kept(0, [local.reported(reason) for local in wanted])
        if wanted:
            log.info("states are kept until the next start", kept=count, lost=len(lost))
        for local, reason in list(lost.items())[:NAMED]:
            log.warning(NOT_KEPT, object=local.name, reason=reason)
        return Kept(count, [local.reported(f"{NOT_KEPT}: {reason}") for local, reason in lost.items()])

    def _is_wanted(self, local: LocalInstance) -> bool:
        """Whether an instance is a copy of its object that no manager saves. Replicas in groups are their managers' business."""
        return local.state.life is Life.ACTIVE and "." not in local.path and not self._chains.saves(local.record)

    async def _captured(
        self, wanted: Sequence[LocalInstance], life: int, end: float, lost: dict[LocalInstance, str]
    ) -> AsyncIterator[KeptState]:
        for state in self._undecided():
            yield state
        for begin in range(0, len(wanted), AT_ONCE):
            part = wanted[begin : begin + AT_ONCE]
            captures = [self._capture(local, life, end) for local in part]
            for local, outcome in zip(part, await asyncio.gather(*captures, return_exceptions=True), strict=True):
                if isinstance(outcome, KeptState):
                    yield outcome
                else:
                    lost[local] = outcome.message if isinstance(outcome, AminoError) else f"it was not captured in time ({outcome!r})"

    async def _capture(self, local: LocalInstance, life: int, end: float) -> KeptState:
        bridge, left = local.runtime.bridge, max(0.01, end - self._clock.now())

        async def capture() -> KeptState:
            # A call that had begun before the fence ends first.
            await bridge.hold(local.id, int(left * 1000))
            snapshot = await bridge.snapshot(local.id, False, int(left * 1000))
            if snapshot.lost:
                raise StateNotCapturable(f"{', '.join(snapshot.lost[:NAMED])} cannot be captured")
            managers = await self._chains.state_of(local)
            return KeptState(local.object_id, local.path, life, local.epoch, snapshot.state.data, managers)

        return await within(self._clock, left, capture())
