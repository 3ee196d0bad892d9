"""The traps that the ancestor fell into, each with a test that fails where the right code is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from amino_dms.api import Node
from amino_dms.testkit import Caller, Faults, SimulatedClock, SimulatedCluster, simulate
from amino_dms.testkit.client import Stub
from amino_wire.errors import (
    AminoError,
    GuestException,
    KernelUnavailable,
    ObjectLost,
    TransactionConflict,
    TransactionInvalid,
    Unavailable,
)

T = TypeVar("T")
SEEDS = range(4)


def run(scenario: Callable[[SimulatedCluster], Awaitable[T]], seed: int) -> T:
    """Runs a scenario in a fresh cluster."""
    return simulate(lambda random: scenario(SimulatedCluster(random)), seed)


async def error_of(call: Awaitable[Any]) -> AminoError | None:
    """What a call raises."""
    try:
        await call
    except AminoError as error:
        return error
    return None


def elapsed() -> float:
    """Simulated seconds since the beginning."""
    return asyncio.get_running_loop().time()


# Lease times compared between two machines' clocks


@pytest.mark.parametrize("offset", [-1e7, -5.0, 0.0, 5.0, 1e7])
@pytest.mark.parametrize("caching", ["LeaseCaching(lease=10s)", "ConsistentCaching(lease=10s)"])
def test_leases_work_whatever_the_clocks_say(caching: str, offset: float) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 1}, client="reader")
        reader.client._clock = SimulatedClock(cluster.kernels["a"].clock.now() + offset)  # type: ignore[attr-defined]
        writer = cluster.client("writer", "b").stub("map")
        assert await reader.call("get", "x") == 1
        await asyncio.sleep(0.1)
        await reader.call("get", "x")
        before = reader.client.answered_here
        assert await reader.call("get", "x") == 1
        assert reader.client.answered_here == before + 1, "the lease must be of use, wherever the reader's clock stands"
        for value in (2, 3, 4):
            began = elapsed()
            await writer.call("put", "x", value)
            assert elapsed() - began < 10.5, "a write waits for one lease at most"
            assert await reader.call("get", "x") == value
            await asyncio.sleep(1.0)
            assert await reader.call("get", "x") == value

    run(scenario, 1)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=2s)", "ConsistentCaching(lease=2s)"])
def test_a_write_waits_for_a_caller_that_is_cut_off(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 1}, client="reader")
        writer = cluster.client("writer", "b").stub("map")
        await writer.call("put", "x", 2)
        for _ in range(3):
            assert await reader.call("get", "x") == 2
            await asyncio.sleep(0.05)
        assert reader.client.answered_here > 0
        cluster.network.cut.add(frozenset(("reader", "a")))
        writing = asyncio.ensure_future(writer.call("put", "x", 3))
        await asyncio.sleep(0.5)
        assert await reader.call("get", "x") == 2
        assert not writing.done(), "the reader may still answer from its cache"
        await writing
        error = await error_of(reader.call("get", "x"))
        assert isinstance(error, KernelUnavailable), "a caller that is cut off may not answer from its cache any more"

    run(scenario, 2)


def test_a_write_waits_for_callers_that_a_dead_kernel_gave_leases() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "Retry,DurableSerializableRPC,LeaseCaching(lease=8s)", {"x": 1}, client="reader")
        await asyncio.sleep(1.0)
        assert await reader.call("get", "x") == 1
        cluster.crash("a")
        await asyncio.sleep(2.0)
        writer = cluster.client("writer", "b").stub("map")
        writing = asyncio.ensure_future(writer.call("put", "x", 2))
        await asyncio.sleep(1.0)
        assert await reader.call("get", "x") == 1, "the reader's lease still lasts"
        assert not writing.done()
        await writing
        assert await cluster.client("third", "c").stub("map").call("get", "x") == 2
        assert await reader.call("get", "x") == 2

    run(scenario, 3)


def test_a_lease_survives_a_move() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "LeaseCaching(lease=5s)", {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        await cluster.oms.move("map", 0, "c")
        began = elapsed()
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert elapsed() - began > 3.0, "the new place must honour the lease of the old one"
        assert await reader.call("get", "x") == 2

    run(scenario, 4)


# Writes outside a transaction that bypass the lock


def test_a_write_outside_waits_for_the_transaction() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        inside = await cluster.create("map", "LockingTransactions(lease=60s)", {"x": 0})
        name = await inside.command("start_transaction")
        await inside.within(name).call("put", "x", 1)
        outside = cluster.client("outside", "b").stub("map")
        writing = asyncio.ensure_future(outside.call("add", "x", 10))
        reading = asyncio.ensure_future(cluster.client("third", "c").stub("map").call("get", "x"))
        await asyncio.sleep(5.0)
        assert not writing.done() and not reading.done()
        assert await inside.within(name).call("add", "x", 1) == 2
        await inside.command("commit", name)
        assert await writing == 12
        assert await reading in (2, 12)

    run(scenario, 5)


def test_a_rollback_undoes_everything_and_nothing_else() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LockingTransactions", {"x": 0})
        await stub.call("put", "y", "kept")
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        assert isinstance(await error_of(stub.within(name).call("put_and_fail", "x", 2)), GuestException)
        await stub.command("rollback", name)
        assert await stub.call("get", "x") == 0
        assert await stub.call("get", "y") == "kept"
        assert isinstance(await error_of(stub.within(name).call("put", "x", 3)), TransactionInvalid)
        assert isinstance(await error_of(stub.command("commit", name)), TransactionInvalid)

    run(scenario, 6)


def test_a_transaction_whose_client_died_ends_by_itself() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LockingTransactions(lease=3s)", {"x": 0})
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        began = elapsed()
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 0
        assert elapsed() - began < 4.0

    run(scenario, 7)


def test_optimistic_transactions_abort_on_conflict_only() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        one = await cluster.create("map", "OptimisticTransactions", {"x": 0, "y": 0})
        two = cluster.client("two", "b").stub("map")
        first, second, reader = [await one.command("start_transaction") for _ in range(3)]
        await one.within(first).call("put", "x", 1)
        await two.within(second).call("put", "y", 1)
        assert await two.within(reader).call("get", "x") == 0
        assert await two.call("get", "x") == 0, "nobody sees what is not committed"
        await one.command("commit", first)
        assert isinstance(await error_of(two.command("commit", second)), TransactionConflict)
        await two.command("commit", reader)
        assert await two.call("get", "x") == 1
        assert await two.call("get", "y") == 0

    run(scenario, 8)


# Retries that get a new sequence number and apply twice


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "chain",
    [
        "AtMostOnceRPC,Retry(timeout=1m)",
        "Retry(timeout=1m),AtMostOnceRPC",
        "AtMostOnceRPC,Retry(timeout=1m),DurableSerializableRPC",
        "AtMostOnceRPC,Retry(timeout=1m),LockingTransactions",
        "AtMostOnceRPC,Retry(timeout=1m),LeaseCaching(lease=100ms)",
    ],
)
def test_retries_apply_once(chain: str, seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain)
        cluster.use(Faults(drop_request=0.1, drop_reply=0.2, duplicate=0.3, delay=(0.001, 0.05)))
        clients = [stub, *(cluster.client(f"client {number}", "b").stub("map") for number in range(3))]
        await asyncio.gather(*(add(client, 15) for client in clients))
        cluster.calm()
        await asyncio.sleep(5.0)
        assert await stub.call("get", "x") == 60

    async def add(stub: Stub, times: int) -> None:
        for _ in range(times):
            await stub.call("add", "x", 1)

    run(scenario, seed)


def test_without_deduplication_the_same_load_does_apply_twice() -> None:
    async def scenario(cluster: SimulatedCluster) -> int:
        stub = await cluster.create("map", "Retry(timeout=1m)")
        cluster.use(Faults(drop_reply=0.3))
        for _ in range(30):
            await stub.call("add", "x", 1)
        cluster.calm()
        return int(await stub.call("get", "x"))

    assert run(scenario, 1) > 30, "or the tests above show nothing"


def test_a_retry_of_an_application_error_does_not_happen() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "Retry")
        assert isinstance(await error_of(stub.call("put_and_fail", "x", 1)), GuestException)
        assert [method for method, _ in cluster.executions("map")] == ["put_and_fail"]

    run(scenario, 9)


def test_a_retry_ends_with_the_deadline_and_backs_off() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "Retry(timeout=1h,first=10ms,longest=1s)")
        cluster.network.cut.add(frozenset(("client", "a")))
        began, before = elapsed(), cluster.network.steps
        assert isinstance(await error_of(stub.call("put", "x", 1, budget=20.0)), KernelUnavailable)
        assert elapsed() - began < 21.0
        assert 15 < cluster.network.steps - before < 100

    run(scenario, 10)


def test_an_attempt_that_comes_after_the_answer_does_not_run() -> None:
    """A duplicate that was under way for long finds that its caller has the answer."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "AtMostOnceRPC")
        cluster.use(Faults(duplicate=1.0, late=20.0))
        for _ in range(20):
            await stub.call("add", "x", 1)
            await asyncio.sleep(0.5)
        cluster.calm()
        await asyncio.sleep(60.0)
        assert await stub.call("get", "x") == 20

    run(scenario, 11)


