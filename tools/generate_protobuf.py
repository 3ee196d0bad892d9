"""Makes the Python modules of `proto/` and `store/proto/` anew, or checks that the committed ones are up to date (`--check`)."""

from __future__ import annotations

import filecmp
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Set:
    """The files of one protobuf package, and where their modules go.

    `kinds` are the outputs of protoc: messages and their types, with or without stubs and servicers.
    """

    source: str
    package: str
    target: str
    module: str
    kinds: tuple[str, ...]

    @property
    def header(self) -> str:
        """The text of the `__init__.py` of what is made."""
        return f'"""Generated from `{self.source}/` by `tools/generate_protobuf.py`. Not edited by hand."""\n'


# The package `amino` belongs to the SDK, so the generated modules live flat in packages of ours.
SETS = (
    Set("proto", "amino/v1", "wire/amino_wire/pb", "amino_wire.pb", ("python", "pyi", "grpc_python", "mypy_grpc")),
    Set("store/proto", "amino/etcd/v1", "store/amino_store/etcd/pb", "amino_store.etcd.pb", ("python", "pyi")),
)


def generate(files: Set, into: Path) -> None:
    """Writes one package with the messages, and where wanted services and type stubs, of every file of a set."""
    folder = ROOT / files.source
    sources = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.proto"))
    includes = [f"-I{folder}", f"-I{Path(grpc_tools.__file__).parent / '_proto'}"]
    plugin = f"--plugin=protoc-gen-mypy_grpc={Path(sys.executable).parent / 'protoc-gen-mypy_grpc'}"
    outputs = [f"--{kind}_out={into}" for kind in files.kinds]
    status = protoc.main(["protoc", *includes, plugin, *outputs, *sources])
    if status != 0:
        raise SystemExit(f"protoc failed with status {status}")
    made = into / files.package
    for path in sorted(made.iterdir()):
        package = re.escape(files.package.replace("/", "."))
        text = re.sub(rf"from {package} import (\w+_pb2)", rf"from {files.module} import \1", path.read_text())
        (into / path.name).write_text(text)
        path.unlink()
    while made != into:
        made.rmdir()
        made = made.parent
    (into / "__init__.py").write_text(files.header)


def main() -> None:
    """Entry point."""
    for files in SETS:
        with tempfile.TemporaryDirectory() as folder:
            fresh, target = Path(folder), ROOT / files.target
            generate(files, fresh)
            names = sorted(path.name for path in fresh.iterdir())
            if "--check" in sys.argv:
                _same, different, missing = filecmp.cmpfiles(fresh, target, names, shallow=False)
                if different or missing:
                    raise SystemExit(f"stale: {different + missing}; run python tools/generate_protobuf.py")
                continue
            target.mkdir(parents=True, exist_ok=True)
            for name in names:
                (target / name).write_text((fresh / name).read_text())


if __name__ == "__main__":
    main()
