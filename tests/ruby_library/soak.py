"""Compares this runtime's parts of Ruby's library with Debian's Ruby, by new random expressions."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.cluster.client import Client
from tests.cluster.processes import cluster
from tests.ruby_library.expressions import PARTS
from tests.ruby_library.peers import ANSWERS, answers, expressions, ruby

COUNT = 500
PATIENCE_MS = 300_000


async def run(minutes: float, seed: int) -> int:
    """Answers how many expressions gave something else here than in Debian's Ruby."""
    end = time.monotonic() + 60 * minutes
    different = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        async with cluster(Path(folder), "only") as made, Client(made.kernels["only"].address) as client:
            artifact = await client.put({"answers.rb": ANSWERS.read_bytes()}, "answers.rb", "ruby")
            record = await client.register_artifact("answers", artifact)
            while time.monotonic() < end or not tried:
                for part in PARTS:
                    codes = expressions(part, seed, COUNT)
                    found = await client.call(record.id, "all", codes, budget_ms=PATIENCE_MS)
                    for code, right, wrong in zip(codes, answers(codes), found, strict=True):
                        tried += 1
                        if right != wrong:
                            different += 1
                            print(f"{part}, seed {seed}: {code}\n  Ruby: {right}\n  here: {wrong}")
                seed += 1
    print(f"{tried} expressions, {different} different")
    return different


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(2, 10**6))
    options = parser.parse_args()
    if ruby() is None:
        raise SystemExit("there is no Ruby on this machine to compare with; install Debian's package ruby")
    print(f"seed {options.seed}")
    sys.exit(1 if asyncio.run(run(options.minutes, options.seed)) else 0)


if __name__ == "__main__":
    main()
