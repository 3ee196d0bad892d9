"""A replicated object in real kernels whose state cannot be captured, while a kernel is killed: the others go on and say why."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from amino_dms.chain import Chain, Registry

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, labelled, register_map
from tests.cluster.processes import cluster
from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

SOURCE = b"""
module.exports = class Safe {
  static readOnly = ['get'];
  constructor(entries) { this.count = 0; this.kept = null; }
  get() { return this.count; }
  add() { return ++this.count; }
  fn() { let hidden = 1; this.kept = () => ++hidden; }
  mend() { this.kept = null; }
};
"""


async def test_calls_go_on_and_the_reason_is_told(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west", "east")),
        )
        async with Client(made.kernels["north"].address) as home:
            artifact = await home.put({"safe.js": SOURCE}, "safe.js")
            chain = Chain.parse("ConsensusRSM(log=kernels)", Registry.installed())
            record = await register_map(home, artifact, chain, {}, labelled("objects", "yes"))
            safe = ClusterMap(home, record.id, budget_ms=30_000)
            count = 0
            for spoil, reason in (("fn", "STATE_NOT_CAPTURABLE"),):
                await safe.call(spoil)
                members = await safe.command("members")
                follower = next(node for number, node in members["replicas"].items() if number != members["leader"])
                victim = next(kernel for kernel in made.kernels.values() if kernel.kernel_id == follower)
                await victim.kill()
                await victim.start()

                async def told(reason: str = reason) -> bool:
                    return reason in (await safe.command("members"))["lacks"]

                await until(told, 60)
                for _ in range(20):
                    count += 1
                    assert await safe.call("add") == count
                    assert await safe.call("get") == count
                await safe.call("mend")

                async def whole() -> bool:
                    return bool((await safe.command("members"))["whole"])

                await until(whole, 90)
