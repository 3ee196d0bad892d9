"""Managers whose parts note their upcalls, and raise or hang in those that a test names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from amino_dms.api import Arrival, Coordinator, DeploymentManager, InstanceManager, Interface, Proxy, Purpose, Replica
from amino_dms.chain import Chain
from amino_dms.runtime import ObjectView
from amino_dms.testkit.simulation import simulate
from amino_wire.errors import AminoError, OmsUnavailable

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore

Log = list[str]
VIEW = ObjectView("map", Interface("Map"), (Replica(0, "here"),), 1)
LATER = ObjectView("map", Interface("Map"), (Replica(0, "there"), Replica(1, "here")), 2)
MISTAKE = ValueError("a mistake of a third party")
SILENT = OmsUnavailable("the store does not answer")


def manager(name: str, log: Log, trouble: dict[str, BaseException | None]) -> DeploymentManager:
    """A manager whose parts note their upcalls; in those named in `trouble` they raise, or never return where it says
    None."""

    async def note(upcall: str) -> None:
        log.append(f"{name} {upcall}")
        if upcall in trouble:
            error = trouble[upcall]
            if error is None:
                await asyncio.Event().wait()
            else:
                raise error

    class Noting:
        """What all kinds of parts have."""

        async def on_create(self, arrival: Arrival) -> None:
            await note("on_create")

        async def on_destroy(self) -> None:
            await note("on_destroy")

        async def on_detach(self) -> None:
            await note("on_detach")

        async def on_member_added(self, replica: Replica) -> None:
            await note(f"on_member_added {replica.number}")

        async def on_member_removed(self, replica: Replica) -> None:
            await note(f"on_member_removed {replica.number}")

        async def on_low_memory(self, free_bytes: int) -> None:
            await note("on_low_memory")

        async def on_failure(self, replica: Replica) -> bool:
            await note("on_failure")
            return name == "C"

        async def load(self, saved: Any, arrival: Arrival) -> None:
            await note("load")

        async def save(self, purpose: Purpose) -> Any:
            await note("save")
            return name

    parts = {
        "proxy": type("P", (Noting, Proxy), {}),
        "instance_manager": type("I", (Noting, InstanceManager), {}),
        "coordinator": type("C", (Noting, Coordinator), {}),
    }
    return type(name, (DeploymentManager,), {"name": name, "promise": "Notes.", **parts})()


def chain(log: Log, trouble: dict[str, BaseException | None]) -> Chain:
    """Three managers; the one in the middle has trouble, and the first too in what begins with `first `."""
    first = {key.removeprefix("first "): value for key, value in trouble.items() if key.startswith("first ")}
    return Chain([manager("A", log, first), manager("B", log, trouble), manager("C", log, {})])


def host() -> PlayedHost:
    """A host in simulated time."""
    return PlayedHost(PlayedObjects(), PlayedStore())


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """In simulated time."""

    async def running(random: Random) -> None:
        await scenario()

    simulate(running, 1)


def heard(log: Log, upcall: str) -> list[str]:
    """Which managers heard of something, in order."""
    return [line.split(" ", 1)[0] for line in log if line.split(" ", 1)[1].startswith(upcall)]


def names(error: BaseException | None, upcall: str, kind: type[AminoError]) -> bool:
    """Whether it is an error of ours that says which manager failed where."""
    assert isinstance(error, kind), error
    assert error.details["manager"] == "B" and error.details["upcall"] == upcall
    return f"B.{upcall}" in error.message and "map" in error.message
