"""The cluster in which cases are played: two kernels for each permission that they need."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import amino

from tests.cluster.processes import cluster
from tests.published.case import Case
from tests.published.lock import read
from tests.published.store import default_store
from tests.published.trial import Trial

PAIRS = {"": ("north", "south"), "host": ("east", "west")}
"""Kernels by what they allow. Those that allow more than the sandbox run only the languages that need it."""


@asynccontextmanager
async def trial_of(chosen: Sequence[Case], folder: Path, jvm_options: Sequence[str] = ()) -> AsyncGenerator[Trial]:
    """A trial with the kernels that cases need, which have further options of the JVM, ended at the end of the block."""
    async with cluster(folder) as made:
        for permission in sorted({case.way.allow for case in chosen}):
            rights = {"languages": ["java"], "allow": [permission]} if permission else {}
            for name in PAIRS[permission]:
                await made.add(name, jvm_options=jvm_options, **rights)
        async with amino.connect(next(iter(made.kernels.values())).address) as client:
            yield Trial(client, PAIRS, read(), default_store())
