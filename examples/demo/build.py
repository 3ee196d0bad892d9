"""Compiles what the demo's objects are made of: one C source on both roads, other WebAssembly, and classes of the JVM."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from examples.compilers.compiling import compile_sources
from examples.compilers.webassembly import compile_object

ROOT = Path(__file__).resolve().parent.parent.parent
OBJECTS = ROOT / "examples" / "objects"
WASM_SOURCES = {"cpp": "counter.cpp", "rust": "counter.rs", "assemblyscript": "counter.ts"}
JVM_SOURCES = {"kotlin": "Counter.kt", "scala": "Counter.scala", "clojure": "counter.clj"}


@dataclass(frozen=True)
class Built:
    """The compiled artifacts: two files and a folder of classes."""

    bitcode: Path
    wasm: Path
    java: Path


def run(command: list[str]) -> None:
    """Runs a compiler. Raises RuntimeError with its output when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def build(folder: Path) -> Built:
    """Compiles `counter.c` to bitcode and WebAssembly and `Counter.java` to a class, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    built = Built(folder / "counter.bc", folder / "counter.wasm", folder / "java")
    source = str(OBJECTS / "counter.c")
    run([sys.executable, "-m", "amino", "cc", source, "--target", str(built.bitcode)])
    run([sys.executable, "-m", "amino", "cc", source, "--target", str(built.wasm)])
    compile_java(OBJECTS / "Counter.java", built.java)
    return built


def build_for_jvm(folder: Path, language: str) -> Path:
    """Compiles the counter in Kotlin, Scala or Clojure; answers the folder of classes with the language's library."""
    return compile_sources([OBJECTS / JVM_SOURCES[language]], folder / language)


def build_for_wasm(folder: Path, language: str) -> Path:
    """Compiles the counter in another language that becomes WebAssembly; answers the module."""
    folder.mkdir(parents=True, exist_ok=True)
    return compile_object(OBJECTS / WASM_SOURCES[language], folder)


def compile_java(source: Path, folder: Path) -> None:
    """Compiles a class into a folder. Raises RuntimeError with the compiler's output when it fails."""
    jdk = subprocess.run([sys.executable, str(ROOT / "tools" / "find_jdk.py")], capture_output=True, text=True, check=True).stdout.strip()
    folder.mkdir(exist_ok=True)
    jar = ROOT / "java" / "target" / "amino-runtime.jar"
    run([f"{jdk}/bin/javac", "--release", "17", "-cp", str(jar), "-d", str(folder), str(source)])
