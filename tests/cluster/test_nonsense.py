"""A real kernel and OMS are sent requests of the right types that make no sense: none is answered with INTERNAL, no process ends."""

from __future__ import annotations

import os
import random
from pathlib import Path

import grpc.aio
import pytest
from amino_wire.pb import client_pb2, oms_pb2

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster
from tests.support.nonsense import Nonsense, ask_nonsense

pytestmark = [pytest.mark.cluster]

COUNT = int(os.environ.get("AMINO_NONSENSE") or 250)
SEED = 11
"""The same requests each time in `make test`; `make soak` takes others."""


@pytest.mark.timeout(max(240, 2 * COUNT))
async def test_no_request_is_answered_with_internal_and_nobody_else_notices(tmp_path: Path) -> None:
    seed = int(os.environ.get("AMINO_TEST_SEED") or (random.randrange(10**9) if "AMINO_NONSENSE" in os.environ else SEED))
    print(f"seed {seed} (AMINO_TEST_SEED={seed} repeats it)")
    chance = random.Random(seed)
    async with cluster(tmp_path, "north") as made, Client(made.kernels["north"].address) as client:
        kernel = made.kernels["north"]
        honest = await client.register("honest", COUNTER_JS)
        victims = [await client.register(f"victim{number}", COUNTER_JS) for number in range(6)]
        words = [word for victim in victims for word in (victim.id, victim.name)]
        words += ["incr", "get", "name", "north", victims[0].spec.artifact.hash, f"/durable/{victims[0].id}/x"]
        asked = [
            (kernel.address, client_pb2.DESCRIPTOR.services_by_name["ClientService"]),
            (kernel.address, oms_pb2.DESCRIPTOR.services_by_name["KernelService"]),
            (made.oms.address, oms_pb2.DESCRIPTOR.services_by_name["ObjectManagementService"]),
        ]
        internal: list[str] = []
        for number, (address, service) in enumerate(asked, start=1):
            async with grpc.aio.insecure_channel(address) as channel:
                tally = await ask_nonsense(channel, service, Nonsense(chance, words), chance, COUNT)
            print(f"{service.name}: {tally}")
            internal += tally.internal
            assert await client.call(honest.id, "incr") == number
        assert not internal, "\n".join(internal[:20])
        for process in (kernel.process, made.oms.process):
            assert process is not None and process.returncode is None
        for process in (kernel, made.oms):
            assert "Traceback" not in process.log_text(), process.log_text()[-3000:]
