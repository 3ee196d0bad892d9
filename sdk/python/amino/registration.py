"""The messages of a registration: the artifact in parts, the chain of deployment managers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from amino_wire.artifacts import PackedArtifact
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import encode

from amino.selectors import Selection, selector

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


def left_to_the_old_object(
    deployment_managers: Chain | None, select: Selection, labels: Mapping[str, str] | None
) -> client_pb2.RegisterRequest:
    """A registration with these parts. Where it replaces an object, parts that are None stay as that object has them."""
    return client_pb2.RegisterRequest(
        deployment_managers=manager_specs(deployment_managers or ()),
        no_deployment_managers=deployment_managers is not None,
        selector=common_pb2.Selector() if select is not None and not select else selector(select),
        labels=labels,
        no_labels=labels is not None and not labels,
    )


def _parsed(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    # Only programs that write a chain pay for reading one.
    from amino_dms.chain import parse_chain

    return [(spec.name, spec.settings) for spec in parse_chain(text)]


async def artifact_messages(packed: PackedArtifact, artifact: common_pb2.Artifact) -> AsyncIterator[client_pb2.PutArtifactRequest]:
    """Its description, then its bytes. A kernel that has them already answers before they are sent."""
    yield client_pb2.PutArtifactRequest(artifact=artifact)
    for chunk in packed.chunks():
        yield client_pb2.PutArtifactRequest(chunk=chunk)
