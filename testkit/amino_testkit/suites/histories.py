"""Histories of concurrent clients under faults, to be judged; `ACTS` is what clients do, in simulated clusters and real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from amino_dms.chain import Chain
from amino_wire.errors import AminoError, TransactionConflict, TransactionInvalid

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.histories.history import History
from amino_testkit.network.faults import NO_FAULTS, Faults
from amino_testkit.suites.map_caller import MapCaller
from amino_testkit.world.scheduler import simulate

KEYS = ("x", "y")


@dataclass(frozen=True, slots=True)
class Load:
    """What concurrent clients do, and what happens to them meanwhile.

    Arguments:
        clients: how many.
        operations: of each.
        faults: of all messages.
        moves: how often the object is moved meanwhile.
        crashes: how often its kernel ends meanwhile; it comes back empty.
        pauses: how often a kernel stands still meanwhile, for up to six seconds.
        cuts: how often a kernel is cut off from all others meanwhile, for up to six seconds.
        oms_ends: how often the OMS ends meanwhile; it comes back after a second.
        calm: the seconds before the first of these.
        rest: the seconds after each of these, in which what has failed comes back.
        pause: the longest wait of a client between two operations, in seconds.
        programs: clients are programs with the Python SDK, whose calls leave at once; else callers with the parts of a kernel.
    """

    clients: int = 4
    operations: int = 12
    faults: Faults = NO_FAULTS
    moves: int = 0
    crashes: int = 0
    pauses: int = 0
    cuts: int = 0
    oms_ends: int = 0
    calm: float = 0.0
    rest: float = 0.0
    pause: float = 0.02
    programs: bool = False


Act = Callable[[MapCaller, int, Random, History], Awaitable[None]]
"""One operation of a client: the map, the client's number, chance, and where it is recorded."""


def register_history(chain: Chain, seed: int, load: Load) -> History:
    """Reads, writes and compare-and-sets of two keys; the model `kv`."""
    return simulate(lambda random: _run(chain, random, load, use_register), seed)


def counter_history(chain: Chain, seed: int, load: Load) -> History:
    """Additions to and reads of two counters; the model `counter`. Shows a call that ran twice."""
    return simulate(lambda random: _run(chain, random, load, use_counter), seed)


def transaction_history(chain: Chain, seed: int, load: Load) -> History:
    """Transactions that read and write both keys, and single reads and writes beside them; the model `txn`."""
    return simulate(lambda random: _run(chain, random, load, use_transactions), seed)


async def _run(chain: Chain, random: Random, load: Load, act: Act) -> History:
    cluster = SimulatedCluster(random)
    made = await cluster.create("map", chain, {})
    objects = ["map", *(await made.command("shards") if chain.divider is not None else ())]
    cluster.use(load.faults)
    history = History(doubled=load.faults.duplicate > 0)

    async def client(number: int) -> None:
        stub = _caller(cluster, f"client {number}", random.choice("abc"), load)
        for _ in range(load.operations):
            await asyncio.sleep(random.uniform(0, load.pause))
            await act(stub, number, random, history)

    disturbing = asyncio.ensure_future(disturb(cluster, random, load, objects))
    await asyncio.gather(*(client(number) for number in range(load.clients)))
    disturbing.cancel()
    cluster.calm()
    await asyncio.sleep(60.0)
    await read_all(cluster.client("last", "b").stub("map"), history, load.clients, act)
    return history


def _caller(cluster: SimulatedCluster, name: str, home: str, load: Load) -> MapCaller:
    if not load.programs:
        return cluster.client(name, home).stub("map")
    program = cluster.sdk_client(name, home)
    program.plain = True
    return program.stub("map")


async def read_all(map_: MapCaller, history: History, client: int, act: Act) -> None:
    """The last reads of a history, when all is calm: what was answered before must be there."""
    for key in KEYS:
        if act is use_transactions:
            async with history.operation(client, "", "txn", [["r", key, None]]) as operation:
                operation.out = [await map_.call("get", key)]
        else:
            async with history.operation(client, key, "read") as operation:
                found = await map_.call("get", key)
                operation.out = 0 if found is None and act is use_counter else found


