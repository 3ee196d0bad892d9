"""Guests of every language ask for the object of a kind and a key, and all get the same one."""

from __future__ import annotations

import asyncio

import amino
import pytest
from amino_wire.errors import GuestException

from tests.conformance.conftest import GUESTS, OBJECTS

COUNTER = {"counter.js": "module.exports = class { constructor() { this.n = 0; } add(by) { return (this.n += by); } };"}


async def test_guests_of_all_languages_get_the_object_that_one_of_them_makes(cluster: str) -> None:
    async with amino.connect(cluster) as client:
        await client.register_kind(COUNTER, "shared")
        guests = [await client.get(f"echo-{guest}") for guest in GUESTS]
        sums = await asyncio.gather(*(guest.demand("shared", "one", "add", 1) for guest in guests for _ in range(5)))
        assert sorted(sums) == list(range(1, 5 * len(GUESTS) + 1))
        assert [found.name for found in await client.list("shared/")] == ["shared/one"]


@pytest.mark.parametrize("guest", GUESTS)
async def test_each_language_makes_one_and_hears_what_is_wrong(cluster: str, guest: str) -> None:
    async with amino.connect(cluster) as client:
        await client.register_kind(OBJECTS / "echo.js", "echoes")
        asking = await client.get(f"echo-{guest}")
        assert await asking.demand("echoes", guest, "echo", "hello") == "hello"
        made = await client.describe(f"echoes/{guest}")
        assert (made.kind, made.maker) == ("echoes", f"object {amino.reference_of(asking).id}")
        with pytest.raises(GuestException, match="no kind named 'echos'; did you mean 'echoes'"):
            await asking.demand("echos", guest, "echo", "hello")
