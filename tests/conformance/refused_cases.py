"""The cases of `values.json` that are refused: bytes on reading, values on writing."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.conformance.value_cases import Value, integer, listed, mapped, string

VALUE = ["VALUE_INVALID"]
EITHER = ["VALUE_INVALID", "FRAME_INVALID"]
"""Where the bytes are no msgpack at all, some readers find out at the frame."""


def extension(kind: int, content: str) -> str:
    """An extension whose length is right, so that only its content can be at fault; all in hex."""
    length = len(content) // 2
    head = {1: "d4", 2: "d5", 4: "d6", 8: "d7", 16: "d8"}.get(length, f"c7{length:02x}")
    return f"{head}{kind:02x}{content}"


def invalid() -> Iterator[tuple[str, str, list[str]]]:
    """Name, bytes in hex, the codes that may be answered."""
    for name, data in (
        ("no bytes", ""),
        ("the byte that means nothing", "c1"),
        ("truncated int", "cd00"),
        ("truncated double", "cb3ff0"),
        ("truncated string", "a3616"[:4] + "61"),
        ("string longer than the bytes", "dbffffffff61"),
        ("bytes longer than the bytes", "c6ffffffff00"),
        ("list without its items", "93"),
        ("list of 4 thousand million", "ddffffffff"),
        ("map of 4 thousand million", "dfffffffff"),
        ("map with a key and no value", "81a161"),
        ("lists of 4 thousand million in one another", "ddffffffff" * 20),
        ("extension longer than the bytes", "c9ffffffff01"),
        ("truncated extension", "d70300000000"),
        ("bytes after the value", "0101"),
    ):
        yield name, data, EITHER
    for name, data in (
        ("string that is not UTF-8", "a1ff"),
        ("string with an encoded surrogate", "a3eda080"),
        ("string in overlong UTF-8", "a2c0af"),
        ("string with a truncated character", "a2e282"),
        ("unknown extension", "d40a00"),
        ("named value that is no array", "d40900"),
        ("named value without a value", extension(9, "91a161")),
        ("named value of three parts", extension(9, "93a16101c0")),
        ("named value with a number as name", extension(9, "920101")),
        ("named value without a name", extension(9, "92a001")),
        ("named value with bytes after it", extension(9, "92a16101" + "c0")),
        ("back reference into what is around a named value", extension(6, "91" + "91" + extension(9, "92a161" + extension(7, "00")))),
        ("map with a named map as key", "81" + extension(9, "92a16180") + "01"),
        ("map with the same named value twice", "82" + (extension(9, "92a161a162") + "01") * 2),
        ("set with the same named value twice", extension(2, "92" + extension(9, "92a161a162") * 2)),
        ("unknown negative extension", "d4fe00"),
        ("big int without bytes", "c70001"),
        ("duration of 4 bytes", "d60300000000"),
        ("duration of 16 bytes", "d803" + "00" * 16),
        ("timestamp of 5 bytes", "c705ff0000000000"),
        ("timestamp with a thousand million nanoseconds", "d7ff" + struct.pack(">Q", 10**9 << 34).hex()),
        ("set that is no array", "d40201"),
        ("set with half an array", "d50292" + "01"),
        ("set with equal elements", extension(2, "920101")),
        ("set with the same bytes twice", extension(2, "92c40161c40161")),
        ("set with bytes after it", extension(2, "9101" + "02")),
        ("reference that is no array", "d40401"),
        ("reference of three parts", extension(4, "93a161c000")),
        ("reference with a number as id", extension(4, "9401c000c0")),
        ("reference with a number as class name", extension(4, "94a1610100c0")),
        ("reference with a string as epoch", extension(4, "94a161c0a131c0")),
        ("reference with bytes after it", extension(4, "94a161c000c0" + "c0")),
        ("error that is no array", "d40501"),
        ("error of two parts", extension(5, "92a161a162")),
        ("error with a number as code", extension(5, "9701a162a163a164c0c000")),
        ("error with a string as outcome", extension(5, "97a161a162a163a164c0c0a131")),
        ("error with bytes after it", extension(5, "97a161a162a163a164c0c000" + "c0")),
        ("raised inside a list", "91" + extension(8, "96a145a145a16da0c0c0")),
        ("graph that is no array", "d40601"),
        ("graph without nodes", "d40690"),
        ("graph with bytes after it", extension(6, "9190" + "c0")),
        ("back reference outside a graph", extension(7, "00")),
        ("back reference to no node", extension(6, "92" + "91" + extension(7, "05") + "90")),
        ("back reference to a negative node", extension(6, "91" + "91" + extension(7, "ff"))),
        ("back reference that is a string", extension(6, "91" + "91" + extension(7, "a161"))),
        ("back reference with bytes after it", extension(6, "91" + "91" + extension(7, "0000"))),
        ("map with a list as key", "819001"),
        ("map with a map as key", "818001"),
        ("map with a set as key", "81d5029101" + "01"),
        ("map with an error as key", "81" + extension(5, "97a161a162a163a164c0c000") + "01"),
        ("map with the same key twice", "82a16101a16102"),
        ("map with the same bytes as key twice", "82c4016101c4016102"),
        ("map with the same big key twice", "82c70901010000000000000000" + "01" + "c70901010000000000000000" + "02"),
        ("201 lists in one another", "91" * 200 + "90"),
        ("2000 lists in one another", "91" * 1999 + "90"),
        ("201 maps in one another", "81a16b" * 200 + "80"),
    ):
        yield name, data, VALUE if name != "set with half an array" else EITHER
    deep = b"\x90"
    for _ in range(220):
        inner = b"\x91" + deep
        deep = (bytes([0xC8]) + struct.pack(">H", len(inner)) + b"\x02" if len(inner) != 2 else b"\xd5\x02") + inner
    yield "221 sets in one another", deep.hex(), VALUE


def unencodable() -> Iterator[tuple[str, Value, str]]:
    """Name, value, and what the message must name."""
    function: Value = {"function": None}
    surrogate: Value = {"surrogate": None}
    yield "function", function, ""
    yield "function in a list", listed(integer(1), function), "[1]"
    yield "function deep inside", mapped((string("handlers"), mapped((string("click"), function)))), "handlers.click"
    yield "function in a list in a map", mapped((string("a"), listed(listed(), listed(integer(0), function)))), "a[1][1]"
    yield "lone surrogate", surrogate, ""
    yield "lone surrogate in a list", listed(string("fine"), surrogate), "[1]"
    yield "lone surrogate as a key", mapped((surrogate, integer(1))), ""
    yield "function in a value of a class", {"named": ["Point", mapped((string("x"), function))]}, "x"
    yield "201 lists in one another", {"nest": ["list", 201]}, ""
    yield "201 maps in one another", {"nest": ["map", 201]}, ""
