"""The key-value suite over all ordered pairs of Amino's managers, and the four chains of the issue."""

from __future__ import annotations

import itertools

import pytest
from amino_dms.chain import Chain, Registry, problems
from amino_testkit.suites.key_value import run_key_value

REGISTRY = Registry.installed()
SETTINGS = {
    "PeriodicCheckpoint": {"every": 3},
    "LeaseCaching": {"lease": "2s"},
    "ConsistentCaching": {"lease": "2s"},
    "DHT": {"all": ["keys:list", "size:sum"]},
}
NAMED = (
    "Retry,LoadBalancedFrontEnd",
    "Retry,LockingTransactions",
    "AtMostOnceRPC,Retry,ConsistentCaching",
    "PeriodicCheckpoint,LeaseCaching",
    "Retry,DHT(all=[keys:list,size:sum]),ConsensusRSM",
)


def pairs() -> list[Chain]:
    """All ordered pairs of two different managers."""
    return [
        Chain.of([(first, SETTINGS.get(first, {})), (second, SETTINGS.get(second, {}))], REGISTRY)
        for first, second in itertools.permutations(REGISTRY.names, 2)
    ]


ACCEPTED = [chain for chain in pairs() if not problems(chain)]


def test_all_pairs_are_there() -> None:
    assert len(REGISTRY.names) == 25
    assert len(pairs()) == 25 * 24


@pytest.mark.parametrize("chain", ACCEPTED, ids=str)
def test_pair(chain: Chain) -> None:
    run_key_value(chain, seed=sum(str(chain).encode()))


@pytest.mark.parametrize("name", REGISTRY.names)
def test_alone(name: str) -> None:
    run_key_value(Chain.of([(name, SETTINGS.get(name, {}))], REGISTRY), seed=7)


@pytest.mark.parametrize("text", NAMED)
def test_named_chain(text: str) -> None:
    run_key_value(Chain.parse(text, REGISTRY), seed=11)


def test_no_managers() -> None:
    run_key_value(Chain(), seed=3)
