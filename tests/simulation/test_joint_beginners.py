"""Objects that begin transactions over several objects take no part in them."""

from __future__ import annotations

from typing import Any

import amino
import pytest
from amino_testkit import SimulatedCluster
from amino_wire.errors import Deadlock
from amino_wire.frames import CallOptions

from tests.simulation.test_joint_transactions import CHAINS, balances, bank
from tests.support.simulated import run


@pytest.mark.parametrize("chain", CHAINS)
def test_an_object_that_waits_for_a_transaction_takes_no_part_in_it(chain: str) -> None:
    """Its member has begun the transaction, or has called who did: each would wait for the other until their time is over."""

    async def scenario(cluster: SimulatedCluster) -> None:
        (name,) = await bank(cluster, chain)
        program, caller = cluster.sdk_client("program"), cluster.client("caller")

        async def begin(client: amino.Client) -> str:
            transaction = client.transaction()
            await transaction.begin()
            return transaction.id

        transaction = await program.run(begin)

        async def call(beginner: str) -> Any:
            options = CallOptions(request_id="r1", transaction_id=transaction, chain=("c1", f"{beginner}.send"))
            return await caller.call(name, "add", (1,), options, 5.0)

        with pytest.raises(Deadlock, match="its member send waits for this transaction"):
            await call(cluster.record(name).id)
        assert await call("another") == 101
        await program.run(lambda client: client.abort(transaction))
        assert await balances(cluster, [name]) == [100]

    run(scenario, 7720)
