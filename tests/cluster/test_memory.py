"""A guest that fills the memory of its kernel's JVM is ended before the heap is, and its neighbours lose nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from amino_wire.errors import AminoError, MemoryExhausted, ObjectLost
from amino_wire.losses import loss_of
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import encode

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, KernelProcess, running

pytestmark = [pytest.mark.cluster, pytest.mark.alone, pytest.mark.slow, pytest.mark.timeout(400)]

PATIENCE_MS = 60_000
"""The deadline of a call that fills the heap: on a machine that does much else each full collection takes a second."""
ENDLESS = 500_000_000
"""Far more items than any heap here has room for."""
FILLERS = {
    "js": """
module.exports = class Filler {
  constructor() { this.kept = []; this.notes = []; }
  note(text) { this.notes.push(text); return this.notes.length; }
  fill(count) { for (let i = 0; i < count; i++) this.kept.push({ number: i, text: 'x' + i }); }
  pass(count) { const kept = []; for (let i = 0; i < count; i++) kept.push({ number: i, text: 'x' + i }); }
  churn(megabytes) { let n = 0; for (let i = 0; i < megabytes; i++) n += new Array(131072).fill(i).length; return n; }
  hold(bytes) { this.kept = []; this.held = new Uint8Array(bytes).fill(7); return this.held.length; }
};
""",
    "python": """
class Filler:
    def __init__(self):
        self.kept = []
        self.notes = []

    def note(self, text):
        self.notes.append(text)
        return len(self.notes)

    def fill(self, count):
        for i in range(count):
            self.kept.append({"number": i})
""",
    "ruby": """
class Filler
  def initialize
    @kept = []
    @notes = []
  end

  def note(text) = @notes.push(text).size

  def fill(count)
    count.times { |i| @kept << { number: i } }
    nil
  end
end
""",
}


@dataclass
class Neighbour:
    """An object of another artifact in the same kernel, called all the time; each call must have its answer."""

    calls: int = 0

    async def run(self, client: Client, object_id: str) -> None:
        while True:
            self.calls += 1
            assert await client.call(object_id, "incr", budget_ms=PATIENCE_MS) == self.calls
            await asyncio.sleep(0.02)


@asynccontextmanager
async def bench(folder: Path, **settings: object) -> AsyncGenerator[tuple[KernelProcess, Client]]:
    """A kernel and a client, with a neighbour that is called until the end; the kernel's process is the same one then."""
    made = Cluster(folder)
    made.oms.lease = 30  # collections of the whole heap stop the JVM half, on a machine that does much else for seconds
    async with running(made, "north", **settings):
        kernel = made.kernels["north"]
        async with Client(kernel.address) as client, Client(kernel.address) as other:
            counter = await other.register("counter", COUNTER_JS)
            neighbour = Neighbour()
            calling = asyncio.ensure_future(neighbour.run(other, counter.id))
            yield kernel, client
            assert not calling.done(), calling.result()
            before = neighbour.calls
            await until(lambda: beyond(neighbour, before))
            calling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await calling
        assert kernel.process is not None and kernel.process.returncode is None


async def beyond(neighbour: Neighbour, calls: int) -> bool:
    return neighbour.calls > calls + 1


async def fill(client: Client, record: common_pb2.ObjectRecord, method: str = "fill") -> MemoryExhausted:
    """Fills the memory by a call, and answers how that ended. What an earlier one left in the object may cost its context meanwhile."""
    while True:
        try:
            await client.call(record.id, method, ENDLESS, budget_ms=PATIENCE_MS)
            pytest.fail("the heap has room for everything")
        except MemoryExhausted as error:
            return error
        except ObjectLost:
            await until(lambda: restarted(client, record), 60)


async def lost(client: Client, record: common_pb2.ObjectRecord) -> ObjectLost | None:
    try:
        await client.call(record.id, "note", "there?", budget_ms=PATIENCE_MS)
    except ObjectLost as error:
        return error
    except AminoError:
        return None
    return None


async def recorded(client: Client, record: common_pb2.ObjectRecord) -> AminoError | None:
    """What the OMS says of a lost object, if it knows why that was lost."""
    current = await client.get(record.id)
    return loss_of(current) if current.status.loss_reason else None


async def restarted(client: Client, record: common_pb2.ObjectRecord) -> bool:
    """Makes it anew, as soon as the OMS has heard that it is lost."""
    with contextlib.suppress(AminoError):
        await client.ask("Restart", client_pb2.RestartRequest(name_or_id=record.id))
        return True
    return False


