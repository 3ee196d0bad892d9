"""Questions to an object with replicas that only the one can answer which orders calls."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from amino_wire.errors import AminoError, Conflict, EpochStale, InvalidRequest, KernelUnavailable, ObjectBusy, Outcome


async def ask_whoever_leads(questions: Sequence[Coroutine[Any, Any, Any]], title: str) -> None:
    """Asks all replicas at once, since the service does not know which one leads, and one may stand still.

    Arguments:
        questions: one for each replica.
        title: of the object.

    Raises:
        Conflict, InvalidRequest: what the leader answered.
        AminoError: no replica answered as the leader.
    """
    left = {asyncio.ensure_future(each) for each in questions}
    last: AminoError = KernelUnavailable(f"no replica of object {title} lives at the moment; try again", outcome=Outcome.NOT_RUN)
    try:
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                try:
                    each.result()
                except (ObjectBusy, EpochStale) as error:
                    last = error
                except (Conflict, InvalidRequest):
                    raise
                except AminoError as error:
                    last = error
                else:
                    return
    finally:
        for each in left:
            each.cancel()
    raise KernelUnavailable(f"no replica of object {title} answers as its leader: {last.message}", cause=last)
