"""Makes the Python modules of `proto/` anew, or checks that the committed ones are up to date (`--check`)."""

from __future__ import annotations

import filecmp
import re
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "wire" / "amino_wire" / "pb"
HEADER = '"""Generated from `proto/` by `tools/generate_protobuf.py`. Not edited by hand."""\n'


def generate(into: Path) -> None:
    """Writes one package with the messages, services and type stubs of every file in `proto/amino/v1`."""
    sources = sorted(str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto").rglob("*.proto"))
    import grpc_tools

    includes = [f"-I{ROOT / 'proto'}", f"-I{Path(grpc_tools.__file__).parent / '_proto'}"]
    plugin = f"--plugin=protoc-gen-mypy_grpc={Path(sys.executable).parent / 'protoc-gen-mypy_grpc'}"
    outputs = [f"--{kind}_out={into}" for kind in ("python", "pyi", "grpc_python", "mypy_grpc")]
    status = protoc.main(["protoc", *includes, plugin, *outputs, *sources])
    if status != 0:
        raise SystemExit(f"protoc failed with status {status}")
    # The package `amino` belongs to the SDK, so the generated modules live flat in amino_wire.pb.
    for path in sorted((into / "amino" / "v1").iterdir()):
        text = re.sub(r"from amino\.v1 import (\w+_pb2)", r"from amino_wire.pb import \1", path.read_text())
        (into / path.name).write_text(text)
        path.unlink()
    (into / "amino" / "v1").rmdir()
    (into / "amino").rmdir()
    (into / "__init__.py").write_text(HEADER)


def main() -> None:
    """Entry point."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        generate(fresh)
        names = sorted(path.name for path in fresh.iterdir())
        if "--check" in sys.argv:
            _same, different, missing = filecmp.cmpfiles(fresh, TARGET, names, shallow=False)
            if different or missing:
                raise SystemExit(f"stale: {different + missing}; run python tools/generate_protobuf.py")
            return
        TARGET.mkdir(parents=True, exist_ok=True)
        for name in names:
            (TARGET / name).write_text((fresh / name).read_text())


if __name__ == "__main__":
    main()
