"""The table of docs/security.md that says what a guest finds of its process: each cell has a test in a real kernel."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.process_things import INPUT, NATIVE_ROWS, ROWS, THINGS, WASM_IMPORTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
COLUMNS = {"JavaScript": "js", "Python": "python", "Ruby": "ruby", "WebAssembly": "wasm", "LLVM bitcode": "llvm", "Java": "java"}
KERNELS = "the kernel's"


def table() -> dict[tuple[str, str], str]:
    """The cells by row and language."""
    lines = PAGE.read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| thing of the process |"))
    header = [cell.strip() for cell in lines[start].strip("|").split("|")][1:]
    assert header == list(COLUMNS)
    cells: dict[tuple[str, str], str] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *rest = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(rest) == len(header), line
        cells.update({(name, COLUMNS[column]): text for column, text in zip(header, rest, strict=True)})
    return cells


def test_the_rows_are_those_of_the_tests() -> None:
    assert list(dict.fromkeys(row for row, _ in table())) == list(ROWS)


def test_each_cell_has_a_test() -> None:
    shown = {(thing.row, thing.language) for thing in THINGS}
    shown |= {(row, "wasm") for row in WASM_IMPORTS}
    shown |= {(row, language) for language, rows in NATIVE_ROWS.items() for row in rows}
    missing = {cell for cell, text in table().items() if cell not in shown and text != KERNELS}
    assert not missing
    assert shown <= set(table())


def test_native_code_has_the_process_but_for_its_input() -> None:
    for (row, language), text in table().items():
        if language in NATIVE_ROWS:
            assert text == ("empty" if row == INPUT else KERNELS), (row, language)
