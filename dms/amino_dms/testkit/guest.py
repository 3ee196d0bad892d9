"""An instance of a Python class that plays a guest object."""

from __future__ import annotations

import asyncio
import copy
import inspect
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from amino_wire.errors import AminoError, ArgumentInvalid, Ended, GuestException, MemberNotFound, Outcome
from amino_wire.frames import Invocation
from amino_wire.values import decode, encode

from amino_dms.api import Gate, Interface, Method, State, chain_id

WORK = 0.001
"""Simulated seconds that a call takes."""

CallOut = Callable[[str, Invocation], Awaitable[Any]]
current_call: ContextVar[Invocation | None] = ContextVar("amino_current_call", default=None)


def interface_of(kind: type[Any]) -> Interface:
    """The public methods of a class; those of its `read_only` are declared to read."""
    declared: tuple[str, ...] = getattr(kind, "read_only", ())
    names = [name for name, _ in inspect.getmembers(kind, callable) if not name.startswith(("_", "amino_"))]
    return Interface(kind.__name__, tuple(Method(name, name in declared) for name in names))


def uncaught(error: AminoError) -> AminoError:
    """What the caller of an object is told when the object does not catch the error of a call that it made itself: the object's code has
    run, so it is the object's own exception. Only what ended the whole chain of calls keeps its code."""
    kind = type(error) if isinstance(error, Ended) else GuestException
    return kind(error.message, type=error.type, cause=error, outcome=Outcome.RAN)


class Outside:
    """What a guest sees as `self.amino`: calls to other objects, as part of the chain it is in."""

    def __init__(self, call_out: CallOut) -> None:
        self._call_out = call_out

    async def call(self, target: str, method: str, *args: Any) -> Any:
        """Calls a member of another object."""
        present = current_call.get()
        chain = (chain_id(present), *present.chain[1:], f"{present.object_id}.{present.method}") if present is not None else ()
        return await self._call_out(target, Invocation(target, method, args, chain=chain))


class Guest:
    """One instance. Calls run one after another, except those of a chain that is inside, and except on concurrent objects.

    Arguments:
        kind: its class.
        instance: the instance.
        call_out: how it calls others.
        concurrent: whether calls may run beside one another.
    """

    def __init__(self, kind: type[Any], instance: Any, call_out: CallOut, *, concurrent: bool = False) -> None:
        self.kind = kind
        self.instance = instance
        self.executed: list[tuple[str, str]] = []
        self._serial = Gate()
        self._call_out = call_out
        self._concurrent = concurrent
        self._snapshots = 0
        instance.amino = Outside(call_out)

    async def invoke(self, call: Invocation) -> Any:
        """Runs a member; its exceptions become GuestException."""
        chain = chain_id(call)
        async with self._serial.shared(chain) if self._concurrent else self._serial.alone(chain):
            await asyncio.sleep(WORK)
            member = getattr(self.instance, call.method, None)
            if member is None or call.method.startswith("_"):
                raise MemberNotFound(f"{call.object_id} has no member {call.method}")
            self.executed.append((call.method, call.request_id))
            return await self._run(member, call)

    async def _run(self, member: Any, call: Invocation) -> Any:
        args, kwargs = decode(encode(list(call.args))), decode(encode(dict(call.kwargs)))
        try:
            inspect.signature(member).bind(*args, **kwargs)
        except TypeError as error:
            raise ArgumentInvalid(f"{call.object_id}.{call.method}: {error}") from None
        token = current_call.set(call)
        try:
            result = member(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
        except AminoError as error:
            raise uncaught(error) from error
        except Exception as error:
            raise GuestException(str(error), type=type(error).__name__) from None
        finally:
            current_call.reset(token)

    async def state(self) -> State:
        """Its state between two calls."""
        self._snapshots += 1
        async with self._serial.alone(f"snapshot/{self._snapshots}"):
            return self.state_now()

    def state_now(self) -> State:
        """Its state."""
        hook = getattr(self.instance, "amino_save", None)
        data: Any = hook() if hook else {name: value for name, value in self._fields().items() if name != "amino"}
        return State({"format": "values", "language": "python", "data": decode(encode(data)), "lost": []})

    async def load(self, state: State) -> None:
        """Takes over a state, between two calls."""
        self._snapshots += 1
        async with self._serial.alone(f"load/{self._snapshots}"):
            self.load_now(state)

    def load_now(self, state: State) -> None:
        """Takes over a state."""
        data = copy.deepcopy(state.value["data"])
        if hasattr(self.instance, "amino_load"):
            self.instance.amino_load(data)
        else:
            fields = self._fields()
            fields.clear()
            fields.update(data, amino=Outside(self._call_out))

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.instance.__dict__
        return fields

    def twin(self, state: State) -> Guest:
        """A second instance with that state."""
        twin = Guest(self.kind, object.__new__(self.kind), self._call_out, concurrent=self._concurrent)
        twin.load_now(state)
        return twin


class GuestCopy:
    """A second instance as managers see it."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest

    async def invoke(self, call: Invocation) -> Any:
        """Runs a member."""
        return await self._guest.invoke(call)

    async def state(self) -> State:
        """Its state."""
        return await self._guest.state()

    async def discard(self) -> None:
        """Ends it."""
