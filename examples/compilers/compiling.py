"""Compiles sources of Kotlin, Scala and Clojure into folders that can be registered."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from examples.compilers.store import LOCK, CompilerJars, compiler_jars

ROOT = Path(__file__).resolve().parent.parent.parent
RUNTIME = ROOT / "java" / "target" / "amino-runtime.jar"
INTERFACE = ROOT / "java" / "src" / "main" / "java" / "org" / "amino" / "runtime" / "guest" / "java"
OFFERED = ("Amino.java", "ReadOnly.java", "Reference.java")
RELEASE = "17"
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+IgnoreUnrecognizedVMOptions")
# A compiler runs for seconds: the JVM's own best compiler would cost more than it saves.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
ENDINGS = {".kt": "kotlin", ".scala": "scala", ".clj": "clojure"}


def compile_sources(sources: Sequence[Path], folder: Path, *, libraries: bool = True, more: Sequence[Path] = ()) -> Path:
    """Compiles sources of one language; answers the folder. Classes of the same sources are taken from the cache.

    Arguments:
        sources: files of one ending; for Clojure each is the namespace of its name.
        folder: where the classes go; made.
        libraries: whether the language's library is put into `lib` of the folder.
        more: jars that the sources use, put beside it.

    Raises:
        RuntimeError: the compiler refused them; its output is the message.
    """
    language = ENDINGS[sources[0].suffix]
    jars = compiler_jars(language)
    jars = dataclasses.replace(jars, libraries=(*jars.libraries, *more))
    classes = jars.folder / "classes" / _key([*sources, *more])
    if not classes.is_dir():
        classes.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=classes.parent) as temporary:
            made = Path(temporary) / "made"
            made.mkdir()
            _compile(language, jars, sources, made)
            # Another process may have been faster; then its folder stays.
            with contextlib.suppress(OSError):
                made.rename(classes)
    shutil.copytree(classes, folder, dirs_exist_ok=True)
    if libraries:
        (folder / "lib").mkdir(exist_ok=True)
        for jar in jars.libraries:
            shutil.copy(jar, folder / "lib")
    return folder


def _key(sources: Sequence[Path]) -> str:
    """A hash of all that the classes depend on: the sources and their jars, the compilers, and what the runtime offers to them."""
    digest = hashlib.sha256()
    for path in (LOCK, Path(__file__), *(INTERFACE / name for name in OFFERED), *sources):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _compile(language: str, jars: CompilerJars, sources: Sequence[Path], folder: Path) -> None:
    command = {"kotlin": _kotlin, "scala": _scala, "clojure": _clojure}[language](jars, sources, folder)
    done = subprocess.run([java(), *QUIET, *QUICK, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{', '.join(source.name for source in sources)} cannot be compiled:\n{done.stdout}{done.stderr}")


def java() -> str:
    """The path of the JVM that compiles."""
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
