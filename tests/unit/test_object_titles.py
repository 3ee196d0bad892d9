"""Messages that have an object's record at hand say its name with its id."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from amino_wire.pb import common_pb2
from amino_wire.records import title_of

ROOT = Path(__file__).parents[2]
ROOMS = (
    *("kernel/amino_kernel", "oms/amino_oms", "store/amino_store", "replication/amino_replication"),
    *("dms/amino_dms", "wire/amino_wire", "sdk/python/amino"),
)
JAVA = ROOT / "java/src/main/java/org/amino/runtime"
UNKNOWN = {"FixedCalls.java": 1, "HostedObject.java": 1, "ObjectTable.java": 1, "Router.java": 1}
"""Messages of the JVM half about an id that names no object there, and the text that `titled` looks for."""


def test_a_title_has_the_name_and_the_id() -> None:
    assert title_of(common_pb2.ObjectRecord(id="0190-a", name="cart")) == "cart (0190-a)"
    assert title_of(common_pb2.ObjectRecord(id="0190-a")) == "0190-a"


def bare_ids(source: str) -> Iterator[int]:
    """The lines of texts that say `object`, and then the id of something that has a name, too."""
    for text in ast.walk(ast.parse(source)):
        if not isinstance(text, ast.JoinedStr):
            continue
        for before, value in zip(text.values, text.values[1:], strict=False):
            said = isinstance(before, ast.Constant) and re.search(r"\bobject $", str(before.value), re.IGNORECASE)
            if said and isinstance(value, ast.FormattedValue) and isinstance(value.value, ast.Attribute) and value.value.attr == "id":
                yield text.lineno


def test_no_message_says_a_bare_id_where_the_record_is_there() -> None:
    assert list(bare_ids('raise E(f"the object {record.id} is gone")')) == [1]
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in bare_ids(file.read_text(encoding="utf-8"))]
    assert found == []


def test_the_scheduler_of_the_jvm_half_says_titles() -> None:
    bare = re.compile(r'\bobject " \+ (?!object\.title|there\.title|title)', re.IGNORECASE)
    counts = {file.name: len(bare.findall(file.read_text())) for room in ("schedule", "lane") for file in (JAVA / room).glob("*.java")}
    assert {name: count for name, count in counts.items() if count} == UNKNOWN
    labels = [file.name for room in ("schedule", "lane") for file in (JAVA / room).glob("*.java") if '.label() + "' in file.read_text()]
    assert labels == ["PlainIds.java"] or labels == []