def test_deduplication_survives_a_move_and_a_recovery() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "AtMostOnceRPC,DurableSerializableRPC")
        call = stub.client.request("map", "add", "x", 1, request_id="one")

        async def send() -> Any:
            await stub.client.refresh("map")
            return await (await stub.client.chain("map")).call(call)

        cluster.use(Faults(drop_reply=1.0))
        assert isinstance(await error_of((await stub.client.chain("map")).call(call)), Unavailable)
        for place in ("b", "c"):
            cluster.calm()
            await cluster.oms.move("map", 0, place)
            cluster.use(Faults(drop_reply=1.0))
            assert isinstance(await error_of((await stub.client.chain("map")).call(call)), Unavailable)
        cluster.calm()
        cluster.crash("c")
        await asyncio.sleep(3.0)
        assert await send() == 1
        assert await stub.call("get", "x") == 1

    run(scenario, 12)


# Checkpoints of all objects in one place, not atomic


def test_checkpoints_of_two_objects_are_apart() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        one = await cluster.create("one", "ExplicitCheckpoint", {"x": "of one"})
        two = await cluster.create("two", "ExplicitCheckpoint", {"x": "of two"})
        await asyncio.gather(one.command("checkpoint"), two.command("checkpoint"))
        await one.call("put", "x", "later")
        await two.command("checkpoint")
        await one.command("revert")
        assert await one.call("get", "x") == "of one"
        assert await two.call("get", "x") == "of two"

    run(scenario, 13)


