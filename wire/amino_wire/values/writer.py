"""From a Python value to what msgpack's C packer writes by itself. Scalars never come here on the hot path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from amino_wire.error_base import AminoError
from amino_wire.error_payload import as_value, members_in, to_payload
from amino_wire.error_tree import ValueInvalid
from amino_wire.guards import is_map
from amino_wire.protocol import DEPTH_LIMIT
from amino_wire.values import material
from amino_wire.values.hooks import NO_HOOKS, ValueHooks, advice, outgoing
from amino_wire.values.kinds import (
    BACK_REFERENCE,
    BIG_INTEGER,
    DURATION,
    ERROR,
    GRAPH,
    NAMED,
    REFERENCE,
    SCALARS,
    SET,
    Duration,
    Reference,
    Timestamp,
)

_only_scalars = SCALARS.issuperset
_KEYS = (Reference, Timestamp, Duration, datetime, timedelta)
_SECOND = 1_000_000_000


class Unwritable(Exception):
    """Why a value cannot travel; `describe` finds where it stands."""


def big_integer(value: Any) -> material.Extension:
    """The packer calls this for an integer beyond 64 bits; nothing else that it does not know may reach it."""
    if type(value) is not int:
        raise Unwritable(f"{type(value).__name__} cannot travel")
    size = (value.bit_length() if value >= 0 else (~value).bit_length()) // 8 + 1
    return material.make_extension(BIG_INTEGER, value.to_bytes(size, "big", signed=True))


def pack(plain: Any) -> bytes:
    """One plain value as bytes."""
    return material.packb(plain, default=big_integer)


def children_of(value: Any) -> list[Any] | None:
    """The items of a container, or None for every other value; keys of maps are not among them."""
    kind = cast("type[object]", type(value))
    if kind is list or kind is tuple or kind is set or kind is frozenset:
        return list(value)
    if kind is dict:
        return list(value.values())
    if isinstance(value, AminoError):
        return [value.details] if value.details else None
    return None


class Writer:
    """Turns one value into plain material. Made anew for each value, since it remembers shared containers.

    Arguments:
        to_reference: tells what a stub refers to; None for whatever is no stub.
        hooks: the program's own classes.
        depth: levels around the value.
    """

    def __init__(self, to_reference: Callable[[Any], Reference | None] | None = None, hooks: ValueHooks = NO_HOOKS, depth: int = 0) -> None:
        self._to_reference = to_reference
        self._hooks = hooks
        self._depth = depth
        self._nodes: dict[int, int] = {}

    def write(self, value: Any) -> Any:
        """Plain material for the packer: scalars, lists, dicts, extension types.

        Raises:
            Unwritable: a part of the value cannot travel.
        """
        shared = self._shared(value)
        if not shared:
            return self._plain(value, self._depth)
        if id(value) in shared:
            del shared[id(value)]
        self._nodes = {id(value): 0, **{key: number for number, key in enumerate(shared, 1)}}
        nodes = [self._container(node, self._depth) for node in (value, *shared.values())]
        return material.make_extension(GRAPH, pack(nodes))

    def _shared(self, root: Any) -> dict[int, Any]:
        """Containers that stand in more than one place, by identity. A container in a cycle is one of them."""
        seen: set[int] = set()
        shared: dict[int, Any] = {}
        open_containers = [root]
        while open_containers:
            container = open_containers.pop()
            children = children_of(container)
            if children is None:
                continue
            leaf = _only_scalars(map(type, children))
            key = id(container)
            if key in seen:
                # No reader can tell that a tuple of scalars is shared; the interpreter itself shares () and constants.
                if not (leaf and type(container) in (tuple, frozenset)):
                    shared[key] = container
                continue
            seen.add(key)
            if not leaf:
                open_containers.extend(child for child in children if type(child) not in SCALARS)
        return shared

    def _plain(self, value: Any, depth: int) -> Any:
        kind = cast("type[object]", type(value))
        if kind in SCALARS:
            return value
        number = self._nodes.get(id(value))
        if number is not None and not isinstance(value, AminoError):
            return material.make_extension(BACK_REFERENCE, pack(number))
        if kind is list or kind is dict or kind is tuple or kind is set or kind is frozenset:
            return self._container(value, depth)
        return self._leaf(value, depth)

    def _container(self, value: Any, depth: int) -> Any:
        depth += 1
        if depth > DEPTH_LIMIT:
            raise Unwritable(f"it is nested deeper than {DEPTH_LIMIT} levels")
        kind = cast("type[object]", type(value))
        if kind is dict:
            return self._map(value, depth)
        if kind is list or kind is tuple:
            if _only_scalars(map(type, value)):
                return list(value)
            return [item if type(item) in SCALARS else self._plain(item, depth) for item in value]
        if kind is set or kind is frozenset:
            # Python's sets keep no order, and that of two equal ones differs by what else was in them: equal sets must be equal bytes.
            return material.make_extension(SET, pack(sorted([self._plain(item, depth) for item in value], key=pack)))
        # A graph whose node 0 is no container, such as an error that holds a shared map.
        return self._leaf(value, depth - 1)

    def _map(self, value: dict[Any, Any], depth: int) -> dict[Any, Any]:
        plain: dict[Any, Any] = {}
        for key, item in value.items():
            if type(key) not in SCALARS:
                if isinstance(key, _KEYS) or (self._to_reference is not None and self._to_reference(key) is not None):
                    key = self._leaf(key, depth)
                else:
                    key = self._named_key(key, depth)
            plain[key] = item if type(item) in SCALARS else self._plain(item, depth)
        return plain

    def _leaf(self, value: Any, depth: int) -> Any:
        if isinstance(value, (bytearray, memoryview)):
            return bytes(cast(bytearray, value))
        if isinstance(value, datetime):
            return _timestamp(Timestamp.of(value)) if value.tzinfo is not None else _naive()
        if isinstance(value, Timestamp):
            return _timestamp(value)
        if isinstance(value, timedelta):
            return _duration(value)
        if isinstance(value, Duration):
            return material.make_extension(DURATION, value.nanoseconds.to_bytes(8, "big", signed=True))
        if isinstance(value, Reference):
            return material.make_extension(REFERENCE, pack([value.id, value.class_name, value.epoch, value.address]))
        if isinstance(value, BaseException):
            return material.make_extension(ERROR, pack(self.error(as_value(value), depth)))
        if self._to_reference is not None:
            reference = self._to_reference(value)
            if reference is not None:
                return self._leaf(reference, depth)
        pair = outgoing(value, self._hooks)
        if pair is None:
            raise Unwritable(f"{_article(type(value).__name__)} cannot travel; {advice(value)}")
        return self._named(*pair, depth)

    def _named(self, name: str | None, payload: Any, depth: int) -> Any:
        depth += 1
        if depth > DEPTH_LIMIT:
            raise Unwritable(f"it is nested deeper than {DEPTH_LIMIT} levels")
        plain = Writer(self._to_reference, self._hooks, depth).write(payload)
        return plain if name is None else material.make_extension(NAMED, pack([name, plain]))

    def _named_key(self, key: Any, depth: int) -> Any:
        pair = outgoing(key, self._hooks)
        if pair is None or type(pair[1]) is not str:
            raise Unwritable(f"a map key cannot be of type {type(key).__name__}")
        return self._named(*pair, depth)

    def error(self, error: AminoError, depth: int = 0) -> list[Any]:
        """The plain payload of an error."""
        payload = to_payload(error)
        pending: list[Any] = [payload]
        while pending:
            link = pending.pop()
            if link[4] is not None:
                link[4] = self._plain(link[4], depth)
            pending += [*members_in(link), *([] if link[5] is None else [link[5]])]
        return payload


def _timestamp(value: Timestamp) -> material.Moment:
    seconds, rest = divmod(value.nanoseconds, _SECOND)
    return material.make_moment(seconds, rest)


def _duration(value: timedelta) -> material.Extension:
    try:
        return material.make_extension(DURATION, Duration.of(value).nanoseconds.to_bytes(8, "big", signed=True))
    except ValueError as error:
        raise Unwritable(str(error)) from None


def _naive() -> Any:
    raise Unwritable("a datetime without a time zone names no moment; give it tzinfo")


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def describe(
    value: Any, path: str, to_reference: Callable[[Any], Reference | None] | None, hooks: ValueHooks, fallback: str
) -> ValueInvalid:
    """The error for a value that could not be written: names the first part that cannot travel.

    Arguments:
        value: it could not be written.
        path: the value's name, such as `args[0]`.
        to_reference, hooks: as for Writer.
        fallback: the reason, should no single part be at fault.
    """
    walked: set[int] = set()
    pending: list[tuple[Any, str, int]] = [(value, path, 0)]
    while pending:
        part, place, depth = pending.pop()
        try:
            part = _payload_of(part, hooks)
            children = None if isinstance(part, BaseException) else children_of(part)
            if material.is_extension(part) or material.is_moment(part):
                continue  # plain already, as in a frame that is looked at again
            if children is None:
                pack(Writer(to_reference, hooks).write(part))
            elif depth >= DEPTH_LIMIT:
                raise Unwritable(f"it is nested deeper than {DEPTH_LIMIT} levels")
            elif is_map(part):
                pack(Writer(to_reference, hooks).write(dict.fromkeys(part)))
        except UnicodeEncodeError:
            return ValueInvalid(f"{_short(place)} cannot travel: a string holds a lone surrogate, which is no character; replace it")
        except (Unwritable, ValueError, OverflowError, TypeError) as error:
            return ValueInvalid(f"{_short(place)}: {error}")
        if children is not None and id(cast(object, part)) not in walked:
            walked.add(id(cast(object, part)))
            pending.extend(reversed([(child, inner, depth + 1) for child, inner in _named(part, place)]))
    return ValueInvalid(f"{path}: {fallback}")


def _payload_of(part: Any, hooks: ValueHooks) -> Any:
    """What a value of a class is saved as, for the places in it; every other value as it is."""
    if type(part) in SCALARS or children_of(part) is not None or material.is_extension(part) or material.is_moment(part):
        return part
    pair = outgoing(part, hooks)
    return part if pair is None or children_of(pair[1]) is None else pair[1]


def _short(place: str) -> str:
    return place if len(place) <= 120 else f"{place[:60]} … {place[-40:]}"


def _named(container: Any, place: str) -> Iterator[tuple[Any, str]]:
    if is_map(container):
        for key, item in container.items():
            yield item, f"{place}.{key}" if type(key) is str and key.isidentifier() else f"{place}[{key!r}]"
    else:
        for index, item in enumerate(container):
            yield item, f"{place}[{index}]"
