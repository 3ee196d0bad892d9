"""A manager that makes each call take a set time, during which no processor is used: as if the object worked so long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amino_dms.api import DeploymentManager, InstanceManager, Invocation, Next


@dataclass(frozen=True, slots=True)
class ServingConfig:
    """Settings.

    Arguments:
        time: of a call.
    """

    time: timedelta = timedelta(milliseconds=20)


class ServingManager(InstanceManager[ServingConfig]):
    """Waits; what stands behind it in the chain keeps the order of calls."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Waits, then hands the call on."""
        await self.kernel.clock.sleep(self.config.time.total_seconds())
        return await next(call)


class Serving(DeploymentManager):
    """Takes its time."""

    promise = "A call takes a set time."
    Config = ServingConfig
    instance_manager = ServingManager
