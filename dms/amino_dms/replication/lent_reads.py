"""Reads that the object's own gate answers while the leader's lease lasts: they pass no manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from amino_wire.errors import AminoError

from amino_dms.api import InstanceKernel, Seat

_EAGER: Final = 8
"""After so many reads that have come to the manager the next ones are lent."""
_IDLE: Final = 20
"""So often the lease is prolonged at the gate although it has answered no read."""


class LentReads:
    """Prolongs the right to answer at the gate of a replica that leads, as long as reads come there.

    The gate counts time by a clock of its own, whose reading is known as of a moment not later than the answer that has brought it: what is
    left of the lease then, and no more, is added to that reading.

    Arguments:
        kernel: of the instance manager.
        pause: how often the lease is prolonged, in seconds.
        seat: of the member that leads; None: there is none.
        position: up to where the object has applied the log.
    """

    def __init__(self, kernel: InstanceKernel, pause: float, seat: Callable[[], Seat | None], position: Callable[[], int]) -> None:
        self._kernel, self._pause, self._seat, self._position = kernel, pause, seat, position
        self._passed = 0
        self._lends = self._over = False

    def passed(self) -> None:
        """A read has come to the manager, and is answered there."""
        self._passed += 1
        if self._passed >= _EAGER and not self._lends and not self._over and self._kernel.in_order:
            self._lends = True
            self._kernel.spawn(self._lend())

    async def end(self) -> None:
        """The replica ends, or the manager leaves: the gate answers no read by itself any more when this returns."""
        self._over = True
        if self._lends:
            await self._kernel.lend_reads(None)

    async def _lend(self) -> None:
        clock = self._kernel.clock
        try:
            reading, before = await self._kernel.lend_reads(None)
            read_at, idle = clock.now(), 0
            while idle < _IDLE and not self._over:
                seat = self._seat()
                lease = None if seat is None else seat.lease()
                if seat is None or lease is None or self._position() < lease.first:
                    return
                idle += 1
                if lease.until > read_at:
                    seat.lent(lease.until)
                    reading, reads = await self._kernel.lend_reads(reading + int((lease.until - read_at) * 1e9))
                    read_at, idle, before = clock.now(), idle if reads == before else 0, reads
                await clock.sleep(self._pause)
        except AminoError:
            return  # reads come to the manager again
        finally:
            self._passed, self._lends = 0, False
