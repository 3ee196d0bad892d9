"""The lease of a kernel, by its own clock."""

from __future__ import annotations

from amino_kernel.membership.lease import Lease
from hypothesis import given
from hypothesis import strategies as st


def test_a_kernel_that_never_registered_holds_nothing_and_fences_nothing() -> None:
    lease = Lease()
    assert not lease.held(0.0) and not lease.must_fence(1e9)
    assert lease.wait(5.0) == 0.0


def test_the_lease_counts_from_the_sending_of_the_request() -> None:
    lease = Lease().granted(sent_at=100.0, length=3.0, incarnation=7)
    assert lease.held(102.9) and not lease.held(103.0)
    assert lease.wait(100.5) < 0.6


def test_objects_are_fenced_once_when_the_lease_ends_and_resumed_after_registering_again() -> None:
    lease = Lease().granted(0.0, 3.0, 1)
    assert not lease.must_fence(2.9) and lease.must_fence(3.0)
    fenced = lease.with_fence(True)
    assert not fenced.must_fence(4.0) and not fenced.may_resume(4.0)
    again = fenced.granted(5.0, 3.0, 1)
    assert again.may_resume(5.1) and not again.with_fence(False).may_resume(5.1)


def test_an_oms_that_does_not_know_the_kernel_is_asked_again_at_once() -> None:
    lease = Lease().granted(0.0, 3.0, 1).unknown(1.0)
    assert lease.wait(1.0) == 0.0 and not lease.registered and lease.held(1.0)


def test_a_fenced_kernel_does_not_resume_on_an_old_registration() -> None:
    lease = Lease().granted(0.0, 3.0, 1).unknown(2.0).with_fence(True)
    assert not lease.may_resume(2.5)


@given(st.floats(0, 1e6), st.floats(0.1, 60), st.floats(0, 30))
def test_the_kernel_stops_no_later_than_the_oms_counts(sent: float, length: float, journey: float) -> None:
    lease = Lease().granted(sent, length, 1)
    ends_at_oms = sent + journey + length
    assert not lease.held(ends_at_oms)
