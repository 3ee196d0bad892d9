"""Stubs: `await counter.incr(5)` (Amino paper III.B, steps 3 and 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import get_ident
from typing import TYPE_CHECKING, Any

from amino_wire.frames import CallOptions

from amino.guesses import check_guess
from amino.lengths import Length
from amino.location import NO_ANSWER, Location
from amino.member_base import MemberBase, explained
from amino.refusals import CommandRefusals, manager_name
from amino.stub_base import StubBase, documented_stub, member_name, merged
from amino.transaction_scope import transactions_for
from amino.transactions import Transaction

if TYPE_CHECKING:
    from amino.client import Client


@explained
class Method(MemberBase):
    """A member of an object, ready to be called. A property is read with `await stub.level`, and set with `await stub.level.set(9)`."""

    __slots__ = ("_id", "_is_running", "_location", "_name", "_options", "_thread")

    def __init__(self, location: Location, name: str, options: CallOptions | None) -> None:
        self._location = location
        self._id = location.id
        # Together they say whether the client's loop runs here, at a third of the price of asking asyncio, which asks for the process.
        self._is_running = location.link.loop.is_running
        self._thread = location.link.thread
        self._name = name
        self._options = options

    def __call__(self, *args: Any, **kwargs: Any) -> asyncio.Future[Any]:
        """Calls the member. The call leaves at once, with the others of this turn of the loop; await the result.

        Raises:
            ValueInvalid: an argument cannot travel.
            ArgumentInvalid: the client was opened on another loop; in a forked child ClientForked.
        """
        if get_ident() != self._thread or not self._is_running():
            self._location.link.check_loop()
        if kwargs or self._options is not None:
            return self._location.call(self._id, self._name, args, self._with(kwargs))
        return self._location.call(self._id, self._name, args)

    def _with(self, kwargs: Mapping[str, Any]) -> CallOptions | None:
        if not kwargs:
            return self._options
        return replace(self._options, kwargs=kwargs) if self._options is not None else CallOptions(kwargs=kwargs)

    async def many(self, calls: Iterable[Sequence[Any]], *, return_exceptions: bool = False) -> list[Any]:
        """Calls the member once for each sequence of arguments, in few frames.

        Arguments:
            calls: the arguments of each call.
            return_exceptions: put errors among the results instead of raising the first one after all have ended.
        """
        location, target, name, options = self._location, self._id, self._name, self._options
        location.link.check_loop()
        futures = [location.call(target, name, tuple(args), options) for args in calls]
        try:
            results = [await _outcome(future) for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise
        if not return_exceptions:
            for result in results:
                if isinstance(result, _Failure):
                    raise result.error
        return [result.error if isinstance(result, _Failure) else result for result in results]

    def answer(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The result, if a deployment manager has it at hand in this process, else NO_ANSWER. Any thread may ask."""
        proxies = self._location.proxies
        return NO_ANSWER if proxies is None or self._options is not None else proxies.answer(self._name, args, kwargs)

    def in_transaction(self) -> Method:
        """The member as called in the transactions that are open here, if there are any."""
        name = transactions_for(self._id) if self._location.transactions else ""
        if not name or (self._options is not None and self._options.transaction_id):
            return self
        return Method(self._location, self._name, replace(self._options or CallOptions(), transaction_id=name))

    def set(self, value: Any) -> asyncio.Future[Any]:
        """Sets the property of this name: calls the member `<name>=`. Await it.

        Raises:
            MemberNotFound: the object has no such property, or it can only be read.
        """
        return Method(self._location, f"{self._name}=", self._options)(value)

    def __await__(self) -> Generator[Any, None, Any]:
        member = self.described()
        if member is not None and not member.property:
            raise TypeError(f"{self!r} is a method: `await stub.{self._name}(…)` calls it")
        return self().__await__()

    def _parts(self) -> tuple[Location, str, CallOptions | None]:
        return self._location, self._name, self._options


class _Failure:
    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


async def _outcome(future: asyncio.Future[Any]) -> Any:
    try:
        return await future
    except Exception as error:  # an application may raise anything; asyncio.CancelledError is none of these
        return _Failure(error)


@documented_stub
class Stub(StubBase):
    """An object somewhere, as if it were here: its members are called like methods, and awaited.

    `stub.dm` has the commands of its deployment managers. A member whose name is taken here or begins with an underscore is `stub["name"]`.
    """

    def __init__(self, client: Client, location: Location, options: CallOptions | None = None) -> None:
        self._client = client
        self._location = location
        self._options = options

    def __getattr__(self, name: str) -> Method:
        if name.startswith("_"):
            raise AttributeError(f"{name!r}: names with an underscore are not members of an object; stub[{name!r}] insists")
        check_guess(name, self._location.record)
        method = self[name]
        # Found by the interpreter itself from now on.
        self.__dict__[name] = method
        return method

    def __getitem__(self, name: str) -> Method:
        self._client.improve(self._location)
        return Method(self._location, member_name(self, name), self._options)

    def with_options(
        self,
        *,
        deadline: Length | None = None,
        read_only: bool | None = None,
        request_id: str | None = None,
        transaction: str | None = None,
        trace: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Stub:
        """The same object, called otherwise.

        Arguments:
            deadline: seconds a call may take.
            read_only: the calls change nothing; replicas and caches may answer.
            request_id: of the one call that follows; a retry carries the first attempt's.
            transaction: name of the transaction the calls are part of; inside `dm.transaction()` it is known.
            trace: W3C `traceparent`.
            headers: values for deployment managers.
        """
        return Stub(self._client, self._location, merged(self._options, deadline, read_only, request_id, transaction, trace, headers))

    @property
    def dm(self) -> Commands:
        """The commands of the object's deployment managers: `await stub.dm.push()`."""
        return Commands(self._client, self._location)


class Commands(CommandRefusals):
    """Commands of deployment managers: `await stub.dm.push()`; with several that have it, `stub.dm["ExplicitCaching"].…`.
    `async with stub.dm.transaction(): …` makes the calls inside one transaction."""

    def __init__(self, client: Client, location: Location, manager: str = "") -> None:
        self._client = client
        self._location = location
        self._manager = manager

    def __getitem__(self, manager: str) -> Commands:
        return Commands(self._client, self._location, manager_name(manager))

    def transaction(self) -> Transaction:
        """A block of calls that happen as one or not at all; see Transaction."""
        return Transaction(self._client, self._location, self._manager)

    def __getattr__(self, command: str) -> Command:
        if command.startswith("_"):
            raise AttributeError(command)
        return Command(self._client, self._location.id, self._manager, command)


class Command:
    """One command of a deployment manager."""

    def __init__(self, client: Client, object_id: str, manager: str, name: str) -> None:
        self._client = client
        self._id = object_id
        self._manager = manager
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        """Runs the command.

        Raises:
            MemberNotFound: no deployment manager of the object has it.
        """
        return self._client.command(self._id, self._name, args, kwargs, manager=self._manager)
