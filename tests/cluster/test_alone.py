"""SerializableRPC is kept by the gate of the object: calls run alone, also on a concurrent object, without the Python half."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import amino
import pytest
import pytest_asyncio

from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

ECHO = {"echo.js": "export default class Echo { say(value) { return value; } }"}
TURNS = {
    "turns.js": """export default class Turns {
  constructor() { this.inside = 0; this.most = 0; this.order = []; }
  async turn(echo, number) {
    this.most = Math.max(this.most, ++this.inside);
    await echo.say.async(number);
    await echo.say.async(number);
    this.inside -= 1;
    this.order.push(number);
    return this.most;
  }
  waiting(echo, number) {
    this.most = Math.max(this.most, ++this.inside);
    echo.say(number);
    this.inside -= 1;
    return this.most;
  }
  async through(pair) { return 'outer ' + await pair.back.async(amino.self); }
  inner() { return 'inner'; }
  seen() { return [this.most, this.order]; }
}"""
}
PAIR = {
    "pair.js": """export default class Pair {
  async both(turns, echo) { return Promise.all([turns.turn.async(echo, 1), turns.turn.async(echo, 2), turns.turn.async(echo, 3)]); }
  async both_waiting(turns, echo) { return Promise.all([turns.waiting.async(echo, 1), turns.waiting.async(echo, 2)]); }
  async back(turns) { return turns.inner.async(); }
}"""
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("alone")), "north", "south") as made:
        yield made


class Objects:
    """Turns, an echo and a pair; the echo is on the other kernel, so that each turn takes a while."""

    def __init__(self, turns: amino.Stub, echo: amino.Stub, pair: amino.Stub) -> None:
        self.turns, self.echo, self.pair = turns, echo, pair

    @classmethod
    async def made(cls, client: amino.Client, managers: str, *, concurrent: bool = True, beside: str = "north") -> Objects:
        name = uuid.uuid4().hex[:6]
        turns = await client.register(TURNS, f"turns-{name}", deployment_managers=managers, concurrent=concurrent, select={"name": "north"})
        echo = await client.register(ECHO, f"echo-{name}", select={"name": "south"})
        return cls(turns, echo, await client.register(PAIR, f"pair-{name}", select={"name": beside}))


async def test_calls_of_a_concurrent_object_run_alone_in_the_order_of_their_arrival(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        made = await Objects.made(client, "SerializableRPC")
        await asyncio.gather(*(made.turns.turn(made.echo, number) for number in range(20)))
        assert await made.turns.seen() == [1, list(range(20))]
        loose = await Objects.made(client, "")
        assert max(await asyncio.gather(*(loose.turns.turn(loose.echo, number) for number in range(20)))) > 1, "without it they do not"


@pytest.mark.parametrize("beside", ["north", "south"])
@pytest.mark.parametrize("concurrent", [True, False])
async def test_calls_of_one_chain_wait_for_one_another(pair: Cluster, beside: str, concurrent: bool) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        made = await Objects.made(client, "SerializableRPC", concurrent=concurrent, beside=beside)
        assert await made.pair.both(made.turns, made.echo) == [1, 1, 1]
        assert await made.pair.both_waiting(made.turns, made.echo) == [1, 1]


@pytest.mark.parametrize("beside", ["north", "south"])
async def test_a_call_from_inside_another_one_runs_at_once(pair: Cluster, beside: str) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        made = await Objects.made(client, "SerializableRPC", beside=beside)
        assert await made.turns.through(made.pair) == "outer inner"


async def test_the_rule_comes_and_goes_with_its_manager_while_calls_run(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        made = await Objects.made(client, "")
        for chain in ("SerializableRPC", "Retry,SerializableRPC", "SerializableRPC,ExplicitCheckpoint"):
            await client.attach(made.turns, chain)
            fresh = await Objects.made(client, chain)
            calls = [fresh.turns.turn(fresh.echo, number) for number in range(10)]
            await client.attach(fresh.turns, "Retry,SerializableRPC")
            calls += [fresh.turns.turn(fresh.echo, number) for number in range(10, 20)]
            assert set(await asyncio.gather(*calls)) == {1}, chain
        await client.attach(made.turns, [])
        assert max(await asyncio.gather(*(made.turns.turn(made.echo, number) for number in range(20)))) > 1


async def test_it_moves_with_its_rule(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        made = await Objects.made(client, "SerializableRPC")
        left = iter(range(200))

        async def hammer() -> int:
            return max([await made.turns.turn(made.echo, number) for number in left], default=1)

        async def move() -> None:
            for place in ("south", "north", "south"):
                await client.move(made.turns, pair.kernels[place].kernel_id)

        most = await asyncio.gather(move(), *(hammer() for _ in range(8)))
        assert set(most[1:]) == {1}
        assert sorted((await made.turns.seen())[1]) == list(range(200)), "each turn was taken once"
