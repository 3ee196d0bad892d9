"""Tables of the command line: their columns, in pipes and in narrow terminals."""

from __future__ import annotations

from amino.cli.table import fact_lines, table_lines


def test_a_line_is_a_row_however_long_it_is_where_nobody_says_how_wide_it_may_be() -> None:
    long = "x" * 500
    assert table_lines(("NAME", "ID"), [(long, "1"), ("b", "2")], 0) == [f"NAME{' ' * 496} ID", f"{long} 1", f"b{' ' * 499} 2"]


def test_the_widest_columns_are_folded_where_the_terminal_is_narrow() -> None:
    assert table_lines(("NAME", "CHAIN"), [("counter", "abcdefghijklmnop")], 18) == [
        "NAME    CHAIN",
        "counter abcdefghij",
        "        klmnop",
    ]


def test_a_cell_may_have_several_lines() -> None:
    assert fact_lines({"name": "counter", "members": "get()\nincr(n)"}, 80) == ["name    counter", "members get()", "        incr(n)"]


def test_characters_of_two_columns_and_of_none() -> None:
    assert table_lines(("A", "B"), [("数", "1"), ("é", "2"), ("e\u0301", "3")], 0) == ["A  B", "数 1", "é  2", "e\u0301  3"]


def test_headings_and_names_are_bold_on_a_terminal() -> None:
    assert table_lines(("A",), [("1",)], 0, bold=True) == ["\033[1mA\033[0m", "1"]
    assert fact_lines({"name": "counter"}, 0, bold=True) == ["\033[1mname\033[0m counter"]


def test_a_table_without_rows_and_facts_without_any() -> None:
    assert table_lines(("A", "B"), [], 20) == ["A B"]
    assert fact_lines({}, 20) == []
