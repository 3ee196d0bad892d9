"""What a row of schedules came to, in numbers. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from amino_testkit.schedules.judges import NOT_JUDGED
from amino_testkit.schedules.played import Played


@dataclass(slots=True)
class Tally:
    """Counts schedules by suite, by deed and by deployment manager, and operations and orders by how they ended.

    A schedule is valid if it can show something: something was done to the cluster, an operation was answered, and the
    judge has judged what clients were told.
    """

    schedules: Counter[str] = field(default_factory=Counter[str])
    valid: Counter[str] = field(default_factory=Counter[str])
    orders: Counter[str] = field(default_factory=Counter[str])
    managers: Counter[str] = field(default_factory=Counter[str])
    deeds: Counter[str] = field(default_factory=Counter[str])
    operations: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    errors: Counter[str] = field(default_factory=Counter[str])
    found: list[Played] = field(default_factory=list[Played])

    def add(self, played: Played) -> None:
        """Counts one schedule."""
        self.schedules[played.suite] += 1
        self.managers.update(set(played.managers) or {"no managers"})
        self.deeds.update(deed.partition(" ")[0] for deed in played.deeds)
        self.operations.update({(played.suite, status): count for status, count in played.operations.items()})
        self.valid[played.suite] += bool(played.deeds and played.operations["ok"] and not played.history.errors[NOT_JUDGED])
        self.orders.update(played.orders)
        self.errors.update(played.history.errors)
        if played.problem:
            self.found.append(played)

    def lines(self) -> list[str]:
        """For people."""
        by_suite = [
            f"  {suite}: {count} schedules, {self.valid[suite]} valid, "
            + ", ".join(f"{self.operations[suite, status]} operations {status}" for status in ("ok", "info", "fail"))
            for suite, count in self.schedules.items()
        ]
        errors = {code: count for code, count in self.errors.items() if code != NOT_JUDGED}
        return [
            f"{self.schedules.total()} schedules, {self.valid.total()} valid:",
            *by_suite,
            f"schedules by manager: {_listed(self.managers)}",
            f"faults and orders: {_listed(self.deeds)}",
            f"orders of the operator: {_listed(self.orders)}",
            f"errors that clients were told: {_listed(errors)}",
            f"histories that were too long to be judged: {self.errors[NOT_JUDGED]}",
            f"schedules that failed: {len(self.found)}",
        ]


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
