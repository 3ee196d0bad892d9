"""Jars and folders with jars are registered alike by every SDK and by the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.testing import LocalCluster

from examples.compilers.compiling import compile_sources

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
NODE = """
const { connect } = await import(process.argv[1]);
const client = await connect(process.argv[2]);
for (const [name, source, language] of JSON.parse(process.argv[3])) {
  const counter = await client.register(source, name, { language, className: 'Counter' });
  console.log(await counter.incr(4));
}
await client.close();
"""
RUBY = """
require "amino"
require "json"
client = Amino.connect(ARGV[0])
JSON.parse(ARGV[1]).each do |name, source, language|
  puts client.register(source, name, language: language, class_name: "Counter").incr(4)
end
"""


def jar_of(target: Path, classes: Path, libraries: list[Path]) -> Path:
    """A jar with the counter and what is in the jars of libraries."""
    with zipfile.ZipFile(target, "w") as jar:
        jar.write(classes / "Counter.class", "Counter.class")
        for library in libraries:
            with zipfile.ZipFile(library) as packed:
                for name in set(packed.namelist()) - set(jar.namelist()):
                    jar.writestr(name, packed.read(name))
    return target


def run(*command: str | Path) -> list[str]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()


def test_jars_are_registered_alike_by_every_sdk(tmp_path: Path) -> None:
    classes = compile_sources([ROOT / "examples" / "objects" / "Counter.kt"], tmp_path / "out")
    folder = tmp_path / "folder"
    shutil.copytree(classes / "lib", folder / "lib")
    jar_of(folder / "counter.jar", classes, [])
    whole = jar_of(tmp_path / "whole.jar", classes, list((classes / "lib").iterdir()))
    sources: list[tuple[str, Path, str | None]] = [("folder", folder, "java"), ("whole", whole, None)]
    with LocalCluster() as processes:
        kernel = processes.start_up(arguments=["--languages", "java", "--allow", "host"])
        processes.wait_until_up()
        with amino.connect(kernel.address, deadline=60) as client:
            for name, source, language in sources:
                counter: Any = client.register(source, name=f"python-{name}", class_name="Counter", language=language or "")
                assert counter.incr(4) == 4
            for sdk, command in {
                "node": ["node", "--input-type=module", "-e", NODE, str(ROOT / "sdk/js/src/index.js")],
                "ruby": ["ruby", "-I", str(ROOT / "sdk/ruby/lib"), "-e", RUBY],
            }.items():
                wanted = [(f"{sdk}-{name}", str(source), language) for name, source, language in sources]
                assert run(*command, kernel.address, json.dumps(wanted)) == ["4", "4"]
            amino_command = [sys.executable, "-m", "amino", "--address", kernel.address]
            for name, source, _ in sources:
                run(*amino_command, "register", source, "--name", f"cli-{name}", "--class", "Counter")
                assert run(*amino_command, "call", f"cli-{name}", "incr", "4") == ["4"]
            artifacts = {info.name: info.artifact for info in client.list()}
        for name, _, _ in sources:
            assert len({artifact for key, artifact in artifacts.items() if key.endswith(name)}) == 1