@pytest.mark.parametrize("step", range(1, 40))
def test_a_kernel_may_end_at_any_step_of_a_durable_call(step: int) -> None:
    """What was answered is there, what was not is there whole or not at all."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 0, "y": 0})
        cluster.use(Faults(crash_at=step, crash_node="a"))
        answered = 0
        for value in range(1, 6):
            if await error_of(stub.call("put", "x", value)) is None:
                answered = value
        cluster.calm()
        if step <= 20:
            assert not cluster.kernels["a"].alive
        await asyncio.sleep(10.0)
        found = await cluster.client("other", "b").stub("map").call("get", "x")
        assert answered <= found <= answered + 1

    run(scenario, step)


def test_a_copy_that_was_replaced_can_save_nothing_more() -> None:
    """The dead kernel was only cut off: it goes on, and must not overwrite the checkpoint of the copy that took over."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 0})
        zombie = cluster.kernels["a"].objects["map", 0]
        await stub.call("put", "x", 1)
        await cluster.oms.declare_dead("a")
        other = cluster.client("other", "b").stub("map")
        await other.client.refresh("map")
        assert await other.call("get", "x") == 1
        late = stub.client.request("map", "put", "x", "lost")
        assert isinstance(await error_of(zombie.chain.call(late)), ObjectLost)
        assert isinstance(await error_of(zombie.chain.call(stub.client.request("map", "get", "x"))), ObjectLost)
        await other.call("put", "x", 2)
        cluster.crash(cluster.oms.records["map"].view.replicas[0].node)
        await asyncio.sleep(5.0)
        assert await cluster.client("third", "c").stub("map").call("get", "x") == 2

    run(scenario, 14)


def test_a_periodic_checkpoint_is_at_most_so_many_calls_old() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "PeriodicCheckpoint(every=4)")
        for _ in range(11):
            await stub.call("add", "x", 1)
        cluster.crash("a")
        await asyncio.sleep(5.0)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 8

    run(scenario, 15)


# Writes lost between copy and switch of a migration


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chain", ["ExplicitMigration", "AtMostOnceRPC", "LockingTransactions", "ConsistentCaching(lease=1s)"])
def test_no_write_is_lost_and_none_doubled_while_the_object_moves(chain: str, seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain)
        clients = [cluster.client(f"client {number}", "abc"[number]).stub("map") for number in range(3)]
        moving = asyncio.ensure_future(move(cluster))
        await asyncio.gather(*(add(client) for client in clients))
        await moving
        assert await stub.call("get", "x") == 300

    async def add(stub: Stub) -> None:
        for _ in range(100):
            await stub.call("add", "x", 1)

    async def move(cluster: SimulatedCluster) -> None:
        for turn in range(10):
            await asyncio.sleep(0.03)
            await cluster.oms.move("map", 0, "bca"[turn % 3])

    run(scenario, seed)


