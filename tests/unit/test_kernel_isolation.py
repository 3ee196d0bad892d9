"""Which JVM half an object belongs to, and how long a supervisor waits."""

from __future__ import annotations

import pytest
from amino_kernel.boot.exit_status import OUT_OF_MEMORY
from amino_kernel.boot.supervisor import Backoff, Supervisor
from amino_kernel.halves.runtime_key import Isolation, runtime_key
from amino_wire.pb import common_pb2

JS = common_pb2.Artifact(hash="abc", language="js")
RUBY = common_pb2.Artifact(hash="def", language="ruby")


@pytest.mark.parametrize(
    ("isolation", "artifact", "tenant", "key"),
    [
        ("none", JS, "", ""),
        ("none", JS, "acme", ""),
        ("none", RUBY, "", "language ruby"),
        ("artifact", JS, "", "artifact abc"),
        ("artifact", RUBY, "acme", "artifact def"),
        ("tenant", JS, "acme", "tenant acme"),
        ("tenant", JS, "", ""),
    ],
)
def test_where_an_object_runs(isolation: Isolation, artifact: common_pb2.Artifact, tenant: str, key: str) -> None:
    assert runtime_key(isolation, artifact, tenant, ("js",)) == key


def test_restarts_slow_down_and_a_long_life_forgives() -> None:
    backoff = Backoff()
    pauses: list[float] = []
    for _ in range(12):
        backoff = backoff.after(lived=0.5)
        pauses.append(backoff.pause)
    assert pauses == sorted(pauses) and pauses[-1] == backoff.longest
    assert backoff.after(lived=60.0).pause == Backoff().pause


def test_an_exit_status_is_said_in_words() -> None:
    assert Supervisor.describe(OUT_OF_MEMORY) == "out of memory"
    assert Supervisor.describe(-9) == "killed by SIGKILL"
    assert Supervisor.describe(1) == "status 1"
