"""`python -m examples.cluster`: ends with status 0 only if nothing that was acknowledged was lost, and nothing was done twice."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import amino

from examples.cluster.caller import Caller
from examples.cluster.hosts import NAMES, Hosts, three_hosts
from examples.demo.progress import Story, play

COUNTER = Path(__file__).resolve().parents[1] / "objects" / "counter.js"
SAVED = "AtMostOnceRPC, Retry(timeout=30s), DurableSerializableRPC"
"""Each call is saved before it is answered, and a call whose answer was lost is asked about once more."""
ANSWERS = 10
"""How many answers of each object show that it is called again."""

Loss = Callable[[Hosts, amino.Client, list[Caller]], Awaitable[list[str]]]


async def lose_etcd(hosts: Hosts, _: amino.Client, callers: list[Caller]) -> list[str]:
    """kill -9 of the member of etcd that leads."""
    member = await asyncio.to_thread(lambda: hosts.etcd.leader)
    member.kill()
    await all_answer(callers)
    told = [f"killed: etcd on {hosts.host_of(member)}; the two others elected another leader", *waits(callers)]
    await asyncio.to_thread(hosts.etcd.restart, member)
    return told


async def lose_oms(hosts: Hosts, client: amino.Client, callers: list[Caller]) -> list[str]:
    """kill -9 of the OMS that leads."""
    leader = await hosts.leading_oms()
    begun = time.perf_counter()
    await asyncio.to_thread(leader.kill)
    await client.create("counter of north")
    seconds = time.perf_counter() - begun
    await all_answer(callers)
    other = await hosts.leading_oms()
    told = [f"killed: {leader.name}; {other.name} took over, and made an object {seconds:.1f} s later", *waits(callers)]
    await hosts.again(leader)
    return told


async def lose_kernel(hosts: Hosts, client: amino.Client, callers: list[Caller]) -> list[str]:
    """kill -9 of a kernel with all its processes, at which the client is not."""
    lost, caller = hosts.kernels[NAMES[-1]], callers[-1]
    await asyncio.to_thread(lost.kill)
    await all_answer(callers)
    at = {kernel.id: kernel.labels["host"] for kernel in await client.kernels()}
    place = at[(await client.describe(caller.name)).replicas[0].kernel]
    told = [f"killed: the kernel on {lost.name}; {place} brought {caller.name!r} back from what it had saved", *waits(callers)]
    await hosts.again(lost)
    return told


async def all_answer(callers: list[Caller]) -> None:
    """Returns when each object has been called for a while."""
    await asyncio.gather(*(caller.more(ANSWERS) for caller in callers))


def waits(callers: list[Caller]) -> list[str]:
    """How long callers have waited, in words."""
    return [f"{caller.name}: the longest wait for an answer was {caller.waited():.1f} s" for caller in callers]


async def tell(story: Story, folder: Path) -> None:
    """Runs every step. Raises what a step raises."""
    with three_hosts(folder) as hosts:
        with story.step("three hosts: etcd and a kernel on each, an OMS on two") as told:
            await asyncio.to_thread(hosts.start)
            told += [f"{process.name}: {process.address}" for process in (*hosts.oms, *hosts.kernels.values())]
        async with amino.connect(hosts.addresses) as client:
            with story.step("an object on each host, saved with each call") as told:
                stubs = await asyncio.gather(*(place(client, name) for name in NAMES))
                callers = [Caller(f"counter of {name}", stub) for name, stub in zip(NAMES, stubs, strict=True)]
                await all_answer(callers)
                _ = waits(callers)
                told += [f"{caller.name}: {caller.answers} answers" for caller in callers]
            for what, lose in LOSSES.items():
                with story.step(what) as told:
                    told += await lose(hosts, client, callers)
            with story.step("the client ends, and compares") as told:
                await asyncio.gather(*(caller.end() for caller in callers))
                for caller in callers:
                    if caller.errors:
                        raise AssertionError(f"{caller.name} was told {len(caller.errors)} errors; the first: {caller.errors[0]}")
                    told.append(f"{caller.name}: {caller.answers} calls, no error, each done once")


async def place(client: amino.Client, host: str) -> amino.Stub:
    """Registers an object on a host; when that is lost, it may be anywhere."""
    name = f"counter of {host}"
    stub = await client.register(COUNTER, name, deployment_managers=SAVED)
    kernel = next(each for each in await client.kernels() if each.labels["host"] == host)
    await client.move(name, kernel.id)
    return stub


LOSSES: dict[str, Loss] = {
    "the etcd that leads is killed, and started again": lose_etcd,
    "the OMS that leads is killed, and started again": lose_oms,
    "a kernel is killed, and started again": lose_kernel,
}


def told(story: Story) -> None:
    """Tells it of hosts that end with it."""
    with tempfile.TemporaryDirectory(prefix="amino-hosts-") as folder:
        asyncio.run(tell(story, Path(folder)))


if __name__ == "__main__":
    play(told, "nothing was lost, and nothing was done twice")
