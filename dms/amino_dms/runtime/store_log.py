"""The log of an object over the store of the OMS."""

from __future__ import annotations

from collections.abc import Callable

from amino_dms.api import LogPage
from amino_dms.runtime.hosts import InstanceHost
from amino_dms.runtime.kernels import asked


class StoreLog:
    """See `ReplicatedLog`. Entries survive whatever the store survives.

    Arguments:
        host: gives the host of the part as long as that has not ended; raises KernelUnavailable afterwards.
        key: of the log among the durable values.
    """

    def __init__(self, host: Callable[[], InstanceHost], key: str) -> None:
        self._host, self._key = host, key

    async def append(self, entry: bytes, after: int) -> bool:
        return await asked(self._host().log_append(self._key, entry, after))

    async def read(self, after: int, wait: float = 0.0) -> LogPage:
        return await asked(self._host().log_read(self._key, after, wait))

    async def trim(self, through: int) -> None:
        await asked(self._host().log_trim(self._key, through))
