"""Which JVM half an object belongs to. Pure."""

from __future__ import annotations

from typing import Literal

from amino_wire.pb import common_pb2

Isolation = Literal["none", "artifact", "tenant"]
HOST_LANGUAGE = "host"
"""The language of instances that a Java program registers; only the JVM of that program has them."""
TENANT_LABEL = "tenant"


def runtime_key(isolation: Isolation, artifact: common_pb2.Artifact, tenant: str, languages: tuple[str, ...]) -> str:
    """Answers which JVM half an object belongs to; "" is the kernel's first one. Pure.

    A language whose jars came after the first JVM started cannot be put on its class path, so it gets a process too.
    """
    if artifact.language == HOST_LANGUAGE:
        return ""
    if isolation == "artifact":
        return f"artifact {artifact.hash}"
    if isolation == "tenant" and tenant:
        return f"tenant {tenant}"
    return "" if artifact.language in languages else f"language {artifact.language}"
