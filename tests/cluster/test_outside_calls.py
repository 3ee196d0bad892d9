"""Replicated objects in real kernels that call others, and that are given calls without an end."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_wire.errors import AminoError, DeadlineExceeded
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import ENTRIES, Client, until
from tests.cluster.maps import ClusterMap, labelled, put_map, register_map, specs
from tests.cluster.processes import cluster
from tests.cluster.runs import WITHOUT_JIT, Used

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

REGISTRY = Registry.installed()
LOGS = {"js": "ConsensusRSM(log=kernels,run=1s)", "python": "ConsensusRSM(run=1s)", "ruby": "ConsensusRSM(run=8s)"}
SOURCES = {
    "js": """
export default class Teller {
  static readOnly = ['lines'];
  constructor() { this.paid = []; }
  pay(name, n) { this.paid.push(amino.get(name).add('x', n)); return this.paid.at(-1); }
  async payLater(name, n) { this.paid.push(await amino.get(name).async.add('x', n)); return this.paid.at(-1); }
  loop() { this.paid.push('loops'); for (;;) {} }
  lines() { return this.paid; }
}
""",
    "python": """
import amino


class Teller:
    __read_only__ = ["lines"]

    def __init__(self):
        self.paid = []

    def pay(self, name, n):
        self.paid.append(amino.get(name).add("x", n))
        return self.paid[-1]

    def loop(self):
        self.paid.append("loops")
        while True:
            pass

    def lines(self):
        return self.paid
""",
    "ruby": """
class Teller
  READ_ONLY = [:lines].freeze

  def initialize
    @paid = []
  end

  def pay(name, n)
    @paid << Amino.get(name).add("x", n)
    @paid.last
  end

  def loop
    @paid << "loops"
    while true do end
  end

  def lines = @paid
end
""",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def four(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Used]:
    """A kernel for clients only, and three that have replicas."""
    async with cluster(Path(tmp_path_factory.mktemp("outside"))) as made, AsyncExitStack() as stack:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west", "east")),
        )
        yield Used(made, (await stack.enter_async_context(Client(made.kernels["north"].address)),))


async def register(four: Used, language: str) -> common_pb2.ObjectRecord:
    """A teller."""
    artifact = await four.home.put({ENTRIES[language]: SOURCES[language].encode()}, ENTRIES[language], language)
    request = client_pb2.RegisterRequest(
        name=f"teller-{uuid.uuid4().hex[:12]}",
        artifact=artifact,
        request_id=uuid.uuid4().hex,
        deployment_managers=specs(Chain.parse(LOGS[language], REGISTRY)),
        selector=labelled("objects", "yes"),
    )
    return (await four.home.ask("Register", request, 120)).object


@pytest.mark.parametrize("language", sorted(SOURCES))
async def test_payments_are_made_once_while_the_leader_ends_and_endless_calls_are_skipped(four: Used, language: str) -> None:
    record = await register(four, language)
    artifact = await put_map(four.home, "js")
    account = await register_map(four.home, artifact, Chain.parse("ConsensusRSM", REGISTRY), {"x": 0}, labelled("objects", "yes"))
    teller = ClusterMap(four.home, record.id)
    for number in range(10):
        assert await teller.call("pay", account.name, 1) == number + 1
    if language == "js":
        assert await teller.call("payLater", account.name, 0) == 10
    before = await teller.call("lines")
    with pytest.raises(DeadlineExceeded, match="skipped by all"):
        await teller.call("loop")
    assert await teller.call("lines") == before
    told = await teller.command("members")
    assert "loop of teller-" in told["skipped"][0] and "at position" in told["skipped"][0]
    if language != "js":
        return
    paying = [asyncio.ensure_future(teller.call("pay", account.name, 1)) for _ in range(20)]
    victim = four.kernel(told["replicas"][told["leader"]])
    await victim.kill()
    assert sorted(await asyncio.gather(*paying)) == list(range(11, 31))
    await victim.start()
    assert await teller.call("lines") == [*before, *range(11, 31)]
    assert await ClusterMap(four.home, account.id).call("get", "x") == 30

    async def whole() -> bool:
        try:
            found: dict[str, Any] = await teller.command("members")
        except AminoError:
            return False
        return bool(found["whole"])

    await until(whole, 60)
    assert await teller.call("pay", account.name, 1) == 31
