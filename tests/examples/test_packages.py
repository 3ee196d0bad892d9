"""What `make packages` builds, installed and used by somebody who does not have the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from amino_graal import report_machines

from tests.examples.pages import ROOT
from tests.examples.running import running_up

NEEDS_KERNEL = "pip install 'amino-runtime[kernel]'"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([sys.executable, ROOT / "tools/build_packages.py", "--into", folder], check=True, capture_output=True, timeout=150)
    return folder


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def bare() -> dict[str, str]:
    """The environment of somebody who has not heard of this repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AMINO_", "PYTHON", "RUBY", "GEM", "NODE"))}


def run(command: list[str | Path], folder: Path, *, status: int = 0, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env={**bare(), **environment}, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def environment_with(folder: Path, package: str) -> Path:
    """A new virtual environment with a package, and its `amino`."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    run([folder / "venv/bin/pip", "install", "-q", "--no-compile", "--disable-pip-version-check", package], folder)
    return folder / "venv/bin/amino"


@pytest.fixture(scope="module")
def everything(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment_with(tmp_path_factory.mktemp("everything"), f"{only(packages, '*.whl')}[kernel]")


@pytest.fixture(scope="module")
def client_only(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment_with(tmp_path_factory.mktemp("client"), str(only(packages, "*.whl")))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A kernel of this repository that has a counter."""
    source = ROOT / "examples/objects/counter.js"
    with running_up("--languages", "js") as made:
        command = [sys.executable, "-m", "amino", "-a", made, "register", "--lang", "js", source, "--name", "counter"]
        run(command, tmp_path_factory.mktemp("counter"))
        yield made


@contextmanager
def up(amino: Path, folder: Path) -> Iterator[str]:
    """`amino up` of an installation; gives its address."""
    process = subprocess.Popen(
        [amino, "-o", "json", "up", "--port", "0", "--oms-port", "0"], cwd=folder, env=bare(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["address"]
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_the_wheel_runs_objects_in_a_new_environment(everything: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples/objects/counter.js", tmp_path)
    with up(everything, tmp_path) as address:
        run([everything, "register", "--lang", "js", "counter.js", "--name", "counter"], tmp_path, AMINO_ADDRESS=address)
        assert run([everything, "call", "counter", "incr", "5"], tmp_path, AMINO_ADDRESS=address).strip() == "5"
    findings = {each["subject"]: each for each in json.loads(run([everything, "-o", "json", "doctor"], tmp_path))}
    assert findings["JVM half"]["state"] == "ok"
    assert Path(findings["JVM half"]["found"]).is_relative_to(everything.parents[1])


def test_doctor_says_that_the_jvm_half_is_damaged_or_away(everything: Path, tmp_path: Path) -> None:
    half = tmp_path / "amino-runtime.jar"
    for content, found in ((b"not a jar", "is damaged"), (None, "is not at")):
        half.unlink(missing_ok=True)
        if content is not None:
            half.write_bytes(content)
        findings = json.loads(run([everything, "-o", "json", "doctor"], tmp_path, status=7, AMINO_RUNTIME_JAR=str(half)).splitlines()[0])
        (finding,) = (each for each in findings if each["subject"] == "JVM half")
        assert finding["state"] == "missing" and found in finding["found"]


@pytest.mark.parametrize("command", ["up", "kernel", "oms"])
def test_an_installation_of_the_client_alone_says_what_its_servers_need(client_only: Path, tmp_path: Path, command: str) -> None:
    said = run([client_only, command], tmp_path, status=7)
    assert said.startswith("PACKAGE_MISSING: ") and NEEDS_KERNEL in said and "Traceback" not in said
    assert not list(tmp_path.iterdir()), "nothing was begun"


def test_an_installation_of_the_client_alone_calls_objects(client_only: Path, address: str, tmp_path: Path) -> None:
    assert NEEDS_KERNEL in run([client_only, "doctor"], tmp_path, AMINO_ADDRESS=address)
    shutil.copy(ROOT / "examples/objects/counter.js", tmp_path)
    run([client_only, "register", "--lang", "js", "counter.js", "--name", "mine"], tmp_path, AMINO_ADDRESS=address)
    program = "import amino\nwith amino.connect() as client: print(client.get('mine').incr(5))"
    assert run([client_only.with_name("python"), "-c", program], tmp_path, AMINO_ADDRESS=address).strip() == "5"


def test_the_source_distribution_builds_the_same_wheel(packages: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(only(packages, "*.tar.gz"), tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], unpacked)
    built, published = (zipfile.ZipFile(only(folder, "*.whl")) for folder in (tmp_path, packages))
    contents = [
        {each.filename: each.CRC for each in archive.infolist() if not each.filename.endswith("RECORD")} for archive in (built, published)
    ]
    assert contents[0] == contents[1]
    assert "amino_graal/jar/amino-runtime.jar" in contents[0]


def test_no_package_is_built_without_the_jvm_half_or_with_an_old_one(packages: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(only(packages, "*.tar.gz"), tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    half = unpacked / "graal_bridge/amino_graal/jar/amino-runtime.jar"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    source = unpacked / "java/src/main/Newer.java"
    (unpacked / "java/target").mkdir(parents=True)
    built = half.rename(unpacked / "java/target/amino-runtime.jar")
    source.parent.mkdir(parents=True)
    source.write_text("class Newer {}", encoding="utf-8")
    os.utime(built, (1, 1))
    assert "is older than java/src/main/Newer.java" in run(build, unpacked, status=1)
    built.unlink()
    assert "is not built" in run(build, unpacked, status=1)
    assert not list(tmp_path.glob("*.whl"))


def test_the_npm_tarball_calls_objects(packages: Path, address: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"private": true}', encoding="utf-8")
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", only(packages, "*.tgz")], tmp_path)
    (tmp_path / "client.mjs").write_text(
        "import { connect } from '@amino/client';\nconst client = await connect();\n"
        "console.log(typeof (await (await client.get('counter')).incr(5)));\nawait client.close();\n",
        encoding="utf-8",
    )
    assert run(["node", "client.mjs"], tmp_path, AMINO_ADDRESS=address).strip() == "number"
    assert (tmp_path / "node_modules/@amino/client/LICENSE").is_file()


def test_the_gem_calls_objects_beside_the_packages_of_debian(packages: Path, address: str, tmp_path: Path) -> None:
    gem = only(packages, "*.gem")
    paths = run(["gem", "environment", "gempath"], tmp_path).strip()
    own = {"GEM_HOME": str(tmp_path / "gems"), "GEM_PATH": f"{tmp_path / 'gems'}:{paths}"}
    run(["gem", "install", "--local", "--no-document", gem], tmp_path, **own)
    program = 'require "amino"; Amino.connect { |client| puts client.get("counter").incr(5).class }'
    assert run(["ruby", "-e", program], tmp_path, AMINO_ADDRESS=address, **own).strip() == "Integer"
    assert only(tmp_path / "gems/gems", "amino-*").joinpath("LICENSE").is_file()


def test_the_jar_compiles_a_host_program_and_brings_its_sources(packages: Path, tmp_path: Path) -> None:
    jdk = report_machines(os.environ).chosen
    assert jdk is not None
    (tmp_path / "Program.java").write_text("class Program { org.amino.Amino amino; org.amino.AminoException error; }", encoding="utf-8")
    run([jdk.home / "bin/javac", "-cp", packages / "amino-runtime.jar", "-d", tmp_path, tmp_path / "Program.java"], tmp_path)
    classes = set(zipfile.ZipFile(packages / "amino-runtime.jar").namelist())
    sources = zipfile.ZipFile(packages / "amino-runtime-sources.jar").namelist()
    assert "META-INF/LICENSE" in classes and "org/amino/Host.java" in sources
    assert {name.replace(".java", ".class") for name in sources if name.endswith(".java") and "package-info" not in name} <= classes


def test_every_package_brings_the_same_license() -> None:
    texts = {(ROOT / folder / "LICENSE").read_text(encoding="utf-8") for folder in ("", "sdk/js", "sdk/ruby")}
    assert len(texts) == 1 and "Apache License" in texts.pop()
