"""Managers for measuring what a part on the way of a call costs: `Nothing…` without the call upcall, `Passing…` hands calls on."""

from __future__ import annotations

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


class Nothing1(DeploymentManager):
    promise = "Nothing is promised, and the parts take no part in calls."
    proxy = IdleProxy
    instance_manager = IdleManager


class Nothing2(Nothing1):
    promise = Nothing1.promise


class Nothing3(Nothing1):
    promise = Nothing1.promise


class Passing1(DeploymentManager):
    promise = "Nothing is promised, and calls are handed on."
    proxy = PassingProxy
    instance_manager = PassingManager


class Passing2(Passing1):
    promise = Passing1.promise


class Passing3(Passing1):
    promise = Passing1.promise


class Passing4(Passing1):
    promise = Passing1.promise
