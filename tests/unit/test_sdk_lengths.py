"""Every option that is a time takes seconds, a timedelta or an amino.Duration; anything else is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.lengths import milliseconds
from amino_wire.errors import ArgumentInvalid

from tests.unit.counter_kernel import CounterKernel, counter_kernel, counter_kernel_thread

LENGTHS = [1.5, Fraction(3, 2), timedelta(seconds=1.5), amino.Duration(1_500_000_000)]
STRANGERS = ["5s", None, True, [5], 1j]
OUTSIDE = [-1, -0.001, float("nan"), float("inf"), 10**400, timedelta(days=-1), amino.Duration(-1)]
OPTIONS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "create": ("ttl", lambda client, length: client.create("counter", ttl=length)),
    "create_many": ("ttl", lambda client, length: client.create_many("counter", [], ttl=length)),
    "register": ("idle", lambda client, length: client.register({"a.js": ""}, "a", language="js", idle=length)),
    "register_kind": ("idle", lambda client, length: client.register_kind({"a.js": ""}, "a", language="js", idle=length)),
}
"""By method, the option and how it is given."""


@pytest.mark.parametrize(
    ("length", "whole"), [(5, 5000), (0.07, 70), (0.0001, 1), (1e-12, 1), (0, 0), *((length, 1500) for length in LENGTHS)]
)
def test_milliseconds(length: Any, whole: int) -> None:
    assert milliseconds(length, "ttl") == whole


@pytest.mark.parametrize("length", STRANGERS)
def test_strangers_are_no_lengths(length: Any) -> None:
    with pytest.raises(ArgumentInvalid, match=r"ttl must be a number of seconds, a timedelta or an amino\.Duration, not "):
        milliseconds(length, "ttl")


@pytest.mark.parametrize("length", OUTSIDE)
def test_lengths_have_limits(length: Any) -> None:
    with pytest.raises(ArgumentInvalid, match=r"ttl must be 0 or more seconds and at most 1e\+09, not "):
        milliseconds(length, "ttl")
    with pytest.raises(ArgumentInvalid, match="deadline must be more than 0 seconds"):
        milliseconds(0, "deadline", zero=False)


@pytest.mark.parametrize("length", LENGTHS)
async def test_lengths_arrive(tmp_path: Path, length: Any) -> None:
    async with counter_kernel(tmp_path) as kernel, amino.connect(kernel.address, deadline=length) as client:
        counter = await client.create("counter", ttl=length)
        assert kernel.requests[-1].ttl_ms == 1500
        await client.register({"a.js": ""}, "a", language="js", entry="a.js", idle=length)
        assert next(request.idle_ms for request in reversed(kernel.requests) if hasattr(request, "idle_ms")) == 1500
        await counter.with_options(deadline=length).get()
        assert kernel.objects[amino.reference_of(counter).id].seen[-1].budget_ms == 1500


@pytest.mark.parametrize("name", OPTIONS)
async def test_clients_with_async_refuse_other_things(tmp_path: Path, name: str) -> None:
    option, give = OPTIONS[name]
    async with counter_kernel(tmp_path) as kernel, amino.connect(kernel.address) as client:
        await check(kernel, option, lambda length: give(client, length))


async def check(kernel: CounterKernel, option: str, give: Callable[[Any], Any]) -> None:
    for length in ("5s", -1, float("nan")):
        with pytest.raises(ArgumentInvalid, match=f"^{option} must be "):
            await give(length)
    assert not kernel.requests


def test_clients_without_async_refuse_other_things(tmp_path: Path) -> None:
    with counter_kernel_thread(tmp_path) as kernel, amino.connect(kernel.address, deadline=timedelta(seconds=5)) as client:
        for option, give in OPTIONS.values():
            with pytest.raises(ArgumentInvalid, match=f"^{option} must be .* not '5s'"):
                give(client, "5s")
        client.create("counter", ttl=timedelta(seconds=2))
        assert kernel.requests[-1].ttl_ms == 2000


@pytest.mark.parametrize("length", ["5s", -1, float("nan"), True])
def test_the_deadline_of_a_client_is_refused_at_once(length: Any) -> None:
    with pytest.raises(ArgumentInvalid, match=r"^deadline must be "):
        amino.connect("127.0.0.1:1", deadline=length)
