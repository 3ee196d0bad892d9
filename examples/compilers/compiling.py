"""Compiles sources of Kotlin, Scala and Clojure into folders that can be registered."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from examples.compilers.store import CompilerJars, compiler_jars

ROOT = Path(__file__).resolve().parent.parent.parent
RUNTIME = ROOT / "java" / "target" / "amino-runtime.jar"
RELEASE = "17"
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+IgnoreUnrecognizedVMOptions")
ENDINGS = {".kt": "kotlin", ".scala": "scala", ".clj": "clojure"}


def compile_sources(sources: Sequence[Path], folder: Path, *, libraries: bool = True) -> Path:
    """Compiles sources of one language; answers the folder.

    Arguments:
        sources: files of one ending; for Clojure each is the namespace of its name.
        folder: where the classes go; made.
        libraries: whether the language's library is put into `lib` of the folder.

    Raises:
        RuntimeError: the compiler refused them; its output is the message.
    """
    language = ENDINGS[sources[0].suffix]
    jars = compiler_jars(language)
    folder.mkdir(parents=True, exist_ok=True)
    command = {"kotlin": _kotlin, "scala": _scala, "clojure": _clojure}[language](jars, sources, folder)
    done = subprocess.run([_java(), *QUIET, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{', '.join(source.name for source in sources)} cannot be compiled:\n{done.stdout}{done.stderr}")
    if libraries:
        (folder / "lib").mkdir(exist_ok=True)
        for jar in jars.libraries:
            shutil.copy(jar, folder / "lib")
    return folder


def _java() -> str:
    found = subprocess.run([sys.executable, str(ROOT / "tools" / "find_jdk.py")], capture_output=True, text=True, check=True)
    return f"{found.stdout.strip()}/bin/java"


def _path(jars: CompilerJars) -> str:
    return ":".join(str(path) for path in (*jars.libraries, RUNTIME))


def _kotlin(jars: CompilerJars, sources: Sequence[Path], folder: Path) -> list[str]:
    options = ["-no-stdlib", "-no-reflect", "-jvm-target", RELEASE, "-cp", _path(jars), "-d", str(folder)]
    return ["-cp", jars.class_path(), "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", *options, *map(str, sources)]


def _scala(jars: CompilerJars, sources: Sequence[Path], folder: Path) -> list[str]:
    options = ["-java-output-version", RELEASE, "-classpath", _path(jars), "-d", str(folder)]
    return ["-cp", jars.class_path(), "dotty.tools.dotc.Main", *options, *map(str, sources)]


def _clojure(jars: CompilerJars, sources: Sequence[Path], folder: Path) -> list[str]:
    places = [str(folder), *{str(source.parent) for source in sources}, str(RUNTIME)]
    path = ":".join([jars.class_path(), *places])
    return [f"-Dclojure.compile.path={folder}", "-cp", path, "clojure.lang.Compile", *(source.stem for source in sources)]
