"""The replicated state of an object: it runs the calls of the log, each once, and knows what became of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amino_wire.errors import AminoError, ChainInvalid, InvalidRequest, Unavailable
from amino_wire.protocol import Header

from amino_dms.api import InstanceKernel, Invocation, Next, did_not_run, is_answer
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import Calls, LoggedCall, call_of
from amino_dms.replication.outcomes import Outcomes

_PAUSE = 0.05
Ended = Callable[[LoggedCall, Ending], None]


class Machine:
    """The same entries in the same order leave the same state on every replica.

    Arguments:
        kernel: of the instance manager.
        keep_ns: how long the outcomes of a client are kept that sends nothing more.
    """

    def __init__(self, kernel: InstanceKernel, keep_ns: int) -> None:
        self._kernel = kernel
        self._outcomes = Outcomes(keep_ns)
        self._time_ns = 0
        self._runtime = ""
        self.called: set[str] = set()
        """The members that were called since the replicas have last found their states equal."""

    def next_time_ns(self) -> int:
        """The time of day that the next entry gives its calls: never that of an earlier one."""
        self._time_ns = max(self._time_ns + 1, self._kernel.time_ns())
        return self._time_ns

    async def run(self, entry: Calls, next: Next, ended: Ended) -> None:
        """Runs the calls of an entry one after another, unless they have run before.

        Raises:
            AminoError: a call could not come to its end here, which says nothing about the others' replicas: this one is of no use.
        """
        self._time_ns = max(self._time_ns, entry.time_ns)
        for data in entry.calls:
            call = call_of(data)
            ending = self._outcomes.known(call, entry.time_ns)
            if ending is None:
                self.called.add(call.method)
                ending = await self._ran(call, entry.time_ns, next)
                self._outcomes.note(call, ending)
            ended(call, ending)

    async def checksum(self) -> bytes:
        """Of the object's state as it is now."""
        return await self._kernel.state_hash()

    async def check_runtime(self) -> None:
        """To be awaited before the first call. Raises ChainInvalid where this kernel may come to other results than the first replica's."""
        own = await self._kernel.runtime()
        if self._runtime and own != self._runtime:
            raise ChainInvalid(
                f"no replica of {self._kernel.title} can be on {self._kernel.node.id}: it runs {own}, the others run {self._runtime};"
                " give all kernels that may have it one version"
            )
        self._runtime = own

    def to_value(self) -> list[Any]:
        """All but the object's own state, as a value."""
        return [self._time_ns, self._outcomes.to_value(), self._runtime]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with such a value."""
        self._time_ns, outcomes, self._runtime = value
        self._outcomes.take_over(outcomes)
        self.called.clear()

    async def _ran(self, call: LoggedCall, time_ns: int, next: Next) -> Ending:
        headers = {**(call.headers or {}), Header.FIXED: [time_ns, call.seed]}
        sent = Invocation(
            self._kernel.object_id, call.method, call.args, call.kwargs or {}, call.request_id, call.client_id, headers=headers
        )
        while True:
            try:
                return Ending(await next(sent))
            except AminoError as error:
                if not (error.details or {}).get("diverged") and (is_answer(error) or isinstance(error, InvalidRequest)):
                    return Ending(None, error)
                if not (isinstance(error, Unavailable) and did_not_run(error)):
                    raise
            # The kernel answers nothing for its objects at the moment, such as after the end of its lease. The call runs when it does.
            await self._kernel.clock.sleep(_PAUSE)
