"""SerializableRPC: one call after another, by a lock at the object's side (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_dms.api import (
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Interface,
    Invocation,
    Next,
    NoConfig,
    ObjectRule,
    Trait,
)


class SerializableManager(InstanceManager[NoConfig]):
    """Lets one call in at a time; a call that re-enters the object belongs to the call inside which it was made."""

    only_rule = True

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()

    @classmethod
    def rule(cls, config: NoConfig, interface: Interface) -> ObjectRule | None:
        """Nothing else than that calls run alone."""
        return ObjectRule.ALONE

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Waits for its turn, in the order of arrival."""
        async with self._gate.passing(call, alone=True):
            return await next(call)


class SerializableRPC(DeploymentManager):
    """Calls to the object run one after another, even where the object allows more."""

    family = "serializability"
    promise = "Calls run one after another, in the order of their arrival, also on an object that allows concurrent calls."
    paper_lines = 10
    instance_manager = SerializableManager
    declares = Declarations(traits=frozenset({Trait.GATES, Trait.HAS_STATE}))
