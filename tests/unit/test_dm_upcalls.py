"""Parts of third parties that raise or hang in an upcall: all other parts hear of it all the same, and nothing stays
behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from amino_dms.api import (
    DETACH_SECONDS,
    ENDING_SECONDS,
    Arrival,
    Purpose,
)
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import CoordinatorRuntime, ProxyChain
from amino_testkit import elapsed
from amino_wire.errors import AminoError, DeadlineExceeded, InternalError, OmsUnavailable

from tests.unit.noting_managers import LATER, MISTAKE, SILENT, VIEW, Log, chain, heard, host, names, run
from tests.unit.played_host import chain_over, opened, raised_by, request

TROUBLES = pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (MISTAKE, InternalError),
        (SILENT, OmsUnavailable),
        (asyncio.CancelledError(), InternalError),
        (None, DeadlineExceeded),
    ],
    ids=["mistake", "silent", "cancelled", "hangs"],
)


@TROUBLES
@pytest.mark.parametrize("hosted", ["instance managers", "proxies", "coordinators"])
def test_nothing_keeps_a_chain_from_ending(hosted: str, trouble: BaseException | None, kind: type[AminoError]) -> None:
    async def scenario() -> None:
        log: Log = []
        managers = chain(log, {"on_destroy": trouble, "first on_destroy": trouble})
        if hosted == "instance managers":
            made: Any = await opened(host(), managers)
        elif hosted == "proxies":
            made = ProxyChain(managers, VIEW, host())  # type: ignore[arg-type]
            await made.open()
        else:
            made = CoordinatorRuntime(managers, VIEW, host())  # type: ignore[arg-type]
            await made.open()
        ended: list[bool] = []

        async def background() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        made._parts[0]._part_kernel.spawn(background())
        await asyncio.sleep(0.1)
        began = elapsed()
        await made.close()
        assert sorted(heard(log, "on_destroy")) == ["A", "B", "C"]
        assert elapsed() - began <= (ENDING_SECONDS + 0.1 if trouble is None else 0.0)
        assert ended == [True]

    run(scenario)


def test_work_in_the_background_that_does_not_end_is_left_behind() -> None:
    async def scenario() -> None:
        log: Log = []
        made = await opened(host(), chain(log, {}))
        ended = asyncio.Event()

        async def stubborn() -> None:
            while not ended.is_set():
                try:
                    await ended.wait()
                except asyncio.CancelledError:
                    continue

        made._parts[0].kernel.spawn(stubborn())  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)
        began = elapsed()
        await made.close()
        assert elapsed() - began <= ENDING_SECONDS + 0.1
        ended.set()
        await asyncio.sleep(0)

    run(scenario)


@TROUBLES
def test_all_managers_that_leave_are_told(trouble: BaseException | None, kind: type[AminoError]) -> None:
    """The exchange of the chain ends with the first failure when all have been told."""

    async def scenario() -> None:
        log: Log = []
        made = await opened(host(), chain(log, {"on_detach": trouble}))
        await made.freeze("exchange")
        began = elapsed()
        error = await raised_by(made.detach({"A"}))
        assert names(error, "on_detach", kind)
        assert heard(log, "on_detach") == ["B", "C"]
        assert elapsed() - began <= (DETACH_SECONDS + 0.1 if trouble is None else 0.0)

    run(scenario)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=10m)", "ConsistentCaching(lease=10m)"])
def test_a_manager_that_waits_for_its_leases_has_the_time_it_needs(caching: str) -> None:
    async def scenario() -> None:
        made = await opened(host(), Chain.parse(caching, Registry.installed()))
        question = ("acquire", ("reader",)) if caching.startswith("Lease") else ("watch", ("reader", "", 0, False))
        await made.command(0, *question)
        await made.freeze("exchange")
        began = elapsed()
        await made.detach(())
        assert 590.0 < elapsed() - began < 601.0

    run(scenario)


@pytest.mark.parametrize(("trouble", "kind"), [(MISTAKE, InternalError), (SILENT, OmsUnavailable)])
@pytest.mark.parametrize("upcall", ["on_create", "load"])
def test_a_chain_that_cannot_begin_ends(upcall: str, trouble: BaseException, kind: type[AminoError]) -> None:
    """Managers that come later are not asked: a saver among them would save what is not complete."""

    async def scenario() -> None:
        log: Log = []
        made = chain_over(host(), chain(log, {upcall: trouble}))
        await made.freeze("opening")
        waiting = asyncio.ensure_future(raised_by(made.call(request("get", "x"))))
        error = await raised_by(made.open(Arrival.MOVED, {"A": 1, "B": 2, "C": 3}))
        assert names(error, upcall, kind)
        begun = ["A", "B", "C"] if upcall == "on_create" else ["A", "B"]
        assert heard(log, "load") == begun
        assert heard(log, "on_create") == (["A", "B"] if upcall == "on_create" else [])
        assert sorted(heard(log, "on_destroy")) == begun
        assert isinstance(await waiting, AminoError)

    run(scenario)


def test_proxies_that_cannot_begin_end_what_has_begun() -> None:
    async def scenario() -> None:
        log: Log = []
        made = ProxyChain(chain(log, {"on_create": MISTAKE}), VIEW, host())  # type: ignore[arg-type]
        assert names(await raised_by(made.open()), "on_create", InternalError)
        assert sorted(heard(log, "on_destroy")) == ["A", "B"]

    run(scenario)


@pytest.mark.parametrize("trouble", [MISTAKE, SILENT])
@pytest.mark.parametrize("hosted", ["instance managers", "proxies", "coordinators"])
def test_all_parts_hear_of_replicas(hosted: str, trouble: BaseException) -> None:
    """The news comes with a call, or with a move that is committed: neither must fail for a part's mistake."""

    async def scenario() -> None:
        log: Log = []
        managers = chain(log, {"on_member_removed 0": trouble, "first on_member_added 0": trouble})
        kinds: dict[str, Callable[[], Any]] = {
            "instance managers": lambda: chain_over(host(), managers),
            "proxies": lambda: ProxyChain(managers, VIEW, host()),  # type: ignore[arg-type]
            "coordinators": lambda: CoordinatorRuntime(managers, VIEW, host()),  # type: ignore[arg-type]
        }
        made = kinds[hosted]()
        await made.open(Arrival.CREATED)
        await made.update(LATER)
        for name in "ABC":
            assert [line for line in log if line.startswith(f"{name} on_member")] == [
                f"{name} on_member_removed 0",
                *sorted(line for line in log if line.startswith(f"{name} on_member_added")),
            ]
            assert len(heard(log, "on_member_added")) == 6
        assert made.view == LATER

    run(scenario)


def test_all_parts_hear_of_little_memory() -> None:
    async def scenario() -> None:
        log: Log = []
        made = await opened(host(), chain(log, {"on_low_memory": MISTAKE}))
        await made.low_memory(1000)
        proxies = ProxyChain(chain(log, {"on_low_memory": MISTAKE}), VIEW, host())  # type: ignore[arg-type]
        await proxies.low_memory(1000)
        assert heard(log, "on_low_memory") == ["A", "B", "C", "A", "B", "C"]

    run(scenario)


def test_what_a_part_cannot_save_is_not_left_out() -> None:
    async def scenario() -> None:
        log: Log = []
        made = await opened(host(), chain(log, {"save": MISTAKE}))
        assert names(await raised_by(made.save(Purpose.MOVE)), "save", InternalError)

    run(scenario)
