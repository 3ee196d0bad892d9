"""What a kind of objects says of each of them: the name, the constructor's arguments, the spec. Pure."""

from __future__ import annotations

from amino_wire.cursor import Cursor
from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import DEFAULT

from amino_oms.registry.identity import check_name

SEPARATOR = "/"
"""Between the kind and the key in the name of an object: a kind has none, a key may have some."""


def check_kind_name(name: str) -> None:
    """Raises ArgumentInvalid for what cannot name a kind."""
    check_name(name)
    if SEPARATOR in name:
        raise ArgumentInvalid(f"the name {name!r} of a kind has a {SEPARATOR!r}, which stands between the kind and the key of an object")


def object_name(kind: str, key: str) -> str:
    """The name of the object of a kind and a key. Raises ArgumentInvalid for what cannot be one."""
    check_kind_name(kind)
    if not key:
        raise ArgumentInvalid(f"the key of an object of kind {kind!r} is empty; give one")
    name = f"{kind}{SEPARATOR}{key}"
    check_name(name)
    return name


def draft(kind: common_pb2.KindRecord, request: client_pb2.GetOrCreateRequest) -> common_pb2.ObjectRecord:
    """The object that a request makes of a kind: a record without id, epoch, status and place.

    Arguments that the request does not give are those of the kind.
    """
    record = common_pb2.ObjectRecord(name=object_name(kind.name, request.key), spec=kind.spec, maker=request.maker)
    spec = record.spec
    spec.generation, spec.kind = 1, kind.name
    if request.args or request.kwargs:
        spec.constructor_args, spec.constructor_kwargs = request.args, request.kwargs
    if kind.key_argument:
        spec.constructor_args = _with_key(request.key, spec.constructor_args)
    return record


def differences(old: common_pb2.KindRecord, new: common_pb2.KindRecord) -> tuple[str, ...]:
    """In which respects two forms of a kind make different objects; the generation does not count."""
    a, b = old.spec, new.spec
    found = {
        "source": a.artifact != b.artifact,
        "chain of deployment managers": list(a.deployment_managers) != list(b.deployment_managers),
        "selector": a.selector != b.selector,
        "set of labels": dict(a.labels) != dict(b.labels),
        "list of constructor's arguments": (a.constructor_args, a.constructor_kwargs, old.key_argument)
        != (b.constructor_args, b.constructor_kwargs, new.key_argument),
        "time until sleep": a.idle_ms != b.idle_ms,
        "way in which calls run": (a.concurrent, a.own_context) != (b.concurrent, b.own_context),
    }
    return tuple(what for what, differs in found.items() if differs)


def _with_key(key: str, args: bytes) -> bytes:
    """Arguments with the key before them. Each argument is a value of its own, so their bytes stay as they are."""
    cursor = Cursor(args)
    rest = [cursor.raw().data for _ in range(cursor.array())] if args else []
    return b"".join((_array_header(1 + len(rest)), DEFAULT.encode(key), *rest))


def _array_header(length: int) -> bytes:
    return bytes([0x90 | length]) if length < 16 else b"\xdc" + length.to_bytes(2, "big")
