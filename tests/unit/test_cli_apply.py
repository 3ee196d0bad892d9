"""Manifests: what is changed, and that it is only what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from amino.cli.main import app
from amino.manifest import read_manifest
from amino_wire.errors import AminoError, ArgumentInvalid, ConfigInvalid, GuestException, NoKernelMatches, abort
from amino_wire.pb import client_pb2, common_pb2
from typer.testing import CliRunner

from tests.unit.counter_kernel import CounterKernel, counter_kernel_thread

MANIFEST = """
[application]
name = "shop"

[objects.cart]
source = "cart.js"
managers = "Retry"
select = "region=eu and !spot"
args = [3]

[objects.clock]
source = "clock"
entry = "clock.js"
labels = { tier = "gold" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cart.js").write_text("class Cart {}")
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "clock.js").write_text("class Clock {}")
    (tmp_path / "clock" / "other.js").write_text("")
    (tmp_path / "app.toml").write_text(MANIFEST)
    return tmp_path


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path) as kernel:
        monkeypatch.setenv("AMINO_ADDRESS", kernel.address)
        yield kernel


def apply(folder: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["apply", str(folder / "app.toml"), *options])


def actions(folder: Path, *options: str) -> dict[str, str]:
    done = apply(folder, "-o", "json", *options)
    assert done.exit_code == 0, done.stderr
    return {step["name"]: step["action"] for step in json.loads(done.stdout)}


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "app.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_once_and_again(folder: Path, kernel: CounterKernel) -> None:
    assert actions(folder, "--dry-run") == {"cart": "create", "clock": "create"}
    assert "cart" not in kernel.names
    assert actions(folder) == {"cart": "create", "clock": "create"}
    assert kernel.objects[kernel.names["cart"]].value == 3
    before = dict(kernel.names)
    assert actions(folder) == {"cart": "keep", "clock": "keep"}
    assert kernel.names == before


