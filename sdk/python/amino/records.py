"""Descriptions of objects and kernels, as frozen classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import Codec

from amino.selectors import selector_text

_STATUS: Mapping[int, str] = {
    common_pb2.OBJECT_STATE_CREATING: "creating",
    common_pb2.OBJECT_STATE_ACTIVE: "active",
    common_pb2.OBJECT_STATE_LOST: "lost",
    common_pb2.OBJECT_STATE_ASLEEP: "asleep",
}
_CURRENT = client_pb2.Age()
_LOSS: Mapping[int, str] = {
    common_pb2.LOSS_GONE: "gone",
    common_pb2.LOSS_RECOVERING: "recovering",
    common_pb2.LOSS_AWAITS_KERNEL: "awaits kernel",
}


@dataclass(frozen=True, slots=True)
class MemberInfo:
    """A member that an object offers. `arity` is -1 where any number of arguments will do or nobody knows."""

    name: str
    arity: int
    required: int
    read_only: bool
    parameters: tuple[str, ...]
    doc: str
    property: bool = False
    """Whether it reads a property or, where its name ends with `=`, sets one."""


def _member(member: common_pb2.Member) -> MemberInfo:
    parameters = tuple(member.parameters)
    return MemberInfo(member.name, member.arity, member.required, member.read_only, parameters, member.doc, member.property)


@dataclass(frozen=True, slots=True)
class ManagerInfo:
    """A deployment manager of an object, with its settings."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReplicaInfo:
    """A replica of an object and the kernel it is on. `path` is `0` for the first one; `0.2` is the third one of the first group."""

    path: str
    kernel: str
    address: str
    role: str


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as the object management service knows it.

    `generation` grows with every change of what the object is meant to be, such as its deployment managers.
    `epoch` grows with every move.
    """

    id: str
    name: str
    class_of: str
    class_name: str
    language: str
    entry: str
    artifact: str
    status: str
    generation: int
    epoch: int
    members: tuple[MemberInfo, ...]
    deployment_managers: tuple[ManagerInfo, ...]
    labels: Mapping[str, str]
    replicas: tuple[ReplicaInfo, ...]
    select: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    concurrent: bool
    own_context: bool
    created: datetime
    doc: str
    maker: str = ""
    """Its maker: `client <id>` or `object <id>`."""
    expires: datetime | None = None
    """When an object without a name is removed, since its maker said so."""
    loss: str = ""
    """What becomes of a lost object: `gone`, `recovering` (it comes back by itself), or `awaits kernel` (it comes back with one)."""

    idle: float = 0.0
    """Seconds without a call after which it goes to sleep; 0: never."""
    kind: str = ""
    """The kind that it was made of when it was asked for by its key; empty for every other object."""
    chosen_class: str = ""
    """The class that was named when it was registered; empty: its kernel found the class by looking."""
    warnings: tuple[str, ...] = ()
    """What the author of its class should know, such as variables that its code changes and that are no part of its state."""
    restarted_from: str = ""
    """In the answer to a restart: `saved` (state that its deployment managers have saved), `copy` (that a kernel has kept) or `anew`."""
    answer_age: float = 0.0
    """Seconds: all was as this says so long ago, or later. 0: it was current when it was given."""
    answer_source: str = ""
    """The process that gave an answer that is not current: `oms <address>`, which stands by, or `kernel <id>`."""

    @property
    def kernel(self) -> str:
        """The kernel of its first replica; empty while it is being made or after it was lost."""
        return self.replicas[0].kernel if self.replicas else ""

    @classmethod
    def of(cls, record: common_pb2.ObjectRecord, codec: Codec, age: client_pb2.Age = _CURRENT) -> ObjectInfo:
        """From the record that travelled, and the age of the answer that it came in."""
        return cls(
            id=record.id,
            name=record.name,
            class_of=record.spec.class_of,
            class_name=record.interface.name,
            language=record.spec.artifact.language,
            entry=record.spec.artifact.entry,
            artifact=record.spec.artifact.hash,
            status=_STATUS.get(record.status.state, "unknown"),
            generation=record.spec.generation,
            epoch=record.status.epoch,
            members=tuple(_member(member) for member in record.interface.members),
            deployment_managers=tuple(
                ManagerInfo(spec.name, cast("Mapping[str, Any]", codec.decode(spec.config)) if spec.config else {})
                for spec in record.spec.deployment_managers
            ),
            labels=dict(record.spec.labels),
            replicas=tuple(
                ReplicaInfo(replica.path, replica.kernel_id, replica.endpoints.grpc, replica.role) for replica in record.status.replicas
            ),
            select=selector_text(record.spec.selector) if record.spec.selector.terms else "",
            args=tuple(codec.decode_array(record.spec.constructor_args)) if record.spec.constructor_args else (),
            kwargs=cast("Mapping[str, Any]", codec.decode(record.spec.constructor_kwargs)) if record.spec.constructor_kwargs else {},
            concurrent=record.spec.concurrent,
            own_context=record.spec.own_context,
            created=datetime.fromtimestamp(record.created_ms / 1000, UTC),
            doc=record.interface.doc,
            maker=record.maker,
            expires=datetime.fromtimestamp(record.expires_ms / 1000, UTC) if record.expires_ms else None,
            loss=_LOSS.get(record.status.loss, ""),
            idle=record.spec.idle_ms / 1000,
            kind=record.spec.kind,
            chosen_class=record.spec.artifact.class_name,
            warnings=tuple(record.interface.warnings),
            answer_age=age.ms / 1000,
            answer_source=age.source,
        )


@dataclass(frozen=True, slots=True)
class KernelInfo:
    """A kernel of the cluster."""

    id: str
    address: str
    alive: bool
    labels: Mapping[str, str]
    languages: tuple[str, ...]
    objects: int
    load: float
    version: str
    incarnation: int

    @classmethod
    def of(cls, record: common_pb2.KernelRecord) -> KernelInfo:
        """From the record that travelled."""
        return cls(
            id=record.id,
            address=record.endpoints.grpc,
            alive=record.alive,
            labels=dict(record.labels),
            languages=tuple(record.languages),
            objects=record.objects,
            load=record.load,
            version=record.version,
            incarnation=record.incarnation,
        )


@dataclass(frozen=True, slots=True)
class Event:
    """A change that `watch` reports. `kind` is put, delete, or synced (what existed has been reported)."""

    kind: str
    object: ObjectInfo | None
    revision: int

    @classmethod
    def of(cls, response: client_pb2.WatchResponse, codec: Codec) -> Event:
        """From the message that travelled."""
        kinds: Mapping[int, str] = {
            client_pb2.WatchResponse.KIND_PUT: "put",
            client_pb2.WatchResponse.KIND_DELETE: "delete",
            client_pb2.WatchResponse.KIND_SYNCED: "synced",
        }
        found = ObjectInfo.of(response.object, codec) if response.HasField("object") else None
        return cls(kinds.get(response.kind, "unknown"), found, response.revision)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a guest printed, or the kernel about it."""

    object: str
    """Its id."""
    name: str
    """Its name; empty: it has none."""
    level: str
    text: str
    time: datetime
    kernel: str = ""
    """The id of the kernel that has the line."""

    @classmethod
    def of(cls, response: client_pb2.LogsResponse) -> LogLine:
        """From the message that travelled."""
        when = datetime.fromtimestamp(response.time_ms / 1000, UTC)
        return cls(response.object_id, response.object_name, response.level, response.text, when, response.kernel_id)


@dataclass(frozen=True, slots=True)
class Moved:
    """The result of a move. `lost` lists the parts of the state that could not be moved; it is empty unless that was allowed."""

    object: ObjectInfo
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """The result of an attachment. `pending` lists the ids of the object's kernels that have not applied the new chain yet.

    The OMS repeats the chain to them until they have.
    """

    object: ObjectInfo
    pending: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A chain of deployment managers and its replica tree, as text and as values."""

    text: str
    tree: Any
