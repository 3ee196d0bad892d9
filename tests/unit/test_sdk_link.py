"""Links to kernels: who waits for one, and who has stopped waiting."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from amino.link import KernelLink
from amino.outside import SocketDial
from amino_wire.errors import KernelUnavailable
from amino_wire.values import Codec

NOBODY = "127.0.0.1:1"


def link() -> KernelLink:
    return KernelLink(
        NOBODY, client_id="test", codec=Codec(), budget_ms=1000, transport="auto", on_failed=lambda _: False, dial=SocketDial()
    )


async def test_an_attempt_that_nobody_waits_for_any_more_fails_without_a_word() -> None:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    kernel = link()
    waiting = asyncio.ensure_future(kernel.open())
    await asyncio.sleep(0)
    waiting.cancel()
    attempts = asyncio.all_tasks() - {asyncio.current_task(), waiting}
    assert len(attempts) == 1
    await asyncio.wait(attempts, timeout=10)
    del attempts
    gc.collect()
    await asyncio.sleep(0)
    assert not told
    with pytest.raises(KernelUnavailable, match="does not answer"):
        await kernel.open()
    await kernel.close()
