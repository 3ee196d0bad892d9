"""Writes `graal_bridge/amino_graal/jars.lock.json`: which jars each guest language needs, with their sha256 and size.

Run it after changing a version here; the kernel then fetches exactly these files. Versions of the languages must agree
(design: one set of versions), so the union of all sets is resolved, not each set by itself.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from jgo.maven import MavenContext
from jgo.parse import Coordinate

VERSION = "25.0.0"
# Which coordinates make which set. "base" is on every class path, "compiler" is the JIT's module path.
SETS: dict[str, list[str]] = {
    "base": [f"org.graalvm.polyglot:polyglot:{VERSION}"],
    "js": [f"org.graalvm.polyglot:js-community:{VERSION}:pom"],
    "python": [f"org.graalvm.polyglot:python-community:{VERSION}:pom"],
    "ruby": [f"org.graalvm.ruby:ruby-community:{VERSION}:pom"],
    "llvm": [f"org.graalvm.polyglot:llvm-community:{VERSION}:pom"],
    "wasm": [f"org.graalvm.polyglot:wasm:{VERSION}:pom"],
    "compiler": [f"org.graalvm.compiler:compiler:{VERSION}"],
}
TARGET = Path(__file__).resolve().parent.parent / "graal_bridge" / "amino_graal" / "jars.lock.json"


def parse(text: str) -> Coordinate:
    """Reads `group:artifact:version`, or the same with `:pom` for a set without a jar of its own."""
    group, artifact, version, *packaging = text.split(":")
    return Coordinate(group, artifact, version, packaging=packaging[0] if packaging else "jar")


def resolve(context: MavenContext, coordinates: list[str]) -> dict[str, Path]:
    """Answers the jars of these coordinates, by `group:artifact:version`, fetching them into the resolver's own cache."""
    inputs = [context.create_dependency(parse(each)) for each in coordinates]
    resolved, transitive = context.resolver.resolve(inputs)
    jars: dict[str, Path] = {}
    for each in [*resolved, *transitive]:
        if each.type == "jar":
            jars[f"{each.groupId}:{each.artifactId}:{each.version}"] = each.artifact.resolve()
    return jars


def main() -> int:
    context = MavenContext()
    files: dict[str, dict[str, Any]] = {}
    sets: dict[str, list[str]] = {}
    for name, coordinates in SETS.items():
        jars = resolve(context, coordinates)
        sets[name] = sorted(jars)
        for coordinate, path in jars.items():
            files[coordinate] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "size": path.stat().st_size}
    names = [coordinate.split(":")[1] for coordinate in files]
    if len(set(names)) != len(names):
        print("two versions of one jar: " + ", ".join(sorted({name for name in names if names.count(name) > 1})), file=sys.stderr)
        return 1
    lock = {"version": 1, "graalvm": VERSION, "sets": sets, "jars": dict(sorted(files.items()))}
    TARGET.write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(files)} jars, {sum(entry['size'] for entry in files.values()) // 1_000_000} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
