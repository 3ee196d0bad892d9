"""Calls while all OMS and etcd stand still: they go on until the leases end, then say so at once, and go on after the return."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.testing import LocalCluster
from amino_wire.errors import AminoError, KernelUnavailable, Outcome

from tests.cluster.client import until
from tests.cluster.objects import COUNTER_JS
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
ROOT = Path(__file__).resolve().parents[2]
RELAY = {"relay.js": b"export default class Relay { constructor(other) { this.other = other; } incr() { return this.other.incr(); } }"}
LEASE = 5
DEADLINE = 60.0
"""Seconds of a call, as those of the other clients have by default."""
PROMPT = 15.0
"""Seconds: far less than a call's deadline, which a call would take that waits for the OMS."""
REASON = "has ended, since no OMS answers"
NODE = """
import { connect } from './sdk/js/src/index.js';
const client = await connect(process.argv[1]);
for (const name of ['counter', 'relay', 'kept']) {
  const stub = await client.get(name);
  const begun = performance.now();
  const error = await stub.incr().then(() => ({}), (error) => error);
  console.log(JSON.stringify([name, error.code, error.outcome, error.message, (performance.now() - begun) / 1000]));
}
await client.close();
"""
RUBY = """
require "json"
require_relative "sdk/ruby/lib/amino"
client = Amino.connect(ARGV[0])
%w[counter relay kept].each do |name|
  stub = client.get(name)
  begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  stub.incr
rescue Amino::Error => e
  puts JSON.generate([name, e.code, e.outcome, e.message, Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun])
end
client.close
"""


class Outage:
    """Two OMS over one etcd, and two kernels."""

    def __init__(self, folder: Path, etcd: EtcdCluster) -> None:
        self._etcd, self.local = etcd, LocalCluster(folder)
        arguments = ("--store", etcd.url, "--lease", str(LEASE))
        self._services = [self.local.start_oms(arguments)]
        self.local.wait_until_up()
        self._services.append(self.local.start_oms(arguments, name="oms-2"))
        self.north, self.south = (self.local.start_kernel(name, {"name": name}) for name in ("north", "south"))
        self.local.wait_until_up()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to all OMS, and to etcd."""
        for member in self._etcd.members:
            member.signal(number)
        for service in self._services:
            assert service.process is not None
            os.killpg(service.process.pid, number)

    def told(self, *command: str) -> list[tuple[str, str, str, str, float]]:
        """What a client's program says of its calls: the name, the error's code, outcome and message, and the seconds."""
        done = subprocess.run([*command, self.north.address], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture
def outage(tmp_path: Path, etcd: EtcdCluster) -> Iterator[Outage]:
    made = Outage(tmp_path, etcd)
    try:
        yield made
    finally:
        made.signal(signal.SIGCONT)
        made.local.stop()


async def failure(call: Callable[[], Awaitable[Any]]) -> tuple[str, str, str, float]:
    """The code, the outcome and the message of a call that fails, and its seconds."""
    begun = time.monotonic()
    with pytest.raises(AminoError) as caught:
        await call()
    return caught.value.code, caught.value.outcome.name.lower(), caught.value.message, time.monotonic() - begun


async def test_calls_end_at_once_when_the_leases_have_ended_and_go_on_after_the_return(outage: Outage) -> None:
    async with amino.connect(outage.north.address) as client:
        counter: Any = await client.register({"counter.js": COUNTER_JS.encode()}, "counter", select={"name": ["south"]})
        relay: Any = await client.register(RELAY, "relay", args=[counter], select={"name": ["north"]})
        kept: Any = await client.register(
            {"counter.js": COUNTER_JS.encode()}, "kept", select={"name": ["south"]}, deployment_managers="DurableSerializableRPC"
        )
        stubs = {"counter": counter, "relay": relay, "kept": kept}
        assert [await counter.incr(), await relay.incr(), await kept.incr()] == [1, 2, 1]
        outage.signal(signal.SIGSTOP)
        frozen = time.monotonic()
        while time.monotonic() < frozen + LEASE / 2:
            await relay.incr()  # calls between those that know each other go on
        for name, stub in stubs.items():
            await until(lambda stub=stub: is_refused(stub), seconds=30)
            code, outcome, message, seconds = await failure(lambda stub=stub: stub.with_options(deadline=DEADLINE).incr())
            assert_refused(name, code, outcome, message, seconds)
        for told in (outage.told("node", "--input-type=module", "-e", NODE), outage.told("ruby", "-W1", "-e", RUBY)):
            assert [each[0] for each in told] == list(stubs)
            for each in told:
                assert_refused(*each)
        outage.signal(signal.SIGCONT)
        back = time.monotonic()

        for stub in stubs.values():
            await until(lambda stub=stub: is_answered(stub), seconds=15)
        print(f"calls went on {time.monotonic() - back:.2f} s after the return")


async def is_refused(stub: Any) -> bool:
    """Whether calls of the object are refused for the end of the lease."""
    try:
        await stub.with_options(deadline=20).incr()
    except AminoError as error:
        return REASON in error.message and error.code == KernelUnavailable.code
    return False


async def is_answered(stub: Any) -> bool:
    """Whether a call of the object is answered."""
    try:
        await stub.incr()
    except KernelUnavailable as error:
        assert error.outcome is Outcome.NOT_RUN, error.message
        return False
    return True


def assert_refused(name: str, code: str, outcome: str, message: str, seconds: float) -> None:
    """A call was refused at once, with the reason."""
    assert (code, outcome) == (KernelUnavailable.code, Outcome.NOT_RUN.name.lower()), (name, message)
    assert REASON in message, (name, message)
    assert seconds < PROMPT, (name, seconds, message)
