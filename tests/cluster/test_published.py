"""Published packages as objects: the same results as natively, and their states move or are refused with the path (tests/published)."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.cluster.runs import WITHOUT_JIT
from tests.published.case import Case, cases
from tests.published.kernels import trial_of
from tests.published.lock import read
from tests.published.store import OF_SYSTEM
from tests.published.trial import ABSENT, Trial

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

ALL = os.environ.get("AMINO_PUBLISHED") == "all"
QUICK = (
    "js/own__web",
    "js/lodash",
    "js/luxon",
    "js/immutable",
    "js/uuid",
    "python/own__library",
    "python/sortedcontainers",
    "ruby/jwt",
    "c/lz4",
)
"""Those that found faults and are quick; `make soak` plays all."""
EXPECTED: dict[str, str] = json.loads((Path(__file__).parents[1] / "published" / "expected.json").read_text(encoding="utf-8"))
CASES = [case for case in cases(read()) if ALL or case.name in QUICK]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trial(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Trial]:
    # Code that runs once or twice costs least where nobody compiles it.
    async with trial_of(CASES, Path(tmp_path_factory.mktemp("published")), () if ALL else WITHOUT_JIT) as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_package_does_here_what_it_does_natively(trial: Trial, case: Case) -> None:
    outcome = await trial.play(case)
    if outcome.verdict == ABSENT and case.package is not None and case.package.registry in OF_SYSTEM:
        pytest.skip(outcome.why)
    verdict, _, why = EXPECTED[case.name].partition(": ")
    assert outcome.verdict == verdict, outcome.line()
    assert outcome.why.startswith(why), outcome.line()
