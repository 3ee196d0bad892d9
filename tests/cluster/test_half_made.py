"""kill -9 of the OMS while objects with savers come to be: each name answers or is free, without anybody's help."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest
from amino_dms.chain import Chain, Registry
from amino_wire.errors import AminoError, NameNotFound, Outcome
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import encode

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster
from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

CHAINS = ("DurableSerializableRPC", "PeriodicCheckpoint(every=2)", "DurableTransactions")
ROUNDS, OBJECTS = int(os.environ.get("AMINO_ROUNDS", "2")), 12
ANSWER_MS = 5000


def specs(chain: str) -> list[common_pb2.DeploymentManagerSpec]:
    return [
        common_pb2.DeploymentManagerSpec(name=name, config=encode(settings) if settings else b"")
        for name, settings in Chain.parse(chain, Registry.installed()).specs()
    ]


async def register(client: Client, name: str, chain: str) -> bool:
    """Whether the registration was acknowledged."""
    try:
        await client.register(name, COUNTER_JS, deployment_managers=specs(chain))
    except AminoError:
        return False
    return True


async def settled(client: Client, name: str) -> str:
    """`answers` or `free`, or nothing while it is neither."""
    try:
        record = await client.get(name)
    except NameNotFound:
        return "free"
    except AminoError:
        return ""
    try:
        await client.call(record.id, "get", budget_ms=ANSWER_MS)
        await client.call(record.id, "incr", budget_ms=ANSWER_MS)
    except AminoError as error:
        return "answers" if error.outcome is Outcome.RAN else ""
    return "answers"


async def kernels_are_back(client: Client) -> bool:
    try:
        answer: client_pb2.KernelsResponse = await client.ask("Kernels", client_pb2.KernelsRequest(), timeout=5)
    except AminoError:
        return False
    return sum(kernel.alive for kernel in answer.kernels) == 2


async def test_every_name_answers_or_is_free_after_the_oms_was_killed_while_objects_were_registered(tmp_path: Path) -> None:
    seed = int(os.environ.get("AMINO_TEST_SEED") or random.randrange(10**9))
    print(f"seed {seed} (AMINO_TEST_SEED={seed} repeats it)")
    chance = random.Random(seed)
    async with cluster(tmp_path, "north", "south", jvm_options=WITHOUT_JIT) as made, Client(made.kernels["north"].address) as client:
        assert await register(client, "warm", CHAINS[0])
        for number in range(ROUNDS):
            names = [f"object-{number}-{each}" for each in range(OBJECTS)]
            registering = [asyncio.ensure_future(register(client, name, chance.choice(CHAINS))) for name in names]
            # The moment of the fault: some registrations have not begun, some are done.
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            await made.oms.kill()
            await made.oms.start()
            acknowledged = await asyncio.gather(*registering)
            await until(lambda: kernels_are_back(client), 60)
            for name, known in zip(names, acknowledged, strict=True):
                found = await until(lambda name=name: settled(client, name), 60)
                assert found == "answers" or not known, f"{name} was acknowledged and is gone"
                if found == "free":
                    assert await register(client, name, CHAINS[0])
                    assert await client.call((await client.get(name)).id, "incr", budget_ms=ANSWER_MS) == 1
