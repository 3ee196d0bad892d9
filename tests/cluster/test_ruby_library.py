"""The parts of Ruby's library that this runtime brings give what Debian's Ruby gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cluster.client import Client
from tests.cluster.processes import cluster
from tests.ruby_library.peers import ANSWERS, FOLDER

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]

PATIENCE_MS = 240_000


async def test_the_library_answers_as_debians_ruby(tmp_path: Path) -> None:
    """`vectors.json` keeps what that answered."""
    vectors: dict[str, list[list[str]]] = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))
    assert all(len(pairs) >= 100 for pairs in vectors.values())
    async with cluster(tmp_path, "only") as made, Client(made.kernels["only"].address) as client:
        artifact = await client.put({"answers.rb": ANSWERS.read_bytes()}, "answers.rb", "ruby")
        record = await client.register_artifact("answers", artifact)
        for part, pairs in vectors.items():
            found = await client.call(record.id, "all", [code for code, _ in pairs], budget_ms=PATIENCE_MS)
            both = zip(pairs, found, strict=True)
            assert not [(code, right, wrong) for (code, right), wrong in both if right != wrong], part
