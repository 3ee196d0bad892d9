"""The options with which the artifacts of a kernel are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_wire.pb import common_pb2


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The rights of guests, and how many contexts an artifact gets (0: the language's own number)."""

    allow: tuple[str, ...] = ()
    contexts: int = 0

    def for_artifact(self, artifact: common_pb2.Artifact) -> dict[str, Any]:
        options: dict[str, Any] = {"allow": list(self.allow)}
        if self.contexts:
            options["contexts"] = self.contexts
        if artifact.class_name:
            options["class"] = artifact.class_name
        return options
