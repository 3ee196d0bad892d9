"""The settings of a kernel: `amino.toml` (table `[kernel]`) < environment (`AMINO_KERNEL_…`) < flags."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, cast

from amino_graal.lock import LANGUAGES
from amino_wire.errors import ConfigInvalid
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

PREFIX = "AMINO_KERNEL_"
FILE = Path("amino.toml")
TABLE = "kernel"
Allowed = Literal["native", "io", "network", "env", "host", "threads"]
Words = tuple[str, ...]


class KernelSettings(BaseModel):
    """The settings of a kernel that an operator can choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen on; other than loopback needs `insecure`")
    port: int = Field(7420, ge=0, le=65535, description="gRPC port; 0 takes a free one")
    lane_port: int = Field(0, ge=0, le=65535, description="port of the direct lane; 0 takes a free one")
    oms: str = Field("127.0.0.1:7421", description="host:port of the OMS")
    data_dir: Path = Field(Path(".amino/kernel"), description="folder of the kernel's id and files; one per kernel")
    languages: Words = Field(("js",), description="guest languages whose jars are fetched before the start; `all` for every one")
    allow: tuple[Allowed, ...] = Field((), description="what guests may do: native, io, network, env, host, threads")
    labels: dict[str, str] = Field({}, description="labels of this kernel, key=value, for placement")
    isolate: Literal["none", "artifact", "tenant"] = Field(
        "none", description="give each artifact, or each tenant, a JVM process of its own"
    )
    heap_mb: int = Field(0, ge=0, description="largest heap of a JVM in megabytes; 0 leaves it to the JVM")
    call_memory_mb: int = Field(0, ge=0, description="megabytes that one call of a guest may allocate; 0: as much as the heap allows")
    jvm_options: Words = Field((), description="further options of the JVM")
    contexts: int = Field(0, ge=0, description="contexts per artifact; 0: as many as fit the language and the cores")
    drain_timeout: float = Field(20.0, ge=0, description="seconds in which objects move to other kernels before the kernel stops; 0: none")
    unload_after: float = Field(60.0, gt=0, description="seconds after which a JVM half forgets an artifact that nothing uses")
    artifact_grace: float = Field(600.0, gt=0, description="seconds that an artifact which nothing uses stays on the kernel's disk")
    offline: bool = Field(False, description="never fetch jars")
    insecure: bool = Field(False, description="allow an address other than loopback although nothing is encrypted or authenticated")
    supervise: bool = Field(True, description="run under a supervisor that restarts the kernel")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")
    log_format: Literal["console", "json"] = Field("console", description="form of a log line")
    py4j_port: int = Field(0, ge=0, le=65535, description="attach to the JVM behind this py4j port instead of starting one")
    py4j_token: str = Field("", repr=False, description="that gateway's secret")
    py4j_languages: Words = Field((), description="languages that the JVM behind it runs; others get a JVM process of their own")

    @property
    def offered(self) -> list[str]:
        """Languages of this kernel: all that are allowed. Jars that are not here yet are fetched when they are needed."""
        needs = {"llvm": "native", "java": "host"}
        return [language for language in LANGUAGES if language not in needs or needs[language] in self.allow]

    @field_validator("languages", "allow", "jvm_options", "py4j_languages", mode="before")
    @classmethod
    def _split_words(cls, value: Any) -> Any:
        return tuple(word for word in value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("labels", mode="before")
    @classmethod
    def _split_labels(cls, value: Any) -> Any:
        words = value.replace(",", " ").split() if isinstance(value, str) else value
        if isinstance(words, Mapping):
            return cast("Mapping[str, str]", words)
        if not isinstance(words, (list, tuple)):
            raise ValueError("labels are key=value, or a table")
        pairs = [str(word).partition("=") for word in cast("list[Any]", words)]
        wrong = [key for key, equals, _ in pairs if not equals or not key]
        if wrong:
            raise ValueError(f"a label is key=value, not {wrong[0]!r}")
        return {key: text for key, _, text in pairs}

    @field_validator("languages")
    @classmethod
    def _know_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "all" in value:
            return LANGUAGES
        for language in value:
            if language not in LANGUAGES:
                raise ValueError(f"there is no guest language {language!r}; known: {', '.join(LANGUAGES)}, all")
        return value


def load_settings(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> KernelSettings:
    """Reads the settings of a kernel.

    Args:
        flags: Those of the command line; None stands for a flag that was not given.
        environ: The environment; None for this process's.
        file: The settings file; it may be missing.

    Raises:
        ConfigInvalid: A name is unknown or a value is out of range; the message says which, and where it stands.
    """
    values, origins = gather(flags, os.environ if environ is None else environ, file)
    try:
        return KernelSettings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        shown = "" if name == "py4j_token" else f" = {first['input']!r}"
        raise ConfigInvalid(f"{name}{shown} (from {origins.get(name, 'the defaults')}): {first['msg']}") from None


def origins_of(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> dict[str, tuple[Any, str]]:
    """Answers each setting with its value and where it came from, for `amino config show`."""
    settings = load_settings(flags, environ, file)
    _, origins = gather(flags, os.environ if environ is None else environ, file)
    shown = settings.model_dump()
    if shown["py4j_token"]:
        shown["py4j_token"] = "(set)"
    return {name: (value, origins.get(name, "default")) for name, value in shown.items()}


def gather(flags: Mapping[str, Any], environ: Mapping[str, str], file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers the raw values that were given, the stronger source winning, and each one's source."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    from_environ = {key.removeprefix(PREFIX).lower(): value for key, value in environ.items() if key.startswith(PREFIX)}
    from_flags = {key: value for key, value in flags.items() if value is not None}
    for source, given in ((str(file), _read_file(file)), ("environment", from_environ), ("flag", from_flags)):
        for name, value in given.items():
            _check_name(name, source)
            values[name] = value
            origins[name] = f"{PREFIX}{name.upper()}" if source == "environment" else source
    return values, origins


def _check_name(name: str, source: str) -> None:
    known = list(KernelSettings.model_fields)
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(known)}."
        raise ConfigInvalid(f"There is no kernel setting {name!r} (from {source}).{hint}")


def _read_file(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{file} cannot be read: {error}") from error
    table = content.get(TABLE, {})
    if not isinstance(table, dict):
        raise ConfigInvalid(f"{file}: [{TABLE}] must be a table")
    return cast("dict[str, Any]", table)