@pytest.mark.parametrize("language", ["js", "python", "ruby"])
async def test_a_guest_that_fills_the_memory_is_ended_and_the_error_says_what_to_do(tmp_path: Path, language: str) -> None:
    async with bench(tmp_path, heap_mb=220, languages=["js", language]) as (_, client):
        filler = await client.register("filler", FILLERS[language], language)
        assert await client.call(filler.id, "note", "here", budget_ms=PATIENCE_MS) == 1
        error = await fill(client, filler)
        for words in ("filler", filler.id, "fill was ended", filler.spec.artifact.hash[:12], "220 MB", "--isolate artifact", "--heap-mb"):
            assert words in error.message, (words, error.message)
        # Its call was ended; where the object holds what was allocated, its context is closed as well.
        await until(lambda: serves(client, filler), 60)


async def serves(client: Client, record: common_pb2.ObjectRecord) -> bool:
    """Whether an object answers; it is made anew where it was lost."""
    if await lost(client, record):
        await restarted(client, record)
        return False
    return await notes(client, record, 1)


async def test_ten_times_in_a_row_and_the_heap_is_as_free_as_before(tmp_path: Path) -> None:
    async with bench(tmp_path, heap_mb=160, contexts=1) as (kernel, client):
        filler = await client.register("filler", FILLERS["js"])
        for turn in range(10):
            await fill(client, filler, "pass" if turn % 2 else "fill")
        # More than what would be left if one of the ten had left something behind, beside what the object kept of the last one.
        await until(lambda: holds(client, filler, 50 << 20), 60)
        assert kernel.log_text().count("was ended:") >= 10
        assert "stands out" not in kernel.log_text()


async def holds(client: Client, record: common_pb2.ObjectRecord, size: int) -> bool:
    """Whether an object gets so many bytes and answers another call with them; it is made anew where it was lost."""
    try:
        held = await client.call(record.id, "hold", size, budget_ms=PATIENCE_MS)
        return held == size and await client.call(record.id, "note", "whole") >= 1
    except ObjectLost:
        await restarted(client, record)
        return False


async def test_of_the_objects_in_a_closed_context_those_that_save_come_back_and_the_others_are_lost(tmp_path: Path) -> None:
    async with bench(tmp_path, heap_mb=160, contexts=1) as (kernel, client):
        filler = await client.register("filler", FILLERS["js"])
        keeps = common_pb2.DeploymentManagerSpec(name="PeriodicCheckpoint", config=encode({"every": 1}))
        saved = await client.register_artifact("saved", filler.spec.artifact, deployment_managers=[keeps])
        plain = await client.register_artifact("plain", filler.spec.artifact)
        assert await client.call(saved.id, "note", "first") == 1
        assert await client.call(plain.id, "note", "first") == 1

        async def closed() -> ObjectLost | None:
            # What the object holds when its call is ended may leave just enough room: then nobody closes its context.
            await fill(client, filler)
            return await lost(client, plain)

        error = await until(closed, 60)
        assert "--isolate artifact" in error.message
        # The kernel's word until the OMS has heard of it; then that of the OMS.
        assert "Nothing brings it back by itself" in (await until(lambda: recorded(client, plain), 60)).message
        await until(lambda: notes(client, saved, 2), 60)
        await until(lambda: restarted(client, plain), 60)
        assert await client.call(plain.id, "note", "anew") == 1
        assert f"object plain ({plain.id}): its context was closed" in kernel.log_text()


async def notes(client: Client, record: common_pb2.ObjectRecord, least: int) -> bool:
    try:
        return await client.call(record.id, "note", "next", budget_ms=PATIENCE_MS) >= least
    except AminoError:
        return False


async def test_one_request_that_no_heap_could_meet_is_an_error_of_that_call(tmp_path: Path) -> None:
    async with bench(tmp_path, heap_mb=160) as (_, client):
        filler = await client.register("filler", FILLERS["js"])
        assert await client.call(filler.id, "note", "before") == 1
        with pytest.raises(MemoryExhausted, match="asked for more memory at once"):
            await client.call(filler.id, "hold", 1 << 30, budget_ms=PATIENCE_MS)
        assert await client.call(filler.id, "note", "after") == 2


async def test_a_call_that_allocates_more_than_one_may_is_ended_where_the_operator_says_so(tmp_path: Path) -> None:
    async with bench(tmp_path, call_memory_mb=64) as (kernel, client):
        filler = await client.register("filler", FILLERS["js"])
        assert await client.call(filler.id, "note", "before") == 1
        for _ in range(3):
            with pytest.raises(MemoryExhausted, match=r"filler .*churn was ended: it has allocated \d+ MB.* 64 MB .*--call-memory-mb"):
                await client.call(filler.id, "churn", 50_000, budget_ms=PATIENCE_MS)
        # Many calls that stay below it may allocate as much together, and the object has kept its state.
        assert [await client.call(filler.id, "churn", 4) for _ in range(40)] == [4 * 131072] * 40
        assert await client.call(filler.id, "note", "after") == 2
        assert "churn was ended: it has allocated" in kernel.log_text()
