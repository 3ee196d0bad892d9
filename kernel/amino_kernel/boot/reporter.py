"""Tells the OMS that a life of a kernel has ended: `python -m amino_kernel.boot.reporter`, started by the supervisor that has reaped it.

A process of its own, so that the supervisor stays small: gRPC is needed only here, and an OMS that is away holds nobody up.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from amino_kernel.boot.end_report import EndReport
from amino_kernel.links.oms_client import OmsClient
from amino_wire.errors import AminoError, DeadlineExceeded, OmsUnavailable
from amino_wire.pb import oms_pb2
from amino_wire.protocol import Metadata

HALVES_SECONDS = 5.0
"""A JVM half ends with its kernel within milliseconds; where nobody can end it, the lease decides."""
PATIENCE = 30.0
"""Seconds in which the OMS is asked: an OMS that is started again waits for a lease from then on, for which the report is not too late."""
ASK_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0


def request_of(report: EndReport) -> oms_pb2.LeaveRequest:
    """A report as the OMS gets it."""
    return oms_pb2.LeaveRequest(kernel_id=report.life.kernel_id, incarnation=report.life.incarnation, keeps=report.keeps, end=report.end)


def all_ended(held: int, seconds: float) -> bool:
    """Waits until nobody holds the other end of a pipe, at most so many seconds; answers whether nobody does."""
    poll = select.poll()
    poll.register(held, select.POLLIN)
    return bool(poll.poll(seconds * 1000)) and os.read(held, 1) == b""


async def delivered(
    ask: Callable[[oms_pb2.LeaveRequest], Awaitable[oms_pb2.LeaveResponse]],
    request: oms_pb2.LeaveRequest,
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]],
) -> bool:
    """Asks again and again until the OMS has answered. True where the life went on until then, False where that had ended before.

    Raises:
        OmsUnavailable, DeadlineExceeded: It has not answered for `PATIENCE` seconds.
        AminoError: Its refusal.
    """
    end, pause = clock() + PATIENCE, FIRST_PAUSE
    while True:
        try:
            return (await ask(request)).ended
        except (OmsUnavailable, DeadlineExceeded):
            if clock() + pause >= end:
                raise
        await sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def report(order: EndReport) -> bool:
    """Delivers a report; see `delivered`."""
    oms = OmsClient(order.oms)
    leave = partial(oms.stub.Leave, metadata=((Metadata.KERNEL, order.life.proof),))
    try:
        return await delivered(lambda request: oms.ask(leave, request, ASK_SECONDS), request_of(order), time.monotonic, asyncio.sleep)
    finally:
        await oms.close()


def main() -> int:
    """Entry point: reads the order as a line of JSON from standard input. Answers 0 when the OMS has answered."""
    plain = json.loads(sys.stdin.readline())
    order = EndReport.from_plain(plain["report"])
    ended = all_ended(order.held, HALVES_SECONDS)
    outcome: bool | AminoError = False
    if ended:
        try:
            outcome = asyncio.run(report(order))
        except AminoError as error:
            outcome = error
    _log(plain, order, ended, outcome)
    return 0 if ended and isinstance(outcome, bool) else 1


def _log(plain: dict[str, Any], order: EndReport, ended: bool, outcome: bool | AminoError) -> None:
    # Only now: the OMS was waiting.
    import structlog
    from amino_kernel.boot.log_setup import set_up_logging

    set_up_logging(plain["log_level"], plain["log_format"])
    log = structlog.get_logger("amino_kernel.boot.reporter").bind(
        kernel=order.life.kernel_id, incarnation=order.life.incarnation, end=order.end
    )
    if not ended:
        log.warning("a process with objects of the kernel that has ended goes on: the OMS waits for the kernel's lease")
    elif isinstance(outcome, AminoError):
        log.warning("the OMS was not told that the kernel has ended, and waits for its lease", oms=order.oms, error=outcome.message)
    else:
        log.info("the OMS knows that the kernel has ended", told_first=outcome)


if __name__ == "__main__":
    sys.exit(main())
