"""The settings of a kernel, as they were read. They are declared in `amino_wire.settings.kernel`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, Self

from amino_graal.lock import LANGUAGES
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.reading import FILE, read_settings

Isolate = Literal["none", "artifact", "tenant"]
KEPT_FILE = "kept-states"
"""In the kernel's data folder: the states of objects between a stop and the next start."""


def _default(name: str) -> Any:
    """The default of a setting, of that setting's own type."""
    return KERNEL.default(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelSettings:
    """The settings of a kernel that an operator can choose; `docs/configuration.md` says what each means."""

    host: str = _default("host")
    port: int = _default("port")
    advertise: str = _default("advertise")
    lane_port: int = _default("lane_port")
    oms: str = _default("oms")
    data_dir: Path = _default("data_dir")  # noqa: RUF009 - what it gives never changes
    languages: tuple[str, ...] = _default("languages")
    allow: tuple[str, ...] = _default("allow")
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    isolate: Isolate = _default("isolate")  # noqa: RUF009
    heap_mb: int = _default("heap_mb")
    call_memory_mb: int = _default("call_memory_mb")
    jvm_options: tuple[str, ...] = _default("jvm_options")
    contexts: int = _default("contexts")
    drain_timeout: float = _default("drain_timeout")
    unload_after: float = _default("unload_after")
    artifact_grace: float = _default("artifact_grace")
    offline: bool = _default("offline")
    insecure: bool = _default("insecure")
    supervise: bool = _default("supervise")
    log_level: str = _default("log_level")
    log_format: str = _default("log_format")
    py4j_port: int = _default("py4j_port")
    py4j_token: str = _default("py4j_token")
    py4j_languages: tuple[str, ...] = _default("py4j_languages")

    @property
    def offered(self) -> list[str]:
        """Languages of this kernel: all that are allowed. Jars that are not here yet are fetched when they are needed."""
        needs = {"llvm": "native", "java": "host"}
        return [language for language in LANGUAGES if language not in needs or needs[language] in self.allow]

    def changed(self, **changes: Any) -> Self:
        """A copy with some of them replaced."""
        return replace(self, **changes)

    def to_plain(self) -> dict[str, Any]:
        """The settings as values of JSON, for another process."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**plain, "data_dir": str(self.data_dir), "labels": dict(self.labels)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """The settings of what `to_plain` made."""
        return cls.of({name: KERNEL[name].read(value) for name, value in plain.items()})

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The settings of values by their names; `all` among the languages stands for every language."""
        meant = dict(values)
        if "all" in values.get("languages", ()):
            meant["languages"] = LANGUAGES
        return cls(**meant)


def load_settings(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> KernelSettings:
    """Reads the settings of a kernel.

    Args:
        flags: Those of the command line; None stands for a flag that was not given.
        environ: The environment; None for this process's.
        file: The settings file; it may be missing.

    Raises:
        ConfigInvalid: A name is unknown or a value is out of range; the message says which, and where it stands.
    """
    return KernelSettings.of(read_settings(KERNEL, flags, environ, file))
