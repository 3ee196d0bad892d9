"""Comments, docstrings, messages and documents are sentences whose subject has a name, so that a reader who learned English later in life
understands them at first reading. A word or phrase that hides its subject, or takes a family for a picture, is refused here."""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = "tests/unit/test_english.py"

REFUSED = {
    r"(?i)\bwhoever\b": "name the subject: the caller, the kernel, the process",
    r"(?i)\b(?:one|those) who\b": "name them: the callers, the clients",
    r"(?i)(?<!the )\bone that\b": "repeat the noun: a call that, a kernel that",
    r"(?:^|[.;!?] )[Ww]hat (?:is|was|has|are)\b": "begin with a noun: the state that, calls that",
    r"(?:^|[.;!?] )[Ww]ho (?=\w)": "begin with a noun: the caller, the holder",
    r"(?i)\b(?:sees?|seen|seeing) to\b": "say the act: recovers, makes sure, sends",
    r"(?i)\b(?:bury|buries|buried|burial|farewell|reunion)\b": "use the field's word: mark dead, stop, reconcile",
    r"(?i)\bwelcom(?:e|es|ed|ing)\b": "use the field's word: register, accept",
}
"""What no comment, docstring, message or document may say, and what to do instead."""

SUFFIXES = (".py", ".js", ".mjs", ".ts", ".java", ".rb", ".rbs", ".c", ".h", ".md")
GENERATED = ("/pb/", "rotocol.py", "rotocol.js", "rotocol.rb", "Protocol.java", "/protocol.d.ts")
BLOCKS = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
HASHES = re.compile(r"(?m)(?:^|\s)#(?!\{)[^\n]*")
MARKS = re.compile(r"(?m)^\s*(?:/\*\*?|\*/?|//+|#+)\s?|\s*\*/$")
FSTRING_PART = getattr(tokenize, "FSTRING_MIDDLE", -1)
PARAGRAPHS = re.compile(r"\n\s*\n|\n(?=\s*(?:[*+|-]|\d+\.) )|\n(?=#)|(?m:^```.*?^```)", re.DOTALL)
STRINGS = re.compile(r"""^[rbfuRBFU]*("{3}|'{3}|"|')(.*)\1$""", re.DOTALL)


def sources() -> list[Path]:
    """The files of all our languages that git knows, without the generated ones and this one."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    ours = (name for name in names if name.endswith(SUFFIXES) and name != OURS and not any(part in name for part in GENERATED))
    return [ROOT / name for name in ours if (ROOT / name).is_file()]


def passages(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """The comments of a file, in Python its strings too, of a document the paragraphs and list items outside code, with the lines where
    they begin. Comments on one line after another are separate passages."""
    if path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("#")
            elif token.type == tokenize.STRING and (found := STRINGS.match(token.string)):
                yield token.start[0], found[2]
            elif token.type == FSTRING_PART:
                yield token.start[0], token.string
    elif path.suffix == ".md":
        begin = 0
        for end in [*PARAGRAPHS.finditer(text), None]:
            part = text[begin : end.start() if end else len(text)]
            yield text.count("\n", 0, begin) + 1, re.sub(r"^[*+|#-]+ ", "", part.strip())
            begin = end.end() if end else begin
    else:
        for found in (HASHES if path.suffix in (".rb", ".rbs") else BLOCKS).finditer(text):
            yield text.count("\n", 0, found.start()) + 1, MARKS.sub("", found[0].strip())


def refusals(path: Path, text: str) -> list[str]:
    """Where a file says something that is refused, what, and what to do instead."""
    wrong: list[str] = []
    for line, passage in passages(path, text):
        flat = " ".join(passage.split())
        for pattern, remedy in REFUSED.items():
            if found := re.search(pattern, flat):
                wrong.append(f"line {line}: {flat[max(0, found.start() - 20) : found.end() + 30]!r}: {remedy}")
    return wrong


@pytest.mark.parametrize("root", sorted({path.relative_to(ROOT).parts[0] for path in sources()}))
def test_sentences_name_their_subjects(root: str) -> None:
    wrong: list[str] = []
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(f"{root}/"):
            wrong += [f"{name}, {found}" for found in refusals(path, path.read_text(encoding="utf-8"))]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "x = 1  # Whoever waits gets it.\n"),
        ("a.py", 'def f() -> None:\n    """A line.\n\n    It goes on. What is\n    known counts.\n    """\n'),
        ("a.py", 'raise ValueError("drop one that is too long")\n'),
        ("A.java", "/**\n * Fine. Who has\n * it, runs.\n */\nclass A {}\n"),
        ("a.js", "f(); // sees to it\n"),
        ("a.rb", "f # for those who wait\n"),
        ("a.md", "# a\n\nIt is\nfine.\n* Fine. What is\n  known, counts.\n```sh\nwhoever\n```\n"),
    ],
)
def test_a_phrase_that_hides_its_subject_is_noticed(name: str, text: str) -> None:
    assert len(refusals(Path(name), text)) == 1


def test_plain_sentences_pass() -> None:
    assert (
        refusals(Path("a.py"), '"""The kernel says what is missing, and the one that answers first wins."""\n# The caller who waits.\n')
        == []
    )
