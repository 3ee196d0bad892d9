"""What is stored of an object: its record under its id, and the index keys that lead to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from amino_wire.pb import common_pb2

from amino_oms.registry.keys import CREATING, MANAGED, hosted_prefix, label_prefix, name_key, object_key
from amino_oms.store.transaction import Delete, Entry, Operation, Put

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


def pack(record: common_pb2.ObjectRecord) -> tuple[bytes, bytes, bytes]:
    """The stored form of a record, the hash of its interface, and the interface.

    The interface is stored once for all objects of a class; endpoints of replicas are left out: the directory of kernels knows better.
    """
    interface = record.interface.SerializeToString(deterministic=True)
    digest = hashlib.sha256(interface).digest()[:HASH_SIZE]
    bare = common_pb2.ObjectRecord()
    bare.CopyFrom(record)
    bare.ClearField("interface")
    for replica in bare.replicas:
        replica.ClearField("endpoints")
    return digest + bare.SerializeToString(), digest, interface


def unpack(value: bytes) -> tuple[common_pb2.ObjectRecord, bytes]:
    """The record of a stored form, without its interface, and the hash of that."""
    return common_pb2.ObjectRecord.FromString(value[HASH_SIZE:]), value[:HASH_SIZE]


def index(record: common_pb2.ObjectRecord, *, named: bool = True, request_id: str = "", origin: str = "") -> dict[str, bytes]:
    """The index keys of a record with what they hold. `named=False`: its name still points to another object."""
    keys: dict[str, bytes] = {}
    if record.name and named:
        keys[name_key(record.name)] = record.id.encode()
    for key, value in record.labels.items():
        keys[label_prefix(key, value) + record.id] = b""
    for replica in record.replicas:
        keys[hosted_prefix(replica.kernel_id) + record.id] = b""
    if record.status == common_pb2.OBJECT_STATUS_CREATING:
        keys[CREATING + record.id] = request_id.encode()
    if record.deployment_managers:
        keys[MANAGED + record.id] = origin.encode()
    return keys


def change(object_id: str, before: Mapping[str, bytes], after: Mapping[str, bytes], value: bytes | None) -> list[Operation]:
    """The operations that make the index `after` of `before` and store `value` as the record (None: remove it)."""
    operations: list[Operation] = [Put(key, held) for key, held in after.items() if before.get(key) != held]
    operations += [Delete(key) for key in before if key not in after]
    operations.append(Delete(object_key(object_id)) if value is None else Put(object_key(object_id), value))
    return operations
