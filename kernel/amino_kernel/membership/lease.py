"""A kernel's lease with the OMS, on the kernel's own clock (`lease_clock`). Pure: times come in, decisions go out.

The lease counts from the moment the request left, the OMS counts from the moment it arrived, so it ends here first (Gray and
Cheriton 1989).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

RENEW_AFTER = 1 / 3
RETRY_AFTER = 1 / 10


@dataclass(frozen=True, slots=True)
class Lease:
    """A kernel's knowledge of its lease.

    Times are seconds of the kernel's `LeaseClock`. `incarnation` 0 means that the kernel never was registered. `fenced` says that its
    objects were told to answer no more.
    """

    incarnation: int = 0
    length: float = 0.0
    ends_at: float = 0.0
    registered: bool = False
    fenced: bool = False
    next_attempt_at: float = 0.0

    def held(self, now: float) -> bool:
        """True while this kernel may answer for its objects."""
        return self.incarnation != 0 and now < self.ends_at

    def granted(self, sent_at: float, length: float, incarnation: int) -> Lease:
        """The OMS registered the kernel, or renewed its lease, answering a request that left at `sent_at`."""
        return replace(
            self,
            incarnation=incarnation,
            length=length,
            ends_at=max(self.ends_at, sent_at + length),
            registered=True,
            next_attempt_at=sent_at + length * RENEW_AFTER,
        )

    def unknown(self, now: float) -> Lease:
        """The OMS answered that it does not know this kernel: it must register again, at once."""
        return replace(self, registered=False, next_attempt_at=now)

    def due(self, now: float) -> Lease:
        """There is something to tell the OMS at once."""
        return replace(self, next_attempt_at=now)

    def failed(self, now: float) -> Lease:
        """The OMS did not answer. The lease runs on."""
        pause = max(0.05, min(1.0, self.length * RETRY_AFTER)) if self.length else 0.2
        return replace(self, next_attempt_at=now + pause)

    def must_fence(self, now: float) -> bool:
        """True when the lease has ended and the objects have not been fenced yet."""
        return self.incarnation != 0 and not self.fenced and not self.held(now)

    def may_resume(self, now: float) -> bool:
        """True when the objects are fenced and the lease is held again."""
        return self.fenced and self.registered and self.held(now)

    def with_fence(self, fenced: bool) -> Lease:
        """The objects have been fenced, or resumed."""
        return replace(self, fenced=fenced)

    def given_up(self) -> Lease:
        """The kernel stops: it may answer for nothing any more."""
        return replace(self, ends_at=float("-inf"), registered=False, fenced=True)

    def wait(self, now: float) -> float:
        """Answers the seconds until there is something to do."""
        times = [self.next_attempt_at]
        if self.incarnation != 0 and not self.fenced:
            times.append(self.ends_at)
        return max(0.0, min(times) - now)
