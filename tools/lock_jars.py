"""Writes `graal_bridge/amino_graal/jars.lock.json`: which jars each guest language needs, with their sha256 and size.

Each artifact has the newest version that is published up to NEWEST: languages lag behind one another, and within one release they work
together (decision 38). Versions beyond NEWEST are printed. The compiler is locked in every version, since a JDK takes none that is
newer than itself.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from amino_graal.resolver import sha256_of
from jgo.maven import MavenContext
from jgo.parse import Coordinate

RELEASE = "25.0"
NEWEST = "25.0.5"
# Which coordinates make which set. "base" is on every class path.
ROOTS: dict[str, tuple[str, str, str]] = {
    "base": ("org.graalvm.polyglot", "polyglot", "jar"),
    "js": ("org.graalvm.polyglot", "js-community", "pom"),
    "python": ("org.graalvm.polyglot", "python-community", "pom"),
    "ruby": ("org.graalvm.ruby", "ruby-community", "pom"),
    "llvm": ("org.graalvm.polyglot", "llvm-community", "pom"),
    "wasm": ("org.graalvm.polyglot", "wasm", "pom"),
}
# What this runtime needs beside a language, with its version.
BESIDE: dict[str, tuple[str, str, str]] = {"ruby": ("org.snakeyaml", "snakeyaml-engine", "3.2")}
ENGINE = ("org.graalvm.truffle", "truffle-api")
COMPILER = ("org.graalvm.compiler", "compiler")
TARGET = Path(__file__).resolve().parent.parent / "graal_bridge" / "amino_graal" / "jars.lock.json"


def numbers(version: str) -> tuple[int, ...]:
    """The version as numbers, which compare as versions do."""
    return tuple(int(part) for part in version.split("."))


class Versions:
    """Which versions of an artifact are published."""

    def __init__(self, context: MavenContext, newest: str) -> None:
        self._context = context
        self._limit = numbers(newest)
        self._known: dict[tuple[str, str], list[str]] = {}

    def all(self, group: str, artifact: str) -> list[str]:
        """The versions from our release on that are not newer than the limit, the oldest first."""
        return [each for each in self._ours(group, artifact) if numbers(each) <= self._limit]

    def beyond(self, group: str, artifact: str) -> str:
        """The newest version of all, where it is newer than the limit; else empty."""
        ours = self._ours(group, artifact)
        return ours[-1] if ours and numbers(ours[-1]) > self._limit else ""

    def _ours(self, group: str, artifact: str) -> list[str]:
        key = (group, artifact)
        if key not in self._known:
            # A fourth number is a build between two releases.
            ours = {each for each in self.published(group, artifact) if each.count(".") == 2 and each.replace(".", "").isdigit()}
            self._known[key] = sorted((each for each in ours if numbers(each) >= numbers(RELEASE)), key=numbers)
        return self._known[key]

    def published(self, group: str, artifact: str) -> list[str]:
        """All versions, in no order."""
        project = self._context.project(group, artifact)
        project.update()
        return list(project.metadata.versions)

    def newest(self, group: str, artifact: str, version: str) -> str:
        """The newest version of an artifact of GraalVM; what others publish stays at the version that was asked for."""
        return self.all(group, artifact)[-1] if group.startswith("org.graalvm") else version


def needed(context: MavenContext, versions: Versions, root: tuple[str, str, str], version: str = "") -> set[tuple[str, str, str]]:
    """Group, artifact and version of each jar that a root leads to."""
    group, artifact, packaging = root
    wanted = Coordinate(group, artifact, version or versions.newest(group, artifact, ""), packaging=packaging)
    resolved, transitive = context.resolver.resolve([context.create_dependency(wanted)])
    jars = [each for each in [*resolved, *transitive] if each.type == "jar"]
    return {
        (each.groupId, each.artifactId, version)
        if version and (each.groupId, each.artifactId) == (group, artifact)
        else (each.groupId, each.artifactId, versions.newest(each.groupId, each.artifactId, each.version))
        for each in jars
    }


def lock_of(context: MavenContext, versions: Versions) -> dict[str, Any]:
    """The content of a lock file."""
    sets = {name: needed(context, versions, root) for name, root in ROOTS.items()}
    for name, (group, artifact, version) in BESIDE.items():
        sets[name] |= needed(context, versions, (group, artifact, "jar"), version)
    for version in versions.all(*COMPILER):
        sets[f"compiler-{version}"] = needed(context, versions, (*COMPILER, "jar"), version)
    files: dict[str, dict[str, Any]] = {}
    for group, artifact, version in sorted({jar for jars in sets.values() for jar in jars}):
        path: Path = context.project(group, artifact).at_version(version).artifact().resolve()
        files[f"{group}:{artifact}:{version}"] = {"sha256": sha256_of(path), "size": path.stat().st_size}
    return {"version": 2, "sets": {name: sorted(":".join(jar) for jar in jars) for name, jars in sets.items()}, "jars": files}


def main() -> int:
    """Entry point. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newest", default=NEWEST, help="no artifact is newer than this version")
    parser.add_argument("--to", type=Path, default=TARGET, help="the file to write")
    options = parser.parse_args()
    context = MavenContext()
    versions = Versions(context, options.newest)
    lock = lock_of(context, versions)
    names = [coordinate.split(":")[1] for coordinate in lock["jars"]]
    twice = {name for name in names if names.count(name) > 1} - {COMPILER[1]}
    if twice:
        print(f"two versions of one jar: {', '.join(sorted(twice))}", file=sys.stderr)
        return 1
    options.to.write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")
    print(f"{options.to.name}: {len(names)} jars, {sum(entry['size'] for entry in lock['jars'].values()) // 1_000_000} MB")
    artifacts = {tuple(coordinate.split(":")[:2]) for coordinate in lock["jars"]}
    for group, artifact in sorted(each for each in artifacts if each[1].endswith("-language") or each in (ENGINE, COMPILER)):
        if newer := versions.beyond(group, artifact):
            print(f"not taken: {artifact} {newer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
