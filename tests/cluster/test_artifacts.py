"""One artifact, read in several ways: each object gets what its own registration named."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import ArtifactInvalid
from amino_wire.pb import client_pb2

from tests.cluster.client import Client
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

TWO_CLASSES = """
class First { who() { return "first"; } }
class Second { who() { return "second"; } }
module.exports = { First, Second };
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    async with cluster(Path(tmp_path_factory.mktemp("one")), "north") as made, Client(made.kernels["north"].address) as connected:
        yield connected


async def test_two_classes_of_one_file(client: Client) -> None:
    first = await client.register("first", TWO_CLASSES, class_name="First")
    second = await client.register("second", TWO_CLASSES, class_name="Second")
    assert [await client.call(each.id, "who") for each in (first, second)] == ["first", "second"]


async def test_a_class_that_is_not_there_although_another_of_the_file_is_loaded(client: Client) -> None:
    await client.register("there", TWO_CLASSES, class_name="First")
    with pytest.raises(ArtifactInvalid, match="Third"):
        await client.register("not there", TWO_CLASSES, class_name="Third")


async def test_two_entries_of_one_folder(client: Client) -> None:
    files = {f"{name}.js": f"module.exports = class {{ who() {{ return '{name}'; }} }};".encode() for name in ("one", "two")}
    answers: list[str] = []
    for name in ("one", "two"):
        artifact = await client.put(files, f"{name}.js")
        request = client_pb2.RegisterRequest(name=name, artifact=artifact, request_id=uuid.uuid4().hex)
        answers.append(await client.call((await client.ask("Register", request)).object.id, "who"))
    assert answers == ["one", "two"]


@pytest.mark.parametrize("entry", ["f/" * 2000 + "object.js", "d" * 300 + "/object.js", "d" * 5000])
async def test_paths_that_no_disk_takes(client: Client, entry: str) -> None:
    with pytest.raises(ArtifactInvalid, match="path"):
        await client.register(f"object-{uuid.uuid4().hex[:6]}", TWO_CLASSES, entry=entry)
