"""`amino.connect()`: one door to the client with and without async."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from amino_wire.values import ValueHooks

from amino.addresses import addresses
from amino.blocking import BlockingClient
from amino.client import Client
from amino.connections import ProxyPlace
from amino.lengths import Length, milliseconds
from amino.link import Transport
from amino.next_after import next_after_seconds


class Connecting:
    """Becomes a Client in `async with`, a BlockingClient in `with`. Made by `connect`."""

    def __init__(
        self,
        found: tuple[str, ...],
        *,
        deadline: Length,
        transport: Transport,
        direct: bool,
        client_id: str,
        proxies: ProxyPlace,
        values: ValueHooks | None = None,
        next_after: float,
    ) -> None:
        self._addresses = found
        self._deadline = deadline
        self._transport: Transport = transport
        self._direct = direct
        self._client_id = client_id
        self._proxies: ProxyPlace = proxies
        self._values = values
        self._next_after = next_after
        self._client: Client | None = None
        self._blocking: BlockingClient | None = None

    def client(self) -> Client:
        """A client that is not open yet, for programs that call `open` and `close` themselves."""
        return Client(
            self._addresses,
            deadline=self._deadline,
            transport=self._transport,
            direct=self._direct,
            client_id=self._client_id,
            proxies=self._proxies,
            values=self._values,
            next_after=self._next_after,
        )

    def blocking(self) -> BlockingClient:
        """A blocking client that is not open yet."""
        return BlockingClient(
            self._addresses,
            deadline=self._deadline,
            transport=self._transport,
            direct=self._direct,
            client_id=self._client_id,
            proxies=self._proxies,
            values=self._values,
            next_after=self._next_after,
        )

    if not TYPE_CHECKING:  # else a checker would take any name for one of a client

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(
                f"what amino.connect() gives is no client yet, and has no {name}. Open one: `with amino.connect() as client:`, or "
                "`client = amino.connect().blocking().open()` and in the end `client.close()`; with async `async with amino.connect() as "
                "client:`, or `client = await amino.connect().client().open()` and in the end `await client.close()`",
                name=name,
                obj=self,
            )

    async def __aenter__(self) -> Client:
        self._client = await self.client().open()
        return self._client

    async def __aexit__(self, *failure: object) -> None:
        if self._client is not None:
            await self._client.close()

    def __enter__(self) -> BlockingClient:
        self._blocking = self.blocking().open()
        return self._blocking

    def __exit__(self, *failure: object) -> None:
        if self._blocking is not None:
            self._blocking.close()


def connect(
    address: str | None = None,
    *,
    deadline: Length = 0.0,
    transport: Transport = "auto",
    direct: bool = True,
    client_id: str = "",
    proxies: ProxyPlace = "here",
    values: ValueHooks | None = None,
    next_after: Length | None = None,
) -> Connecting:
    """Connects to a cluster through one of its kernels.

    Arguments:
        address: `host:port` of a kernel, or several with commas; None: AMINO_ADDRESS, else 127.0.0.1:7420.
        deadline: seconds a call may take unless it says otherwise; 0: the kernel's default, 60.
        transport: `auto` takes a direct lane where there is one, else gRPC; `lane` and `grpc` insist.
        direct: open connections to the objects' own kernels where possible.
        client_id: who this is, in the kernels' logs; empty: made up.
        proxies: where the callers' parts of deployment managers run: `here`, so that what they know costs no network, or in the `kernel`.
        values: classes of the program that travel under names (docs/values.md).
        next_after: seconds without an answer of one kernel after which the next address is tried; None: AMINO_NEXT_AFTER, else 1.

    Raises:
        ConfigInvalid: the address is none, or AMINO_NEXT_AFTER no time.
        ArgumentInvalid: deadline or next_after is no time. KernelUnavailable comes from entering what is returned.
    """
    milliseconds(deadline, "deadline")
    return Connecting(
        addresses(address),
        deadline=deadline,
        transport=transport,
        direct=direct,
        client_id=client_id,
        proxies=proxies,
        values=values,
        next_after=next_after_seconds(next_after),
    )
