"""`amino what-if`, and the files of recordings that it reads."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from amino.cli.main import app
from amino_oms.offloading.policies import MAKERS
from amino_oms.offloading.recording import Recording
from amino_oms.offloading.recording_file import lines_of, read_lines
from amino_oms.offloading.replay import ledgers_of, replay_oracle
from amino_oms.offloading.report import what_if
from amino_wire.errors import ArgumentInvalid
from typer.testing import CliRunner

from benchmarks.offloading.scenarios import TUNED
from benchmarks.offloading.world import World
from tests.unit.offloading_world import CLOUD, EDGE, PHONE


def recording_of(scenario: str = "churn", seed: int = 3, requests: int = 120) -> Recording:
    return World(replace(TUNED[scenario](seed), requests=requests), seed).record()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["what-if", *arguments], prog_name="amino")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "recording.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines_of(recording_of())), encoding="utf-8")
    return path


def test_a_recording_is_read_as_it_was_written() -> None:
    recording = recording_of("calling")
    assert read_lines(lines_of(recording)) == recording
    again = recording_of("calling")
    assert again == recording and recording_of("calling", 4) != recording


@pytest.mark.parametrize("policy", [*MAKERS, "local", CLOUD])
def test_the_command_says_where_objects_would_have_been(trace: Path, policy: str) -> None:
    done = run("--policy", policy, "--trace", str(trace), "-o", "json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["requests"] == 120 == sum(stay["requests"] for stay in report["stays"])
    assert report["gap"] >= -1e-9 and report["cost"] == pytest.approx(report["oracle"] * (1 + report["gap"]))
    assert report["lost"] == 0 and report["filled"] == 0 and report["recorded"] is None
    if policy == "local":
        assert {stay["host"] for stay in report["stays"]} == {PHONE} and report["moves"] == 0


def test_the_table_for_people(trace: Path) -> None:
    done = run("--policy", "window(window=60)", "--trace", str(trace))
    assert done.exit_code == 0, done.output
    for part in ("OBJECT", "above the oracle", "window(window=60)", "0 requests"):
        assert part in done.stdout


def test_places_that_were_taken_are_judged_too() -> None:
    recording = recording_of()
    requests = tuple(replace(each, taken=dict.fromkeys(each.request.objects, PHONE)) for each in recording.requests)
    told = replace(recording, requests=requests)
    again = read_lines(lines_of(told))
    assert again == told
    assert what_if(again, "bandit", random.Random(1)).recorded == pytest.approx(what_if(recording, "local", random.Random(1)).cost)


def test_executions_that_nobody_measured_are_filled_in_from_neighbours() -> None:
    recording = recording_of("stationary")
    chance = random.Random(1)
    lines = list(lines_of(recording))
    kept = [lines[0]]
    for line in lines[1:]:
        entry = json.loads(line)
        for call in entry["calls"]:
            host = chance.choice((PHONE, EDGE, CLOUD))
            call["seconds"] = {host: call["seconds"][host]}
        kept.append(json.dumps(entry))
    filled = read_lines(kept)
    assert filled.filled == pytest.approx(2 / 3)
    ratios = sorted(
        ours[host] / truth[host]
        for each, other in zip(filled.requests, recording.requests, strict=True)
        for ours, truth in zip(each.executions, other.executions, strict=True)
        for host in (PHONE, EDGE, CLOUD)
    )
    # Half of all guesses are within a quarter of the truth, of inputs that differ by much more.
    assert ratios[len(ratios) // 4] > 0.75 and ratios[3 * len(ratios) // 4] < 1.25
    true_cost = replay_oracle(recording, ledgers_of(recording)).cost
    assert replay_oracle(filled, ledgers_of(filled)).cost == pytest.approx(true_cost, rel=0.25)


HEAD = json.dumps({"amino_recording": 1, "hosts": [{"host": "a", "kind": "phone", "energy": {}}], "objective": {}})
CALL = {"object": "o", "class": "C", "member": "m", "seconds": {"a": 0.1}}


def line(**changed: Any) -> str:
    return json.dumps({"at": 1.0, "client": "a", "calls": [CALL], "links": {}, **changed})


def test_the_least_that_a_line_may_say() -> None:
    recording = read_lines(["", HEAD, line(), line()])
    assert [each.request.calls[0].member for each in recording.requests] == ["m", "m"]
    assert what_if(recording, "bandit", random.Random(1)).gap == pytest.approx(0)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "no requests"),
        ([HEAD], "no requests"),
        (["{}"], "line 1 .*head"),
        (["nonsense"], "line 1"),
        (["[]"], "line 1 .*head"),
        ([HEAD.replace('g": 1', 'g": 2')], "line 1 .*format is 2"),
        ([HEAD.replace('"energy": {}', '"energy": {"gpu": 1}')], "line 1 .*gpu"),
        ([HEAD, json.dumps({"at": 1})], "line 2 .*client"),
        ([HEAD, line(client="b")], "line 2 .*'b' is not in the head"),
        ([HEAD, line(calls=[])], "line 2 .*first of its calls"),
        ([HEAD, line(calls=[{**CALL, "caller": 0}])], "line 2 .*caller 0"),
        ([HEAD, line(calls=[{**CALL, "times": 0}])], "line 2 .*times"),
        ([HEAD, line(calls=[{**CALL, "seconds": {"a": -1}}])], "line 2 .*-1"),
        ([HEAD, line(calls=[{**CALL, "argument_bytes": "many"}])], "line 2 .*many"),
        ([HEAD, line(gone=["a"])], "line 2 .*client 'a' is among"),
        ([HEAD, line(links={"a>a": [0.1, 0]})], "line 2 .*bandwidth 0"),
        ([HEAD, line(links={"a": [0.1, 1]})], "line 2 .*one>other"),
        ([HEAD, line(at=2.0), "", line(at=1.0)], "line 4 .*before the last"),
        ([HEAD, line(at=True)], "line 2 .*True"),
    ],
)
def test_a_line_that_is_not_of_the_format_is_named(lines: list[str], message: str) -> None:
    with pytest.raises(ArgumentInvalid, match=message):
        read_lines(lines)


def test_errors_of_the_command_are_one_line(trace: Path, tmp_path: Path) -> None:
    for arguments in (("--policy", "best", "--trace", str(trace)), ("--policy", "bandit", "--trace", str(tmp_path / "none"))):
        done = run(*arguments)
        assert done.exit_code != 0 and done.stderr.startswith("ARGUMENT_INVALID: ") and done.stderr.count("\n") == 1
