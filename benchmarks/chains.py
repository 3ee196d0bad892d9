"""Which chains `dm` measures: every deployment manager that is installed, beside no manager and beside managers that do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amino_dms.api import DeploymentManager, Trait
from amino_dms.chain import Registry

NULL = "(none)"
LONGEST = 10
KINDS = ("Passing", "Near", "Far")
"""Of `benchmarks/managers`: both parts on the way of a call, only the caller's, only the object's."""
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "LeaseCaching": ("lease=60s",),
    "ConsistentCaching": ("lease=60s",),
    "PeriodicCheckpoint": ("", "every=1000"),
    "LoadBalancedFrontEnd": ("replicas=1",),
    "DHT": ("all=[get:sum]",),
}
"""Where the defaults cannot be or do not say enough: a lease that outlives the turns of the others, one kernel that holds all replicas, a
member without a key."""
PAIRS = ("Retry,AtMostOnceRPC",)
REFUSES_WRITES = frozenset({"Immutable"})


@dataclass(frozen=True)
class MeasuredChain:
    """A chain and what is called through it.

    Arguments:
        name: of its row.
        managers: the chain, as it is attached.
        reads: whether the member only reads.
    """

    name: str
    managers: str
    reads: bool = False

    @property
    def baseline(self) -> str:
        """The name of the row without managers that calls the same."""
        return named(NULL, self.reads)


def named(chain: str, reads: bool) -> str:
    """The name of a row."""
    return f"{chain}, read" if reads else chain


def of(kind: str, count: int) -> str:
    """A chain of so many managers of a kind of `benchmarks/managers`."""
    return ",".join(f"{kind}{number}" for number in range(1, count + 1))


def all_chains(managers: Iterable[type[DeploymentManager]] | None = None) -> list[MeasuredChain]:
    """Everything that is measured.

    Arguments:
        managers: of which each is measured; all that are installed when absent, so that none is forgotten.
    """
    chains = [MeasuredChain(NULL, ""), MeasuredChain(named(NULL, True), "", True)]
    chains.append(MeasuredChain(f"{LONGEST} × Nothing", of("Nothing", LONGEST)))
    chains += [MeasuredChain(f"{count} × {kind}", of(kind, count)) for kind in KINDS for count in (1, LONGEST)]
    for manager in Registry.installed() if managers is None else managers:
        chains += _of_manager(manager)
    return [*chains, *(MeasuredChain(pair, pair) for pair in PAIRS)]


def _of_manager(manager: type[DeploymentManager]) -> list[MeasuredChain]:
    """A call that writes and, where results are kept on the caller's side, a call that reads."""
    found: list[MeasuredChain] = []
    for settings in SETTINGS.get(manager.name, ("",)):
        chain = f"{manager.name}({settings})" if settings else manager.name
        if manager.name not in REFUSES_WRITES:
            found.append(MeasuredChain(chain, chain))
        if Trait.CACHES in manager.declares.traits:
            found.append(MeasuredChain(named(chain, True), chain, True))
    return found
