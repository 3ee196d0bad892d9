"""The core of a client: connecting, closing, and how stubs become references and back."""

from __future__ import annotations

import os
import warnings
from typing import Any, NoReturn, Self, cast

from amino_wire.errors import ArgumentInvalid, ClientForked, Outcome
from amino_wire.frames import CallOptions
from amino_wire.values import Codec, Reference, ValueHooks

from amino.connections import Connections, ProxyPlace
from amino.forks import FORKS
from amino.identifiers import new_id
from amino.lengths import Length, milliseconds
from amino.link import Transport
from amino.location import Location
from amino.loops import running_loop
from amino.next_after import next_after_seconds
from amino.outside import Outside, SocketDial
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
        values: classes of the program that travel under names (docs/values.md).
        next_after: seconds without an answer of one kernel after which the next address is tried; None: AMINO_NEXT_AFTER, else 1.
        outside: the client's surroundings; this machine unless given.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        *,
        deadline: Length = 0.0,
        transport: Transport = "auto",
        direct: bool = True,
        client_id: str = "",
        proxies: ProxyPlace = "here",
        values: ValueHooks | None = None,
        next_after: Length | None = None,
        outside: Outside | None = None,
    ) -> None:
        self.client_id = client_id or f"py-{new_id()[:12]}"
        self._codec = Codec(self._to_reference, self._from_reference, values)
        self._plain = Codec()
        self._make = {
            "client_id": self.client_id,
            "codec": self._codec,
            "budget_ms": milliseconds(deadline, "deadline"),
            "transport": transport,
            "direct": direct,
            "proxies": proxies,
            "next_after": next_after_seconds(next_after),
            "outside": outside or Outside(),
        }
        self._addresses = addresses
        self._has_sockets = outside is None or isinstance(outside.dial, SocketDial)
        self._opened: Connections | None = None
        self._closed = False
        self._parent = 0
        """The process that opened it, where this process was forked from that one."""

    async def open(self) -> Self:
        """Connects.

        Raises:
            KernelUnavailable: no kernel answers at the addresses.
            ClientForked: it was opened in the process that forked this one.
        """
        self.check_fork()
        connections = Connections(self._addresses, **cast("dict[str, Any]", self._make))
        try:
            await connections.open()
        except BaseException:
            await connections.close()
            raise
        self._opened = connections
        self._closed = False
        FORKS.watch(self)
        return self

    async def close(self) -> None:
        """Disconnects; calls that wait fail with KernelUnavailable. Safe to repeat, and nothing happens in a forked child.

        Raises:
            ArgumentInvalid: the client was opened on another loop, which still runs.
        """
        opened = self._opened
        if opened is None or self._parent or self._closed:
            return
        if opened.loop.is_closed():
            opened.abandon()
        else:
            opened.home.check_loop()
            await opened.close()
        self._closed = True

    def __del__(self) -> None:
        # A client of a simulation has no sockets that anybody could miss.
        if getattr(self, "_opened", None) is not None and not self._closed and not self._parent and self._has_sockets:
            told = f"client {self.client_id} was dropped without close; use `async with amino.connect() as client`"
            warnings.warn(told, ResourceWarning, stacklevel=2, source=self)

    def forked(self) -> None:
        """See Forkable: the connections stay the parent's, and whatever is asked of this client is refused with ClientForked."""
        if self._opened is not None:
            self._parent = os.getppid()
            self._opened.forked(self._refuse)

    def _refuse(self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None = None) -> NoReturn:  # noqa: ARG002
        raise ClientForked(
            f"client {self.client_id} was opened in process {self._parent}, which forked this one: open a client in the child",
            outcome=Outcome.NOT_RUN,
        )

    @property
    def was_forked(self) -> bool:
        """Whether this process was forked from the one that opened it."""
        return bool(self._parent)

    def check_fork(self) -> None:
        """Raises ClientForked where this process was forked from the one that opened the client."""
        if self._parent:
            self._refuse("", "", ())

    async def __aenter__(self) -> Self:
        return self if self._opened is not None and not self._closed else await self.open()

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    @property
    def connections(self) -> Connections:
        """The links to kernels, for tools.

        Raises:
            ArgumentInvalid: the client is not open, or it was opened on another loop.
            ClientForked: it was opened in the process that forked this one.
        """
        self.check_fork()
        if self._opened is None:
            raise ArgumentInvalid("this client is not open; use `async with amino.connect() as client` or `await client.open()`")
        if running_loop() is not None:
            self._opened.home.check_loop()
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

    async def resolve(self, object_id: str) -> Location:
        """Asks for an object's record, which its location has from then on.

        Raises:
            ObjectNotFound: there is none.
        """
        return await self.connections.resolve(object_id)
