"""Settings: which source wins, and what is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from amino_graal.lock import LANGUAGES
from amino_kernel.boot.settings import KernelSettings, load_settings
from amino_kernel.service.addresses import check_address, join
from amino_wire.errors import AddressRefused, ConfigInvalid
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.kernel import LANGUAGES as DECLARED
from amino_wire.settings.reading import Found, found_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "amino.toml"
    path.write_text('[kernel]\nport = 1\nheap_mb = 100\noms = "a:1"\nlabels = { region = "eu" }\n[client]\naddress = "x"\n')
    return path


def test_flags_win_over_the_environment_and_that_over_the_file(file: Path) -> None:
    environ = {"AMINO_KERNEL_PORT": "2", "AMINO_KERNEL_HEAP_MB": "200", "AMINO_JAVA_HOME": "/x"}
    shown = found_settings(KERNEL, {"port": 3, "oms": None}, environ, file)
    assert shown["port"] == Found(3, "flag")
    assert shown["heap_mb"] == Found(200, "AMINO_KERNEL_HEAP_MB")
    assert shown["oms"] == Found("a:1", str(file))
    assert shown["isolate"] == Found("none", "default")
    assert shown["labels"].value == {"region": "eu"}


def test_lists_and_labels_may_be_written_with_commas(tmp_path: Path) -> None:
    settings = load_settings({"languages": "js,ruby", "allow": "native, io", "labels": "region=eu,gpu=no"}, {}, tmp_path / "none")
    assert settings.languages == ("js", "ruby") and settings.allow == ("native", "io") and settings.labels == {"region": "eu", "gpu": "no"}
    assert load_settings({"languages": "all"}, {}, tmp_path / "none").languages == LANGUAGES


@pytest.mark.parametrize(
    ("flags", "environ", "words"),
    [
        ({"prot": 1}, {}, ["prot", "'port'"]),
        ({}, {"AMINO_KERNEL_LANGUAGE": "js"}, ["language", "'languages'"]),
        ({"port": 70000}, {}, ["port", "flag"]),
        ({}, {"AMINO_KERNEL_PORT": "many"}, ["port", "AMINO_KERNEL_PORT"]),
        ({"languages": "cobol"}, {}, ["cobol", "js"]),
        ({"labels": "region"}, {}, ["key=value"]),
        ({"allow": "everything"}, {}, ["allow"]),
    ],
)
def test_what_is_unknown_or_out_of_range_is_refused(
    flags: dict[str, object], environ: dict[str, str], words: list[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_settings(flags, environ, tmp_path / "none")
    assert all(word in str(caught.value) for word in words), caught.value


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "amino.toml"
    path.write_text("[kernel]\nhep_mb = 1\n")
    with pytest.raises(ConfigInvalid, match=r"hep_mb.*amino\.toml.*heap_mb"):
        load_settings({}, {}, path)
    path.write_text("[kernel\n")
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        load_settings({}, {}, path)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_loopback_needs_nothing(host: str) -> None:
    assert check_address(host, insecure=False) == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_other_addresses_are_refused_unless_insisted_on(host: str) -> None:
    with pytest.raises(AddressRefused, match="--insecure"):
        check_address(host, insecure=False)
    assert host in check_address(host, insecure=True)


def test_an_ipv6_address_gets_brackets() -> None:
    assert join("::1", 5) == "[::1]:5" and join("localhost", 5) == "localhost:5"


def test_labels_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "amino.toml"
    path.write_text("[kernel]\nlabels = 5\n")
    with pytest.raises(ConfigInvalid, match=r"labels = 5.*key=value"):
        load_settings({}, {}, path)


def test_the_declared_languages_are_those_of_the_bridge() -> None:
    assert DECLARED == LANGUAGES


def test_a_kernel_has_the_declared_settings_and_another_process_gets_the_same(tmp_path: Path) -> None:
    assert [field.name for field in fields(KernelSettings)] == [setting.name for setting in KERNEL]
    assert load_settings({}, {}, tmp_path / "none") == KernelSettings()
    settings = load_settings({"labels": ["region=eu"], "allow": ["io", "env"], "drain_timeout": "1.5"}, {}, tmp_path / "none")
    assert KernelSettings.from_plain(json.loads(json.dumps(settings.to_plain()))) == settings
