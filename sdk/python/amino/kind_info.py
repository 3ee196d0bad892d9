"""The description of a kind of objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from amino_wire.pb import common_pb2
from amino_wire.values import Codec

from amino.records import ManagerInfo
from amino.selectors import selector_text


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind: what its objects are made of when somebody asks for one by its key.

    `generation` counts the changes of the kind. `key_argument` says that the constructor gets the key before the other arguments.
    """

    name: str
    language: str
    entry: str
    class_name: str
    artifact: str
    generation: int
    deployment_managers: tuple[ManagerInfo, ...]
    labels: Mapping[str, str]
    select: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    key_argument: bool
    concurrent: bool
    own_context: bool
    idle: float
    maker: str
    changed: datetime

    @classmethod
    def of(cls, record: common_pb2.KindRecord, codec: Codec) -> KindInfo:
        """From the record that travelled."""
        spec = record.spec
        return cls(
            name=record.name,
            language=spec.artifact.language,
            entry=spec.artifact.entry,
            class_name=spec.artifact.class_name,
            artifact=spec.artifact.hash,
            generation=spec.generation,
            deployment_managers=tuple(
                ManagerInfo(each.name, cast("Mapping[str, Any]", codec.decode(each.config)) if each.config else {})
                for each in spec.deployment_managers
            ),
            labels=dict(spec.labels),
            select=selector_text(spec.selector) if spec.selector.terms else "",
            args=tuple(codec.decode_array(spec.constructor_args)) if spec.constructor_args else (),
            kwargs=cast("Mapping[str, Any]", codec.decode(spec.constructor_kwargs)) if spec.constructor_kwargs else {},
            key_argument=record.key_argument,
            concurrent=spec.concurrent,
            own_context=spec.own_context,
            idle=spec.idle_ms / 1000,
            maker=record.maker,
            changed=datetime.fromtimestamp(record.changed_ms / 1000, UTC),
        )
