"""The first of several kernels that answers: the next one is tried after a short time, also while an earlier one has not refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from amino_wire.errors import AminoError, KernelUnavailable, Unavailable
from amino_wire.unheard import may_be_unheard

from amino.link import KernelLink


async def first_open(links: Sequence[KernelLink], seconds: float) -> KernelLink:
    """The link that is open first. Attempts that are late go on, and do no harm: a process that stands still refuses nobody.

    Arguments:
        links: in the order in which they are tried.
        seconds: how long the next one waits for the one before.

    Raises:
        KernelUnavailable: none can be opened.
        AminoError: a kernel refuses in such a way that another one would do the same.
    """
    trying: dict[asyncio.Future[None], KernelLink] = {}
    failures: list[AminoError] = []
    waiting = list(links)
    while waiting or trying:
        if waiting:
            link = waiting.pop(0)
            trying[asyncio.ensure_future(link.open())] = link
        done, _ = await asyncio.wait(trying, timeout=seconds if waiting else None, return_when=asyncio.FIRST_COMPLETED)
        for attempt in [each for each in trying if each in done]:
            link = trying.pop(attempt)
            error = attempt.exception()
            if error is None:
                for late in trying:
                    late.add_done_callback(may_be_unheard)  # another kernel has answered
                return link
            if not isinstance(error, Unavailable):
                raise error
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    raise KernelUnavailable("no kernel answers: " + "; ".join(failure.message for failure in failures), cause=failures[0])
