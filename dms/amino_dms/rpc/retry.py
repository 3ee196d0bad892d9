"""Retry: at least once, for a bounded time (Sapphire Table 1, AtLeastOnceRPC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amino_wire.errors import AminoError, Unavailable

from amino_dms.api import Attempts, DeploymentManager, Invocation, Next, Proxy


@dataclass(frozen=True, slots=True)
class RetryConfig:
    """Settings.

    Arguments:
        timeout: how long a call is tried in all; its own deadline ends it too.
        first: the longest wait before the second attempt; it doubles with every further one.
        longest: the longest wait between two attempts.
    """

    timeout: timedelta = timedelta(seconds=30)
    first: timedelta = timedelta(milliseconds=20)
    longest: timedelta = timedelta(seconds=2)


class RetryProxy(Proxy[RetryConfig]):
    """Sends the same envelope again, with its request id, so that a manager that deduplicates can recognise it."""

    passes_reads = True
    frees_reads = True

    def hands_on(self, method: str) -> bool:
        """Always: only failures are of interest."""
        return True

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Waits a random part of a doubling time between attempts, so that callers that failed together do not come back together."""
        clock, config = self.kernel.clock, self.config
        ends = clock.now() + config.timeout.total_seconds()
        if call.deadline:
            ends = min(ends, call.deadline)
        longest = config.first.total_seconds()
        attempts = Attempts()
        while True:
            try:
                return await next(call)
            except AminoError as error:
                attempts.failed(error)
                pause = self.kernel.random.uniform(0, longest)
                if not isinstance(error, Unavailable) or clock.now() + pause >= ends:
                    raise
            await clock.sleep(pause)
            longest = min(longest * 2, config.longest.total_seconds())


class Retry(DeploymentManager):
    """Tries calls again that did not get through; never a call that the application answered with an exception."""

    family = "rpc"
    promise = "A call runs at least once if the object can be reached within the time; exceptions of the application are never retried."
    paper_lines = 27
    Config = RetryConfig
    proxy = RetryProxy
