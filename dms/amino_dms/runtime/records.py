"""The facts of an object's record that hosts need. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from amino_wire.instances import number_of, order
from amino_wire.pb import common_pb2
from amino_wire.records import called
from amino_wire.whole import read_map

from amino_dms.api import Interface, Method, Replica
from amino_dms.runtime.hosts import ObjectView


def view_of(record: common_pb2.ObjectRecord) -> ObjectView:
    """The facts that parts know of an object."""
    replicas = sorted(record.status.replicas, key=lambda each: order(each.path))
    interface = _interface(record.interface.SerializeToString())
    return ObjectView(record.id, interface, tuple(map(replica_of, replicas)), record.status.epoch, called(record))


def replica_of(replica: common_pb2.Replica) -> Replica:
    """A replica as parts know it."""
    return Replica(number_of(replica.path), replica.kernel_id, replica.role)


@lru_cache(1024)
def _interface(data: bytes) -> Interface:
    """The same for all objects of a class: a host has many of them."""
    message = common_pb2.Interface.FromString(data)
    return Interface(message.name, tuple(_method(member) for member in message.members))


def _method(member: common_pb2.Member) -> Method:
    return Method(member.name, member.read_only, member.arity, tuple(member.parameters))


def specs_of(record: common_pb2.ObjectRecord) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The names and settings of an object's managers. Raises ValueInvalid or ArgumentInvalid for settings that are no map of texts."""
    chain = record.spec.deployment_managers
    return tuple((each.name, read_map(each.config, f"the map of settings of deployment manager {each.name!r}")) for each in chain)


def specs_key(record: common_pb2.ObjectRecord) -> bytes:
    """The same for the same managers with the same settings."""
    return b"".join(each.SerializeToString(deterministic=True) + b"\x00" for each in record.spec.deployment_managers)
