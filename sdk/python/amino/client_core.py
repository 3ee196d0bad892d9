"""The core of a client: connecting, closing, and how stubs become references and back."""

from __future__ import annotations

from typing import Any, Self, cast

from amino_wire.errors import ArgumentInvalid
from amino_wire.values import Codec, Reference

from amino.connections import Connections, ProxyPlace
from amino.identifiers import new_id
from amino.link import Transport
from amino.location import Location
from amino.outside import Outside
from amino.stub_base import StubBase


class ClientCore:
    """A connection to a cluster through one of its kernels. Belongs to the loop it was opened on.

    Arguments:
        addresses: kernels to try, in order.
        deadline: seconds a call may take unless it says otherwise; 0: the kernel's default.
        transport: which carrier calls take.
        direct: open connections to the objects' own kernels where possible.
        client_id: who this is, in the kernels' logs; empty: made up.
        proxies: where the callers' parts of deployment managers run.
        outside: the client's surroundings; this machine unless given.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        *,
        deadline: float = 0.0,
        transport: Transport = "auto",
        direct: bool = True,
        client_id: str = "",
        proxies: ProxyPlace = "here",
        outside: Outside | None = None,
    ) -> None:
        if deadline < 0:
            raise ArgumentInvalid(f"a deadline must be more than 0 seconds, not {deadline}")
        self.client_id = client_id or f"py-{new_id()[:12]}"
        self._codec = Codec(self._to_reference, self._from_reference)
        self._plain = Codec()
        self._make = {
            "client_id": self.client_id,
            "codec": self._codec,
            "budget_ms": round(deadline * 1000),
            "transport": transport,
            "direct": direct,
            "proxies": proxies,
            "outside": outside or Outside(),
        }
        self._addresses = addresses
        self._opened: Connections | None = None

    async def open(self) -> Self:
        """Connects.

        Raises:
            KernelUnavailable: no kernel answers at the addresses.
        """
        connections = Connections(self._addresses, **cast("dict[str, Any]", self._make))
        try:
            await connections.open()
        except BaseException:
            await connections.close()
            raise
        self._opened = connections
        return self

    async def close(self) -> None:
        """Disconnects; calls that wait fail with KernelUnavailable. Safe to repeat."""
        if self._opened is not None:
            await self._opened.close()

    async def __aenter__(self) -> Self:
        return self if self._opened is not None else await self.open()

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    @property
    def connections(self) -> Connections:
        """The links to kernels, for tools.

        Raises:
            ArgumentInvalid: the client is not open.
        """
        if self._opened is None:
            raise ArgumentInvalid("this client is not open; use `async with amino.connect() as client` or `await client.open()`")
        return self._opened

    # What a stub is made of.

    def _to_reference(self, value: Any) -> Reference | None:
        return value._location.reference() if isinstance(value, StubBase) else None  # pyright: ignore[reportPrivateUsage]

    def _from_reference(self, reference: Reference) -> Any:
        return self._stub(self.connections.location(reference))

    def _stub(self, location: Location) -> StubBase:
        raise NotImplementedError

    def improve(self, location: Location) -> None:
        """Looks for the best way to an object that so far was only heard of."""
        if location.record is None:
            self.connections.improve(location)
