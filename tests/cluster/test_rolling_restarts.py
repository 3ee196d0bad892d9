"""Every process of a cluster is replaced in turn, and no caller notices more than a wait."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import amino
import pytest
from amino.link import Transport

from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import NOT_SERVING, OmsProcess
from tests.cluster.several import Several, refusal_of
from tests.support.etcd import can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
CLIENTS = 16
KERNELS = ("north", "south", "west")
LONGEST = 15.0
"""Seconds after which a call hangs. The longest one is printed: 3 s are wanted, and kernels that start share two cores with other tests."""


class Counting:
    """A client with a counter of its own that it calls without a pause; each answer must be the next number.

    The clients differ in their first kernels, in what carries their calls, and in whether they call objects' kernels themselves.
    """

    def __init__(self, number: int, addresses: list[str]) -> None:
        first = number % len(addresses)
        self._name, self._addresses = f"counter-{number}", addresses[first:] + addresses[:first]
        self._transport: Transport = ("auto", "grpc")[number // 3 % 2]
        self._direct = number % 2 == 0
        self.answers, self.longest, self.when = 0, 0.0, 0.0
        self.begun = asyncio.Event()
        self.over = asyncio.Event()

    async def run(self, source: Path) -> None:
        async with amino.connect(",".join(self._addresses), transport=self._transport, direct=self._direct) as client:
            counter = await client.register(source, name=self._name)
            while not self.over.is_set():
                begun = time.monotonic()
                assert await counter.incr() == self.answers + 1
                self.answers += 1
                taken = time.monotonic() - begun
                if taken > self.longest:
                    self.longest, self.when = taken, begun
                self.begun.set()
            assert await counter.get() == self.answers


async def test_all_processes_are_replaced_and_no_call_fails(several: Several, tmp_path: Path) -> None:
    source = tmp_path / "counter.js"
    source.write_text(COUNTER_JS)
    old = [await several.kernel(name) for name in KERNELS]
    clients = [Counting(number, [kernel.address for kernel in old]) for number in range(CLIENTS)]
    running = [asyncio.ensure_future(client.run(source)) for client in clients]
    begun, steps = time.monotonic(), list[tuple[float, str]]()
    await asyncio.gather(*(client.begun.wait() for client in clients))

    def step(text: str) -> None:
        steps.append((time.monotonic() - begun, text))
        for call in running:
            assert not call.done(), (text, call.exception() if not call.cancelled() else "cancelled")

    for kernel in old:
        step(f"{kernel.name} is stopped")
        await kernel.stop()
        step(f"{kernel.name} starts")
        await kernel.start()
    for leader in list(several.oms):
        step(f"the OMS {leader.name}, which leads, is stopped")
        await leader.stop()
        await serves(next(oms for oms in several.oms if oms is not leader))
        step(f"the OMS {leader.name} starts")
        await leader.start(NOT_SERVING)
    step("end")
    for client in clients:
        client.over.set()
    await asyncio.gather(*running)
    longest = max(clients, key=lambda client: client.longest)
    print(f"{sum(client.answers for client in clients)} calls; the longest took {longest.longest:.2f} s at {longest.when - begun:.1f} s")
    print("\n".join(f"{seconds:6.1f} s: {text}" for seconds, text in steps))
    assert longest.longest < LONGEST


async def serves(oms: OmsProcess) -> None:
    """Returns when an OMS leads."""
    async with asyncio.timeout(10):
        while await refusal_of(oms) is not None:
            await asyncio.sleep(0.05)
