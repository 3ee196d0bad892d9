"""Each thing of the process is a guest's own, or is refused by an exception of its language; the object goes on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import ArtifactInvalid, DeadlineExceeded, GuestException

from tests.cluster.client import Client
from tests.cluster.process_things import OWN, PROBERS, REFUSED, WASM_IMPORTS, Thing
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

PATIENCE_MS = 120_000
"""A guest's library is read on first use, which takes long on a busy machine."""
WAITS = {
    "python": (
        "import time; time.sleep(1000)",
        "import time; time.sleep(1000.5)",
        "import threading; threading.Event().wait()",
        "import queue; queue.Queue().get()",
        "import asyncio; asyncio.run(asyncio.sleep(1000))",
        "import select; select.select([], [], [], 1000)",
    ),
    "ruby": (
        "sleep 1000.5",
        "Queue.new.pop",
        "Thread.stop",
        "m = Mutex.new; c = ConditionVariable.new; m.synchronize { c.wait(m) }",
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    folder: Path = tmp_path_factory.mktemp("process")
    async with cluster(folder, "north", languages=["all"]) as made, Client(made.kernels["north"].address) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def probers(client: Client) -> dict[str, str]:
    return {language: (await client.register(f"prober-{language}", source, language)).id for language, source in PROBERS.items()}


@pytest.mark.parametrize("thing", OWN, ids=str)
async def test_a_thing_of_the_process_is_the_guests_own(client: Client, probers: dict[str, str], thing: Thing) -> None:
    assert await client.call(probers[thing.language], "attempt", thing.code, budget_ms=PATIENCE_MS) == thing.expected
    assert await client.call(probers[thing.language], "trail") == [False]


@pytest.mark.parametrize("thing", REFUSED, ids=str)
async def test_a_refusal_is_caught_and_cleaned_up_by_the_guest(client: Client, probers: dict[str, str], thing: Thing) -> None:
    with pytest.raises(GuestException) as caught:
        print(await client.call(probers[thing.language], "attempt", thing.code, budget_ms=PATIENCE_MS))
    assert caught.value.type == thing.expected
    # `except` has run, the lock is free again, and the object answers.
    assert await client.call(probers[thing.language], "trail") == [False, thing.expected]


@pytest.mark.parametrize("language", list(WAITS))
async def test_a_guest_that_waits_for_nothing_ends_at_its_deadline(client: Client, probers: dict[str, str], language: str) -> None:
    assert await client.call(probers[language], "trail", budget_ms=PATIENCE_MS) == [False]
    for code in WAITS[language]:
        with pytest.raises(DeadlineExceeded):
            await client.call(probers[language], "attempt", code, budget_ms=3_000)
        assert (await client.call(probers[language], "trail", budget_ms=PATIENCE_MS))[0] is False, code


def module_that_imports(name: str) -> bytes:
    """A WebAssembly module of one function, which it imports from the first version of WASI."""

    def text(word: str) -> bytes:
        return bytes([len(word)]) + word.encode()

    def section(number: int, content: bytes) -> bytes:
        return bytes([number, len(content)]) + content

    imported = text("wasi_snapshot_preview1") + text(name) + b"\x00\x00"
    return b"\0asm\x01\0\0\0" + section(1, b"\x01\x60\x00\x00") + section(2, b"\x01" + imported)


@pytest.mark.parametrize("row", list(WASM_IMPORTS))
async def test_webassembly_that_asks_for_a_process_is_refused(client: Client, row: str) -> None:
    artifact = await client.put({"object.wasm": module_that_imports(WASM_IMPORTS[row])}, "object.wasm", "wasm")
    with pytest.raises(ArtifactInvalid, match="wasi"):
        await client.register_artifact(f"wasm-{WASM_IMPORTS[row]}", artifact)
