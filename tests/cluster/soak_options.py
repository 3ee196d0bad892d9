"""The command line of the parts of `make soak` that try real processes."""

from __future__ import annotations

import argparse
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoakOptions:
    """What a part is told: its seed, and for how many minutes it may go on."""

    seed: int
    minutes: float

    @classmethod
    def read(cls, about: str | None) -> SoakOptions:
        """From the command line; `about` is shown by `--help`."""
        options = argparse.ArgumentParser(description=about)
        options.add_argument("--seed", type=int, default=1)
        options.add_argument("--minutes", type=float, default=20.0)
        given = options.parse_args()
        return cls(given.seed, given.minutes)
