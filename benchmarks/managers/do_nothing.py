"""Managers for measuring what a part on the way of a call costs. `Nothing…` does not take part in calls, `Passing…` hands them on at both
ends, `Near…` in the caller's process only, `Far…` in the object's kernel only. Numbers tell those of one chain apart."""

from __future__ import annotations

from functools import cache
from typing import Any

from amino_dms.api import DeploymentManager, InstanceManager, Invocation, Next, NoConfig, Proxy


class IdleProxy(Proxy[NoConfig]):
    """Takes no part in calls."""


class IdleManager(InstanceManager[NoConfig]):
    """Takes no part in calls."""


class PassingProxy(Proxy[NoConfig]):
    """Hands calls on."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        return await next(call)


class PassingManager(InstanceManager[NoConfig]):
    """Hands calls on."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        return await next(call)


PARTS: dict[str, dict[str, Any]] = {
    "Nothing": {"proxy": IdleProxy, "instance_manager": IdleManager},
    "Passing": {"proxy": PassingProxy, "instance_manager": PassingManager},
    "Near": {"proxy": PassingProxy},
    "Far": {"instance_manager": PassingManager},
}
LONGEST = 10
NAMES = tuple(f"{kind}{number}" for kind in PARTS for number in range(1, LONGEST + 1))


@cache
def __getattr__(name: str) -> type[DeploymentManager]:
    """The manager of a name, as the entry points of the benchmark ask for it."""
    if name not in NAMES:
        raise AttributeError(name)
    return type(name, (DeploymentManager,), {"promise": "Nothing is promised.", "__module__": __name__, **PARTS[name.rstrip("0123456789")]})
