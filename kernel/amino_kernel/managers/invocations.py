"""Between the calls of the router, whose values stay encoded, and the invocations that parts see. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amino_dms.api import Interface, Method, Replica
from amino_dms.runtime.hosts import ObjectView
from amino_wire.frames import DEFAULT_BUDGET_MS, Invocation
from amino_wire.pb import common_pb2
from amino_wire.values import DEFAULT, EncodedValue, decode, encode

from amino_kernel.call import Call


def to_invocation(call: Call) -> Invocation:
    """The envelope that parts see.

    Raises:
        ValueInvalid: Python cannot hold one of the values.
    """
    return Invocation.of(call.target, call.method, tuple(DEFAULT.decode_array(call.args.data)), call.options, deadline=call.deadline)


def to_call(invocation: Invocation, now: float) -> Call:
    """The call that an envelope stands for at `now`; one without a deadline gets the default."""
    deadline = invocation.deadline or now + DEFAULT_BUDGET_MS / 1000
    options = invocation.changed(deadline=deadline).options(now)
    return Call(invocation.object_id, invocation.method, EncodedValue(DEFAULT.encode_array(invocation.args)), deadline, options)


def to_result(value: Any) -> EncodedValue:
    """What a chain answered, encoded."""
    return EncodedValue(encode(value))


def from_result(value: EncodedValue) -> Any:
    """What an object answered, for parts."""
    return decode(value.data)


def view_of(record: common_pb2.ObjectRecord) -> ObjectView:
    """What parts know of an object."""
    methods = tuple(Method(member.name, member.read_only, member.arity) for member in record.interface.members)
    replicas = tuple(Replica(each.number, each.kernel_id, each.role) for each in sorted(record.replicas, key=lambda each: each.number))
    return ObjectView(record.id, Interface(record.interface.name, methods), replicas, record.epoch)


def specs_of(record: common_pb2.ObjectRecord) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The names and settings of an object's managers."""
    return tuple((each.name, decode(each.config) if each.config else {}) for each in record.deployment_managers)


def specs_key(record: common_pb2.ObjectRecord) -> bytes:
    """The same for the same managers with the same settings."""
    return b"".join(each.SerializeToString(deterministic=True) + b"\x00" for each in record.deployment_managers)
