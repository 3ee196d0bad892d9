"""Commands of clients to deployment managers: `stub.dm.<command>(…)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amino_kernel.links.record_cache import RecordCache
from amino_kernel.managers.managed_chains import ManagedChains


class Commands:
    """Runs commands where this kernel knows the object, which may be in another kernel."""

    def __init__(self, records: RecordCache, chains: ManagedChains) -> None:
        self._records = records
        self._chains = chains

    async def run(self, target: str, command: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """The result of a command.

        Arguments:
            target: an object's id.
            command: its name.
            args, kwargs: its arguments.
            manager: whose command is meant; empty: the first manager's of the chain that has it.

        Raises:
            ObjectNotFound: there is no such object.
            AminoError: what the chain raises.
        """
        return await self._chains.command(await self._records.get(target), command, args, kwargs, manager)
