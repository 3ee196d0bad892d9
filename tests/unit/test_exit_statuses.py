"""Exit statuses that several packages name, none of which may import another."""

from __future__ import annotations

from amino.cli import exit_codes
from amino_kernel.boot import exit_status
from amino_kernel.boot.supervisor import Supervisor
from amino_oms.exit_status import STORE_FAILED
from amino_wire.errors import GuestException, KernelUnavailable, NameNotFound


def test_a_failed_store_has_one_status_everywhere() -> None:
    assert exit_codes.STORE_FAILED == exit_status.STORE_FAILED == STORE_FAILED
    assert f"{STORE_FAILED} the disk of the object management service failed" in exit_codes.HELP.replace("\n", " ")
    assert "disk of the object management service" in Supervisor.describe(STORE_FAILED)


def test_a_call_through_objects_to_one_that_is_away_ends_as_unavailable() -> None:
    away = KernelUnavailable("kernel k2 does not answer")
    inner = GuestException("kernel k2 does not answer", type="KernelUnavailable", cause=away)
    assert exit_codes.exit_code(GuestException("…", cause=inner)) == exit_codes.exit_code(away) == exit_codes.UNAVAILABLE
    assert exit_codes.exit_code(GuestException("no", cause=NameNotFound("none"))) == exit_codes.CALL_FAILED
    assert exit_codes.exit_code(GuestException("no")) == exit_codes.CALL_FAILED
