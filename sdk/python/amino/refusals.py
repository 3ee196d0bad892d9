"""The operations of Python that stubs refuse: only an object of this process could answer them at once."""

from __future__ import annotations

from typing import Any, NoReturn


class Refusals:
    """The operations that every stub refuses. Each message names the way to the same end.

    A stub has neither `__call__` nor `__await__`: `callable(stub)` and `inspect.isawaitable(stub)` are asked by programs that would
    call or await it then.
    """

    __slots__ = ()

    # Without these, Python would take indexes for names of members, and so never come to an end.
    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self!r} cannot be iterated over or unpacked: call a member that gives a list")

    def __aiter__(self) -> NoReturn:
        raise TypeError(f"{self!r} cannot be iterated over: await a member that gives a list")

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError(f"{self!r} does not say what is in it: call a member that does")

    def __len__(self) -> NoReturn:
        raise TypeError(f"{self!r} has no length: call a member that gives it")

    def __bool__(self) -> bool:
        return True

    def _order(self, other: object) -> NoReturn:
        raise TypeError(f"{self!r} comes neither before nor after {other!r}: compare what its members give, or sort by a key")

    __lt__ = __le__ = __gt__ = __ge__ = _order

    def __setitem__(self, name: object, value: Any) -> NoReturn:
        raise TypeError(f"{self!r} has no items to assign: call a member that sets one")

    def __delitem__(self, name: object) -> NoReturn:
        raise TypeError(f"{self!r} has no items to delete: call a member that deletes one")

    def _block(self, *_failure: object) -> NoReturn:
        raise TypeError(
            f"{self!r} is no context manager: what is opened and closed is the client, and a block of calls is stub.dm.transaction()"
        )

    __enter__ = __exit__ = _block

    async def __aenter__(self) -> NoReturn:
        self._block()

    async def __aexit__(self, *failure: object) -> None:
        self._block()

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} of {self!r} cannot be deleted, for the object is elsewhere")

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a stub cannot be pickled: it belongs to a connection. Keep the id, amino.reference_of(stub).id, "
            "and get the stub again with client.get(id)"
        )


class CommandRefusals:
    """The operations that the commands of deployment managers refuse."""

    __slots__ = ()

    # As with stubs: the names of managers are no indexes.
    def __iter__(self) -> NoReturn:
        raise TypeError("the commands of deployment managers cannot be listed here; client.explain(stub) shows the managers")

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError("the deployment managers of an object are asked for with client.describe(stub).deployment_managers")


def manager_name(name: object) -> str:
    """The name of a deployment manager. Raises TypeError for what is none, such as an index."""
    if not isinstance(name, str):
        raise TypeError(f"stub.dm['LeaseCaching'] takes the name of a deployment manager, not {name!r}")
    return name
