"""An object in shards in real kernels, used from Python, Node, Ruby and another object, while kernels and the OMS are killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import amino
import pytest
from amino_wire.errors import ArgumentInvalid, ChainInvalid

from tests.cluster.client import until
from tests.cluster.processes import Cluster, cluster
from tests.cluster.runs import WITHOUT_JIT
from tests.examples.pages import blocks, commands

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
PAGE = "docs/shards.md"
BUYER = {
    "buyer.js": """export default class Buyer {
  async buy(stock, sku) { return [await stock.add(sku, 1), await stock.count()]; }
}"""
}
NODE = """
import {{ connect }} from {index};
const client = await connect(process.env.AMINO_ADDRESS);
const stock = await client.get('stock');
for (const sku of ['a', 'b', 'c', 'd']) await stock.add(sku, 10);
const groups = [await stock.dm.shards(), await stock.dm.members()].map((all) => all.length);
console.log(JSON.stringify([await stock.get('a'), await stock.count(), await stock.best(), ...groups]));
await client.close();
"""
RUBY = """
require "json"
require "amino"
Amino.connect(ENV["AMINO_ADDRESS"]) do |client|
  stock = client.get("stock")
  %w[a b c e].each { |sku| stock.add(sku, 5) }
  puts JSON.generate([stock.get("a"), stock.count, stock.names.sort])
end
"""


async def said(address: str, *command: str) -> str:
    """What a program prints that uses that kernel."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "AMINO_ADDRESS": address}
    run = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE)
    output, _ = await run.communicate()
    assert run.returncode == 0
    return output.decode()


async def everybody_uses_it(made: Cluster, client: amino.Client) -> None:
    """Programs in three languages, and an object that is given the stub, find the same shard for each key."""
    south = made.kernels["south"].address
    node = NODE.format(index=json.dumps((ROOT / "sdk" / "js" / "src" / "index.js").as_uri()))
    assert json.loads(await said(south, "node", "--input-type=module", "-e", node)) == [10, 4, "a", 4, 4]
    ruby = json.loads(await said(made.kernels["west"].address, "ruby", "-W0", "-Isdk/ruby/lib", "-e", RUBY))
    assert ruby == [15, 5, ["a", "b", "c", "d", "e"]]
    stock, buyer = await client.get("stock"), await client.register(BUYER, "buyer")
    assert await buyer.buy(stock, "f") == [1, 6]
    async with amino.connect(south, proxies="kernel") as other:
        assert await (await other.get("stock")).add("a", 1) == 16
    assert await stock.best() == "a"
    with pytest.raises(ArgumentInvalid, match="a key must be"):
        await stock.add(None, 1)


async def test_one_object_in_shards(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        await asyncio.gather(*(made.add(name, languages=["js"], jvm_options=WITHOUT_JIT) for name in ("north", "south", "west")))
        north = made.kernels["north"].address
        (code,) = [block.text for block in blocks(PAGE) if block.language == "js"]
        (tmp_path / "stock.js").write_text(code)
        register, explain, reshard = commands(PAGE)
        async with amino.connect(north) as client:
            with pytest.raises(ChainInvalid, match="best takes 0 arguments"):
                await client.register(tmp_path / "stock.js", "stock", deployment_managers="DHT")
            await said(north, "sh", "-ec", f"cd {tmp_path}; {register}")
            drawn = await said(north, "sh", "-ec", explain)
            assert drawn.count("DHT ") >= 5 and drawn.count("ConsensusRSM 3 of 3 on ") == 4, drawn
            await everybody_uses_it(made, client)
            listed = json.loads(await said(north, "amino", "ls", "-o", "json"))
            assert {each["name"] for each in listed} == {"stock", "buyer"}
            await ended_and_back(made, await client.get("stock"))
            assert await said(north, "sh", "-ec", reshard) == "6\n"
            assert len(await (await client.get("stock")).dm.shards()) == 6
            assert (await said(north, "sh", "-ec", explain)).count("ConsensusRSM 3 of 3 on ") == 6
            shards = f"shard-of={amino.reference_of(await client.get('stock')).id}"
            assert len(json.loads(await said(north, "amino", "ls", "--select", shards, "-o", "json"))) == 6
            await client.delete("stock")
            assert json.loads(await said(north, "amino", "ls", "--select", shards, "-o", "json")) == []


async def ended_and_back(made: Cluster, stock: amino.Stub) -> None:
    """One kernel and the OMS end while the shards change and somebody counts; each call runs once."""
    answered = 0

    async def count() -> None:
        nonlocal answered
        for number in range(60):
            await stock.add(f"key {number % 20}", 1)
            answered += 1

    async def reached(least: int) -> bool:
        return answered >= least

    counting = asyncio.ensure_future(count())
    await until(lambda: reached(10), 30)
    changing = asyncio.ensure_future(stock.dm.reshard(6))
    await until(lambda: reached(12), 30)
    await made.kernels["south"].kill()
    await until(lambda: reached(30), 60)
    await made.oms.kill()
    await made.oms.start()
    await asyncio.wait_for(counting, 90)
    # Its answer may have been lost with the OMS, and the change goes on.
    await asyncio.gather(changing, return_exceptions=True)
    assert sum([await stock.get(f"key {number}") for number in range(20)]) == 60
    assert await stock.count() == 26
