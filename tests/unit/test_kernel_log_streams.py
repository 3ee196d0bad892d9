"""Lines of several kernels as one stream: by time, with what a kernel that is away has not given, and following without a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from amino_kernel.calls.log_buffer import LogBuffer, LogLine, Wanted
from amino_kernel.service.log_streams import Line, LogStreams
from amino_wire.errors import ArgumentInvalid, KernelUnavailable
from amino_wire.pb import client_pb2, common_pb2


class Cluster:
    """Kernels that ask each other without a network, by the same code."""

    def __init__(self, *names: str) -> None:
        self.buffers = {name: LogBuffer() for name in names}
        self.away: set[str] = set()
        self.streams = {name: self._of(name) for name in names}

    def _of(self, name: str) -> LogStreams:
        table: Any = SimpleNamespace(get=lambda _: None)
        oms: Any = SimpleNamespace(kernels=self.kernels, get=self.get)
        peers: Any = SimpleNamespace(at=self.at)
        return LogStreams(self.buffers[name], table, oms, peers, name)

    async def kernels(self) -> Sequence[common_pb2.KernelRecord]:
        return [common_pb2.KernelRecord(id=name, endpoints=common_pb2.Endpoints(grpc=name)) for name in self.buffers]

    async def get(self, name: str) -> common_pb2.ObjectRecord:
        replicas = [common_pb2.Replica(kernel_id=kernel) for kernel in self.buffers if kernel != "c"]
        return common_pb2.ObjectRecord(id=name, status=common_pb2.ObjectStatus(replicas=replicas))

    def at(self, endpoints: common_pb2.Endpoints) -> Any:
        if endpoints.grpc in self.away:
            raise KernelUnavailable("away")
        return SimpleNamespace(clients=SimpleNamespace(Logs=lambda request, **_: self.streams[endpoints.grpc].lines(request)))

    def add(self, kernel: str, text: str, time_ms: int, level: str = "info", object_id: str = "x") -> None:
        self.buffers[kernel]._lines.append(LogLine(object_id, level, text, time_ms))

    async def read(self, kernel: str, **asked: Any) -> list[str]:
        return [line.text async for line in self.streams[kernel].lines(client_pb2.LogsRequest(**asked))]


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster("a", "b", "c")
    made.add("a", "1", 1)
    made.add("b", "2", 2, "error")
    made.add("c", "3", 3, "warning")
    made.add("a", "4", 4, "debug")
    return made


async def test_the_lines_of_all_kernels_by_time(cluster: Cluster) -> None:
    assert await cluster.read("a", cluster=True) == ["1", "2", "3", "4"]
    assert await cluster.read("b", cluster=True, tail=2) == ["3", "4"]
    assert await cluster.read("a") == ["1", "4"], "without `cluster` only its own"


async def test_of_an_object_those_of_its_kernels(cluster: Cluster) -> None:
    cluster.add("b", "other", 9, object_id="y")
    assert await cluster.read("c", name_or_id="x") == ["1", "2", "3", "4"]
    assert await cluster.read("a", name_or_id="y") == ["other"]


async def test_by_level_and_moment(cluster: Cluster) -> None:
    assert await cluster.read("a", cluster=True, level="warning") == ["2", "3"]
    assert await cluster.read("a", cluster=True, since_ms=3) == ["3", "4"]
    with pytest.raises(ArgumentInvalid, match="loud"):
        await cluster.read("a", level="loud")


async def test_a_kernel_that_is_away_is_named(cluster: Cluster) -> None:
    cluster.away.add("b")
    assert await cluster.read("a", cluster=True) == ["kernel b does not answer: its lines are missing here", "1", "3", "4"]


async def some(stream: AsyncIterator[Line], count: int) -> list[str]:
    return [(await asyncio.wait_for(anext(stream), 10)).text for _ in range(count)]


async def test_following_all_kernels_shows_each_line_once(cluster: Cluster) -> None:
    stream = cluster.streams["a"].lines(client_pb2.LogsRequest(cluster=True, follow=True, tail=3))
    assert await some(stream, 3) == ["2", "3", "4"]
    for kernel in ("a", "b", "c"):
        cluster.buffers[kernel].add("x", "info", f"new {kernel}")
    assert sorted(await some(stream, 3)) == ["new a", "new b", "new c"]
    cluster.buffers["b"].add("x", "info", "later")
    assert await some(stream, 1) == ["later"]
    await stream.aclose()  # type: ignore[attr-defined]


def test_lines_of_an_unknown_level_count_as_info() -> None:
    assert Wanted(level="info").has(LogLine("", "odd", "", 1)) and not Wanted(level="error").has(LogLine("", "odd", "", 1))
