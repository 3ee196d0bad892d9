"""LoadBalancedFrontEnd: a set number of replicas without consistency, calls spread over them (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

from amino_wire.errors import NoKernelMatches

from amino_dms.api import (
    Arrival,
    Coordinator,
    CoordinatorKernel,
    Declarations,
    DeploymentManager,
    Invocation,
    Next,
    Proxy,
    ProxyKernel,
    Replica,
    Rule,
    Trait,
    replica_of,
    require_some,
    to_replica,
)

EACH_ITS_OWN: Final = Rule(Trait.HAS_STATE, "each replica has a state of its own, and what the other keeps in order is only one of them")


@dataclass(frozen=True, slots=True)
class LoadBalancedConfig:
    """Settings.

    Arguments:
        replicas: how many.
    """

    replicas: int = 3

    def __post_init__(self) -> None:
        require_some(self, "replicas")


class LoadBalancedProxy(Proxy[LoadBalancedConfig]):
    """Sends each call, and each further attempt of a call, to the next replica; every caller begins elsewhere."""

    passes_reads = True

    def __init__(self, config: LoadBalancedConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._turn = kernel.random.randrange(1 << 16)

    @classmethod
    def wants_calls(cls, config: LoadBalancedConfig) -> bool:
        """Not for a single replica."""
        return config.replicas > 1

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Addresses the call, unless it is."""
        replicas = self.kernel.replicas()
        if not replicas or replica_of(call) is not None:
            return await next(call)
        self._turn += 1
        return await next(to_replica(call, replicas[self._turn % len(replicas)].number))


class LoadBalancedCoordinator(Coordinator[LoadBalancedConfig]):
    """Keeps the number of replicas."""

    async def on_create(self, arrival: Arrival) -> None:
        """Makes the missing replicas, by the constructor."""
        for _ in range(self.config.replicas - len(self.kernel.replicas())):
            await self.kernel.replicate()

    async def on_failure(self, replica: Replica) -> bool:
        """Replaces a dead replica; without a node for it, does with those that are left."""
        return await replaced(self.kernel, replica)


async def replaced(kernel: CoordinatorKernel, replica: Replica) -> bool:
    """Makes a dead replica anew by its constructor; without a node for it, ends it. False: it was the last one. Raises as `recover`."""
    try:
        await kernel.recover(replica.number, None)
    except NoKernelMatches:
        if len(kernel.replicas()) < 2:
            return False
        await kernel.destroy_replica(replica.number)
    return True


class LoadBalancedFrontEnd(DeploymentManager):
    """For objects that keep no state of their own."""

    family = "scalability"
    promise = "Calls are spread over a set number of replicas that know nothing of one another."
    paper_lines = 53
    Config = LoadBalancedConfig
    proxy = LoadBalancedProxy
    coordinator = LoadBalancedCoordinator
    declares = Declarations(traits=frozenset({Trait.SPREADS}), forbids=(EACH_ITS_OWN,))

    def fan_out(self) -> int:
        """The number of replicas."""
        return cast(LoadBalancedConfig, self.config).replicas
