"""The command line against a real server of counters: what it prints, how it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from amino.cli.main import app
from typer.testing import CliRunner

from tests.unit.counter_kernel import CounterKernel, counter_kernel_thread

Command = Callable[..., Any]


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path) as kernel:
        yield kernel


@pytest.fixture
def amino(kernel: CounterKernel, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("AMINO_ADDRESS", kernel.address)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="amino")


def test_call_prints_the_result(amino: Command) -> None:
    assert amino("call", "counter", "incr", "5").stdout == "5\n"
    assert amino("call", "counter", "incr", "-2").stdout == "3\n"
    assert amino("call", "counter", "incr", "--kwarg", "by=4").stdout == "7\n"
    assert amino("call", "counter", "echo", "hello").stdout == "hello\n"
    assert amino("call", "counter", "echo", '{"a": [1, 2.5, null, "ü"]}').stdout == '{"a": [1, 2.5, null, "ü"]}\n'
    assert json.loads(amino("call", "counter", "echo", '"hello"', "-o", "json").stdout) == "hello"
    assert json.loads(amino("-o", "json", "call", "counter", "get", "--read-only", "--deadline", "5").stdout) == 7


@pytest.mark.parametrize(
    "text",
    [
        '{"$bytes": "AAE="}',
        '{"$set": [1, 2]}',
        '{"$set": ["four", "one", "three", "two"]}',
        '{"$map": [[1, "one"], [null, "none"]]}',
        '{"$timestamp": "2026-01-02T03:04:05+00:00"}',
        '{"$duration": 1500}',
        '{"$double": "nan"}',
        '{"$ref": "id-counter"}',
        "123456789012345678901234567890",
    ],
)
def test_every_value_is_typed_and_printed_in_the_same_form(amino: Command, text: str) -> None:
    assert json.loads(amino("call", "counter", "echo", text).stdout) == json.loads(text)


def test_a_name_with_an_at_sign_is_the_object(amino: Command) -> None:
    assert json.loads(amino("call", "counter", "echo", "@counter").stdout) == {"$ref": "id-counter"}
    assert amino("call", "counter", "echo", '"@counter"').stdout == "@counter\n"


def test_register_ls_describe_create_rm(amino: Command, kernel: CounterKernel, tmp_path: Path) -> None:
    source = tmp_path / "clock.js"
    source.write_text("class Clock {}")
    done = amino("register", source, "--arg", "3", "--dm", "Retry,LeaseCaching(lease=10s)", "--label", "app=shop", "--select", "region=eu")
    assert done.exit_code == 0
    assert done.stdout.startswith("clock is id-2 on k1")
    request = kernel.requests[-2]
    assert ([spec.name for spec in request.deployment_managers], dict(request.labels)) == (["Retry", "LeaseCaching"], {"app": "shop"})
    assert kernel.objects["id-2"].value == 3
    assert [one["name"] for one in json.loads(amino("ls", "-o", "json").stdout)] == ["clock", "counter"]
    table = amino("ls").stdout.splitlines()
    assert table[0].split() == ["NAME", "ID", "CLASS", "LANGUAGE", "KERNEL", "STATUS", "MANAGERS"]
    assert table[1].split() == ["clock", "id-2", "Counter", "js", "k1", "active", "Retry,LeaseCaching(lease=10s)"]
    assert json.loads(amino("describe", "clock", "-o", "json").stdout)["class_name"] == "Counter"
    assert "incr(by)" in amino("describe", "clock").stdout
    assert amino("create", "clock", "10", "--name", "later").exit_code == 0
    assert amino("call", "later", "get").stdout == "10\n"
    assert json.loads(amino("rm", "later", "clock", "-o", "json").stdout) == {"deleted": ["later", "clock"]}
    assert amino("rm", "later").exit_code == 3
    assert amino("rm", "later", "--force").exit_code == 0


def test_move_logs_explain_kernels(amino: Command) -> None:
    assert amino("move", "counter", "k1").stdout == "counter is on k1; lost: this.secret\n"
    assert amino("move", "counter").exit_code == 2
    assert amino("logs", "counter").stdout.endswith("counted\n")
    assert json.loads(amino("logs", "-o", "json").stdout)["text"] == "counted"
    assert amino("explain", "--dm", "Retry,Immutable").stdout == "Retry → Immutable\n"
    assert json.loads(amino("kernels", "-o", "json").stdout)[0]["id"] == "k1"


def test_describe_shows_generation_epoch_and_replicas_by_path(amino: Command) -> None:
    lines = [line.rstrip() for line in amino("describe", "counter").stdout.splitlines()]
    for pattern in (r"generation\s+1", r"epoch\s+1", r"replicas\s+0: k1 127\.0\.0\.1:\d+"):
        assert any(re.fullmatch(pattern, line) for line in lines), (pattern, lines)
    listed = json.loads(amino("ls", "-o", "json").stdout)
    documents = [json.loads(amino("describe", "counter", "-o", "json").stdout), *listed]
    assert [(one["generation"], one["epoch"], one["replicas"][0]["path"]) for one in documents] == [(1, 1, "0")] * 2


def test_attach_names_kernels_that_are_behind(amino: Command, kernel: CounterKernel, tmp_path: Path) -> None:
    (tmp_path / "clock.js").write_text("class Clock {}")
    amino("register", tmp_path / "clock.js")
    assert amino("attach", "clock", "--dm", "Retry").stdout == "clock: Retry\n"
    assert json.loads(amino("attach", "clock", "--dm", "Retry", "-o", "json").stdout)["pending"] == []
    kernel.pending = ["k2", "k3"]
    assert amino("attach", "clock").stdout.splitlines() == [
        "clock: no deployment managers",
        "kernels that have not applied it yet: k2, k3",
    ]
    told = json.loads(amino("attach", "clock", "--dm", "Retry", "-o", "json").stdout)
    assert (told["object"]["deployment_managers"][0]["name"], told["pending"]) == ("Retry", ["k2", "k3"])


def test_restart_says_where_the_object_is(amino: Command) -> None:
    assert amino("restart", "counter").stdout == "counter is on k1\n"
    shown = " ".join(amino("restart", "-h").stdout.split())
    assert "from its last checkpoint where a deployment manager keeps one, else as a new object" in shown


def test_a_guest_exception_is_one_line_and_status_1(amino: Command) -> None:
    done = amino("call", "counter", "fail", "empty")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == "GUEST_EXCEPTION: CounterError: empty"
    assert "counter.js:7:3" not in done.stderr
    assert "at fail (counter.js:7:3)" in amino("call", "counter", "fail", "empty", "--verbose").stderr
    told = json.loads(amino("call", "counter", "fail", "empty", "-o", "json").stderr)["error"]
    assert (told["code"], told["type"], told["message"], told["details"]) == ("GUEST_EXCEPTION", "CounterError", "empty", {"value": 0})


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["call", "nobody", "get"], 3, "NAME_NOT_FOUND"),
        (["call", "counter", "missing"], 2, "MEMBER_NOT_FOUND"),
        (["call", "counter", "wait", "--deadline", "0.05"], 8, "DEADLINE_EXCEEDED"),
        (["call", "counter", "get", "--deadlin", "5"], 2, "ARGUMENT_INVALID"),
        (["call", "counter", "echo", '{"$what": 1}'], 2, "ARGUMENT_INVALID"),
        (["call", "counter", "incr", "--kwarg", "by"], 2, "ARGUMENT_INVALID"),
        (["register", "missing.js"], 2, "ARTIFACT_INVALID"),
        (["ls", "--select", "a in b"], 2, "ARGUMENT_INVALID"),
        (["explain", "--dm", "Retry("], 2, "CHAIN_INVALID"),
        (["-a", "nowhere", "ls"], 2, "CONFIG_INVALID"),
        (["-a", "127.0.0.1:1", "ls"], 4, "KERNEL_UNAVAILABLE"),
    ],
)
def test_errors_name_their_code_and_end_with_their_status(amino: Command, arguments: list[str], status: int, code: str) -> None:
    done = amino(*arguments)
    assert done.exit_code == status
    assert done.stderr.startswith(f"{code}: ")
    assert done.stdout == ""


@pytest.mark.parametrize("language", ["python", "ruby", "wasm", "llvm", "java"])
def test_a_source_of_another_language_is_not_sent(amino: Command, kernel: CounterKernel, tmp_path: Path, language: str) -> None:
    (tmp_path / "clock.js").write_text("class Clock {}")
    done = amino("register", tmp_path / "clock.js", "--lang", language)
    assert done.exit_code == 2 and f"clock.js looks like js, not {language}: give --lang js, or rename it" in done.stderr
    assert kernel.artifacts == {} and set(kernel.names) == {"counter"}


def test_a_name_that_is_taken(amino: Command, tmp_path: Path) -> None:
    (tmp_path / "counter.js").write_text("class Counter {}")
    refused = amino("register", tmp_path / "counter.js")
    assert refused.exit_code == 6 and "belongs to object id-counter" in refused.stderr and "--replace" in refused.stderr
    assert amino("register", tmp_path / "counter.js", "--replace").exit_code == 0


def test_an_empty_name_is_no_name(amino: Command, kernel: CounterKernel, tmp_path: Path) -> None:
    (tmp_path / "clock.js").write_text("class Clock {}")
    (tmp_path / ".hidden.js").write_text("class Clock {}")
    for arguments in ([tmp_path / "clock.js", "--name", ""], [tmp_path / ".hidden.js"]):
        done = amino("register", *arguments)
        assert done.exit_code == 2 and "--name" in done.stderr and "empty" in done.stderr
    assert set(kernel.names) == {"counter"}


def test_what_was_deleted_before_an_error_is_said(amino: Command) -> None:
    amino("create", "counter", "1", "--name", "later")
    done = amino("rm", "later", "nobody", "counter")
    assert (done.exit_code, done.stdout) == (3, "later is deleted\n") and "nobody" in done.stderr
    done = amino("rm", "counter", "nobody", "-o", "json")
    assert (done.exit_code, json.loads(done.stdout)) == (3, {"deleted": ["counter"]})
    done = amino("rm", "nobody", "-o", "json")
    assert (done.exit_code, json.loads(done.stdout)) == (3, {"deleted": []})
    assert amino("rm", "nobody", "--force").stdout == ""


def test_an_empty_list_says_what_was_asked_for(amino: Command) -> None:
    assert amino("ls", "zzz").stderr == "no object: none begins with 'zzz'\n"
    assert amino("ls", "zzz", "--select", "app=shop").stderr == "no object: none begins with 'zzz' and has the labels 'app=shop'\n"
    amino("rm", "counter")
    assert amino("ls").stderr == "no objects; `amino register` makes one\n"


@pytest.mark.parametrize("command", [["create", "counter", "1"], ["call", "counter", "incr", "1"]])
def test_an_option_that_a_command_lacks(amino: Command, command: list[str]) -> None:
    done = amino(*command, "--replce")
    assert done.exit_code == 2 and f"`{command[0]}` has no option --replce" in done.stderr and f"amino {command[0]} -h" in done.stderr
    assert "JSON" in done.stderr
    done = amino(*command, "--dm", "Retry")
    assert done.exit_code == 2 and f"`{command[0]}` has no option --dm" in done.stderr and "`amino attach`" in done.stderr


def test_wrong_usage_and_help(amino: Command) -> None:
    assert amino("nothing").exit_code == 2
    assert amino("call").exit_code == 2
    for arguments in (["--help"], ["call", "--help"], ["up", "--help"]):
        done = amino(*arguments)
        assert done.exit_code == 0
        assert "Exit status" in done.stdout
    assert amino("version").stdout.strip() == json.loads(amino("version", "-o", "json").stdout)["version"]
    assert "amino" in amino("completion", "bash").stdout


def test_doctor_sees_the_kernel_that_runs(amino: Command) -> None:
    findings = {one["subject"]: one for one in json.loads(amino("doctor", "-o", "json").stdout)}
    assert findings["kernel"]["state"] == "ok"
    assert "k1" in findings["kernel"]["found"]
    assert (findings["OMS"]["state"], findings["OMS"]["found"]) == ("ok", "1 kernel in the cluster")
    assert findings["Amino"]["state"] == "ok"
    gone = {one["subject"]: one for one in json.loads(amino("doctor", "-o", "json", "-a", "127.0.0.1:1").stdout)}
    assert (gone["kernel"]["state"], gone["kernel"]["remedy"]) == ("note", "amino up")


def test_dms_lists_promises(amino: Command) -> None:
    managers = {one["name"]: one for one in json.loads(amino("dms", "-o", "json").stdout)}
    assert managers["LeaseCaching"]["promise"] and managers["OfThisClusterOnly"]["settings"] == []
    assert "lease" in amino("dms", "LeaseCaching").stdout
    alone = amino("dms", "-a", "127.0.0.1:1")
    assert alone.exit_code == 0 and "LeaseCaching" in alone.stdout and "OfThisClusterOnly" not in alone.stdout
    assert "of this machine" in alone.stderr
    done = amino("dms", "LeaseCashing")
    assert (done.exit_code, "LeaseCaching" in done.stderr) == (2, True)
