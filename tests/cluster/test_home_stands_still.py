"""Programs whose home kernel stands still: what it has not answered ends, and all else goes on through another kernel."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster
from tests.conformance.drivers import SdkDriver, SdkFailure

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

SDKS = ("python", "js", "ruby")
ONE = {"int": "1"}
WAITER_JS = """
module.exports = class Waiter {
  async wait() {
    await amino.get('seen').incr(1);
    return new Promise(() => {});
  }
};
"""
SECONDS = 30.0
"""By then a lease of 3 s has ended, and each program has asked another kernel: at its second, fourth and eighth look, one a second."""


async def test_programs_in_every_language_leave_a_home_that_stands_still(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as made:
        north, south = made.kernels["north"], made.kernels["south"]
        # Of each two programs one has a call at that kernel, and the other one then asks for an object that it does not know yet.
        drivers = [SdkDriver(sdk, f"{north.address},{south.address}") for sdk in SDKS for _ in range(2)]
        async with Client(south.address) as client:
            seen = await client.register("seen", COUNTER_JS)
            await client.move("seen", south.kernel_id)
            for sdk in SDKS:
                await client.register(f"waiter-{sdk}", WAITER_JS)
                await client.move(f"waiter-{sdk}", north.kernel_id)
            calls = [asyncio.to_thread(driver.call, f"waiter-{driver.sdk}", "wait") for driver in drivers[::2]]
            waiting = asyncio.gather(*calls, return_exceptions=True)

            async def all_wait() -> bool:
                return bool(await client.call(seen.id, "get") == len(SDKS))

            await until(all_wait)
        try:
            north.signal(signal.SIGSTOP)
            begun = time.monotonic()
            asked = await asyncio.gather(*(asyncio.to_thread(driver.call, "seen", "incr", ONE) for driver in drivers[1::2]))
            ended = await waiting
            taken = time.monotonic() - begun
            print(f"all had ended after {taken:.1f} s")
            assert sorted(answer["int"] for answer in asked) == ["4", "5", "6"]
            for sdk, failed in zip(SDKS, ended, strict=True):
                assert isinstance(failed, SdkFailure), f"{sdk}: {failed!r}"
                assert (failed.code, failed.outcome) == ("KERNEL_UNAVAILABLE", "unknown"), f"{sdk}: {failed}"
                assert "its lease has ended" in failed.message
            assert taken < SECONDS
            assert [driver.call("seen", "incr", ONE)["int"] for driver in drivers[::2]] == ["7", "8", "9"]
        finally:
            north.signal(signal.SIGCONT)
            for driver in drivers:
                await asyncio.to_thread(driver.close)
