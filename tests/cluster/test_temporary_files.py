"""The temporary files of a kernel and of its JVM go with it; those of a killed kernel go with the start of the next one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.client import Client
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

COUNTER = """
public class Counter {
  private int count;
  public int incr(int by) { count += by; return count; }
}
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder with a short path, since addresses of Unix sockets are short."""
    with tempfile.TemporaryDirectory(prefix="t-") as made:
        yield Path(made)


async def test_no_temporary_file_stays_behind(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    async with cluster(tmp_path, "north", allow=["host"]) as made:
        kernel = made.kernels["north"]
        # The JVM half compiles sources of Java into a temporary folder, which lives as long as the artifact.
        async with Client(kernel.address) as client:
            counter = await client.register("counter", COUNTER, "java", entry="Counter.java")
            assert await client.call(counter.id, "incr", 2) == 2
        compiled = {path.parent for path in temporary.rglob("Counter.class")}
        assert len(compiled) == 1, sorted(temporary.rglob("*"))
        await kernel.kill()
        await kernel.start()
        assert not [path for path in compiled if path.exists()]
        # The second kernel's own, and nothing of the first.
        assert len(list(temporary.glob("amino-*"))) == 2, sorted(temporary.rglob("*"))
    assert not list(temporary.rglob("*"))
