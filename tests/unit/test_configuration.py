"""Settings: each is declared once, and flags, the page of the documentation and `amino config show` are made from that."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer.main
from amino.cli.main import app
from amino_oms.settings import OmsSettings, load_oms_settings, settings_beside_a_kernel
from amino_wire.errors import ConfigInvalid
from amino_wire.settings.client import CLIENT
from amino_wire.settings.declaration import Part, Setting
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.oms import OMS
from amino_wire.settings.reading import Found, flags_of, found_settings
from typer.testing import CliRunner

from tools import generate_configuration

COMMANDS: Any = typer.main.get_command(app)


def test_the_page_is_as_the_declarations_are() -> None:
    assert generate_configuration.PAGE.read_text(encoding="utf-8") == generate_configuration.page(), "run tools/generate_configuration.py"


@pytest.mark.parametrize(("name", "part", "without"), [("kernel", KERNEL, set()), ("up", KERNEL, {"oms"}), ("oms", OMS, set())])
def test_each_declared_flag_is_an_option_of_its_command(name: str, part: Part, without: set[str]) -> None:
    options = {option for parameter in COMMANDS.commands[name].params for option in parameter.opts}
    declared = {setting.flag for setting in part if setting.flag and setting.name not in without}
    own = {"--address", "-a", "--output", "-o", "--verbose", "-v", "--help", "-h"} | ({"--oms-port", "--detach"} if name == "up" else set())
    assert options - own == declared


@pytest.mark.parametrize("part", [KERNEL, OMS, CLIENT])
def test_a_default_is_a_value_that_could_be_given(part: Part) -> None:
    for setting in part:
        assert setting.read(setting.default) == setting.default, setting.name


def test_the_oms_has_the_declared_settings(tmp_path: Path) -> None:
    assert {setting.name for setting in OMS} == {field.name for field in fields(OmsSettings)} - {"max_artifact"}
    environ = {"AMINO_OMS_MARGIN": "1.5"}
    settings = load_oms_settings({"lease": "2"}, environ, tmp_path / "none")
    assert (settings.lease, settings.margin, settings.port) == (2.0, 1.5, 7421)
    beside = settings_beside_a_kernel({}, environ, tmp_path / "none")
    assert (beside.lease, beside.margin) == (6.0, 1.5)


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "amino.toml"
    file.write_text("[oms]\nport = 1\nlease = 4\ninsecure = true\n")
    found = found_settings(OMS, {"port": 3}, {"AMINO_OMS_LEASE": "5", "AMINO_KERNEL_PORT": "9"}, file)
    assert found["port"] == Found(3, "flag")
    assert found["lease"] == Found(5.0, "AMINO_OMS_LEASE")
    assert found["insecure"] == Found(True, str(file))
    assert found["margin"] == Found(1.0, "default")


@pytest.mark.parametrize(
    ("setting", "given", "said"),
    [
        (KERNEL["port"], "many", "whole number"),
        (KERNEL["port"], 70000, "between 0 and 65535"),
        (KERNEL["heap_mb"], -1, "at least 0"),
        (KERNEL["heap_mb"], 1.5, "whole number"),
        (KERNEL["unload_after"], 0, "more than 0"),
        (KERNEL["drain_timeout"], float("nan"), "at least 0"),
        (KERNEL["offline"], "perhaps", "true or false"),
        (KERNEL["isolate"], "all", "none, artifact, tenant"),
        (KERNEL["languages"], "cobol", "js"),
        (KERNEL["languages"], 5, "words"),
        (OMS["port"], True, "whole number"),
    ],
)
def test_what_a_setting_cannot_be(setting: Setting, given: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        setting.read(given)


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    assert KERNEL["py4j_token"].shown("abc") == "(set)"


def test_flags_of_a_line() -> None:
    words = ["--port=5", "--label", "a=b", "--label", "c=d", "--languages", "js", "--languages", "ruby", "--no-supervise", "--offline"]
    flags = flags_of(KERNEL, words)
    assert flags == {"port": "5", "labels": ["a=b", "c=d"], "languages": "js ruby", "supervise": False, "offline": True}
    with pytest.raises(ConfigInvalid, match="--prot"):
        flags_of(KERNEL, ["--prot", "5"])
    with pytest.raises(ConfigInvalid, match="needs a value"):
        flags_of(KERNEL, ["--port"])


def test_config_show_says_where_each_value_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "amino.toml").write_text('[kernel]\nlabels = { region = "eu" }\npy4j_token = "hush"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMINO_KERNEL_HEAP_MB", "200")
    monkeypatch.setenv("AMINO_ADDRESS", "127.0.0.1:1")
    shown = json.loads(CliRunner().invoke(app, ["config", "show", "-o", "json"]).stdout)
    assert shown["kernel"]["labels"] == {"value": {"region": "eu"}, "origin": "amino.toml"}
    assert shown["kernel"]["heap_mb"] == {"value": 200, "origin": "AMINO_KERNEL_HEAP_MB"}
    assert shown["kernel"]["py4j_token"] == {"value": "(set)", "origin": "amino.toml"}
    assert shown["oms"]["lease"] == {"value": 3.0, "origin": "default"}
    assert shown["client"]["address"] == {"value": "127.0.0.1:1", "origin": "AMINO_ADDRESS"}
    lines = CliRunner().invoke(app, ["config", "show", "kernel", "--port", "7500", "--no-supervise"]).stdout.splitlines()
    rows = {words[1]: words[2:] for line in lines if (words := line.split())}
    assert rows["port"] == ["7500", "flag"] and rows["supervise"] == ["false", "flag"] and rows["labels"] == ["region=eu", "amino.toml"]
    assert "hush" not in "".join(lines)
    for words in (["nosuch"], ["kernel", "--nosuch", "1"], ["oms", "--port", "x"]):
        assert CliRunner().invoke(app, ["config", "show", *words]).exit_code == 2


def test_a_wrong_value_in_the_environment_is_said_with_its_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "amino", "config", "show", "oms"]
    done = subprocess.run(command, env={"AMINO_OMS_LEAS": "3"}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "There is no oms setting 'leas' (from environment). Did you mean 'lease'?" in done.stderr


def test_an_oms_beside_a_kernel_keeps_to_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"`amino oms --store etcd://…`.*`amino kernel --oms") as refused:
        settings_beside_a_kernel({}, {"AMINO_OMS_STORE": "etcd://127.0.0.1:2379/x?password_file=secret"}, tmp_path / "none")
    assert "secret" not in refused.value.message
