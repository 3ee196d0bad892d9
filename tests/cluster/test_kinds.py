"""The object of a kind and a key, with real processes: callers of every kernel get one object, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import amino
import pytest
from amino_wire.errors import AminoError, NameNotFound

from tests.cluster.client import until
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

CART_JS = """
module.exports = class Cart {
  constructor(key, start = 0) {
    this.key = key; this.items = start;
    if (key === 'slow') { const end = Date.now() + 1500; while (Date.now() < end); }
  }
  add(n) { this.items += n; return this.items; }
  show() { return [this.key, this.items]; }
};
"""


async def command(address: str, *arguments: str) -> str:
    """What the command line prints."""
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amino", *arguments, env={**os.environ, "AMINO_ADDRESS": address}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await run.communicate()
    assert run.returncode == 0
    return output.decode()


async def test_every_caller_gets_one_object_and_it_outlives_what_is_killed(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south", languages=["js"]) as made, amino.connect(made.kernels["north"].address) as client:
        south = made.kernels["south"].address
        source = tmp_path / "cart.js"
        source.write_text(CART_JS)
        await command(south, "register-kind", str(source), "--key-argument", "--dm", "DurableSerializableRPC", "--name", "cart")
        async with amino.connect(south) as other:
            stubs = await asyncio.gather(*(each.get_or_create("cart", 42) for each in (client, other) for _ in range(10)))
            assert len({amino.reference_of(stub).id for stub in stubs}) == 1
            await asyncio.gather(*(stub.add(1) for stub in stubs))
        document = json.loads(await command(south, "get-or-create", "cart", "42", "-o", "json"))
        assert (document["id"], document["kind"], document["name"]) == (amino.reference_of(stubs[0]).id, "cart", "cart/42")
        await made.oms.kill()
        await made.oms.start()
        assert [kind["name"] for kind in json.loads(await command(south, "kinds", "-o", "json"))] == ["cart"]
        assert await (await client.get_or_create("cart", 42)).show() == ["42", 20]
        assert await (await client.get_or_create("cart", "other", 5)).show() == ["other", 5]
        await sleeping(south, source)
        await killed_while_it_makes(made, client)


async def sleeping(address: str, source: Path) -> None:
    """An object of a kind that nobody calls sleeps; it is listed so, and the next calls wake it with what it was."""
    await command(
        address, "register-kind", str(source), "--name", "nap", "--key-argument", "--dm", "DurableSerializableRPC", "--idle", "1s"
    )
    async with amino.connect(address) as client:
        stub = await client.get_or_create("nap", "x")
        assert await stub.add(3) == 3

        async def asleep() -> bool:
            return (await client.describe("nap/x")).status == "asleep"

        await until(asleep)
        assert "asleep" in await command(address, "ls", "nap/")
        assert sorted(await asyncio.gather(*(stub.add(1) for _ in range(5)))) == [4, 5, 6, 7, 8]
        assert (await client.describe("nap/x")).status == "active"


async def killed_while_it_makes(made: Cluster, client: amino.Client) -> None:
    """The kernel that makes an object is killed: callers who wait get one object, on the other kernel."""
    asking = [asyncio.ensure_future(client.get_or_create("cart", "slow")) for _ in range(5)]

    async def being_made() -> bool:
        return bool(await client.list("cart/slow"))

    await until(being_made)
    (half_made,) = await client.list("cart/slow")
    (name,) = [name for name, kernel in made.kernels.items() if kernel.kernel_id == half_made.kernel]
    await made.kernels[name].kill()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(answer, AminoError) for answer in answers if isinstance(answer, BaseException))
    rest = next(kernel for other, kernel in made.kernels.items() if other != name)
    async with amino.connect(rest.address) as other:
        stub = await other.get_or_create("cart", "slow")
        assert await stub.show() == ["slow", 0]
        assert {amino.reference_of(answer).id for answer in answers if not isinstance(answer, BaseException)} <= {
            amino.reference_of(stub).id
        }
        assert [found.kind for found in await other.list("cart/slow")] == ["cart"]
        await other.remove_kind("cart")
        with pytest.raises(NameNotFound, match="amino register-kind"):
            await other.get_or_create("cart", "new")
