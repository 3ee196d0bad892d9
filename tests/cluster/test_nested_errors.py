"""An object whose own call fails has run: nothing sends the call to it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from amino_wire.errors import GuestException, KernelUnavailable, Outcome
from amino_wire.values import Reference

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, running

pytestmark = [pytest.mark.cluster]

OUTER_JS = """
module.exports = class Outer {
  hold(other) { this.other = other; return null; }
  call() { return this.other.count(); }
};
"""
MIDDLE_JS = """
module.exports = class Middle {
  constructor() { this.counted = 0; }
  hold(other) { this.other = other; return null; }
  count() { this.counted += 1; return this.other.incr(1); }
  get() { return this.counted; }
};
"""


async def test_a_call_whose_nested_call_finds_a_dead_kernel_runs_once(tmp_path: Path) -> None:
    made = Cluster(tmp_path)
    # The kernel that is killed is known as alive until the test is over.
    made.oms.lease = 60
    async with running(made, "one", "two", "three"), Client(made.kernels["one"].address) as client:
        outer = await client.register("outer", OUTER_JS, on="one")
        middle = await client.register("middle", MIDDLE_JS, on="two")
        inner = await client.register("inner", COUNTER_JS, on="three")
        await client.call(outer.id, "hold", Reference(middle.id))
        await client.call(middle.id, "hold", Reference(inner.id))
        assert await client.call(outer.id, "call") == 1
        await made.kernels["three"].kill()
        for _ in range(3):
            with pytest.raises(GuestException) as caught:
                await client.call(outer.id, "call")
            error = caught.value
            assert error.outcome is Outcome.RAN
            # What the middle object's caller was told, and behind it what the middle object itself was told.
            assert isinstance(error.cause, GuestException)
            assert isinstance(error.cause.cause, KernelUnavailable)
        assert await client.call(middle.id, "get") == 1 + 3
