"""The shape of the repository: who imports whom (docs/architecture.md), short files, a README in every room, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LINE_LIMIT = 320
FUNCTION_LIMIT = 60
GENERATED = (
    *("wire/amino_wire/pb/", "store/amino_store/etcd/pb/", "sdk/js/src/pb/", "sdk/js/types/pb/", "sdk/ruby/lib/amino/pb/"),
    *("wire/amino_wire/protocol.py", "sdk/js/src/protocol.js", "sdk/ruby/lib/amino/protocol.rb"),
    "java/src/main/java/org/amino/runtime/wire/Protocol.java",
)
SOURCES = {".py", ".java", ".js", ".mjs", ".ts", ".rb", ".c", ".h"}
PACKAGE_FOLDERS = {
    "amino_wire": "wire/amino_wire",
    "amino_store": "store/amino_store",
    "amino_replication": "replication/amino_replication",
    "amino_dms": "dms/amino_dms",
    "amino_graal": "graal_bridge/amino_graal",
    "amino_oms": "oms/amino_oms",
    "amino_kernel": "kernel/amino_kernel",
    "amino_testkit": "testkit/amino_testkit",
    "amino": "sdk/python/amino",
}
# `amino up`, `amino kernel` and `amino oms` start these packages: only imports inside functions may name them.
STARTED_BY_NAME = {"amino": {"amino_kernel", "amino_oms", "amino_store", "amino_graal"}, "amino_kernel": {"amino_oms"}}
ROOMS = {
    "amino_store": ("recipes", "memory", "sqlite", "etcd", "blobs", "archive"),
    "amino_oms": (
        *("placement", "offloading", "registry", "membership", "coordination", "lifecycle", "transactions"),
        *("leadership", "service", "copies"),
    ),
    "amino_kernel": ("links", "membership", "halves", "replication", "instances", "managers", "calls", "service", "boot"),
    "amino_testkit": ("world", "network", "half", "cluster", "histories", "suites", "schedules"),
}
"""The rooms of a package, from the lowest: each may import those before it."""
KERNEL_ROOT = {"README.md", "__init__.py", "__main__.py", "py.typed"}
# Written in pieces, so that this file passes its own test.
HOSTS = tuple(
    re.compile(rf"(?<![\w.-]){re.escape(host)}")
    for host in (
        "repo.maven." + "apache.org",
        "repo1.maven" + ".org",
        "central.sonatype" + ".com",
        "registry." + "npmjs.org",
        "registry." + "yarnpkg.com",
        "py" + "pi.org",
        "files." + "pythonhosted.org",
        "ruby" + "gems.org",
        "proxy." + "golang.org",
        "deb." + "debian.org",
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:work/(?:main|shared)|tmp/" + r"setup|ro" + r"ot/)")


def architecture_table() -> dict[str, set[str]]:
    """Which of our packages each package may import, as the table of docs/architecture.md says."""
    allowed: dict[str, set[str]] = {}
    for line in (ROOT / "docs/architecture.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and (named := re.match(r"`(amino\w*)`", cells[1])):
            # What follows a semicolon is about programs that are started by name.
            allowed[named[1]] = set(re.findall(r"`(amino\w*)`", cells[2].split(";")[0]))
    return allowed


ALLOWED = architecture_table()


def modules(package: str) -> list[Path]:
    """The Python files of a package, without what is generated."""
    folder = ROOT / PACKAGE_FOLDERS[package]
    return [path for path in sorted(folder.rglob("*.py")) if not is_generated(path)]


def is_generated(path: Path) -> bool:
    """Whether a file is made by a tool."""
    return path.relative_to(ROOT).as_posix().startswith(GENERATED)


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The full names of the modules that a file imports, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield node.module, node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            yield from (
                (named.value, node.lineno) for named in node.args[:1] if isinstance(named, ast.Constant) and type(named.value) is str
            )


def lines_in_functions(tree: ast.AST) -> set[int]:
    """The lines that are inside a function."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def committed(*suffixes: str) -> list[Path]:
    """The files that git knows, with one of the suffixes (none: all), that are still there."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in names if name]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def test_the_table_names_every_package() -> None:
    assert set(ALLOWED) == set(PACKAGE_FOLDERS)
    assert ALLOWED["amino_wire"] == set()


@pytest.mark.parametrize("package", sorted(PACKAGE_FOLDERS))
def test_packages_import_only_what_the_table_allows(package: str) -> None:
    wrong: list[str] = []
    for path in modules(package):
        tree = ast.parse(path.read_text())
        inside = lines_in_functions(tree)
        for name, line in imports(tree):
            other = name.split(".")[0]
            if other not in PACKAGE_FOLDERS or other == package or other in ALLOWED[package]:
                continue
            if other in STARTED_BY_NAME.get(package, set()) and line in inside:
                continue
            wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_the_bridge_takes_only_errors_from_the_wire() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules("amino_graal")
        for name, line in imports(ast.parse(path.read_text()))
        if name.split(".")[0] == "amino_wire" and name != "amino_wire.errors"
    ]
    assert wrong == []


@pytest.mark.parametrize("package", sorted(ROOMS))
def test_rooms_import_only_the_rooms_before_them(package: str) -> None:
    order = {room: number for number, room in enumerate(ROOMS[package])}
    wrong: list[str] = []
    for path in modules(package):
        room = path.relative_to(ROOT / PACKAGE_FOLDERS[package]).parts[0]
        for name, line in imports(ast.parse(path.read_text())):
            parts = name.split(".")
            if room in order and parts[0] == package and len(parts) > 1 and order.get(parts[1], -1) > order[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_every_file_of_the_kernel_lies_in_a_room() -> None:
    inside = [path.relative_to(ROOT / PACKAGE_FOLDERS["amino_kernel"]).parts for path in committed() if "kernel/amino_kernel/" in str(path)]
    assert {parts[0] for parts in inside if len(parts) == 1} == KERNEL_ROOT
    assert {parts[0] for parts in inside if len(parts) > 1} == set(ROOMS["amino_kernel"])


def test_pure_files_of_store_and_oms_know_no_clock_and_no_loop() -> None:
    pure = (
        *(("amino_store", stem) for stem in ("transaction", "evaluation", "lease_table", "mark")),
        *(("amino_store", f"etcd/{stem}") for stem in ("address", "messages", "failures", "slots")),
        *(("amino_oms", stem) for stem in ("membership/detector", "placement/selector", "placement/choice")),
    )
    for package, stem in pure:
        path = ROOT / PACKAGE_FOLDERS[package] / f"{stem}.py"
        names = {name.split(".")[0] for name, _ in imports(ast.parse(path.read_text()))}
        assert names.isdisjoint({"asyncio", "time", "threading", "sqlite3", "random", "grpc"}), path


def test_the_scheduler_of_offloading_is_pure() -> None:
    for path in modules("amino_oms"):
        if path.parent.name == "offloading":
            names = {name.split(".")[0] for name, _ in imports(ast.parse(path.read_text()))}
            impure = {"asyncio", "time", "threading", "random", "grpc", "socket", "os", "pathlib", "secrets", "uuid", "numpy"}
            assert names.isdisjoint(impure), path


def test_the_protocol_of_replication_is_pure() -> None:
    for path in modules("amino_replication"):
        names = {name.split(".")[0] for name, _ in imports(ast.parse(path.read_text()))}
        impure = {"asyncio", "time", "threading", "random", "grpc", "socket", "os", "pathlib", "secrets", "uuid"}
        assert names.isdisjoint(impure), path


def test_nobody_imports_java() -> None:
    # The folder `java/` shadows `import java…` of JPype as soon as the root is on sys.path.
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in committed(".py")
        for name, line in imports(ast.parse(path.read_text()))
        if name.split(".")[0] in ("java", "javax", "org", "com")
    ]
    assert wrong == []


def test_files_are_short() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(errors="replace").splitlines())
        for path in committed(*SOURCES)
        if not is_generated(path)
    }
    assert {name: length for name, length in lengths.items() if length > LINE_LIMIT} == {}


def test_functions_are_short() -> None:
    wrong: list[str] = []
    for package in PACKAGE_FOLDERS:
        for path in modules(package):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = (node.end_lineno or node.lineno) - node.lineno + 1
                    if length > FUNCTION_LIMIT:
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines")
    assert wrong == []


ONE_ROOM = (
    "java/src/test/",
    "sdk/js/types/",
    "sdk/js/test/",
    "sdk/ruby/test/",
    "benchmarks/peers/",
)
"""Folders whose folders belong to the same room."""


def rooms() -> list[Path]:
    """The folders that hold sources, each of which is a room; packages that are there to be imported from hold none."""
    found: set[Path] = set()
    for path in committed(*SOURCES):
        name = path.relative_to(ROOT).as_posix()
        if path.name == "__init__.py" or is_generated(path):
            continue
        room = next((whole for whole in ONE_ROOM if name.startswith(whole)), None)
        found.add(ROOT / room if room is not None else path.parent)
    return sorted(found - {ROOT / "sdk/js/types"})


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.relative_to(ROOT).as_posix())
def test_every_room_says_what_may_enter(room: Path) -> None:
    readme = room / "README.md"
    assert readme.is_file(), f"{room.relative_to(ROOT)} has no README.md"
    assert 3 <= len([line for line in readme.read_text().splitlines() if line.strip()]) <= 20


def test_nothing_committed_names_a_registry_host_or_a_path_of_one_machine() -> None:
    wrong: list[str] = []
    for path in committed():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found = [match[0] for pattern in (*HOSTS, MACHINE_PATHS) if (match := pattern.search(text))]
        if found:
            wrong.append(f"{path.relative_to(ROOT)} names {', '.join(found)}")
    assert wrong == []
