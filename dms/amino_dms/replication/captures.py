"""The states that a replica captures for others and for stored snapshots. Where the state cannot be captured, the replica goes on."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from amino_wire.errors import AminoError, Moved, Unavailable

from amino_dms.api import Clock, CoordinatorKernel

_log = logging.getLogger(__name__)

T = TypeVar("T")
_FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
"""A state that could not be captured is tried again after pauses that grow to so many seconds: calls wait while a state is captured."""
_SIGN_SECONDS: Final = 0.4
"""How long a leader may take to say whether its state can be captured."""
_NUMBERS: Final = re.compile(r"\d+")


class Captures:
    """Says why the state could not be captured, and logs each change of that once.

    Arguments:
        title: of the object.
        clock: of the kernel.
        unsaved: what becomes of the object meanwhile, for people.
    """

    def __init__(self, title: Callable[[], str], clock: Clock, unsaved: str) -> None:
        self._title, self._clock, self._unsaved = title, clock, unsaved
        self._pause, self._again = _FIRST_PAUSE, float("-inf")
        self._trouble = self._kind = ""

    @property
    def trouble(self) -> str:
        """Why the state could not be captured when that was tried last, for people; empty: it could."""
        return self._trouble

    @property
    def due(self) -> bool:
        """Whether the state may be captured now: the pause after the last failure is over."""
        return self._clock.now() >= self._again

    async def take(self, capture: Callable[[], Awaitable[T]]) -> T | None:
        """The state; None: it cannot be captured now, though the object is here and goes on.

        Raises:
            Moved: the object is not here now.
            Unavailable: the object has ended here.
        """
        try:
            taken = await capture()
        except (Moved, Unavailable):
            raise
        except AminoError as error:
            self._failed(error)
            return None
        if self._trouble:
            _log.warning("the state of %s can be captured again", self._title())
        self._pause, self._again = _FIRST_PAUSE, float("-inf")
        self._trouble = self._kind = ""
        return taken

    def _failed(self, error: AminoError) -> None:
        self._again = self._clock.now() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._trouble = f"the state of {self._title()} cannot be captured ({error.code}: {error.message}), so {self._unsaved}"
        # A size that grows with each call is no other reason.
        kind = _NUMBERS.sub("", self._trouble)
        if kind != self._kind:
            self._kind = kind
            _log.warning("%s", self._trouble)


async def uncaptured(kernel: CoordinatorKernel, leader: int) -> str:
    """Why a leader, by its number, cannot capture its state, for people; empty: it can, or nobody leads, or it does not say."""
    if leader < 0:
        return ""
    try:
        return str(await kernel.instance_manager(leader).call("trouble", budget=_SIGN_SECONDS))
    except AminoError:
        return ""
