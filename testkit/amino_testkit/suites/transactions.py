"""What a manager must keep that runs transactions (Sapphire Table 1, serializability)."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from amino_wire.errors import GuestException, TransactionInvalid

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.histories.linearizability import is_linearizable
from amino_testkit.network.faults import Faults
from amino_testkit.suites.histories import Load, transaction_history
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import error_of


class TransactionSuite(FamilySuite):
    """For managers with the trait TRANSACTIONS: commands `start_transaction`, `commit`, `rollback`.

    Attributes:
        lease: seconds without a call after which an open transaction is rolled back.
        survives: whether what was committed outlives the object's kernel.
    """

    lease: ClassVar[float] = 3.0
    survives: ClassVar[bool] = False

    def test_a_rollback_undoes_everything_and_nothing_else(self) -> None:
        """Also what a call changed that raised; the transaction is over then."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            await stub.call("put", "y", "kept")
            name = await stub.command("start_transaction")
            inside = stub.within(name)
            await inside.call("put", "x", 1)
            assert isinstance(await error_of(inside.call("put_and_fail", "x", 2)), GuestException)
            await stub.command("rollback", name)
            assert await stub.call("get", "x") == 0
            assert await stub.call("get", "y") == "kept"
            assert isinstance(await error_of(inside.call("put", "x", 3)), TransactionInvalid)
            assert isinstance(await error_of(stub.command("commit", name)), TransactionInvalid)

        self._run(scenario)

    def test_a_commit_shows_everything_and_may_be_sent_again(self) -> None:
        """The second time it has the same answer."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            name = await stub.command("start_transaction")
            for key in ("x", "y"):
                await stub.within(name).call("put", key, 1)
            for _ in range(2):
                await stub.command("commit", name)
            other = cluster.client("other", "b").stub("map")
            assert [await other.call("get", key) for key in ("x", "y")] == [1, 1]

        self._run(scenario)

    def test_a_transaction_whose_client_died_ends_by_itself(self) -> None:
        """Nothing of it remains, and others go on."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            name = await stub.command("start_transaction")
            await stub.within(name).call("put", "x", 1)
            await asyncio.sleep(self.lease + 1.0)
            other = cluster.client("other", "b").stub("map")
            assert await other.call("get", "x") == 0
            await other.call("put", "x", 2)
            assert isinstance(await error_of(stub.command("commit", name)), TransactionInvalid)
            assert await other.call("get", "x") == 2

        self._run(scenario)

    def test_a_transaction_goes_on_after_a_move(self) -> None:
        """The object may move between any two of its calls."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            name = await stub.command("start_transaction")
            await stub.within(name).call("put", "x", 1)
            await cluster.move("map", "b")
            assert await stub.within(name).call("add", "x", 1) == 2
            await stub.command("commit", name)
            assert await stub.call("get", "x") == 2

        self._run(scenario)

    @pytest.mark.parametrize("seed", range(3))
    def test_concurrent_transactions_are_strictly_serializable(self, seed: int) -> None:
        """While messages are lost and the object moves; and while its kernels end, for those that promise it."""
        losses = Faults(drop_request=0.05, drop_reply=0.05, delay=(0.0005, 0.02))
        load = Load(operations=6, faults=losses, crashes=2, pause=0.3) if self.survives else Load(operations=6, faults=losses, moves=2)
        history = transaction_history(self._chain(), seed, load)
        assert history.count("ok") > 0
        assert is_linearizable(history, "txn"), history.lines()
