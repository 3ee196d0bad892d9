"""What clients are told is linearizable while members of etcd, OMS and kernels are killed, stand still and are cut off.

Each round makes new objects, one for each chain that promises it across the end of kernels. porcupine_check judges, where it can be built.

`python -m tests.cluster.cluster_histories --seed 1 --minutes 20` (`make soak`); `--hosts` gives each kernel a host that can be cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from amino_dms.chain import Chain, Registry
from amino_testkit import Porcupine
from amino_testkit.suites.histories import ACTS, read_all

from tests.cluster.client import Client
from tests.cluster.maps import put_map, register_map
from tests.cluster.nemesis import Nemesis
from tests.cluster.rounds import program
from tests.cluster.runs import SURVIVING, DoubtfulMap, Run, more
from tests.cluster.whole import Whole, whole
from tests.support.histories import find_porcupine, judge_long
from tests.support.hosts import Network

LAST_MS = 60_000
"""For a read when all is well again."""


@dataclass
class Report:
    """Faults and what clients were told."""

    seed: int
    rounds: int = 0
    deeds: Counter[str] = field(default_factory=Counter[str])
    operations: Counter[str] = field(default_factory=Counter[str])
    errors: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])

    def take(self, runs: list[Run]) -> None:
        """Counts what the histories of a round hold."""
        for run in runs:
            self.operations.update(f"{operation.f} {operation.status}" for operation in run.history.operations)
            self.errors.update(run.history.errors)

    def __str__(self) -> str:
        parts = (("faults", self.deeds), ("operations", self.operations), ("errors", self.errors))
        told = "; ".join(f"{name}: {', '.join(f'{kind} {count}' for kind, count in sorted(each.items()))}" for name, each in parts)
        return f"seed {self.seed}: {self.rounds} rounds; {told}; {len(self.wrong)} wrong histories"


async def play(made: Whole, report: Report, seed: str, deeds: int, porcupine: Porcupine | None, folder: Path) -> None:
    """One round."""
    random = Random(seed)
    print(f"round {seed!r}", flush=True)
    nemesis = Nemesis(made, random)
    async with AsyncExitStack() as stack:
        places = (made.kernels[0], *made.kernels)
        clients = [await stack.enter_async_context(Client(kernel.address)) for kernel in places]
        runs = [Run(text, model, survives=True) for text, model in SURVIVING]
        artifact = await put_map(clients[0], "js")
        for run in runs:
            run.record = await register_map(clients[0], artifact, Chain.parse(run.text, Registry.installed()), {})
        over = asyncio.Event()
        users = [
            asyncio.ensure_future(run.use(client, number, Random(random.random()), over))
            for run in runs
            for number, client in enumerate(clients)
        ]
        try:
            await more(runs, 5)
            for fault in nemesis.plan(deeds):
                await nemesis.strike(fault)
                await asyncio.sleep(random.uniform(0, 1))
            await made.settle(clients[0])
            await more(runs, 5)
        finally:
            over.set()
            await asyncio.gather(*users)
        for run in runs:
            await read_all(DoubtfulMap(clients[0], run.record.id, budget_ms=LAST_MS), run.history, len(clients), ACTS[run.model])
            if run.history.operations[-1].status != "ok":
                report.wrong.append(f"round {seed}: {run.text} did not come back")
    report.rounds += 1
    report.deeds.update(nemesis.done)
    report.take(runs)
    judged = {run.text: await asyncio.to_thread(judge_long, run.history, run.model, porcupine, folder) for run in runs}
    report.wrong += [f"round {seed}: {text} {why}" for text, why in judged.items() if why]


async def run(report: Report, minutes: float, deeds: int, hosts: Network | None, folder: Path) -> None:
    """Rounds until the time is over, at least one; ends with the first that shows something wrong."""
    end = time.monotonic() + 60 * minutes
    porcupine = find_porcupine(folder)
    print(f"histories are judged by {'porcupine_check' if porcupine else 'ours alone: no porcupine_check'}", flush=True)
    async with whole(folder, hosts) as made:
        while not report.wrong and (not report.rounds or time.monotonic() < end):
            await play(made, report, f"{report.seed}/{report.rounds + 1}", deeds, porcupine, folder)
            print(report, flush=True)


async def play_all(given: argparse.Namespace, hosts: Network | None, folder: Path) -> int:
    """All rounds; the exit status says whether all histories were right."""
    report = Report(given.seed)
    await run(report, given.minutes, given.deeds, hosts, folder)
    print("\n".join(report.wrong))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(program("tests.cluster.cluster_histories", __doc__, "amino-histories-", play_all))
