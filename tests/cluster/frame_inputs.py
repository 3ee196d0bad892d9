"""Frames of every kind, made wrong in one field at a time or at random: the inputs of the fuzzer of frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from amino_wire.frames import CANCEL, GOODBYE, PARTIAL, PING, PONG, REPLY, REQUEST, array_header, map_header, pack

from tests.cluster.call_fuzzer import ATOMS

SEQ = 41
"""The number of each request that is tried."""
METHOD = "take"


@dataclass(frozen=True, slots=True)
class FrameInput:
    """One frame.

    Attributes:
        kind: which field of which frame was changed, for counts.
        data: the frame's bytes.
    """

    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Template:
    """A valid frame: the bytes of each of its items, with the names of those items."""

    name: str
    items: Sequence[tuple[str, bytes]]

    @property
    def data(self) -> bytes:
        return array_header(len(self.items)) + b"".join(item for _, item in self.items)


def _listed(*items: bytes) -> bytes:
    return array_header(len(items)) + b"".join(items)


def _calls(target: str, args: bytes = b"\x90") -> tuple[bytes, bytes, bytes]:
    return pack(target), pack(METHOD), args


def templates(target: str) -> list[_Template]:
    """A valid frame of each kind but the hello, which the first frame of a connection alone may be."""
    calls = _listed(*_calls(target), *_calls(target, b"\x91\xa1x"))
    options = map_header(1) + pack(1) + map_header(1) + pack(3) + pack("request-1")
    head = [("seq", pack(SEQ)), ("budget", pack(9000))]
    numbered = [("seq", pack(SEQ))]
    return [
        _Template("request", [("kind", pack(REQUEST)), *head, ("calls", calls)]),
        _Template("request with options", [("kind", pack(REQUEST)), *head, ("calls", calls), ("options", options)]),
        _Template("reply", [("kind", pack(REPLY)), *numbered, ("outcomes", pack([1, "x"]))]),
        _Template("reply with metadata", [("kind", pack(REPLY)), *numbered, ("outcomes", pack([1])), ("metadata", b"\x81\x01\xc0")]),
        _Template("partial", [("kind", pack(PARTIAL)), *numbered, ("indexes", pack([0])), ("outcomes", pack([1]))]),
        _Template("cancel", [("kind", pack(CANCEL)), *numbered, ("indexes", pack([0, 7]))]),
        _Template("goodbye", [("kind", pack(GOODBYE)), ("error", pack(["OVERLOADED", "Overloaded", "m", "", None, None, 1]))]),
        _Template("ping", [("kind", pack(PING)), ("number", pack(3))]),
        _Template("pong", [("kind", pack(PONG)), ("number", pack(3))]),
    ]


WIDE = {"seq": b"\xd3" + SEQ.to_bytes(8, "big"), "budget": b"\xcd\x23\x28", "number": b"\xcc\x03"}
"""Integers that are right and longer than they need be."""


def corpus(target: str) -> Iterator[FrameInput]:
    """Each field of each frame with every kind of item, without it, with one more, cut off, and with bytes behind."""
    for made in templates(target):
        yield FrameInput(f"{made.name}: whole", made.data)
        yield from _shapes(made)
        for place, (field, right) in enumerate(made.items):
            for atom in (*ATOMS.values(), *([WIDE[field]] if field in WIDE else [])):
                if made.name == "goodbye" and field == "error":
                    continue
                yield FrameInput(f"{made.name}: {field}", _with(made, place, atom))
            yield FrameInput(f"{made.name}: {field} cut", _with(made, place, right[:-1]))
    yield from _inner(target)


def _with(made: _Template, place: int, item: bytes) -> bytes:
    items = [old for _, old in made.items]
    items[place] = item
    return _listed(*items)


def _shapes(made: _Template) -> Iterator[FrameInput]:
    items = [item for _, item in made.items]
    yield FrameInput(f"{made.name}: behind it", made.data + b"\xc0")
    yield FrameInput(f"{made.name}: cut", made.data[:-1])
    yield FrameInput(f"{made.name}: long header", b"\xdc" + len(items).to_bytes(2, "big") + b"".join(items))
    yield FrameInput(f"{made.name}: longer header", b"\xdd" + len(items).to_bytes(4, "big") + b"".join(items))
    yield FrameInput(f"{made.name}: wide kind", _listed(b"\xcc" + items[0], *items[1:]))
    for count in range(len(items)):
        yield FrameInput(f"{made.name}: {count} items", _listed(*items[:count]))
    yield FrameInput(f"{made.name}: an item more", _listed(*items, b"\xc0"))
    yield FrameInput(f"{made.name}: two items more", _listed(*items, b"\x80", b"\xc0"))


def _inner(target: str) -> Iterator[FrameInput]:
    """What stands within the calls, the options and the lists of a frame."""
    for place, name in enumerate(("target", "method", "args")):
        for atom in ATOMS.values():
            parts = list(_calls(target))
            parts[place] = atom
            yield FrameInput(f"call: {name}", _request(_listed(*parts, *_calls(target))))
    for count in range(1, 6):
        yield FrameInput("calls: not in threes", _request(_listed(*(_calls(target) * 2)[:count])))
    for atom in ATOMS.values():
        yield FrameInput("options: key", _request(_listed(*_calls(target)), map_header(1) + atom + b"\x80"))
        yield FrameInput("options: value", _request(_listed(*_calls(target)), map_header(1) + pack(0) + atom))
        for kind in (REPLY, PARTIAL):
            indexes = b"\x91\x00" if kind == PARTIAL else b""
            yield FrameInput("outcome", array_header(3 + (kind == PARTIAL)) + pack(kind) + pack(SEQ) + indexes + b"\x91" + atom)
        yield FrameInput("partial: index", array_header(4) + pack(PARTIAL) + pack(SEQ) + b"\x91" + atom + b"\x91\x01")
        yield FrameInput("cancel: index", array_header(3) + pack(CANCEL) + pack(SEQ) + b"\x91" + atom)
    for index in (1, 7, -1, 1 << 40):
        yield FrameInput("options: of no call", _request(_listed(*_calls(target)), map_header(1) + pack(index) + b"\x80"))
    yield FrameInput("options: twice", _request(_listed(*_calls(target)), map_header(2) + b"\x00\x80" + b"\x00\x80"))
    yield FrameInput("partial: fewer outcomes", array_header(4) + pack(PARTIAL) + pack(SEQ) + pack([0, 1]) + pack([1]))


def _request(calls: bytes, options: bytes = b"") -> bytes:
    return array_header(5 if options else 4) + pack(REQUEST) + pack(SEQ) + pack(9000) + calls + options


def random_inputs(target: str, random: Random) -> Iterator[FrameInput]:
    """Valid frames with several bytes changed, taken out, doubled or put in."""
    whole = templates(target)
    while True:
        made = random.choice(whole)
        data = bytearray(made.data)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            at = random.randrange(len(data))
            way = random.randrange(4)
            if way == 0:
                data[at] = random.choice((random.randrange(256), data[at] ^ 1 << random.randrange(8)))
            elif way == 1 and len(data) > 1:
                del data[at]
            elif way == 2:
                data[at:at] = random.choice(list(ATOMS.values()))
            else:
                data[at:at] = data[at : at + random.randrange(1, 8)]
        yield FrameInput(f"{made.name}: at random", bytes(data))