def test_a_move_does_not_wait_for_who_waits_for_the_other_side() -> None:
    """A transaction is open, others wait for its lock, and the object moves: the transaction goes on at the new place."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LockingTransactions(lease=60s)", {"x": 0})
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        waiting = [asyncio.ensure_future(cluster.client(f"other {number}", "b").stub("map").call("add", "x", 1)) for number in range(3)]
        starting = asyncio.ensure_future(cluster.client("another", "c").stub("map").command("start_transaction"))
        await asyncio.sleep(0.5)
        began = elapsed()
        await cluster.oms.move("map", 0, "c")
        assert elapsed() - began < 1.0
        assert await stub.within(name).call("get", "x") == 1
        await stub.command("rollback", name)
        await asyncio.sleep(1.0)
        another = await asyncio.wait_for(starting, 70)
        await cluster.client("another").stub("map").command("rollback", another)
        assert max(await asyncio.gather(*waiting)) == 3

    run(scenario, 16)


def test_optimistic_transactions_go_on_after_a_move() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "OptimisticTransactions", {"x": 0})
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        await cluster.oms.move("map", 0, "b")
        assert await stub.within(name).call("add", "x", 1) == 2
        assert await stub.call("get", "x") == 0
        await stub.command("commit", name)
        assert await stub.call("get", "x") == 2

    run(scenario, 17)


# Chains of calls that come back


@pytest.mark.parametrize(
    "chain",
    [
        "",
        "SerializableRPC",
        "LockingTransactions",
        "OptimisticTransactions",
        "DurableSerializableRPC",
        "DurableTransactions",
        "PeriodicCheckpoint(every=1)",
        "ExplicitCheckpoint",
        "LeaseCaching(lease=1s)",
        "ConsistentCaching(lease=1s)",
        "WriteThroughCaching",
        "SerializableRPC,LockingTransactions",
        "AtMostOnceRPC,DurableSerializableRPC,LockingTransactions",
    ],
)
def test_a_call_chain_may_enter_its_object_again(chain: str) -> None:
    """first → second → first: the locks of the managers know their own chain."""

    async def scenario(cluster: SimulatedCluster) -> None:
        first = await cluster.create("first", chain, kind=Caller)
        await cluster.create("second", chain, kind=Caller, kernel="b")
        assert await first.call("through", "second", "through", "first", "note", "nested") == 2
        assert await first.call("lines") == ["in", "nested", "out"]

    run(scenario, 18)


# Placement


def test_keep_in_place_and_region_refuse_other_nodes() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("placed", "KeepInPlace")
        await cluster.create("regional", "KeepInRegion")
        stub = await cluster.create("wanderer", "ExplicitMigration,KeepInRegion(region=east)")
        for name, target in (("placed", "b"), ("regional", "c")):
            error = await error_of(cluster.oms.move(name, 0, target))
            assert error is not None and target in error.message
        await cluster.oms.move("regional", 0, "b")
        assert await stub.command("migrate_to", "b") == "b"
        assert "region" in str(await error_of(stub.command("migrate_to", "c")))
        assert "there are" in str(await error_of(stub.command("migrate_to", "nowhere")))
        assert await stub.command("where") == "b"

    run(scenario, 19)


def test_keep_on_device_moves_to_the_first_device_and_stays() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "KeepOnDevice", {"x": 1})
        assert await stub.call("get", "x") == 1
        assert cluster.oms.records["map"].view.replicas[0].node == "a"
        phone = cluster.client("app", "phone").stub("map")
        assert await phone.call("get", "x") == 1
        assert cluster.oms.records["map"].view.replicas[0].node == "phone"
        assert await error_of(cluster.oms.move("map", 0, "b")) is not None

    run(scenario, 20)


def test_a_front_end_spreads_calls_and_replaces_dead_replicas() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "Retry(timeout=1m),LoadBalancedFrontEnd(replicas=3)", {"x": 1})
        assert {replica.node for replica in cluster.oms.records["map"].view.replicas} == {"a", "b", "c"}
        for _ in range(30):
            assert await stub.call("get", "x") == 1
        ran = {name: len(kernel.objects[key].guest.executed) for name, kernel in cluster.kernels.items() for key in kernel.objects}
        assert ran == {"a": 10, "b": 10, "c": 10}
        cluster.crash("b")
        for _ in range(10):
            assert await stub.call("get", "x") == 1
        await asyncio.sleep(5.0)
        assert len(cluster.oms.records["map"].view.replicas) == 3
        assert "b" not in {replica.node for replica in cluster.oms.records["map"].view.replicas}

    run(scenario, 21)


# Reading members that nobody declared


@pytest.mark.parametrize("caching", ["LeaseCaching", "ConsistentCaching", "WriteThroughCaching", "ExplicitCaching", "Immutable"])
def test_members_are_found_to_read_by_comparing_states(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", caching, {"x": 1})
        for _ in range(12):
            assert await stub.call("peek", "x") == 1
            await asyncio.sleep(0.5)
        executed = len(cluster.executions("map"))
        for _ in range(10):
            assert await stub.call("peek", "x") == 1
        assert len(cluster.executions("map")) == executed

    run(scenario, 22)


class Moody:
    """An object with a member that seems to read, until it writes."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}

    def look(self, key: str) -> int:
        """Counts calls with the key `write`, and only those."""
        if key == "write":
            self.calls[key] = self.calls.get(key, 0) + 1
        return self.calls.get("write", 0)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=2s)", "ConsistentCaching(lease=2s)"])
