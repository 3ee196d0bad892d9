"""From what msgpack's C unpacker made to a Python value: extensions resolved, hostile nesting and keys refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from amino_wire.error_base import AminoError
from amino_wire.error_payload import from_payload, members_in
from amino_wire.error_tree import ValueInvalid
from amino_wire.guards import is_list, is_set
from amino_wire.protocol import DEPTH_LIMIT, EXTENSION_LIMIT
from amino_wire.values import material
from amino_wire.values.hooks import NO_HOOKS, ValueHooks
from amino_wire.values.kinds import (
    BACK_REFERENCE,
    BIG_INTEGER,
    DURATION,
    ERROR,
    GRAPH,
    NAMED,
    RAISED,
    REFERENCE,
    SCALARS,
    SET,
    Reference,
    length_of,
    moment_of,
)

_only_scalars = SCALARS.issuperset

_unpackb = material.unpackb


_REFERENCES = tuple([str, *name, int, *address] for name in ([str], []) for address in ([str], []))
"""Types of a reference's parts that are not nil."""


def pairs_to_map(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """A map, if Python can tell its keys apart."""
    try:
        plain = dict(pairs)
    except TypeError:
        raise ValueInvalid("a map has a list or a map as a key, which Python cannot hold") from None
    if len(plain) != len(pairs):
        raise ValueInvalid(f"a map has keys that Python cannot tell apart (such as 1, 1.0 and true): {_repeated(pairs)}")
    return plain


def _repeated(pairs: list[tuple[Any, Any]]) -> str:
    seen: dict[Any, Any] = {}
    for key, _ in pairs:
        if key in seen:
            return f"{seen[key]!r} and {key!r}"
        seen[key] = key
    return "?"


def unpack(data: bytes | memoryview) -> Any:
    """One msgpack item; extension types stay as they are.

    Raises:
        ValueInvalid: the bytes are truncated, have a rest, or are no msgpack.
    """
    try:
        return _unpackb(data, object_pairs_hook=pairs_to_map, strict_map_key=False)
    except ValueInvalid:
        raise
    except UnicodeDecodeError:
        raise ValueInvalid("a string is not valid UTF-8") from None
    except material.ExtraData:
        raise ValueInvalid("bytes follow the value") from None
    except material.TooDeep:
        raise ValueInvalid(f"the value is nested deeper than {DEPTH_LIMIT} levels") from None
    except (ValueError, TypeError, MemoryError, OverflowError) as error:
        raise ValueInvalid(f"the bytes are no value: {error or type(error).__name__}") from None


class Reader:
    """Resolves one value. Made anew for each, since it counts what the value made us copy.

    Arguments:
        from_reference: makes a stub, or the like, of a reference.
        hooks: the program's own classes.
    """

    def __init__(self, from_reference: Callable[[Reference], Any] | None = None, hooks: ValueHooks = NO_HOOKS) -> None:
        self._from_reference = from_reference
        self._hooks = hooks
        self._copied = 0

    def resolve(self, plain: Any, depth: int = 0, nodes: list[Any] | None = None) -> Any:
        """The value of plain material, which is changed in place.

        Arguments:
            plain: the result of `unpack`, or a part of it.
            depth: levels around it.
            nodes: containers of the enclosing graph.

        Raises:
            ValueInvalid: the material is no value, or a value that Python cannot hold.
        """
        kind = cast("type[object]", type(plain))
        if kind in SCALARS:
            return plain
        if kind is list:
            self._deepen(depth)
            if not _only_scalars(map(type, plain)):
                for index, item in enumerate(plain):
                    if type(item) not in SCALARS:
                        plain[index] = self.resolve(item, depth + 1, nodes)
            return plain
        if kind is dict:
            self._deepen(depth)
            return self._map(plain, depth + 1, nodes)
        if material.is_moment(plain):
            return moment_of(plain.seconds * 1_000_000_000 + plain.nanoseconds)
        return self._extension(plain.code, plain.data, depth, nodes)

    @staticmethod
    def _deepen(depth: int) -> None:
        if depth >= DEPTH_LIMIT:
            raise ValueInvalid(f"the value is nested deeper than {DEPTH_LIMIT} levels")

    def _map(self, plain: dict[Any, Any], depth: int, nodes: list[Any] | None) -> dict[Any, Any]:
        if not _only_scalars(map(type, plain.values())):
            for key, item in plain.items():
                if type(item) not in SCALARS:
                    plain[key] = self.resolve(item, depth, nodes)
        if not _only_scalars(map(type, plain)):
            pairs = [(key if type(key) in SCALARS else self._key(key), item) for key, item in plain.items()]
            plain.clear()
            plain.update(pairs_to_map(pairs))
        return plain

    def _key(self, key: Any) -> Any:
        named = material.is_extension(key) and key.code == NAMED and type(self._pair(key.data)[1]) is str
        if material.is_extension(key) and not named and key.code not in (BIG_INTEGER, DURATION, REFERENCE):
            raise ValueInvalid(
                "a map key must be null, a bool, a number, a string, bytes, a timestamp, a duration, a reference or a named text"
            )
        return self.resolve(key)

    def _extension(self, code: int, data: bytes, depth: int, nodes: list[Any] | None) -> Any:
        if code == BIG_INTEGER:
            if not data:
                raise ValueInvalid("a big integer has no bytes")
            return int.from_bytes(data, "big", signed=True)
        if code == DURATION:
            if len(data) != 8:
                raise ValueInvalid(f"a duration has {len(data)} bytes instead of 8")
            return length_of(int.from_bytes(data, "big", signed=True))
        if code == REFERENCE:
            return self._reference(self._payload(data))
        if code == SET:
            self._deepen(depth)
            return self._fill(set(), self._elements(data), depth + 1, nodes)
        if code == NAMED:
            self._deepen(depth)
            name, payload = self._pair(data)
            return self._hooks.load(name, self.resolve(payload, depth + 1))
        if code == ERROR:
            return self.error(self._payload(data), depth, nodes)
        if code == GRAPH:
            return self._graph(self._payload(data), depth)
        if code == BACK_REFERENCE:
            return _node(self._payload(data), nodes)
        if code == RAISED:
            raise ValueInvalid("`raised` (extension 8) stands inside a value; it may only be the outcome of a call")
        raise ValueInvalid(f"extension type {code} is not known")

    def _payload(self, data: bytes) -> Any:
        self._copied += len(data)
        if self._copied > EXTENSION_LIMIT:
            raise ValueInvalid("the value nests extensions whose payloads repeat too many bytes")
        return unpack(data)

    def _pair(self, data: bytes) -> list[Any]:
        pair = self._payload(data)
        if not is_list(pair) or len(pair) != 2 or type(pair[0]) is not str or not pair[0]:
            raise ValueInvalid("a named value must be an array of its class's name (a string) and its payload")
        return pair

    def _elements(self, data: bytes) -> list[Any]:
        elements = self._payload(data)
        if not is_list(elements):
            raise ValueInvalid("the payload of a set must be an array")
        return elements

    def _fill(self, target: set[Any], elements: list[Any], depth: int, nodes: list[Any] | None) -> set[Any]:
        for element in elements:
            item = element if type(element) in SCALARS else self.resolve(element, depth, nodes)
            if is_set(item):
                item = frozenset(item)
            try:
                known = item in target
            except TypeError:
                raise ValueInvalid(f"a set holds a {type(item).__name__}, which a set of Python cannot") from None
            if known:
                raise ValueInvalid(f"a set has elements that Python cannot tell apart: {item!r}")
            target.add(item)
        return target

    def _reference(self, payload: Any) -> Any:
        if not is_list(payload) or [type(part) for part in payload if part is not None] not in _REFERENCES or len(payload) != 4:
            raise ValueInvalid(
                "a reference must be an array: object id (string), class name (string or nil), epoch (int), address (string or nil)"
            )
        object_id, class_name, epoch, address = payload
        reference = Reference(object_id, class_name, epoch, address)
        return reference if self._from_reference is None else self._from_reference(reference)

    def error(self, payload: Any, depth: int = 0, nodes: list[Any] | None = None) -> AminoError:
        """The error of a plain payload (extensions 5 and 8)."""
        pending: list[Any] = [payload]
        while pending:
            link = pending.pop()
            if is_list(link) and len(link) >= 6:
                if type(link[4]) not in SCALARS:
                    link[4] = self.resolve(link[4], depth, nodes)
                pending += [*members_in(link), link[5]]
        return from_payload(payload)

    def _graph(self, payload: Any, depth: int) -> Any:
        if not is_list(payload) or not payload:
            raise ValueInvalid("the payload of a graph must be an array of at least one node")
        self._deepen(depth)
        nodes: list[Any] = [set() if material.is_extension(node) and node.code == SET else node for node in payload]
        for node, written in zip(nodes, payload, strict=True):
            if is_set(node):
                self._fill(node, self._elements(written.data), depth + 1, nodes)
            elif type(node) in (list, dict):
                self.resolve(node, depth, nodes)
            elif node is not payload[0]:
                raise ValueInvalid("a node of a graph must be a list, a map or a set")
        return nodes[0] if type(nodes[0]) in (list, dict, set) else self.resolve(nodes[0], depth, nodes)


def _node(number: Any, nodes: list[Any] | None) -> Any:
    if nodes is None:
        raise ValueInvalid("a back reference stands outside a graph")
    if type(number) is not int or not 0 <= number < len(nodes):
        raise ValueInvalid(f"a back reference names node {number!r} of a graph of {len(nodes)}")
    node = nodes[number]
    if type(node) not in (list, dict, set):
        raise ValueInvalid(f"a back reference names node {number}, which is no container")
    return node