def test_another_chain_is_attached_to_the_living_object(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    before = dict(kernel.names)
    edit(folder, '"Retry"', '"Retry, LeaseCaching(lease=5s)"')
    assert actions(folder) == {"cart": "attach", "clock": "keep"}
    assert kernel.names == before
    assert actions(folder) == {"cart": "keep", "clock": "keep"}


def test_what_loses_state_must_be_allowed(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    before = dict(kernel.names)
    (folder / "clock" / "clock.js").write_text("class Clock { tick() {} }")
    refused = apply(folder)
    assert refused.exit_code == 2
    assert "clock (source)" in refused.stderr
    assert "--replace" in refused.stderr
    assert kernel.names == before
    assert actions(folder, "--replace") == {"cart": "keep", "clock": "replace"}
    assert kernel.names["clock"] != before["clock"]
    edit(folder, "args = [3]", "args = [4]")
    assert actions(folder, "--replace") == {"cart": "replace", "clock": "keep"}
    edit(folder, "args = [4]", 'args = [4]\nidle = "10m"')
    assert "cart (idle)" in apply(folder).stderr
    edit(folder, "args = [4]", 'args = [4]\nclass = "Other"')
    assert "cart (class, idle)" in apply(folder).stderr


@pytest.mark.parametrize(("old", "new"), [("[3]", "[true]"), ("[3]", "[3.0]"), ("[3]", "[{a = 3}]")])
def test_arguments_are_compared_with_their_types(folder: Path, kernel: CounterKernel, old: str, new: str) -> None:
    actions(folder)
    edit(folder, old, new)
    assert "cart (args)" in apply(folder).stderr


def test_what_is_no_number_is_as_it_was(folder: Path, kernel: CounterKernel) -> None:
    edit(folder, "[3]", "[[nan, {a = [nan], b = 1979-05-27}]]")
    actions(folder)
    edit(folder, "a = [nan], b = 1979-05-27", "b = 1979-05-27, a = [nan]")
    assert actions(folder) == {"cart": "keep", "clock": "keep"}


def test_what_is_gone_is_deleted_only_when_asked(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    (folder / "app.toml").write_text(MANIFEST.split("[objects.clock]")[0])
    assert actions(folder) == {"cart": "keep"}
    assert "clock" in kernel.names
    assert actions(folder, "--prune") == {"cart": "keep", "clock": "delete"}
    assert set(kernel.names) == {"counter", "cart"}


def test_kernels_that_have_not_applied_a_chain_yet_are_named(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    kernel.pending = ["k2"]
    edit(folder, '"Retry"', '"Retry, LeaseCaching(lease=5s)"')
    told = "cart: has other deployment managers; kernels that have not applied it yet: k2"
    assert apply(folder).stdout.splitlines() == [told, "clock: as it was"]
    edit(folder, '"Retry, LeaseCaching(lease=5s)"', '"Retry"')
    assert [step["pending"] for step in json.loads(apply(folder, "-o", "json").stdout)] == [["k2"], []]


def test_what_would_be_done_is_said_in_words(folder: Path, kernel: CounterKernel) -> None:
    def planned(*options: str) -> list[str]:
        return apply(folder, "--dry-run", *options).stdout.splitlines()

    assert planned() == ["cart: would be created", "clock: would be created"]
    assert apply(folder).stdout.splitlines() == ["cart: created", "clock: created"]
    edit(folder, '"Retry"', '"Retry, LeaseCaching(lease=5s)"')
    assert planned() == ["cart: would get other deployment managers", "clock: would stay as it is"]
    assert apply(folder).stdout.splitlines() == ["cart: has other deployment managers", "clock: as it was"]
    edit(folder, "args = [3]", "args = [4]")
    assert planned()[0] == "cart: would be made anew, without its state (args); that needs --replace"
    assert planned("--replace")[0] == "cart: would be made anew, without its state (args)"
    edit(folder, "[objects.clock]", "[objects.watch]")
    assert planned("--prune")[2] == "clock: would be deleted (it is not in the manifest)"


def test_lost_objects_are_restarted(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    cart, clock = kernel.names["cart"], kernel.names["clock"]
    kernel.lost = {cart: common_pb2.LOSS_GONE, clock: common_pb2.LOSS_RECOVERING}
    edit(folder, '"Retry"', '"PeriodicCheckpoint"')
    assert [(step["name"], step["action"]) for step in json.loads(apply(folder, "-o", "json").stdout)] == [
        ("cart", "restart"),
        ("cart", "attach"),
        ("clock", "restart"),
    ]
    assert kernel.lost == {}
    assert (kernel.names["cart"], kernel.names["clock"]) == (cart, clock)
    kernel.lost = {cart: common_pb2.LOSS_GONE}
    told = apply(folder, "--dry-run").stdout.splitlines()[0]
    assert told == "cart: is lost, would be restarted with the state that PeriodicCheckpoint has saved"


def test_an_object_that_may_come_back_is_made_anew_only_when_asked(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    kernel.lost = {kernel.names["clock"]: common_pb2.LOSS_AWAITS_KERNEL}
    told = apply(folder, "--dry-run").stdout.splitlines()[1]
    assert told == (
        "clock: is lost, would be restarted as a new object, without the state that may come back with its kernel; that needs --replace"
    )
    refused = apply(folder)
    assert (refused.exit_code, len(kernel.lost)) == (2, 1) and "clock (it is lost)" in refused.stderr
    assert actions(folder, "--replace") == {"cart": "keep", "clock": "restart"}


def test_an_object_that_came_back_by_itself_is_no_error(folder: Path, kernel: CounterKernel) -> None:
    actions(folder)
    kernel.lost = {kernel.names["clock"]: common_pb2.LOSS_RECOVERING}

    async def back(request: Any, context: Any) -> None:
        if isinstance(request, client_pb2.RestartRequest):
            kernel.lost.clear()
            await abort(context, ArgumentInvalid("it is not lost"))

    kernel.before_answering = back
    assert actions(folder) == {"cart": "keep", "clock": "restart"}


@pytest.mark.parametrize(
    ("error", "status"), [(GuestException("division by zero", type="ZeroDivisionError"), 1), (NoKernelMatches("none"), 4)]
)
def test_a_step_that_fails_is_named_with_those_before_and_after(
    folder: Path, kernel: CounterKernel, error: AminoError, status: int
) -> None:
    (folder / "app.toml").write_text('[application]\nname = "shop"\n' + "".join(f'[objects.f{n}]\nsource = "cart.js"\n' for n in (1, 2, 3)))

    async def refuse(request: Any, context: Any) -> None:
        if isinstance(request, client_pb2.RegisterRequest) and request.name == "f2":
            await abort(context, error)

    kernel.before_answering = refuse
    failed = apply(folder)
    assert failed.exit_code == status
    assert failed.stdout.splitlines() == ["f1: created", "f2: could not be created", "f3: not tried"]
    assert f"{error} (f2 could not be created; done before: f1; not tried: f3)" in failed.stderr
    again = apply(folder, "-o", "json")
    assert again.exit_code == status
    assert [(step["name"], step["action"], step["outcome"]) for step in json.loads(again.stdout)] == [
        ("f1", "keep", "done"),
        ("f2", "create", "failed"),
        ("f3", "create", "not tried"),
    ]
    told = json.loads(again.stderr)["error"]
    assert (told["code"], told["details"]["failed"]) == (error.code, {"name": "f2", "action": "create"})
    assert (told["details"]["done"], told["details"]["not_tried"]) == ([], ["f3"])


def test_the_smallest_manifest_is_in_the_help(tmp_path: Path) -> None:
    lines = [line.strip() for line in CliRunner().invoke(app, ["apply", "--help"]).stdout.splitlines()]
    begin = lines.index("[application]")
    (tmp_path / "app.toml").write_text("\n".join(lines[begin : lines.index("", begin)]))
    (entry,) = read_manifest(tmp_path / "app.toml").objects
    assert (entry.name, entry.source) == ("counter", "counter.js")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[application]", "[aplication]", "did you mean 'application'"),
        ("managers =", "manager =", "did you mean 'managers'"),
        ("args = [3]", "args = 3", "args must be a list"),
        ('source = "cart.js"', "", r"\[objects.cart\] must name its source"),
        ('source = "cart.js"', 'sorce = "cart.js"', r"\[objects.cart\]: there is no setting 'sorce'; did you mean 'source'"),
        ('source = "cart.js"', 'source = "cart.js"\nclas = "C"', "did you mean 'class'"),
        ('source = "cart.js"', "source = 3", r"\[objects.cart\]: source must be a str, not 3"),
        ('tier = "gold"', "tier = 1", "the label tier must be a str"),
        ('"Retry"', '"Retry("', r"\[objects.cart\]: cannot read the chain"),
        ("region=eu", "region in eu", r"\[objects.cart\]: cannot read the selector"),
        ("args = [3]", 'idle = "10 minutes"', r"\[objects.cart\]: idle '10 minutes' is no time"),
        ("[objects.cart]", "[objects.cart", "cannot be read"),
        ('name = "shop"', 'name = ""', r"must have a table \[application\] with a name"),
    ],
)
def test_mistakes_are_named(folder: Path, old: str, new: str, complaint: str) -> None:
    edit(folder, old, new)
    with pytest.raises(AminoError, match=complaint):
        read_manifest(folder / "app.toml")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"Retry"', '"Retri"', "CHAIN_INVALID: [objects.cart]: there is no deployment manager 'Retri'; did you mean Retry"),
        ('"Retry"', '"Retry(timeout=soon)"', "CHAIN_INVALID: [objects.cart]: Retry: timeout=soon: must be a duration"),
        ('"cart.js"', '"card.js"', "ARTIFACT_INVALID: [objects.cart]: there is no file or folder "),
        ('"clock.js"', '"clack.js"', "ARTIFACT_INVALID: [objects.clock]: the entry 'clack.js' is not in the artifact"),
    ],
)
def test_a_mistake_that_the_plan_finds_names_its_object(folder: Path, kernel: CounterKernel, old: str, new: str, complaint: str) -> None:
    edit(folder, old, new)
    refused = apply(folder, "--dry-run")
    assert refused.exit_code == 2 and complaint in refused.stderr


def test_a_missing_manifest(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        read_manifest(tmp_path / "none.toml")
