"""The client with async inside the one without."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from amino_wire.errors import KernelUnavailable

from amino.blocking_stub import BlockingStub
from amino.client import Client
from amino.location import Location
from amino.stub_base import StubBase

if TYPE_CHECKING:
    from amino.blocking import BlockingClient


class BlockingCore(Client):
    """The client inside: references that arrive become blocking stubs."""

    owner: Callable[[], BlockingClient | None]
    """The client outside, for as long as somebody has it. The loop has this one for ever."""

    def _stub(self, location: Location) -> StubBase:
        owner = self.owner()
        if owner is None:
            raise KernelUnavailable(f"client {self.client_id} was dropped")
        return BlockingStub(owner, location)
