"""Names while no OMS answers: every client resolves them, says how old that is, and calls go on; all is current again afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.testing import LocalCluster
from amino_wire.errors import OmsUnavailable
from amino_wire.pb import client_pb2
from amino_wire.values import decode

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
ROOT = Path(__file__).resolve().parents[2]
LEASE = "60"
DRIFT = 1.0
"""Seconds by which an age may differ from what a test knows of it: a look at the store comes before the end of it."""
NODE = """
import { connect } from './sdk/js/src/index.js';
const client = await connect(process.argv[1]);
const found = await client.describe('counter');
const got = await (await client.get('counter')).incr();
console.log(JSON.stringify([found.answerAge, found.answerSource, got]));
await client.close();
"""
RUBY = """
require "json"
require_relative "sdk/ruby/lib/amino"
client = Amino.connect(ARGV[0])
found = client.describe("counter")
puts JSON.generate([found.answer_age, found.answer_source, client.get("counter").incr])
client.close
"""


class Outage:
    """Two OMS over one etcd, and a kernel whose lease is long."""

    def __init__(self, folder: Path, etcd: EtcdCluster) -> None:
        self.etcd, self.local = etcd, LocalCluster(folder)
        arguments = ("--store", etcd.url, "--lease", LEASE)
        self.first = self.local.start_oms(arguments)
        self.local.wait_until_up()
        self.second = self.local.start_oms(arguments, name="oms-2")
        self.kernel = self.local.start_kernel("north")
        self.local.wait_until_up()

    def amino(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line."""
        command = [sys.executable, "-m", "amino", *arguments]
        environment = {**os.environ, "AMINO_ADDRESS": self.kernel.address}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
        assert done.returncode == 0, done.stderr
        return done

    def program(self, *command: str) -> list[Any]:
        """What a client's program prints."""
        done = subprocess.run([*command, self.kernel.address], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        found: list[Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def outage(tmp_path: Path, etcd: EtcdCluster) -> Iterator[Outage]:
    made = Outage(tmp_path, etcd)
    yield made
    made.local.stop()


async def test_names_resolve_while_no_oms_answers_and_say_how_old_they_are(outage: Outage) -> None:
    async with amino.connect(outage.kernel.address) as client:
        counter = await client.register({"counter.js": COUNTER_JS.encode()}, "counter")
        current = await client.describe("counter")
        assert (current.answer_age, current.answer_source) == (0.0, "")
        # Without etcd the OMS that stands by still has its copy.
        outage.etcd.members[0].freeze()
        frozen = time.monotonic()
        aged = await client.describe("counter")
        assert aged.answer_source == f"oms {outage.second.address}"
        assert 0 < aged.answer_age <= time.monotonic() - frozen + DRIFT
        # Without any OMS the kernel remembers. It knows the name as the standby has told it.
        await asyncio.gather(*(asyncio.to_thread(each.kill) for each in (outage.first, outage.second)))
        ages = list[float]()
        for number in range(1, 5):
            found = await client.describe("counter")
            ages.append(found.answer_age)
            assert found.answer_source.startswith("kernel ")
            assert abs(found.answer_age - (time.monotonic() - frozen)) < 2 * DRIFT
            assert (found.id, found.replicas) == (current.id, current.replicas)
            assert await (await client.get("counter")).incr() == number
            assert await counter.get() == number
            await asyncio.sleep(0.3)
        assert ages == sorted(ages)
        assert ages[-1] - ages[0] >= 0.9
        await refused(client)
        await told_by_all(outage, number=4)
        # All is well again by itself, and current.
        outage.etcd.members[0].signal(signal.SIGCONT)
        await asyncio.gather(*(asyncio.to_thread(each.start) for each in (outage.first, outage.second)))

        async def well() -> bool:
            found = await client.describe("counter")
            return not found.answer_source

        await until(well)
        await client.delete("counter")
        again = await client.register({"counter.js": COUNTER_JS.encode()}, "counter")
        assert await again.get() == 0
        found = await client.describe("counter")
        assert (found.answer_age, found.id != current.id) == (0.0, True)


async def test_one_member_of_three_is_not_missed_and_without_two_names_resolve_and_changes_end_in_time(tmp_path: Path) -> None:
    etcd = EtcdCluster(tmp_path / "three", 3).start()
    made = Outage(tmp_path, etcd)
    source = {"counter.js": COUNTER_JS.encode()}
    try:
        async with amino.connect(made.kernel.address) as client:
            counter = await client.register(source, "counter")
            etcd.members[0].kill()
            await client.register(source, "without-one")
            assert (await client.describe("without-one")).answer_source == ""
            etcd.members[1].kill()
            begun = time.monotonic()
            with pytest.raises(OmsUnavailable):
                await client.register(source, "without-two")
            assert time.monotonic() - begun < 20.0
            assert (await client.describe("counter")).answer_source != ""
            assert await counter.incr() == 1
            for member in etcd.members[:2]:
                await asyncio.to_thread(etcd.restart, member)

            attempts = count()

            async def registered() -> bool:
                try:
                    await client.register(source, f"with-all-{next(attempts)}")
                except OmsUnavailable:
                    return False
                return True

            await until(registered)
            assert (await client.describe("counter")).answer_source == ""
            assert await counter.incr() == 2
    finally:
        made.local.stop()
        etcd.stop()


async def refused(client: amino.Client) -> None:
    """Nothing that must be current, and nothing that was never heard, is answered."""
    strict = (client.get("counter", outage_age=0), client.describe("counter", outage_age=0.001), client.get("never heard"))
    answers = await asyncio.gather(*strict, return_exceptions=True)
    assert [type(each) for each in answers] == [OmsUnavailable] * 3


async def told_by_all(outage: Outage, number: int) -> None:
    """Every client resolves, calls, and says how old the answer is."""
    described = json.loads(await asyncio.to_thread(lambda: outage.amino("-o", "json", "describe", "counter").stdout))
    assert described["answer_age"] > 1
    assert described["answer_source"].startswith("kernel ")
    told = await asyncio.to_thread(lambda: outage.amino("describe", "counter").stdout)
    assert "s ago, since no object management service answers (kernel " in told
    called = await asyncio.to_thread(lambda: outage.amino("call", "counter", "incr"))
    assert int(called.stdout) == number + 1
    assert "counter is looked up as it was" in called.stderr
    for place, command in enumerate((("node", "--input-type=module", "-e", NODE), ("ruby", "-W1", "-e", RUBY)), number + 2):
        age, source, value = await asyncio.to_thread(lambda command=command: outage.program(*command))
        assert (source.startswith("kernel "), value) == (True, place)
        assert age > 1
    async with Client(outage.kernel.address) as plain:
        limit = client_pb2.AgeLimit(outage_ms=3_600_000)
        request = client_pb2.InvokeRequest(target="counter", method="incr", age_limit=limit)
        answer: client_pb2.InvokeResponse = await plain.ask("Invoke", request)
        assert decode(answer.value) == number + 4
        assert answer.age.ms > 1000 or answer.age.ms == 0  # an object of this very kernel needs no name
