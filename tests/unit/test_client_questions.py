"""What a client's proxies may ask of the parts of managers, through the kernel: a whole cluster in simulated time."""

from __future__ import annotations

from typing import Any

import amino
import pytest
from amino_testkit import SimulatedCluster
from amino_wire.errors import MemberNotFound, PermissionDenied
from amino_wire.pb import oms_pb2
from amino_wire.values import DEFAULT, decode

from tests.support.simulated import run

ORDERS = [
    ("instance_manager", "forget", ()),
    ("instance_manager", "begin", (True,)),
    ("instance_manager", "configured", (b"",)),
    ("instance_manager", "finish", (1,)),
    ("coordinator", "leave", (0,)),
    ("coordinator", "skipped", ("get", 1, "because")),
]


def asked(object_id: str, part: str, method: str, args: tuple[Any, ...]) -> Any:
    """A program that asks a part, as its proxies would."""
    request = oms_pb2.CallPartRequest(object_id=object_id, part=part, method=method, args=DEFAULT.encode_array(args))

    async def ask(client: amino.Client) -> Any:
        return decode((await client.connections.home.ask_kernel("CallPart", request, timeout=5.0)).value)

    return ask


@pytest.mark.parametrize("home", ["a", "b"])
def test_a_client_gives_the_parts_of_a_group_no_orders(home: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "ConsensusRSM", {"x": 1})
        object_id = (await cluster.operator.get("map")).id
        program = cluster.sdk_client("program", home)
        for part, method, args in ORDERS:
            with pytest.raises(PermissionDenied, match=f"'{method}' of the deployment manager ConsensusRSM is for its parts"):
                await program.run(asked(object_id, part, method, args))
        with pytest.raises(MemberNotFound):
            await program.run(asked(object_id, "coordinator", "on_create", ()))
        assert await program.run(asked(object_id, "coordinator", "suspect", (0, 0)))
        assert await program.run(asked(object_id, "coordinator", "members", ()))
        assert await stub.call("get", "x") == 1

    run(scenario, 850)
