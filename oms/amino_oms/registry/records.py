"""The stored form of an object: its record under its id, and the index keys that lead to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amino_store.transaction import Delete, Entry, Operation, Put
from amino_wire.instances import instance_id
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of

from amino_oms.registry.keys import (
    CREATING,
    INTERFACES,
    MANAGED,
    expiry_key,
    hosted_prefix,
    label_prefix,
    maker_prefix,
    name_key,
    object_key,
)

HASH_SIZE = 16
"""Bytes of an interface's hash, in front of each stored record."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands in the store, with the entry to compare with when it is changed. The record is nobody's to change: copy it."""

    record: common_pb2.ObjectRecord
    entry: Entry

    def copy(self) -> common_pb2.ObjectRecord:
        """A record of one's own."""
        record = common_pb2.ObjectRecord()
        record.CopyFrom(self.record)
        return record


class Packer:
    """Makes stored forms of records that have one interface, which is stored once for all objects of a class."""

    def __init__(self, interface: common_pb2.Interface) -> None:
        self._interface = interface.SerializeToString(deterministic=True)
        self.digest = hashlib.sha256(self._interface).digest()[:HASH_SIZE]

    def pack(self, record: common_pb2.ObjectRecord) -> bytes:
        """The stored form of a record. Endpoints of replicas are left out: the directory of kernels knows better."""
        if record.HasField("interface") or any(replica.HasField("endpoints") for replica in record.status.replicas):
            bare = common_pb2.ObjectRecord()
            bare.CopyFrom(record)
            bare.ClearField("interface")
            for replica in bare.status.replicas:
                replica.ClearField("endpoints")
            record = bare
        return self.digest + record.SerializeToString()

    def put(self) -> Put:
        """The operation that stores the interface."""
        return Put(INTERFACES + self.digest.hex(), self._interface)


def unpack(value: bytes) -> tuple[common_pb2.ObjectRecord, bytes]:
    """The record of a stored form, without its interface, and the hash of that."""
    return common_pb2.ObjectRecord.FromString(value[HASH_SIZE:]), value[:HASH_SIZE]


def index(record: common_pb2.ObjectRecord, *, named: bool = True, request_id: str = "", origin: str = "") -> dict[str, bytes]:
    """The index keys of a record with what they hold. `named=False`: its name still points to another object."""
    keys: dict[str, bytes] = {}
    if record.name and named:
        keys[name_key(record.name)] = record.id.encode()
    for key, value in record.spec.labels.items():
        keys[label_prefix(key, value) + record.id] = b""
    active = record.status.state == common_pb2.OBJECT_STATE_ACTIVE
    asleep = record.status.state == common_pb2.OBJECT_STATE_ASLEEP
    for replica in () if asleep else record.status.replicas:
        key = hosted_prefix(replica.kernel_id) + instance_id(record.id, replica.path)
        epoch = epoch_of(record, replica.path)
        keys[key] = hosting(replica.kernel_incarnation, epoch, record.spec.generation, active=active)
    if record.status.state == common_pb2.OBJECT_STATE_CREATING:
        keys[CREATING + record.id] = request_id.encode()
    if record.maker and not record.name:
        keys[maker_prefix(record.maker) + record.id] = b""
    if record.expires_ms:
        keys[expiry_key(record.expires_ms, record.id)] = b""
    if record.spec.deployment_managers:
        keys[MANAGED + record.id] = origin.encode()
    return keys


def same_chain(record: common_pb2.ObjectRecord, specs: Sequence[common_pb2.DeploymentManagerSpec]) -> bool:
    """Whether an object has these managers, with these settings, in this order."""
    return list(record.spec.deployment_managers) == list(specs)


def hosting(incarnation: int, epoch: int, generation: int, *, active: bool) -> bytes:
    """An entry of the index of hosted instances: the life of the kernel in which the instance is there, and its expected report."""
    return f"{incarnation} {epoch} {generation} {'active' if active else 'other'}".encode()


def hosted_life(value: bytes) -> tuple[int, bool]:
    """What the index of hosted instances says: the life of the kernel, and whether the object is ACTIVE."""
    incarnation, _, _, state = value.decode().split()
    return int(incarnation), state == "active"


def change(object_id: str, before: Mapping[str, bytes], after: Mapping[str, bytes], value: bytes | None) -> list[Operation]:
    """The operations that make the index `after` of `before` and store `value` as the record (None: remove it)."""
    operations: list[Operation] = [Put(key, held) for key, held in after.items() if before.get(key) != held]
    operations += [Delete(key) for key in before if key not in after]
    operations.append(Delete(object_key(object_id)) if value is None else Put(object_key(object_id), value))
    return operations
