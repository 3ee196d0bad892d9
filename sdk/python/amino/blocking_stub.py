"""Stubs without async: `counter.incr(5)` waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from amino_wire.frames import CallOptions

from amino.guesses import check_guess
from amino.lengths import Length
from amino.location import NO_ANSWER, Location
from amino.member_base import MemberBase, explained
from amino.member_texts import member_in
from amino.refusals import CommandRefusals, manager_name
from amino.stub import Method
from amino.stub_base import StubBase, documented_stub, member_name, merged
from amino.transactions import BlockingTransaction

if TYPE_CHECKING:
    from amino_wire.pb import common_pb2

    from amino.blocking import BlockingClient


@explained
class BlockingMethod(MemberBase):
    """A member of an object, called and waited for. A property is read with `stub.level()`, and set with `stub.level = 9`."""

    __slots__ = ("_client", "_method")

    def __init__(self, client: BlockingClient, method: Method) -> None:
        self._client = client
        self._method = method

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the member and returns its result.

        Raises:
            AminoError: what the call ended with; GuestException where the object raised it.
        """
        method = self._method.in_transaction()
        found = method.answer(args, kwargs)
        if found is not NO_ANSWER:
            return found
        return self._client.background.call(lambda: method(*args, **kwargs))

    def many(self, calls: Iterable[Sequence[Any]], *, return_exceptions: bool = False) -> list[Any]:
        """Calls the member once for each sequence of arguments, in few frames; see Method.many."""
        return self._client.run(self._method.in_transaction().many(calls, return_exceptions=return_exceptions))

    def set(self, value: Any) -> Any:
        """Sets the property of this name, as `stub.level = value` does; see Method.set."""
        location, name, options = self._parts()
        return BlockingMethod(self._client, Method(location, f"{name}=", options))(value)

    def described(self) -> common_pb2.Member | None:
        """The description of the member, if one is known. Where nothing is known of the object yet, this asks for it."""
        location, name, _ = self._parts()
        return member_in(self._client.record_of(location), name)

    def _parts(self) -> tuple[Location, str, CallOptions | None]:
        return self._method._parts()  # pyright: ignore[reportPrivateUsage]


@documented_stub
class BlockingStub(StubBase):
    """An object somewhere, as if it were here; see Stub. Members are called like methods and waited for."""

    def __init__(self, client: BlockingClient, location: Location, options: CallOptions | None = None) -> None:
        self._client = client
        self._location = location
        self._options = options

    def __getattr__(self, name: str) -> BlockingMethod:
        if name.startswith("_"):
            raise AttributeError(f"{name!r}: names with an underscore are not members of an object; stub[{name!r}] insists")
        check_guess(name, self._location.record)
        method = self[name]
        self.__dict__[name] = method
        return method

    def __getitem__(self, name: str) -> BlockingMethod:
        self._client.improve(self._location)
        return BlockingMethod(self._client, Method(self._location, member_name(self, name), self._options))

    def _assign(self, name: str, value: Any) -> None:
        check_guess(name, self._location.record)
        self[name].set(value)

    def _known(self) -> common_pb2.ObjectRecord | None:
        return self._client.record_of(self._location)

    def with_options(
        self,
        *,
        deadline: Length | None = None,
        read_only: bool | None = None,
        request_id: str | None = None,
        transaction: str | None = None,
        trace: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> BlockingStub:
        """See Stub.with_options."""
        options = merged(self._options, deadline, read_only, request_id, transaction, trace, headers)
        return BlockingStub(self._client, self._location, options)

    @property
    def dm(self) -> BlockingCommands:
        """The commands of the object's deployment managers: `stub.dm.push()`."""
        return BlockingCommands(self._client, self._location)


class BlockingCommands(CommandRefusals):
    """See Commands."""

    def __init__(self, client: BlockingClient, location: Location, manager: str = "") -> None:
        self._client = client
        self._location = location
        self._manager = manager

    def __getitem__(self, manager: str) -> BlockingCommands:
        return BlockingCommands(self._client, self._location, manager_name(manager))

    def transaction(self) -> BlockingTransaction:
        """A block of calls that happen as one or not at all: `with stub.dm.transaction(): …`."""
        return BlockingTransaction(self._client, self._location, self._manager)

    def __getattr__(self, command: str) -> BlockingCommand:
        if command.startswith("_"):
            raise AttributeError(command)
        return BlockingCommand(self._client, self._location.id, self._manager, command)


class BlockingCommand:
    """See Command."""

    def __init__(self, client: BlockingClient, object_id: str, manager: str, name: str) -> None:
        self._client = client
        self._id = object_id
        self._manager = manager
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command and returns its result; see Command."""
        return self._client.run(self._client.core.command(self._id, self._name, args, kwargs, manager=self._manager))
