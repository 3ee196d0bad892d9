"""The messages of a registration: the artifact in parts, the chain of deployment managers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from amino_wire.artifacts import PackedArtifact
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import encode

Chain = str | Sequence[str | tuple[str, Mapping[str, Any]]]
"""`"Retry,LeaseCaching(lease=10s)"`, or names and (name, settings)."""


def manager_specs(chain: Chain) -> list[common_pb2.DeploymentManagerSpec]:
    """The deployment managers of a chain, in order, not yet checked.

    Raises:
        ChainInvalid: the text cannot be read.
    """
    specs: list[tuple[str, Mapping[str, Any]]] = []
    for part in [chain] if isinstance(chain, str) else chain:
        if isinstance(part, str):
            specs.extend(_parsed(part))
        else:
            specs.append(part)
    return [common_pb2.DeploymentManagerSpec(name=name, config=encode(dict(settings)) if settings else b"") for name, settings in specs]


def _parsed(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    # Only programs that write a chain pay for reading one.
    from amino_dms.chain import parse_chain

    return [(spec.name, spec.settings) for spec in parse_chain(text)]


async def artifact_messages(packed: PackedArtifact, artifact: common_pb2.Artifact) -> AsyncIterator[client_pb2.PutArtifactRequest]:
    """Its description, then its bytes. A kernel that has them already answers before they are sent."""
    yield client_pb2.PutArtifactRequest(artifact=artifact)
    for chunk in packed.chunks():
        yield client_pb2.PutArtifactRequest(chunk=chunk)
