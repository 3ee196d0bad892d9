"""Where one object is, and which way calls to it take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

from amino_wire.frames import CallOptions
from amino_wire.pb import common_pb2
from amino_wire.records import title_of
from amino_wire.values import Reference

from amino.call_function import CallFunction
from amino.link import KernelLink
from amino.transaction_scope import transactions_for, within

NO_ANSWER: Final = object()
"""Says that nothing is known here without asking."""


class CallPath(Protocol):
    """The proxies of an object in this process (`amino.proxies`)."""

    key: bytes
    takes_calls: bool
    """Whether calls pass a proxy; if not, only commands come here."""

    def call(self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None = None) -> asyncio.Future[Any]:
        """As KernelLink.call, through the proxies."""
        ...

    def answer(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The result, if a proxy has it at hand, else NO_ANSWER. Any thread may ask."""
        ...

    def has_command(self, name: str, manager: str) -> bool:
        """Whether a command of `stub.dm` runs at a proxy."""
        ...

    async def command(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], manager: str) -> Any:
        """Runs a command of a proxy."""
        ...


class Location:
    """Where one object is. All stubs of the object share it, and `call` is always the way to make a call now."""

    __slots__ = ("__weakref__", "at_home", "call", "class_name", "direct", "epoch", "id", "link", "proxies", "record", "transactions")

    def __init__(self, object_id: str, class_name: str | None, epoch: int, link: KernelLink) -> None:
        self.id = object_id
        self.class_name = class_name
        self.epoch = epoch
        self.link = link
        self.record: common_pb2.ObjectRecord | None = None
        self.direct = False
        self.at_home = False
        """Whether the link leads to the only kernel that has the object."""
        self.proxies: CallPath | None = None
        self.transactions = 0
        """How many transactions of the client are open; while there are any, calls look which ones they belong to."""
        self.call = link.call
        link.serve(self)

    @property
    def title(self) -> str:
        """How messages call the object: by its name with its id, as far as the name is known here."""
        return self.id if self.record is None else title_of(self.record)

    def use(self, link: KernelLink) -> None:
        """Calls take another link from now on."""
        if link is not self.link:
            self.link.release(self)
            self.link = link
            self._arrange()

    def pass_through(self, proxies: CallPath | None) -> None:
        """Calls go through these proxies from now on; None: straight to the link."""
        self.proxies = proxies
        self._arrange()

    def refuse_calls(self, refuse: CallFunction) -> None:
        """All calls end with an error from now on, also those that a proxy could answer."""
        self.link.release(self)
        self.proxies = None
        self.call = refuse

    def count_transactions(self, change: int) -> None:
        """One more transaction has begun here, or one has ended."""
        self.transactions += change
        self._arrange()

    def _arrange(self) -> None:
        if self.transactions:
            self.link.release(self)
            self.call = self._call_in_transaction
        elif self.proxies is not None and self.proxies.takes_calls:
            self.link.release(self)
            self.call = self.proxies.call
        else:
            # No step in between: the link itself keeps `call` up to date.
            self.link.serve(self)

    def _call_in_transaction(
        self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None = None
    ) -> asyncio.Future[Any]:
        options = within(transactions_for(self.id), options)
        call = self.proxies.call if self.proxies is not None and self.proxies.takes_calls else self.link.call
        return call(target, method, args, options)

    def reference(self) -> Reference:
        """The reference that travels when a stub is an argument or a result."""
        return Reference(self.id, self.class_name, self.epoch, self.link.address)
