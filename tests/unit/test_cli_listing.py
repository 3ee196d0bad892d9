"""`amino ls`, `rm`, `restart` and `watch` against a real server of counters: several objects, in an order, page by page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from amino.cli.listing import NAMELESS, row
from amino.cli.looking import moment
from amino.cli.main import app
from amino.records import ObjectInfo
from amino_wire.errors import ArgumentInvalid, abort
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import DEFAULT
from typer.testing import CliRunner

from tests.unit.counter_kernel import CounterKernel, counter_kernel_thread
from tests.unit.counter_lanes import Counter

Command = Callable[..., Any]


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path) as kernel:
        yield kernel


@pytest.fixture
def amino(kernel: CounterKernel, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("AMINO_ADDRESS", kernel.address)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="amino")


def add(kernel: CounterKernel, *names: str, app: str = "") -> None:
    for name in names:
        kernel.objects[f"id-{name}"] = Counter()
        kernel.names[name] = f"id-{name}"
        if app:
            kernel.registered[f"id-{name}"] = client_pb2.RegisterRequest(labels={"app": app})


def names(done: Any) -> list[str]:
    assert done.exit_code == 0, done.output
    return [line.split()[0] for line in done.stdout.splitlines()[1:]]


def test_sorted_counted_and_by_page(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "b", "a", "d", "c")
    assert names(amino("ls", "--sort", "name")) == ["a", "b", "c", "counter", "d"]
    assert names(amino("ls", "--limit", "2")) == ["a", "b"]
    done = amino("ls", "--limit", "2", "--page", "2")
    assert names(done) == ["c", "counter"] and done.stderr == "2 of 5 objects; --page 3 shows the next\n"
    last = amino("ls", "--limit", "2", "--page", "3", "--sort", "name")
    assert names(last) == ["d"] and last.stderr == "1 of 5 objects\n"
    assert amino("ls", "--count").stdout == "5\n"
    assert json.loads(amino("ls", "c", "--count", "-o", "json").stdout) == {"count": 2}


@pytest.mark.parametrize(
    ("loss", "text"),
    [(common_pb2.LOSS_GONE, "lost"), (common_pb2.LOSS_RECOVERING, "recovering"), (common_pb2.LOSS_AWAITS_KERNEL, "awaits kernel")],
)
def test_a_lost_object_says_whether_it_comes_back(amino: Command, kernel: CounterKernel, loss: Any, text: str) -> None:
    add(kernel, "away")
    kernel.lost["id-away"] = loss
    (line,) = [line for line in amino("ls").stdout.splitlines() if line.startswith("away")]
    assert text in line
    assert ("lost" in line) == (text == "lost")
    assert f"status     {text}" in re.sub(r"  +", "     ", amino("describe", "away").stdout)
    assert names(amino("ls", "--status", "lost")) == ["away"]


def test_objects_of_a_status(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "gone")
    kernel.lost["id-gone"] = common_pb2.LOSS_GONE
    assert names(amino("ls", "--status", "lost")) == ["gone"]
    assert names(amino("ls", "--status", "active")) == ["counter"]
    assert amino("ls", "--status", "lost", "--count").stdout == "1\n"
    assert amino("ls", "--status", "creating").stderr == "no object: none is creating\n"


@pytest.mark.parametrize(
    "words", [["--status", "ill"], ["--sort", "size"], ["--limit", "-1"], ["--page", "2"], ["--page", "0", "--limit", "1"]]
)
def test_wrong_wishes(amino: Command, words: list[str]) -> None:
    done = amino("ls", *words)
    assert done.exit_code == 2 and "ARGUMENT_INVALID" in done.stderr


def test_an_object_without_a_name_says_so() -> None:
    record = common_pb2.ObjectRecord(id="id-5", interface=common_pb2.Interface(name="Cart"))
    assert row(ObjectInfo.of(record, DEFAULT))[:3] == (NAMELESS, "id-5", "Cart")


def test_rm_by_labels(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "a", "b", app="shop")
    assert amino("rm", "--select", "app=shop").stdout == "a is deleted\nb is deleted\n"
    done = amino("rm", "--select", "app=shop")
    assert (done.exit_code, done.stderr) == (0, "no object has the labels 'app=shop'\n")
    assert json.loads(amino("rm", "--select", "app=shop", "-o", "json").stdout) == {"deleted": []}
    assert amino("rm").exit_code == 2 and amino("rm", "counter", "--select", "app=shop").exit_code == 2
    assert "counter" in kernel.names


def test_restart_by_labels_restarts_the_lost_ones(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "a", "b", app="shop")
    kernel.lost["id-b"] = common_pb2.LOSS_GONE
    assert amino("restart", "--select", "app=shop").stdout == "b is on k1\n"
    done = amino("restart", "--select", "app=shop")
    assert (done.stdout, done.stderr) == ("", "no lost object has the labels 'app=shop'\n")
    assert json.loads(amino("restart", "--select", "app=shop", "-o", "json").stdout) == []
    assert json.loads(amino("restart", "counter", "-o", "json").stdout)["name"] == "counter"


def test_restart_of_all_that_are_lost(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "a", "b", "c")
    for name in ("a", "c"):
        kernel.lost[f"id-{name}"] = common_pb2.LOSS_GONE
    kernel.lost["id-b"] = common_pb2.LOSS_AWAITS_KERNEL
    done = amino("restart", "--lost")
    assert done.stdout == "a is on k1\nc is on k1\n"
    assert "b waits for its kernel" in done.stderr, "its state may come back with that"
    assert "b waits" in amino("restart", "--lost").stderr and list(kernel.lost) == ["id-b"]
    assert amino("restart", "b").stdout == "b is on k1\n"
    done = amino("restart", "--lost")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no object is lost\n")
    assert json.loads(amino("restart", "--lost", "-o", "json").stdout) == []
    assert amino("restart", "counter", "--lost").exit_code == 2 and amino("restart").exit_code == 2


def test_an_object_that_cannot_be_restarted_keeps_no_other_from_it(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "a", "b", "c")
    kernel.lost.update({"id-a": common_pb2.LOSS_GONE, "id-c": common_pb2.LOSS_GONE})

    async def refuse(request: Any, context: Any) -> None:
        if isinstance(request, client_pb2.RestartRequest) and kernel.names.get(request.name_or_id, "") not in kernel.lost:
            await abort(context, ArgumentInvalid("it is not lost"))

    kernel.before_answering = refuse
    done = amino("restart", "a", "b", "none", "c")
    assert (done.exit_code, done.stdout, kernel.lost) == (2, "a is on k1\nc is on k1\n", {})
    first, second = done.stderr.splitlines()
    assert first == "ARGUMENT_INVALID: it is not lost (b was not restarted)"
    assert second.endswith("(none was not restarted)")
    kernel.lost = {"id-c": common_pb2.LOSS_GONE}
    told = amino("restart", "none", "c", "-o", "json")
    assert told.exit_code == 2 and [one["name"] for one in json.loads(told.stdout)] == ["c"]
    assert json.loads(told.stderr)["error"]["details"]["name"] == "none"


def test_an_object_that_came_back_meanwhile_is_no_error_of_a_restart_of_all(amino: Command, kernel: CounterKernel) -> None:
    add(kernel, "a")
    kernel.lost["id-a"] = common_pb2.LOSS_RECOVERING

    async def back(request: Any, context: Any) -> None:
        if isinstance(request, client_pb2.RestartRequest):
            kernel.lost.clear()
            await abort(context, ArgumentInvalid("it is not lost"))

    kernel.before_answering = back
    done = amino("restart", "--lost")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no object is lost\n")


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (client_pb2.RestartResponse.ORIGIN_SAVED, "saved"),
        (client_pb2.RestartResponse.ORIGIN_COPY, "from a copy"),
        (client_pb2.RestartResponse.ORIGIN_ANEW, "made anew by its constructor: its state is gone"),
    ],
)
def test_restart_says_from_what(amino: Command, kernel: CounterKernel, origin: Any, said: str) -> None:
    kernel.origin = origin
    assert said in amino("restart", "counter").stdout
    assert json.loads(amino("restart", "counter", "-o", "json").stdout)["restarted_from"] in ("saved", "copy", "anew")


def test_moments_that_people_write() -> None:
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert moment("90s", now) == now - timedelta(seconds=90) and moment("1.5h", now) == now - timedelta(hours=1.5)
    assert moment("2026-01-02T03:04:05+00:00", now) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with pytest.raises(ArgumentInvalid, match="15m"):
        moment("soon", now)


def test_watch_shows_what_exists_first(kernel: CounterKernel) -> None:
    add(kernel, "a")
    command = [sys.executable, "-m", "amino", "watch", "-o", "json"]
    with subprocess.Popen(command, env={**os.environ, "AMINO_ADDRESS": kernel.address}, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            events = [json.loads(process.stdout.readline()) for _ in range(3)]
        finally:
            process.terminate()
    assert [(event["event"], event["object"] and event["object"]["name"]) for event in events] == [
        ("exists", "a"),
        ("exists", "counter"),
        ("synced", None),
    ]