async def disturb(cluster: SimulatedCluster, random: Random, load: Load, objects: Sequence[str] = ("map",)) -> None:
    """What happens to the kernels of some objects, by their names, and to the OMS, while clients work."""
    what = ["move"] * load.moves + ["crash"] * load.crashes + ["pause"] * load.pauses + ["cut"] * load.cuts + ["oms"] * load.oms_ends
    random.shuffle(what)
    await asyncio.sleep(load.calm)
    for deed in what:
        await asyncio.sleep(random.uniform(0.02, 0.2))
        name = random.choice(objects)
        place = random.choice([replica.kernel_id for replica in cluster.record(name).status.replicas])
        if deed == "crash" and cluster.kernels[place].alive:
            cluster.crash(place, back_after=2.0)
        elif deed == "pause" and cluster.kernels[place].alive:
            cluster.pause(place, random.uniform(0.2, 6.0))
        elif deed == "cut":
            others = [other for other in ("oms", *cluster.kernels) if other != place]
            cluster.cut_off(place, others, seconds=random.uniform(0.2, 6.0), one_way=random.random() < 0.3, silent=random.random() < 0.5)
        elif deed == "oms" and cluster.oms.alive:
            cluster.oms.kill()
            cluster.scheduler.after(1.0, cluster.oms.start)
        elif deed == "move":
            target = random.choice([name for name, kernel in cluster.kernels.items() if kernel.alive])
            with suppress(AminoError):
                await cluster.move(name, target)
        await asyncio.sleep(load.rest)


async def use_register(map_: MapCaller, client: int, random: Random, history: History) -> None:
    """A read, a write or a compare-and-set of a key."""
    key, kind = random.choice(KEYS), random.choice(("read", "read", "write", "cas"))
    if kind == "read":
        async with history.operation(client, key, "read") as operation:
            operation.out = await map_.call("get", key)
    elif kind == "write":
        value = random.randrange(1000)
        async with history.operation(client, key, "write", value):
            await map_.call("put", key, value)
    else:
        old, new = random.choice((None, random.randrange(10))), random.randrange(10)
        async with history.operation(client, key, "cas", [old, new]) as operation:
            operation.out = await map_.call("compare_and_set", key, old, new)


async def use_counter(map_: MapCaller, client: int, random: Random, history: History) -> None:
    """An addition to a key, or a read of it."""
    key = random.choice(KEYS)
    if random.random() < 0.3:
        async with history.operation(client, key, "read") as operation:
            operation.out = await map_.call("get", key) or 0
    else:
        amount = random.randrange(1, 1_000_000)
        async with history.operation(client, key, "add", amount) as operation:
            operation.out = await map_.call("add", key, amount)


async def use_transactions(map_: MapCaller, client: int, random: Random, history: History) -> None:
    """A transaction over both keys, or a read or a write outside transactions."""
    kind = random.choice(("read", "write", "transaction", "transaction"))
    key = random.choice(KEYS)
    if kind == "read":
        async with history.operation(client, "", "txn", [["r", key, None]]) as operation:
            operation.out = [await map_.call("get", key)]
    elif kind == "write":
        value = random.randrange(1000)
        async with history.operation(client, "", "txn", [["w", key, value]]) as operation:
            operation.out = [None]
            await map_.call("put", key, value)
    else:
        await _transact(map_, client, random, history)


async def _transact(map_: MapCaller, client: int, random: Random, history: History) -> None:
    value = random.randrange(1000)
    steps: list[Any] = [["r", KEYS[0], None], ["r", KEYS[1], None], ["w", KEYS[0], value], ["w", KEYS[1], value]]
    async with history.operation(client, "", "txn", steps) as operation:
        try:
            name = await map_.command("start_transaction")
            inside = map_.within(name)
            read = [await inside.call("get", key) for key in KEYS]
            for key in KEYS:
                await inside.call("put", key, value)
        except AminoError as error:
            raise TransactionConflict(f"never committed: {error}") from None
        operation.out = [*read, None, None]
        try:
            await map_.command("commit", name)
        except TransactionInvalid as error:
            # Its lease or its node ended; a commit that got lost before may have counted.
            raise TransactionConflict(error.message) from None


ACTS: dict[str, Act] = {"kv": use_register, "counter": use_counter, "txn": use_transactions}
"""What clients do, by the model that judges it."""
