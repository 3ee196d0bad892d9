"""The file in which a kernel keeps states between a stop and its next start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_kernel.instances.kept_states import KeptFile, KeptState

STATES = tuple(KeptState(f"object-{number}", "0", 7, number, bytes([number]) * number * 1000, b"") for number in range(5))


async def some(count: int) -> AsyncIterator[KeptState]:
    for state in STATES[:count]:
        yield state


async def test_states_come_back_as_they_were_until_they_are_removed(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path / "kept")
    assert list(kept.read()) == []
    assert await kept.keep(some(5)) == 5
    assert tuple(KeptFile(tmp_path / "kept").read()) == STATES
    assert await kept.keep(some(2)) == 2
    assert tuple(kept.read()) == STATES[:2]
    kept.remove()
    kept.remove()
    assert list(kept.read()) == []


async def test_what_is_kept_may_be_read_while_it_is_replaced(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path / "kept")
    await kept.keep(some(5))

    async def last_and_new() -> AsyncIterator[KeptState]:
        for state in kept.read():
            if state.epoch > 2:
                yield state
        async for state in some(1):
            yield state

    assert await kept.keep(last_and_new()) == 3
    assert tuple(kept.read()) == (STATES[3], STATES[4], STATES[0])


async def test_nothing_to_keep_leaves_no_file(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path / "kept")
    await kept.keep(some(5))
    assert await kept.keep(some(0)) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "flipped"])
async def test_a_damaged_file_gives_what_stands_before_the_damage(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "kept"
    kept = KeptFile(file)
    await kept.keep(some(5))
    whole = bytearray(file.read_bytes())
    if damage == "cut":
        del whole[-10:]
    else:
        whole[-10] ^= 1
    file.write_bytes(whole)
    assert tuple(kept.read()) == STATES[:4]


async def test_a_stop_that_is_cut_off_leaves_what_was_kept(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path / "kept")
    await kept.keep(some(5))

    async def broken() -> AsyncIterator[KeptState]:
        yield STATES[0]
        raise OSError("no space left")

    with pytest.raises(OSError):
        await kept.keep(broken())
    assert tuple(kept.read()) == STATES
