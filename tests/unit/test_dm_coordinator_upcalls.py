"""Coordinators of third parties that raise in an upcall: the others are made, and asked, all the same."""

from __future__ import annotations

import pytest
from amino_dms.runtime import CoordinatorRuntime
from amino_wire.errors import AminoError, InternalError, OmsUnavailable

from tests.unit.noting_managers import MISTAKE, SILENT, VIEW, Log, chain, heard, host, names, run
from tests.unit.played_host import raised_by


@pytest.mark.parametrize(("trouble", "kind"), [(MISTAKE, InternalError), (SILENT, OmsUnavailable)])
def test_all_coordinators_are_made_however_one_fails(trouble: BaseException, kind: type[AminoError]) -> None:
    """Only the one that failed is asked again."""

    async def scenario() -> None:
        log: Log = []
        at = host()
        troubles: dict[str, BaseException | None] = {"on_create": trouble}
        made = CoordinatorRuntime(chain(log, troubles), VIEW, at)  # type: ignore[arg-type]
        assert names(await raised_by(made.open()), "on_create", kind)
        assert heard(log, "on_create") == ["A", "B", "C"]
        log.clear()
        again = CoordinatorRuntime(chain(log, {}), VIEW, at)  # type: ignore[arg-type]
        await again.open()
        assert heard(log, "on_create") == ["B"]

    run(scenario)


def test_a_coordinator_that_makes_a_mistake_does_not_keep_the_next_from_bringing_the_object_back() -> None:
    async def scenario() -> None:
        log: Log = []
        made = CoordinatorRuntime(chain(log, {"on_failure": MISTAKE}), VIEW, host())  # type: ignore[arg-type]
        await made.open()
        assert await made.failure(VIEW.replicas[0])
        assert heard(log, "on_failure") == ["A", "B", "C"]

    run(scenario)


def test_a_coordinator_that_cannot_yet_bring_the_object_back_is_asked_again_and_no_other() -> None:
    async def scenario() -> None:
        log: Log = []
        made = CoordinatorRuntime(chain(log, {"on_failure": SILENT}), VIEW, host())  # type: ignore[arg-type]
        await made.open()
        assert names(await raised_by(made.failure(VIEW.replicas[0])), "on_failure", OmsUnavailable)
        assert heard(log, "on_failure") == ["A", "B"]

    run(scenario)
