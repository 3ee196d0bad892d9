"""What the fuzzers of calls and of frames have found, and a few hundred inputs of their own: both halves say the same of each."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from tests.cluster import frame_inputs
from tests.cluster.call_fuzzer import Fuzzer, Input, corpus, random_inputs
from tests.cluster.client import Client
from tests.cluster.frame_fuzzer import FrameFuzzer
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

SEED = 10
RANDOM = 200
SECONDS = 200.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    async with cluster(Path(tmp_path_factory.mktemp("fuzzed")), "north") as made, Client(made.kernels["north"].address) as client:
        yield client


async def test_all_roads_say_the_same_of_every_option_and_argument(client: Client) -> None:
    fuzzer = await Fuzzer.over(client)
    until = time.monotonic() + SECONDS
    await fuzzer.try_each(corpus(), until)
    tally = await fuzzer.try_each(islice(random_inputs(Random(SEED)), RANDOM), until)
    assert tally.wrong == [], f"seed {SEED}: {tally}"
    tried, valid = tally.tried.total(), tally.valid
    assert tried == len(list(corpus())) + RANDOM and 0 < valid < tried, str(tally)
    await fuzzer.try_one(Input("at the end", b"\x80"))
    assert tally.valid == valid + 1


async def test_all_roads_say_the_same_of_every_field_of_every_frame(client: Client, tmp_path: Path) -> None:
    fuzzer = await FrameFuzzer.over(client, tmp_path)
    until = time.monotonic() + SECONDS
    await fuzzer.try_each(frame_inputs.corpus(fuzzer.target), until)
    tally = await fuzzer.try_each(islice(frame_inputs.random_inputs(fuzzer.target, Random(SEED)), RANDOM), until)
    assert tally.wrong == [], f"seed {SEED}: {tally}"
    assert tally.tried.total() == len(list(frame_inputs.corpus(fuzzer.target))) + RANDOM, str(tally)
    # Right frames, refused calls and closed connections are all among them.
    assert {"passed", "passed pong", "passed refused taken", "closed FRAME_INVALID"} <= set(tally.verdicts), str(tally)
