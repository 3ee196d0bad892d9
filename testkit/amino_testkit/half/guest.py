"""An instance of a Python class that plays a guest object."""

from __future__ import annotations

import asyncio
import copy
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from amino_dms.api import Interface, Method
from amino_wire.errors import AminoError, ArgumentInvalid, Ended, GuestException, MemberNotFound, Outcome
from amino_wire.values import decode, encode

WORK = 0.001
"""Simulated seconds that a call takes."""
_STATE_HOOKS = ("amino_save", "amino_load")


class FixedRun:
    """The fixed circumstances of a call: the same on all replicas of its object.

    Arguments:
        given: the time and the seed, and for how many milliseconds the call may run, where that is said.
    """

    def __init__(self, given: tuple[int, ...]) -> None:
        self.given = given[:2]
        self.run_ms = given[2] if len(given) > len(self.given) else 0
        self.waits: Callable[[bool], None] = lambda _: None
        """Told when the call begins to wait for another object, and when it goes on."""
        self._calls = 0

    def next_call(self) -> int:
        """The number of the call to another object that is made now."""
        self._calls += 1
        return self._calls - 1


@dataclass(frozen=True, slots=True)
class GuestCall:
    """A call as a guest runs it, and as it goes on from there: its chain has the chain's id and one `object.method` per hop, and
    `transactions` are those that it is part of. `fixed`: its circumstances, where they are."""

    target: str
    method: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    request_id: str
    chain: tuple[str, ...]
    deadline: float
    transactions: str = ""
    fixed: FixedRun | None = None

    @property
    def chain_id(self) -> str:
        """What the calls of one chain have in common."""
        return self.chain[0] if self.chain else self.request_id

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.target}.{self.method}"


CallOut = Callable[[GuestCall | None, str, str, tuple[Any, ...]], Awaitable[Any]]
"""Makes a call for a guest: the call that runs in it, the other object, its member, arguments."""

current_call: ContextVar[GuestCall | None] = ContextVar("amino_current_call", default=None)


def interface_of(kind: type[Any]) -> Interface:
    """The public methods of a class; those of its `read_only` are declared to read."""
    declared: tuple[str, ...] = getattr(kind, "read_only", ())
    names = [name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_") and name not in _STATE_HOOKS]
    return Interface(kind.__name__, tuple(_method(getattr(kind, name), name, name in declared) for name in names))


def _method(function: Any, name: str, reads: bool) -> Method:
    _, *parameters = inspect.signature(function).parameters.values()
    is_open = any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters)
    named = tuple(each.name for each in parameters if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return Method(name, reads, -1 if is_open else len(named), named)


def described(kind: type[Any]) -> dict[str, Any]:
    """The interface of a class as the operation `load` answers it."""
    members = [
        {"name": method.name, "arity": method.arity, "read_only": method.read_only, "parameters": list(method.parameters)}
        for method in interface_of(kind).methods
    ]
    return {"class": kind.__name__, "constructor": {"parameters": []}, "members": members, "doc": ""}


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
        """Calls a member of another object, by its name or id."""
        return await self._call_out(current_call.get(), target, method, args)


class Guest:
    """One instance. Its caller keeps its calls in order.

    Arguments:
        instance: the instance.
        call_out: how it calls others.
    """

    def __init__(self, instance: Any, call_out: CallOut) -> None:
        self.instance = instance
        self._call_out = call_out
        instance.amino = Outside(call_out)

    @classmethod
    def made(cls, kind: type[Any], args: Sequence[Any], kwargs: Mapping[str, Any], call_out: CallOut) -> Guest:
        """A new one, by its constructor, whose exceptions become GuestException."""
        try:
            return cls(kind(*args, **kwargs), call_out)
        except Exception as error:
            raise GuestException(str(error), type=type(error).__name__) from None

    @classmethod
    def restored(cls, kind: type[Any], state: Mapping[str, Any], call_out: CallOut) -> Guest:
        """One with a state that another one had."""
        guest = cls(object.__new__(kind), call_out)
        guest.load(state)
        return guest

    async def run(self, call: GuestCall, executed: list[tuple[str, str]]) -> Any:
        """Runs a member, and notes in `executed` that it does; its exceptions become GuestException."""
        await asyncio.sleep(WORK)
        member = getattr(self.instance, call.method, None)
        if member is None or call.method.startswith("_"):
            raise MemberNotFound(f"{call.target} has no member {call.method}")
        try:
            inspect.signature(member).bind(*call.args, **call.kwargs)
        except TypeError as error:
            raise ArgumentInvalid(f"{call.label}: {error}") from None
        executed.append((call.method, call.request_id))
        token = current_call.set(call)
        try:
            result = member(*call.args, **call.kwargs)
            return await result if inspect.isawaitable(result) else result
        except AminoError as error:
            raise uncaught(error) from error
        except Exception as error:
            raise GuestException(str(error), type=type(error).__name__) from None
        finally:
            current_call.reset(token)

    def state(self) -> dict[str, Any]:
        """Its state, as the operation `snapshot` answers it."""
        hook = getattr(self.instance, "amino_save", None)
        data: Any = hook() if hook else {name: value for name, value in self._fields().items() if name != "amino"}
        return {"format": "values", "language": "python", "data": decode(encode(data)), "lost": []}

    def load(self, state: Mapping[str, Any]) -> None:
        """Takes over a state."""
        data = copy.deepcopy(state["data"])
        if hasattr(self.instance, "amino_load"):
            self.instance.amino_load(data)
        else:
            fields = self._fields()
            fields.clear()
            fields.update(data, amino=Outside(self._call_out))

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.instance.__dict__
        return fields