def test_a_member_that_only_seemed_to_read_is_found_out(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("moody", caching, kind=Moody, client="reader")
        for _ in range(12):
            assert await reader.call("look", "read") == 0
            await asyncio.sleep(0.5)
        other = cluster.client("other", "b").stub("moody")
        for _ in range(3):
            assert await other.call("look", "read") == 0
            await asyncio.sleep(1.5)
        assert await other.call("look", "write") == 1
        assert await reader.call("look", "read") == 1, "what was kept before the write must not be answered after it"
        assert await other.call("look", "read") == 1

    run(scenario, 23)


def test_a_cached_result_is_the_callers_own() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LeaseCaching", {"x": [1, {"two": 2}]})
        first = await stub.call("get", "x")
        first[1]["two"] = "changed by the caller"
        second = await stub.call("get", "x")
        assert stub.client.answered_here == 1
        assert second == [1, {"two": 2}]

    run(scenario, 24)


class Describing:
    """An object that tells like arguments apart."""

    read_only = ("describe",)

    def describe(self, key: Any) -> str:
        """Its type and value."""
        return f"{type(key).__name__} {key}"


def test_like_arguments_are_not_the_same() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("object", "LeaseCaching", kind=Describing)
        for _ in range(2):
            for key in (1, True, 1.0, "1", b"1", None, 0, False, [1], [True]):
                assert await stub.call("describe", key) == f"{type(key).__name__} {key}"
        assert stub.client.answered_here == 10

    run(scenario, 25)


def test_explicit_caching_keeps_until_pull_and_defers_until_push() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "ExplicitCaching(defer=[put])", {"x": 1}, client="reader")
        writer = cluster.client("writer", "b").stub("map")
        assert await reader.call("get", "x") == 1
        assert await writer.call("put", "x", 2) is None
        assert await writer.call("put", "x", 3) is None
        assert [method for method, _ in cluster.executions("map")] == ["get"]
        assert await writer.command("push") == [1, 2]
        assert await reader.call("get", "x") == 1, "kept until pull"
        await reader.command("pull")
        assert await reader.call("get", "x") == 3

    run(scenario, 26)


def test_write_through_reads_are_never_older_than_allowed() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "WriteThroughCaching(stale=2s)", {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert await reader.call("get", "x") == 1
        await asyncio.sleep(2.1)
        assert await reader.call("get", "x") == 2

    run(scenario, 27)


# The OMS ends


def test_coordinators_survive_the_oms() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 0})
        await stub.call("put", "x", 1)
        cluster.oms.crash()
        cluster.crash("a")
        await asyncio.sleep(5.0)
        assert isinstance(await error_of(stub.call("get", "x")), AminoError)
        await cluster.oms.restart()
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 1

    run(scenario, 28)


def test_nodes_have_regions() -> None:
    assert Node("n", {"region": "r"}).region == "r"
    assert Node("n", {"device": "false"}).is_device is False
