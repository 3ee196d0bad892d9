"""Kotlin, Scala and Clojure: classes of the JVM, with the jars of packages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from examples.compilers.compiling import RUNTIME, compile_sources, java
from tests.published.lock import Package
from tests.published.prepared import DRIVERS, Prepared
from tests.published.store import Store


@dataclass(frozen=True, slots=True)
class Jvm:
    """A language of the JVM (see `Way`)."""

    language: str
    ending: str
    registries: tuple[str, ...] = ("maven",)
    begin: str = "use"
    go_on: str = "goOn"
    allow: str = "host"

    def prepare(self, source: Path, packages: Sequence[Package], store: Store, work: Path) -> Prepared:
        """The folder is the classes, and in `lib` the jars of the language and of the packages."""
        named = work / "source" / f"main{self.ending}"
        named.parent.mkdir(parents=True)
        named.write_bytes(source.read_bytes())
        jars = [jar for package in packages for jar in sorted(store.ensure(package).glob("*.jar"))]
        artifact = compile_sources([named], work / "artifact", more=jars)
        path = os.pathsep.join([str(artifact), str(artifact / "lib" / "*"), str(RUNTIME)])
        command = (java(), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", path, str(DRIVERS / "Run.java"))
        return Prepared(artifact, "java", command, class_name="Main")


LANGUAGES = (Jvm("kotlin", ".kt"), Jvm("scala", ".scala"), Jvm("clojure", ".clj"))
