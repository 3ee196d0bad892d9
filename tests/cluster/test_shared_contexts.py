"""What one object replaces is seen in its context only: never by another artifact, nor by an object with a context of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from amino_wire.errors import GuestException

from tests.cluster.client import Client
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

PATIENCE_MS = 120_000
SPOILER = {
    "js": """
module.exports = class Spoiler {
  spoil() { Array.prototype.map = () => ['spoilt']; return true; }
  map() { return [1].map((n) => n + 1); }
  take(data) { merge({}, JSON.parse(data)); return true; }
  taken() { return ({}).taken ?? null; }
  change() { 'use strict'; amino.get = null; }
  extend() { 'use strict'; amino.Reference.prototype.incr = null; }
};
function merge(into, from) {
  for (const key in from) {
    if (typeof from[key] === 'object') merge((into[key] ??= {}), from[key]);
    else into[key] = from[key];
  }
}
""",
    "python": """
import builtins
import amino

class Spoiler:
    def spoil(self):
        builtins.sorted = lambda items: ["spoilt"]
        return True

    def map(self):
        return sorted([2])

    def change(self):
        amino.get = None

    def extend(self):
        list.append = None
""",
    "ruby": """
class Array
  def amino_test = map { |n| n + 1 }
end

class Spoiler
  def spoil
    Array.class_eval { def map = ['spoilt'] }
    true
  end

  def map
    [1].amino_test
  end

  def change
    Amino.define_singleton_method(:get) { nil }
  end

  def extend
    Amino::Reference.define_method(:incr) { nil }
  end
end
""",
}
FROZEN = {"js": "TypeError", "python": ("AttributeError", "TypeError"), "ruby": "FrozenError"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    folder: Path = tmp_path_factory.mktemp("shared")
    async with cluster(folder, "north", languages=["all"]) as made, Client(made.kernels["north"].address) as client:
        yield client


async def mapped(client: Client, object_id: str) -> Any:
    return await client.call(object_id, "map", budget_ms=PATIENCE_MS)


@pytest.mark.parametrize("language", list(SPOILER))
async def test_replaced_built_ins_stay_in_their_context(client: Client, language: str) -> None:
    source = SPOILER[language]
    spoiler = await client.register(f"spoiler-{language}", source, language)
    apart = await client.register(f"apart-{language}", source, language, own_context=True)
    made = await client.create(f"apart-{language}")
    # One byte more makes another artifact.
    other = await client.register(f"other-{language}", source + "\n", language)
    neighbours = [spoiler, *[await client.create(f"spoiler-{language}") for _ in range(8)]]
    for each in (*neighbours, apart, made, other):
        assert await mapped(client, each.id) == [2]
    assert await client.call(spoiler.id, "spoil") is True
    # That this is so is what docs/security.md says.
    assert ["spoilt"] in [await mapped(client, each.id) for each in neighbours[1:]]
    for each in (apart, made, other):
        assert await mapped(client, each.id) == [2]
    later = await client.register(f"later-apart-{language}", source, language, own_context=True)
    assert await mapped(client, later.id) == [2]
    assert await client.call(made.id, "spoil") is True
    assert await mapped(client, apart.id) == [2]


@pytest.mark.parametrize("language", list(SPOILER))
async def test_what_the_runtime_gives_cannot_be_replaced(client: Client, language: str) -> None:
    spoiler = await client.register(f"changer-{language}", SPOILER[language], language)
    for member in ("change", "extend"):
        with pytest.raises(GuestException) as caught:
            await client.call(spoiler.id, member, budget_ms=PATIENCE_MS)
        assert caught.value.type in FROZEN[language], member


async def test_keys_of_data_add_nothing_to_the_objects_of_neighbours(client: Client) -> None:
    spoiler = await client.register("taker", SPOILER["js"], "js")
    assert await client.call(spoiler.id, "take", '{"__proto__": {"taken": 1}}', budget_ms=PATIENCE_MS) is True
    assert await client.call(spoiler.id, "taken") is None
