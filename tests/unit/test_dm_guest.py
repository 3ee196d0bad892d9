"""Errors of calls that a played guest makes, as every guest language shows them (`tests/conformance/nested_errors.json`)."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from amino_testkit import simulate
from amino_testkit.half.guest import Guest, GuestCall
from amino_wire.errors import AminoError, Outcome, from_payload

TABLE = Path(__file__).parents[1] / "conformance" / "nested_errors.json"
CASES: list[dict[str, Any]] = json.loads(TABLE.read_text())["cases"]


class Caller:
    amino: Any

    async def passes_on(self) -> None:
        await self.amino.call("other", "fails")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['nested'][0]} {case['nested'][3]}")
def test_an_error_of_a_nested_call_never_passes_for_the_objects_own(case: dict[str, Any]) -> None:
    code, kind, message, outcome = case["nested"]
    nested = from_payload([code, kind, message, "", None, None, Outcome[outcome.upper()].value])

    async def call_out(*_: object) -> Any:
        raise nested

    async def running(_: Random) -> None:
        await Guest(Caller(), call_out).run(GuestCall("x", "passes_on", (), {}, "", (), 0.0), [])

    with pytest.raises(AminoError) as caught:
        simulate(running, 1)
    assert [caught.value.code, caught.value.outcome.name.lower()] == case["outer"]
    assert (caught.value.type, caught.value.message, caught.value.cause) == (kind, message, nested)
