"""How long a call waits for the shard that has its key."""

from __future__ import annotations

from typing import Final

from amino_wire.errors import AminoError, KernelUnavailable, Outcome

from amino_dms.api import Invocation, ProxyKernel, did_not_run

_SECONDS: Final = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.25


class Waits:
    """The refusals of one call.

    Arguments:
        kernel: of the proxy.
        call: the call, which waits 30 seconds at most, and not beyond its deadline.
    """

    def __init__(self, kernel: ProxyKernel, call: Invocation) -> None:
        self._kernel, self._call = kernel, call
        ends = kernel.clock.now() + _SECONDS
        self._ends = min(ends, call.deadline) if call.deadline else ends
        self._longest = _FIRST_PAUSE
        self._may_have_run = False
        self.refused = 0
        """How often the call was refused."""

    async def pause(self, error: AminoError) -> None:
        """The call was refused: returns when it may be sent again.

        Raises:
            KernelUnavailable: the time is over.
        """
        self.refused += 1
        # A manager behind DHT may have sent it twice, and only the last attempt was refused for certain.
        self._may_have_run = self._may_have_run or not did_not_run(error)
        pause = self._kernel.random.uniform(0, self._longest)
        self._longest = min(2 * self._longest, _LONGEST_PAUSE)
        if self._kernel.clock.now() + pause >= self._ends:
            outcome = Outcome.UNKNOWN if self._may_have_run else Outcome.NOT_RUN
            text = f"{self._call.method} of {self._kernel.title} found its key on no shard in time, since keys are on their way; call again"
            raise KernelUnavailable(text, outcome=outcome, cause=error)
        await self._kernel.clock.sleep(pause)
