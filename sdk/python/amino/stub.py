"""Stubs: `await counter.incr(5)` (Amino paper III.B, steps 3 and 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from amino_wire.errors import ArgumentInvalid
from amino_wire.frames import CallOptions
from amino_wire.values import Reference

from amino.connections import Location

if TYPE_CHECKING:
    from amino.client import Client


class Method:
    """A member of an object, ready to be called."""

    __slots__ = ("_id", "_location", "_name", "_options")

    def __init__(self, location: Location, name: str, options: CallOptions | None) -> None:
        self._location = location
        self._id = location.id
        self._name = name
        self._options = options

    def __call__(self, *args: Any, **kwargs: Any) -> asyncio.Future[Any]:
        """Calls the member. The call leaves at once, with the others of this turn of the loop; await the result.

        Raises:
            ValueInvalid: an argument cannot travel.
        """
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

    def __repr__(self) -> str:
        return f"<member {self._name} of object {self._id}>"


class _Failure:
    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


async def _outcome(future: asyncio.Future[Any]) -> Any:
    try:
        return await future
    except Exception as error:  # an application may raise anything; asyncio.CancelledError is none of these
        return _Failure(error)


class StubBase:
    """What stubs with and without async have in common. Two stubs are equal when they mean the same object."""

    _location: Location
    _options: CallOptions | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StubBase) and other._location.id == self._location.id

    def __hash__(self) -> int:
        return hash(self._location.id)

    def __repr__(self) -> str:
        return f"<{self._location.class_name or 'object'} {self._location.id}>"

    def __dir__(self) -> list[str]:
        record = self._location.record
        members = [member.name for member in record.interface.members] if record is not None else []
        return ["dm", "with_options", *members]

    def __copy__(self) -> StubBase:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> StubBase:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a stub cannot be pickled: it belongs to a connection. Keep the id, amino.reference_of(stub).id, "
            "and get the stub again with client.get(id)"
        )


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
        method = self[name]
        # Found by the interpreter itself from now on.
        self.__dict__[name] = method
        return method

    def __getitem__(self, name: str) -> Method:
        self._client.improve(self._location)
        return Method(self._location, name, self._options)

    def with_options(
        self,
        *,
        deadline: float | timedelta | None = None,
        read_only: bool | None = None,
        request_id: str | None = None,
        transaction_id: str | None = None,
        trace: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Stub:
        """The same object, called otherwise.

        Arguments:
            deadline: seconds a call may take.
            read_only: the calls change nothing; replicas and caches may answer.
            request_id: of the one call that follows; a retry carries the first attempt's.
            transaction_id: the transaction the calls are part of.
            trace: W3C `traceparent`.
            headers: values for deployment managers.
        """
        return Stub(self._client, self._location, merged(self._options, deadline, read_only, request_id, transaction_id, trace, headers))

    @property
    def dm(self) -> Commands:
        """The commands of the object's deployment managers: `await stub.dm.push()`."""
        return Commands(self._client, self._location.id)


class Commands:
    """Commands of deployment managers: `await stub.dm.start_transaction()`; with several that have it, `stub.dm["Locking"].…`."""

    def __init__(self, client: Client, object_id: str, manager: str = "") -> None:
        self._client = client
        self._id = object_id
        self._manager = manager

    def __getitem__(self, manager: str) -> Commands:
        return Commands(self._client, self._id, manager)

    def __getattr__(self, command: str) -> Command:
        if command.startswith("_"):
            raise AttributeError(command)
        return Command(self._client, self._id, self._manager, command)


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


def merged(
    known: CallOptions | None,
    deadline: float | timedelta | None,
    read_only: bool | None,
    request_id: str | None,
    transaction_id: str | None,
    trace: str | None,
    headers: Mapping[str, Any] | None,
) -> CallOptions:
    """Options with some of them changed.

    Raises:
        ArgumentInvalid: a deadline that is not positive.
    """
    changes: dict[str, Any] = {
        "read_only": read_only,
        "request_id": request_id,
        "transaction_id": transaction_id,
        "trace": trace,
        "headers": headers,
    }
    if deadline is not None:
        seconds = deadline.total_seconds() if isinstance(deadline, timedelta) else deadline
        if not seconds > 0:
            raise ArgumentInvalid(f"a deadline must be more than 0 seconds, not {seconds}")
        changes["budget_ms"] = max(1, round(seconds * 1000))
    return replace(known or CallOptions(), **{name: value for name, value in changes.items() if value is not None})


def reference_of(stub: StubBase) -> Reference:
    """What a stub refers to; its `id` can be kept and given to `client.get` later."""
    return stub._location.reference()  # pyright: ignore[reportPrivateUsage]
