"""A class of a published package is an object by itself, and a published library in C runs as bitcode, too; both by the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.errors import GuestException

from tests.cluster.processes import cluster
from tests.published.case import OBJECTS
from tests.published.lock import read
from tests.published.prepared import run
from tests.published.store import default_store

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


def _folder(path: Path) -> Path:
    folder = path / "cluster"
    folder.mkdir()
    return folder


async def test_a_class_of_an_npm_package_is_an_object(tmp_path: Path) -> None:
    default_store().lay_out([read().find("npm", "semver")], tmp_path)
    package = tmp_path / "node_modules" / "semver"
    async with cluster(_folder(tmp_path), "only") as made, amino.connect(made.kernels["only"].address) as client:
        version: Any = await client.register(package, "version", language="js", entry="classes/semver.js", args=["1.2.3-beta.4", None])
        assert await version.compare("1.2.3") == -1
        same = await version.inc("minor", None, None)  # the class answers itself, which travels as a reference
        assert await same.format() == await version.format() == "1.3.0"
        with pytest.raises(GuestException, match="Invalid Version: not a version") as caught:
            await client.create("version", "not a version", None)
        assert caught.value.type == "TypeError"


async def test_a_library_in_c_runs_as_bitcode(tmp_path: Path) -> None:
    default_store().lay_out([read().find("pypi", "lz4")], tmp_path)
    sources = tmp_path / "lz4libs"
    whole = tmp_path / "whole.c"
    parts = ("lz4.c", "lz4hc.c", "xxhash.c", "lz4frame.c", str(OBJECTS / "c" / "lz4.c"))
    whole.write_text("".join(f'#include "{part}"\n' for part in parts), encoding="utf-8")
    module, bitcode = tmp_path / "lz4.wasm", tmp_path / "lz4.bc"
    run(sys.executable, "-m", "amino", "cc", str(whole), "-I", str(sources), "--libc", "--target", str(module))
    run(sys.executable, "-m", "amino", "cc", str(whole), "-I", str(sources), "--target", str(bitcode))
    async with cluster(_folder(tmp_path), "only", allow=["native"]) as made, amino.connect(made.kernels["only"].address) as client:
        frames: Any = await client.register(bitcode, "frames")
        sandboxed: Any = await client.register(module, "sandboxed")
        assert await sandboxed.use() == await frames.use()
        assert await sandboxed.go_on() == await frames.go_on()
