"""`python -m tests.published [NAMES]`: plays cases in a cluster of its own, and prints the report."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.published.case import Case, cases
from tests.published.kernels import trial_of
from tests.published.lock import read
from tests.published.trial import WRONG, Outcome


async def play(chosen: list[Case]) -> list[Outcome]:
    """The outcomes of cases, each printed as it comes."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="amino-published-") as folder:
        async with trial_of(chosen, Path(folder)) as trial:
            for case in chosen:
                outcomes.append(await trial.play(case))
                print(outcomes[-1].line(), flush=True)
    return outcomes


def main(names: list[str]) -> int:
    """The exit status is 0 only if no result was wrong."""
    chosen = [case for case in cases(read()) if not names or any(case.name.startswith(name) for name in names)]
    outcomes = asyncio.run(play(chosen))
    counts = {
        verdict: sum(each.verdict == verdict for each in outcomes) for verdict in sorted({WRONG, *(each.verdict for each in outcomes)})
    }
    print(f"{len(outcomes)} packages: " + ", ".join(f"{verdict} {count}" for verdict, count in counts.items()))
    return 1 if counts[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
