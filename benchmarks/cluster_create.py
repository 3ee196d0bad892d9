"""How many objects are made a second, one request each, where the OMS keeps its store in etcd, beside SQLite?"""

from __future__ import annotations

import asyncio
import statistics
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS
from benchmarks.ratio import Ratio, compare
from benchmarks.turns import Turns
from tests.support.etcd import EtcdCluster

CALLS = 64
TURN_SECONDS = 0.3
WARM_SECONDS = 20.0


class _Client:
    """A client of one cluster that makes objects when it is its turn, and keeps the figures, in objects a second."""

    def __init__(self, runner: asyncio.Runner, client: amino.Client, address: str) -> None:
        self._runner, self._client, self.figures = runner, client, list[float]()
        self._turns = Turns(client, address)

    def warm(self) -> None:
        """Registers the class, and makes objects of it until that is compiled."""
        self._runner.run(self._client.register(OBJECTS / "counter.js", name="counter"))
        self._runner.run(self._turns.create("counter", CALLS, WARM_SECONDS))

    def turn(self) -> float:
        """Objects a second with 64 requests under way."""
        self.figures.append(self._runner.run(self._turns.create("counter", CALLS, TURN_SECONDS)))
        return self.figures[-1]


def beside_sqlite(folder: Path, members: int, pairs: int) -> tuple[Ratio, float, float]:
    """The ratio etcd to SQLite, both alive, and the medians of both in objects a second."""
    with ExitStack() as stack:
        etcd = EtcdCluster(folder / "etcd", members, ("--max-txn-ops", "10000")).start()
        stack.callback(etcd.stop)
        runner, clients = stack.enter_context(asyncio.Runner()), AsyncExitStack()
        stack.callback(lambda: runner.run(clients.aclose()))
        both: list[_Client] = []
        for store in ("sqlite", etcd.url):
            cluster = stack.enter_context(LocalCluster())
            cluster.start_oms(("--store", store))
            cluster.wait_until_up()
            address = cluster.start_kernel("kernel").address
            cluster.wait_until_up()
            client = runner.run(clients.enter_async_context(amino.connect(address)))
            both.append(_Client(runner, client, address))
            both[-1].warm()
        ratio = compare(both[0].turn, both[1].turn, pairs)
        sqlite, over_etcd = (statistics.median(each.figures) for each in both)
        return ratio, sqlite, over_etcd
