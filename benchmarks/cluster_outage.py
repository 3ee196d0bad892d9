"""What becomes of calls between objects that know each other while all OMS and etcd are away, until leases end and afterwards?"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import amino
from amino.errors import AminoError
from amino.testing import LocalCluster, LocalProcess

from benchmarks.amino_host import OBJECTS
from tests.support.etcd import EtcdCluster

LEASE = 60
CALLERS = 8
RELAY = {"relay.js": b"export default class Relay { constructor(other) { this.other = other; } go() { return this.other.incr(1, ''); } }"}
BEFORE_SECONDS, AFTER_SECONDS = 10, 15
DEADLINE = 20.0
"""Seconds of a call: longer than an OMS that is away is looked for."""
SILENCE = 15.0
"""Seconds without a call that has ended well, after which leases have ended for certain."""
NEAR = 0.9
"""The old rate, as far as two cores give the same rate twice."""
WINDOW = 0.5


class _Callers:
    """Clients that call all the time, and when each call ended."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub
        self.ends: list[float] = []
        self.errors: list[tuple[float, AminoError]] = []
        self._tasks = [asyncio.ensure_future(self._call()) for _ in range(CALLERS)]

    async def _call(self) -> None:
        stub = self._stub.with_options(deadline=DEADLINE)
        while True:
            try:
                await stub.go()
                self.ends.append(time.perf_counter())
            except AminoError as error:
                self.errors.append((time.perf_counter(), error))
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def rates(self, begin: float, end: float) -> list[float]:
        """Calls a second in each whole window between two moments."""
        counts = [0] * int((end - begin) / WINDOW)
        for each in self.ends:
            place = int((each - begin) / WINDOW)
            if begin <= each and place < len(counts):
                counts[place] += 1
        return [count / WINDOW for count in counts]


async def outage(folder: Path) -> dict[str, Any]:
    """The rate of calls before, while both are away and leases hold, and after they are back; and the error between."""
    etcd = EtcdCluster(folder / "etcd-of-outage").start()
    try:
        with LocalCluster() as cluster:
            arguments = ("--store", etcd.url, "--lease", str(LEASE))
            services = [cluster.start_oms(arguments)]
            cluster.wait_until_up()
            services.append(cluster.start_oms(arguments, name="standby"))
            kernels = [cluster.start_kernel(name, {"name": name}) for name in ("north", "south")]
            cluster.wait_until_up()
            async with amino.connect(kernels[0].address) as client:
                counter = await client.register(OBJECTS / "counter.js", name="counter", select={"name": ["south"]})
                relay: Any = await client.register(RELAY, "relay", args=[counter], select={"name": ["north"]})
                for _ in range(2000):
                    await relay.go()
                return await _measured(_Callers(relay), etcd, services)
    finally:
        etcd.stop()


async def _measured(callers: _Callers, etcd: EtcdCluster, services: Sequence[LocalProcess]) -> dict[str, Any]:
    begun = time.perf_counter()
    await asyncio.sleep(BEFORE_SECONDS)
    away = time.perf_counter()
    _signal(etcd, services, signal.SIGSTOP)
    # The last sign of life of a kernel is at most a third of its lease ago.
    while callers.ends[-1] > time.perf_counter() - SILENCE and time.perf_counter() < away + LEASE + SILENCE:
        await asyncio.sleep(0.1)
    back = time.perf_counter()
    ended = callers.ends[-1]
    _signal(etcd, services, signal.SIGCONT)
    await asyncio.sleep(AFTER_SECONDS)
    end = time.perf_counter()
    await callers.stop()
    before, holding, after = callers.rates(begun, away), callers.rates(away, ended), callers.rates(back, end)
    rate = statistics.median(before)
    return {
        "before": rate,
        "while_leases_hold": statistics.median(holding or [0.0]),
        "slowest_window_of_the_outage": min(holding, default=0.0),
        "slowest_window_before": min(before),
        "leases_held_seconds": ended - away,
        "rates_after_the_return": after,
        "errors": sorted({f"{error.code} after {when - away:.0f} s: {error.message}"[:300] for when, error in callers.errors})[:10],
        "codes": {code: sum(error.code == code for _, error in callers.errors) for code in {error.code for _, error in callers.errors}},
        "first_call_after_the_return_seconds": min((each - back for each in callers.ends if each > back), default=-1.0),
        "old_rate_after_the_return_seconds": _old_rate(callers.ends, back, end, rate),
        "load": os.getloadavg()[0],
    }


def _old_rate(ends: Sequence[float], back: float, end: float, rate: float) -> float:
    """Seconds from the return to the end of the first window, of half a second, that has the old rate; -1: there was none."""
    begin = back
    while begin + WINDOW <= end:
        if sum(begin <= each < begin + WINDOW for each in ends) / WINDOW >= NEAR * rate:
            return begin + WINDOW - back
        begin += WINDOW / 5
    return -1.0


def _signal(etcd: EtcdCluster, services: Sequence[LocalProcess], number: signal.Signals) -> None:
    for member in etcd.members:
        member.signal(number)
    for service in services:
        assert service.process is not None
        os.killpg(service.process.pid, number)
