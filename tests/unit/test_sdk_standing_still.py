"""Kernels that stand still: a client that begins goes to the next one soon, and calls end when a kernel is known to be lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import amino
import pytest
from amino.cli.quick_client import QuickClient
from amino.next_after import next_after_seconds
from amino_wire.errors import ArgumentInvalid, ConfigInvalid, KernelUnavailable, Outcome

from tests.unit.counter_kernel import counter_kernel


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """The address of a process that takes connections, and answers nothing on them."""
    taken: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: taken.append(writer), "127.0.0.1", 0)
    yield "{}:{}".format(*server.sockets[0].getsockname())
    for writer in taken:
        writer.close()
    server.close()


def folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


@pytest.mark.parametrize(("given", "least"), [(None, 1.0), (0.1, 0.1)])
async def test_a_client_that_begins_tries_the_next_kernel_soon(given: float | None, least: float, silent: str, tmp_path: Path) -> None:
    async with counter_kernel(tmp_path) as kernel:
        begun = time.monotonic()
        async with amino.connect(f"{silent},{kernel.address}", next_after=given) as client:
            assert least <= time.monotonic() - begun < least + 4.0
            assert await (await client.get("counter")).incr() == 1


async def test_so_does_the_command_line(silent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMINO_NEXT_AFTER", "0.1")

    def ask(addresses: str) -> str:
        with QuickClient(addresses, client_id="cli") as client:
            return client.reference("counter").id

    async with counter_kernel(tmp_path) as kernel:
        begun = time.monotonic()
        assert await asyncio.to_thread(ask, f"{silent},{kernel.address}") == "id-counter"
        assert time.monotonic() - begun < 5.0


def test_how_soon_can_be_said() -> None:
    assert next_after_seconds(None, {}) == 1.0
    assert next_after_seconds(None, {"AMINO_NEXT_AFTER": "0.25"}) == 0.25
    assert next_after_seconds(amino.Duration(2_000_000_000), {"AMINO_NEXT_AFTER": "soon"}) == 2.0


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "nan"])
def test_a_wrong_time_in_the_environment_is_named(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMINO_NEXT_AFTER", text)
    with pytest.raises(ConfigInvalid, match=f"AMINO_NEXT_AFTER = '{text}'.* more than 0"):
        amino.connect("127.0.0.1:1")


def test_a_wrong_time_is_refused() -> None:
    with pytest.raises(ArgumentInvalid, match="next_after must be more than 0"):
        amino.connect("127.0.0.1:1", next_after=0)


@pytest.mark.parametrize("lanes", [("unix",), ("tcp",), ()])
async def test_a_call_ends_when_another_kernel_says_that_its_own_is_lost(lanes: tuple[str, ...], tmp_path: Path) -> None:
    """The second kernel lists itself only: as far as it knows, the first one is lost."""
    async with (
        counter_kernel(folder(tmp_path, "first"), "k1", lanes) as first,
        counter_kernel(folder(tmp_path, "second"), "k2", lanes) as second,
        amino.connect(f"{first.address},{second.address}") as client,
    ):
        counter = await client.get("counter")
        begun = time.monotonic()
        with pytest.raises(KernelUnavailable, match="is lost: its lease has ended") as ended:
            await counter.wait()
        assert ended.value.outcome is Outcome.UNKNOWN
        assert time.monotonic() - begun < 20.0
        assert await counter.incr() == 1
        assert second.objects["id-counter"].value == 1


@pytest.mark.parametrize("lanes", [("unix",), ("tcp",)])
async def test_a_long_call_goes_on_while_its_kernel_lives(lanes: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever name the program has for the kernel."""
    async with (
        counter_kernel(folder(tmp_path, "first"), "k1", lanes) as first,
        counter_kernel(folder(tmp_path, "second"), "k2", lanes) as second,
        amino.connect(f"{first.address},{second.address}".replace("127.0.0.1", "localhost")) as client,
    ):
        second.living = [first]
        counter = await client.get("counter")
        waiting = asyncio.ensure_future(counter.wait())
        done, _ = await asyncio.wait({waiting}, timeout=3.5)
        assert not done
        first.objects["id-counter"].release.set()
        assert await waiting
