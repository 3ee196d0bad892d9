"""The key-value suite over all ordered pairs of Amino's managers, in real kernels, on objects in three languages (Amino IV: chains).

One cluster for the module; objects are made for each chain and deleted after. A failure names its chain.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry, problems
from amino_testkit.suites.key_value import FIRST, World, expectation, use_map
from amino_wire.errors import ChainInvalid
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, selector
from tests.cluster.maps import FAILURES, ClusterMap, put_map, register_map
from tests.cluster.processes import Cluster, cluster
from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

REGISTRY = Registry.installed()
LANGUAGES = ("js", "ruby", "python")
NAMED = (
    "Retry,LoadBalancedFrontEnd(replicas=2)",
    "Retry,LockingTransactions",
    "AtMostOnceRPC,Retry,ConsistentCaching",
    "PeriodicCheckpoint(every=3),LeaseCaching(lease=200ms)",
)
SETTINGS = {
    "PeriodicCheckpoint": {"every": 3},
    "LeaseCaching": {"lease": "200ms"},
    "ConsistentCaching": {"lease": "2s"},
    "LoadBalancedFrontEnd": {"replicas": 2},
    "ScaleUpFrontEnd": {"min": 2, "latency": "1m"},
    "DHT": {"shards": 2, "all": ["keys:list", "size:sum"]},
}
AT_ONCE = 12
"""Chains in use at the same time: most of a suite is waiting, for leases among others."""


def chain_of(*names: str) -> Chain:
    return Chain.of([(name, SETTINGS.get(name, {})) for name in names], REGISTRY)


PAIRS = [chain_of(*pair) for pair in itertools.permutations(REGISTRY.names, 2)]
ACCEPTED = [
    *(chain for chain in PAIRS if not problems(chain)),
    *(Chain.parse(text, REGISTRY) for text in NAMED),
    *(chain_of(name) for name in REGISTRY.names),
    Chain(),
]
REFUSED = [chain for chain in PAIRS if problems(chain)]


@dataclass(frozen=True)
class Pair:
    """Two kernels, the second on a device, with a client at each."""

    cluster: Cluster
    north: Client
    south: Client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Pair]:
    async with cluster(Path(tmp_path_factory.mktemp("pairs"))) as made:
        await asyncio.gather(
            made.add("north", labels={"name": "north", "region": "east"}, jvm_options=WITHOUT_JIT),
            made.add("south", labels={"name": "south", "region": "east", "device": "true"}, jvm_options=WITHOUT_JIT),
        )
        async with Client(made.kernels["north"].address) as north, Client(made.kernels["south"].address) as south:
            yield Pair(made, north, south)


async def for_all(chains: Sequence[Chain], use: object) -> None:
    """Runs `use` for every chain, some at a time, and fails with all chains that failed."""
    turns = asyncio.Semaphore(AT_ONCE)
    failures: list[str] = []

    async def one(chain: Chain) -> None:
        async with turns:
            try:
                await use(chain)  # type: ignore[operator]
            except Exception as error:
                failures.append(f"{chain or 'no managers'}: {type(error).__name__}: {error}")

    await asyncio.gather(*(one(chain) for chain in chains))
    assert not failures, f"{len(failures)} of {len(chains)} chains:\n" + "\n".join(failures)


async def test_every_ordered_pair_is_accepted_or_refused() -> None:
    assert len(REGISTRY.names) == 25
    assert len(PAIRS) == 600 and len(REFUSED) + sum(not problems(chain) for chain in PAIRS) == 600


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_key_value_suite_over_all_chains(pair: Pair, language: str) -> None:
    artifact = await put_map(pair.north, language)

    async def use(chain: Chain) -> None:
        spread = any(manager.fan_out() > 1 for manager in chain.managers)
        record = await register_map(pair.north, artifact, chain, FIRST, None if spread else selector("north"))
        one, other = ClusterMap(pair.north, record.id), ClusterMap(pair.south, record.id)
        target = pair.cluster.kernels["south"].kernel_id

        async def move() -> None:
            if any(manager.name == "ExplicitMigration" for manager in chain.managers):
                assert await one.command("migrate_to", target) in (target, [target, target])
            else:
                await pair.north.move(record.id, target)

        await use_map(World(one, other, move, FAILURES[language]), expectation(chain))
        if any(manager.name == "KeepOnDevice" for manager in chain.here.managers):
            assert (await pair.north.get(record.id)).status.replicas[0].kernel_id == target
        await pair.north.ask("Delete", client_pb2.DeleteRequest(name_or_id=record.id))

    await for_all(ACCEPTED, use)


async def test_refused_chains_are_refused_with_the_reason_of_the_docs(pair: Pair) -> None:
    artifact = await put_map(pair.north, "js")
    page = (Path(__file__).parents[2] / "docs" / "deployment-managers.md").read_text(encoding="utf-8")
    listed = page.split("<!-- generated: refused -->")[1].split("<!-- end of refused -->")[0].split("\n* ")[1:]

    async def refuse(chain: Chain) -> None:
        with pytest.raises(ChainInvalid) as raised:
            await register_map(pair.north, artifact, chain, FIRST)
        pair_named = "`" + ",".join(manager.name for manager in chain.managers) + "`"
        (item,) = [each for each in listed if pair_named in each]
        reason = item.partition("\n")[0].partition(": ")[2].removesuffix(".")
        assert reason in raised.value.message, raised.value.message

    await for_all(REFUSED, refuse)
