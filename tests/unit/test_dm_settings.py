"""Settings of deployment managers: what is refused, and what a value becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from amino_dms.api import DeploymentManager, Size
from amino_dms.chain import Chain, Registry
from amino_wire.errors import ChainInvalid
from amino_wire.values import Duration, decode, encode

REGISTRY = Registry.installed()
ONE_BYTE = Size(1)


def chain(text: str) -> Chain:
    """A chain of Amino's managers."""
    return Chain.parse(text, REGISTRY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LeasCaching", "did you mean LeaseCaching"),
        ("Frobnicate", "amino dms"),
        ("LeaseCaching(leese=3s)", "did you mean lease?"),
        ("LeaseCaching(lease=soon)", "must be a duration such as 10s or 250ms, or a number of seconds"),
        ("LeaseCaching(lease=true)", "must be a duration such as 10s"),
        ("LeaseCaching(lease=64KiB)", "must be a duration such as 10s"),
        ("LeaseCaching(lease=1e300)", "a number of seconds that a clock can count"),
        ("LeaseCaching(lease=-3s)", "must not be negative"),
        ("LeaseCaching(lease=-3)", "must not be negative"),
        ("LeaseCaching(lease=0)", "longer than 0s"),
        ("LeaseCaching(lease=0s)", "longer than 0s"),
        ("ConsistentCaching(entries=0)", "entries must be at least 1"),
        ("LockingTransactions(lease=0s)", "longer than 0s"),
        ("AtMostOnceRPC(window=-1)", "window must be at least 1"),
        ("SerializableRPC(x=1)", "no settings at all"),
        ("PeriodicCheckpoint(every=soon)", "must be a whole number"),
        ("PeriodicCheckpoint(every=true)", "must be a whole number"),
        ("PeriodicCheckpoint(every=0)", "at least 1"),
        ("LoadBalancedFrontEnd(replicas=0)", "at least 1"),
        ("ExplicitCaching(defer=[put,3])", "must be a text"),
    ],
)
def test_what_cannot_be_meant_is_explained(text: str, said: str) -> None:
    with pytest.raises(ChainInvalid, match=said.replace("?", r"\?")):
        chain(text)


@pytest.mark.parametrize("lease", [10, 10.0, timedelta(seconds=10), Duration(10 * 10**9), "10s"])
def test_a_program_gives_a_duration_as_seconds_or_as_its_own_type(lease: object) -> None:
    """As they arrive from clients of every language."""
    given = decode(encode({"lease": lease}))
    assert isinstance(given, dict)
    assert str(Chain.of([("LeaseCaching", given)], REGISTRY)) == str(chain("LeaseCaching(lease=10)")) == str(chain("LeaseCaching"))
    with pytest.raises(ChainInvalid, match="clock can count"):
        Chain.of([("LeaseCaching", {"lease": float("nan")})], REGISTRY)


@dataclass(frozen=True)
class EveryKind:
    """A setting of each kind."""

    size: Size = ONE_BYTE
    ratio: float = 0.5
    limit: int | None = None
    names: tuple[str, ...] = ()


class Kinds(DeploymentManager):
    """Has settings of all kinds."""

    promise = "None."
    Config = EveryKind


def test_settings_of_all_kinds() -> None:
    kinds = Registry([Kinds])
    made = Chain.parse("Kinds(size=2MB,ratio=1,limit=3,names=[a])", kinds).managers[0].config
    assert made == EveryKind(Size(2_000_000), 1.0, 3, ("a",))
    assert Chain.parse("Kinds(limit=null,names=a)", kinds).managers[0].config == EveryKind(names=("a",))
    with pytest.raises(ChainInvalid, match="size such as 64KiB"):
        Chain.parse("Kinds(size=big)", kinds)
