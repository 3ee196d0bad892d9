"""Arguments and labels of new objects that are none are refused in words; a client that is not open says so and how to open one."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import amino
import pytest
from amino_wire.errors import ArgumentInvalid

from tests.unit.counter_kernel import counter_kernel, counter_kernel_thread

MAKERS: dict[str, Callable[..., Any]] = {
    "create": lambda client, **given: client.create("counter", **given),
    "create_many": lambda client, **given: client.create_many("counter", [[1]], **given),
    "register": lambda client, **given: client.register({"a.js": ""}, "a", language="js", **given),
    "register_kind": lambda client, **given: client.register_kind({"a.js": ""}, "a", language="js", **given),
}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"labels": ["a"]}, r"labels must be texts by their names, such as .*, not \['a'\]"),
    ({"labels": {"tier": 1}}, "labels must be texts by their names: 'tier' is 1"),
    ({"labels": {1: "gold"}}, "labels must be texts by their names: 1 is 'gold'"),
    ({"kwargs": ["a"]}, r"kwargs must be arguments by their names, such as .*, not \['a'\]"),
    ({"args": "ab"}, r"args must be a list of the constructor's arguments, such as \['ab'\], not 'ab'"),
    ({"args": 7}, r"args must be a list of the constructor's arguments, such as \[7\], not 7"),
]


@pytest.mark.parametrize("name", MAKERS)
async def test_wrong_arguments_and_labels_are_refused(tmp_path: Path, name: str) -> None:
    async with counter_kernel(tmp_path) as kernel, amino.connect(kernel.address) as client:
        for given, told in WRONG:
            if "args" in given and name.startswith("create"):
                continue  # its arguments stand in order
            with pytest.raises(ArgumentInvalid, match=told):
                await MAKERS[name](client, **given)
        assert not kernel.requests
        assert not kernel.artifacts


USES: dict[str, Callable[[amino.BlockingClient], Any]] = {
    "get": lambda client: client.get("counter"),
    "create": lambda client: client.create("counter"),
    "create_many": lambda client: client.create_many("counter", [[1]]),
    "register": lambda client: client.register({"a.js": ""}, "a", language="js"),
    "register_kind": lambda client: client.register_kind({"a.js": ""}, "a", language="js"),
    "get_or_create": lambda client: client.get_or_create("a", 1),
    "list": lambda client: client.list(),
    "logs": lambda client: list(client.logs()),
    "watch": lambda client: list(client.watch()),
}


@pytest.mark.parametrize("name", USES)
def test_a_closed_client_says_only_that_it_is_closed(tmp_path: Path, name: str) -> None:
    with counter_kernel_thread(tmp_path) as kernel:
        with amino.connect(kernel.address) as client:
            client.kernels()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            with pytest.raises(ArgumentInvalid, match="is not open"):
                USES[name](client)
            gc.collect()
        assert [str(warning.message) for warning in told if issubclass(warning.category, RuntimeWarning)] == []


def test_a_client_that_was_not_opened_says_how_to_open_one() -> None:
    connecting = amino.connect("127.0.0.1:1")
    with pytest.raises(AttributeError, match=r"no client yet, and has no get\. Open one: `with amino\.connect\(\) as client:`"):
        connecting.get("counter")  # type: ignore[attr-defined]
    assert not hasattr(connecting, "create")


async def test_clients_are_opened_and_closed_without_a_block(tmp_path: Path) -> None:
    async with counter_kernel(tmp_path) as kernel:
        client = await amino.connect(kernel.address).client().open()
        assert await (await client.get("counter")).incr(1) == 1
        await client.close()


def test_blocking_clients_are_opened_and_closed_without_a_block(tmp_path: Path) -> None:
    with counter_kernel_thread(tmp_path) as kernel:
        client = amino.connect(kernel.address).blocking().open()
        assert client.get("counter").incr(1) == 1
        client.close()
