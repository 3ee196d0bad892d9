"""A manager that writes down its upcalls, for tests of chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from amino_dms.api import (
    Arrival,
    Coordinator,
    DeploymentManager,
    InstanceManager,
    Invocation,
    Next,
    Proxy,
    Purpose,
    Replica,
    command,
    question,
)


@dataclass(frozen=True)
class Seen:
    """What a probe wrote down: which part of which probe, and what happened to it."""

    probe: str
    part: str
    upcall: str


@dataclass(frozen=True, slots=True)
class ProbeConfig:
    """Settings.

    Arguments:
        label: what this probe is called in what it writes down.
    """

    label: str = "probe"


Note = Callable[[str, str], None]
"""Writes down an upcall of a part."""


def _proxy(note: Note) -> type[Proxy[ProbeConfig]]:
    """The proxy that writes down what it sees."""

    class ProbeProxy(Proxy[ProbeConfig]):
        """Writes down what its proxy sees."""

        async def on_create(self, arrival: Arrival) -> None:
            note("proxy", f"create {arrival}")

        async def on_call(self, call: Invocation, next: Next) -> Any:
            note("proxy", f"call {call.method}")
            try:
                return await next(call)
            finally:
                note("proxy", f"return {call.method}")

        async def on_destroy(self) -> None:
            note("proxy", "destroy")

        async def on_high_latency(self, seconds: float) -> None:
            note("proxy", "high latency")

        @command
        async def limit_latency(self, seconds: float) -> None:
            """Sets the limit for on_high_latency."""
            self.kernel.set_high_latency(seconds)

        @command
        async def ask_both(self) -> list[str]:
            """Asks the other two parts who they are."""
            return [await self.kernel.instance_manager().call("who"), await self.kernel.coordinator().call("who")]

    return ProbeProxy


def _instance_manager(note: Note) -> type[InstanceManager[ProbeConfig]]:
    """The instance manager that writes down what it sees."""

    class ProbeManager(InstanceManager[ProbeConfig]):
        """Writes down what its instance manager sees."""

        async def on_create(self, arrival: Arrival) -> None:
            note("instance_manager", f"create {arrival}")

        async def on_call(self, call: Invocation, next: Next) -> Any:
            note("instance_manager", f"call {call.method}")
            try:
                return await next(call)
            finally:
                note("instance_manager", f"return {call.method}")

        async def on_destroy(self) -> None:
            note("instance_manager", "destroy")

        async def on_member_added(self, replica: Replica) -> None:
            note("instance_manager", f"added {replica.number} on {replica.node}")

        async def on_member_removed(self, replica: Replica) -> None:
            note("instance_manager", f"removed {replica.number} on {replica.node}")

        async def on_low_memory(self, free_bytes: int) -> None:
            note("instance_manager", f"low memory {free_bytes}")

        async def save(self, purpose: Purpose) -> Any:
            return f"saved for {purpose}"

        async def load(self, saved: Any, arrival: Arrival) -> None:
            note("instance_manager", f"load {saved}")

        @question
        async def who(self) -> str:
            """The name of this part."""
            return f"instance manager {self.kernel.replica} on {self.kernel.node.id}"

    return ProbeManager


def _coordinator(note: Note) -> type[Coordinator[ProbeConfig]]:
    """The coordinator that writes down what it sees."""

    class ProbeCoordinator(Coordinator[ProbeConfig]):
        """Writes down what its coordinator sees, and counts durably."""

        count = 0

        async def on_create(self, arrival: Arrival) -> None:
            note("coordinator", f"create {arrival}")

        async def on_failure(self, replica: Replica) -> bool:
            note("coordinator", f"failure {replica.number} on {replica.node}")
            return False

        async def on_member_added(self, replica: Replica) -> None:
            note("coordinator", f"added {replica.number} on {replica.node}")

        async def on_member_removed(self, replica: Replica) -> None:
            note("coordinator", f"removed {replica.number} on {replica.node}")

        async def save(self, purpose: Purpose) -> Any:
            return self.count

        async def load(self, saved: Any, arrival: Arrival) -> None:
            self.count = saved

        @question
        async def who(self) -> str:
            """The name of this part."""
            return "coordinator"

        @command
        async def count_up(self) -> int:
            """One more."""
            self.count += 1
            return self.count

    return ProbeCoordinator


class Probe(DeploymentManager):
    """Makes managers that all write into one list: `Probe.writing_into(log, "A")`."""

    promise = "Changes nothing; writes down every upcall."
    Config = ProbeConfig
    log: ClassVar[list[Seen]]

    @staticmethod
    def writing_into(log: list[Seen], name: str) -> type[DeploymentManager]:
        """A manager of that name whose parts write into `log`."""

        def note(part: str, upcall: str) -> None:
            log.append(Seen(name, part, upcall))

        made = {
            "promise": Probe.promise,
            "name": name,
            "Config": ProbeConfig,
            "proxy": _proxy(note),
            "instance_manager": _instance_manager(note),
            "coordinator": _coordinator(note),
        }
        return type(name, (DeploymentManager,), made)
