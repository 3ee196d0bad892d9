"""The judge of transactions over several objects tells right from wrong."""

from __future__ import annotations

import pytest
from amino_testkit.histories.transfers import Audit, Told, Transfer, judge

T = Transfer("t", ("a", "b"), 0.0, 1.0, Told.ALL)
U = Transfer("u", ("a", "b"), 0.5, 2.0, Told.ALL)
END = Audit({"a": ("t", "u"), "b": ("t", "u")}, 8.0, 9.0)


def test_what_is_right() -> None:
    assert judge([T, U], [END]) == ""
    assert judge([T, U], [Audit({"a": ("t",), "b": ("t",)}, 0.5, 2.0), END]) == ""
    assert judge([T, Transfer("v", ("a", "b"), 0.0, 1.0, Told.NOTHING), Transfer("w", ("a", "b"), 0.0, 1.0, Told.UNKNOWN), U], [END]) == ""


@pytest.mark.parametrize(
    ("transfers", "audits", "reason"),
    [
        ([T, U], [Audit({"a": ("t", "u"), "b": ("t",)}, 8.0, 9.0)], "only"),
        ([T, U], [Audit({"a": ("t", "u"), "b": ("u", "t")}, 8.0, 9.0)], "no order"),
        ([T, U], [Audit({"a": ("t", "u"), "b": ("t",)}, 0.5, 2.0), END], "no order"),
        ([T, U], [Audit({"a": (), "b": ()}, 1.5, 2.0), END], "no order"),
        ([T, U], [Audit({"a": ("u",)}, 0.5, 2.0), END], "was read as"),
        ([T, U], [Audit({"a": ("t", "u", "t"), "b": ("t", "u")}, 8.0, 9.0)], "twice"),
        ([T, Transfer("u", ("a", "b"), 0.5, 2.0, Told.NOTHING)], [END], "nothing had"),
        ([T, U, Transfer("v", ("a", "b"), 0.0, 1.0, Told.ALL)], [END], "did not happen"),
        ([T, Transfer("u", ("a", "b"), 2.0, 3.0, Told.ALL)], [Audit({"a": ("u", "t"), "b": ("u", "t")}, 8.0, 9.0)], "no order"),
    ],
)
def test_what_is_wrong(transfers: list[Transfer], audits: list[Audit], reason: str) -> None:
    assert reason in judge(transfers, audits)
