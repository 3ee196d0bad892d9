"""What came of a schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from amino_testkit.histories.history import History


@dataclass(slots=True)
class Played:
    """What happened in one schedule, and what went wrong (`problem`; empty: nothing).

    `chain` are the deployment managers of the object, `behind` those of the object that it calls, if any. `deeds` are the
    faults and orders with their moments, `orders` how often orders were carried out and refused. `places` are the kernels
    that had the object by its record, one after the other; `replicas` those at the end, and `epoch` its last one.
    """

    suite: str
    seed: int
    chain: str = ""
    behind: str = ""
    problem: str = ""
    deeds: list[str] = field(default_factory=list[str])
    orders: Counter[str] = field(default_factory=Counter[str])
    places: list[str] = field(default_factory=list[str])
    replicas: list[str] = field(default_factory=list[str])
    epoch: int = 0
    history: History = field(default_factory=History)

    @property
    def operations(self) -> Counter[str]:
        """How many operations ended how: ok, fail, info."""
        return Counter(operation.status for operation in self.history.operations)

    @property
    def managers(self) -> list[str]:
        """The names of the deployment managers that took part."""
        return [part.partition("(")[0].strip() for part in _parts(f"{self.chain},{self.behind}") if part.strip()]

    @property
    def headline(self) -> str:
        """For people: which schedule it was, what went wrong, and what had happened."""
        chain = f"{self.chain or 'no managers'}{' before ' + (self.behind or 'no managers') if self.behind else ''}"
        return f"{self.suite} with {chain}, seed {self.seed}: {self.problem}\n  {', '.join(self.deeds)}"

    @property
    def lines(self) -> str:
        """All that can be seen from outside; the same seed gives the same."""
        return "\n".join((self.headline, f"{self.places} {self.replicas} {self.epoch}", self.history.lines()))


def _parts(chains: str) -> list[str]:
    """The managers of chains: what commas part that are in no brackets."""
    parts, depth = [""], 0
    for character in chains:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
