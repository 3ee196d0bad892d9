"""Sources that can be registered: a file, a folder, files in memory, or a class of Python."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from amino_wire import artifacts
from amino_wire.errors import ArgumentInvalid, ArtifactInvalid, LanguageUnknown
from amino_wire.pb import common_pb2

Source = str | Path | Mapping[str, str | bytes] | type
"""A path, file contents by name, or a class whose module is taken. C and C++ are compiled to WebAssembly (for language llvm to bitcode)."""

LANGUAGES: Mapping[str, str] = {
    ".js": "js",
    ".mjs": "js",
    ".cjs": "js",
    ".rb": "ruby",
    ".py": "python",
    ".bc": "llvm",
    ".wasm": "wasm",
    ".class": "java",
    ".jar": "java",
}
ALIASES: Mapping[str, str] = {"javascript": "js", "rb": "ruby", "py": "python", "bitcode": "llvm", "webassembly": "wasm"}
_ENTRIES: Mapping[str, tuple[str, ...]] = {
    "js": ("index.mjs", "index.js", "main.mjs", "main.js"),
    "ruby": ("main.rb", "index.rb"),
    "python": ("main.py", "__init__.py"),
}
_COMPILED_HERE = (".c", ".cpp", ".cc", ".cxx")
_COMPILE = {
    ".c": "compile it first: amino cc counter.c --target counter.wasm (a single C file is compiled by itself)",
    ".cpp": "compile it first: amino cc counter.cpp --target counter.wasm (a single C++ file is compiled by itself)",
    ".rs": "compile it with cargo build --release --target wasm32-unknown-unknown and give the .wasm file",
    ".java": "compile it with javac and give the .class file or a jar",
    ".kt": "compile it with kotlinc and give the folder of classes or a jar",
    ".scala": "compile it with scalac and give the folder of classes or a jar",
    ".clj": "compile its namespace (clojure.core/compile) and give the folder of classes or a jar",
}
_TYPESCRIPT = "compile it to JavaScript first, or give --lang js if it is plain JavaScript"


@dataclass(frozen=True, slots=True)
class Artifact:
    """An artifact ready to be sent.

    Arguments:
        packed: its bytes and hash.
        language: js, ruby, python, llvm, wasm or java.
        entry: the file that is evaluated first, or the class name for java; empty for java: the kernel looks for the class.
        class_name: the class in it; empty: found by looking.
    """

    packed: artifacts.PackedArtifact
    language: str
    entry: str
    class_name: str = ""

    def to_message(self) -> common_pb2.Artifact:
        """As it travels."""
        return common_pb2.Artifact(
            hash=self.packed.hash, language=self.language, entry=self.entry, class_name=self.class_name, size=len(self.packed.data)
        )


def read_source(source: Source, *, language: str | None = "", entry: str | None = "", class_name: str | None = "") -> Artifact:
    """Packs a source and finds out the facts that were not given.

    Arguments:
        source: what to register.
        language: of the guest; empty: from the file's ending.
        entry: file inside a folder that is evaluated first; empty: looked for.
        class_name: class in the entry; empty: found by the kernel.

    Raises:
        ArtifactInvalid: nothing there, or the entry is not clear.
        ArgumentInvalid: the entry is a file of another language than the one said.
        LanguageUnknown: the language cannot be told, or the entry must be compiled first.
        PackageMissing: the source is C or C++, and the compiler is not installed.
    """
    language, entry, class_name = language or "", entry or "", class_name or ""
    if isinstance(source, type):
        file = inspect.getsourcefile(source)
        if file is None:
            raise ArtifactInvalid(f"the source of class {source.__qualname__} cannot be found; put it into a file")
        packed = artifacts.pack(Path(file))
        return Artifact(packed, "python", packed.files[0], class_name or source.__qualname__)
    if isinstance(source, Mapping):
        packed = artifacts.pack_files({name: text.encode() if isinstance(text, str) else text for name, text in source.items()})
        contents = artifacts.read(packed.data)
    else:
        path = Path(source)
        packed = _compiled(path, language) if path.suffix in _COMPILED_HERE and path.is_file() else artifacts.pack(path)
        contents = artifacts.read(packed.data) if path.is_dir() else {packed.files[0]: b""}
    language = ALIASES.get(language.lower(), language.lower())
    entry = entry or _entry(packed.files, contents, language, str(source) if not isinstance(source, Mapping) else "the files")
    if not entry:
        language = "java"
    elif language:
        language = _checked(language, entry, packed.files)
    else:
        language = _language(entry)
    if language == "java" and entry.endswith(".class"):
        entry = entry.removesuffix(".class").replace("/", ".")
    elif entry not in packed.files and language != "java":
        raise ArtifactInvalid(f"the entry {entry!r} is not in the artifact; it has {', '.join(packed.files[:10])}")
    return Artifact(packed, language, entry, class_name)


def _compiled(path: Path, language: str) -> artifacts.PackedArtifact:
    # Only programs that give C pay for reading the compiler.
    from amino.compiling import compile_c

    ending = {"": ".wasm", "wasm": ".wasm", "webassembly": ".wasm", "llvm": ".bc", "bitcode": ".bc"}.get(language.lower())
    if ending is None:
        raise ArgumentInvalid(f"{path.name} is C or C++, which runs as wasm or llvm, not as {language}: give --lang wasm, or leave it out")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{path.stem}{ending}"
        compile_c([path], target)
        return artifacts.pack(target)


def _entry(files: tuple[str, ...], contents: Mapping[str, bytes], language: str, name: str) -> str:
    """The file to start with; empty for classes and jars of Java, where the kernel looks into them."""
    if len(files) == 1:
        return files[0]
    if "package.json" in contents and language in ("", "js"):
        main = _package_main(contents["package.json"])
        for candidate in (main, f"{main}.js", f"{main}/index.js"):
            if candidate in files:
                return candidate
    for known, entries in _ENTRIES.items():
        if language in ("", known):
            for entry in entries:
                if entry in files:
                    return entry
    top = [
        file
        for file in files
        if "/" not in file and LANGUAGES.get(Path(file).suffix) in ({language} if language else set(LANGUAGES.values()))
    ]
    if len(top) == 1:
        return top[0]
    if language == "java" or (not language and {LANGUAGES.get(Path(file).suffix) for file in files} & set(LANGUAGES.values()) == {"java"}):
        return ""
    raise ArtifactInvalid(f"it is not clear which file of {name} to start with ({', '.join(files[:5])} …); say so with --entry")


def _package_main(data: bytes) -> str:
    try:
        package = json.loads(data)
        main = package.get("main") or "index.js"
    except (ValueError, AttributeError):
        return "index.js"
    return main.removeprefix("./") if isinstance(main, str) else "index.js"


def _checked(language: str, entry: str, files: tuple[str, ...]) -> str:
    """The language as it was said, unless the name of the entry says another. An entry that is no file is a class of Java."""
    if entry not in files:
        return language
    suffix = Path(entry).suffix
    if suffix in _COMPILE:
        raise LanguageUnknown(f"{entry} cannot run as it is: {_COMPILE[suffix]}")
    looks = LANGUAGES.get(suffix, language)
    if looks != language and language in LANGUAGES.values():
        raise ArgumentInvalid(
            f"{entry} looks like {looks}, not {language}: give --lang {looks}, or rename it if it is {language} all the same"
        )
    return language


def _language(entry: str) -> str:
    suffix = Path(entry).suffix
    remedy = _TYPESCRIPT if suffix == ".ts" else _COMPILE.get(suffix)
    if remedy is not None:
        raise LanguageUnknown(f"{entry} cannot run as it is: {remedy}")
    if suffix not in LANGUAGES:
        raise LanguageUnknown(
            f"the language of {entry} cannot be told from its name; say it with --lang ({', '.join(sorted(set(LANGUAGES.values())))})"
        )
    return LANGUAGES[suffix]
