"""Where the key of a call stands among its arguments. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_wire.errors import ArgumentInvalid, Outcome
from amino_wire.frames import Invocation

from amino_dms.api import Method
from amino_dms.api.narrow import is_map


@dataclass(frozen=True, slots=True)
class KeyPath:
    """An argument, and the fields that lead into its value.

    Arguments:
        argument: its place, from 0, or its name.
        fields: the names of fields, from the outermost.
    """

    argument: int | str
    fields: tuple[str, ...] = ()

    @classmethod
    def read(cls, written: int | str) -> KeyPath:
        """The path that a setting names: `0`, `name`, `name.field`, `0.field`. Raises ValueError."""
        first, *fields = str(written).split(".")
        if not first or not all(fields) or first.startswith("-"):
            raise ValueError("must be an argument's place from 0, or its name, with fields behind it as in order.customer")
        return cls(int(first) if first.isdigit() else first, tuple(fields))

    def __str__(self) -> str:
        return ".".join((str(self.argument), *self.fields))

    def misses(self, method: Method) -> bool:
        """Whether that member cannot have such an argument."""
        if isinstance(self.argument, int):
            return 0 <= method.arity <= self.argument
        return self.argument not in method.parameters

    def of(self, call: Invocation, method: Method) -> Any:
        """The key of a call.

        Raises:
            ArgumentInvalid: the call has none; it has not run.
        """
        value = self._argument(call, method)
        for field in self.fields:
            if not is_map(value) or field not in value:
                raise _missing(call, f"its argument {self.argument} has no field {field!r}, and {self} is the key")
            value = value[field]
        return value

    def _argument(self, call: Invocation, method: Method) -> Any:
        place, name = self._place_and_name(method)
        if place is not None and place < len(call.args):
            return call.args[place]
        if name and name in call.kwargs:
            return call.kwargs[name]
        raise _missing(call, f"its argument {self.argument} is the key by which its shard is found")

    def _place_and_name(self, method: Method) -> tuple[int | None, str]:
        parameters = method.parameters
        if isinstance(self.argument, int):
            return self.argument, parameters[self.argument] if self.argument < len(parameters) else ""
        return parameters.index(self.argument) if self.argument in parameters else None, self.argument


def _missing(call: Invocation, reason: str) -> ArgumentInvalid:
    return ArgumentInvalid(f"{call.method} was called without its key: {reason}; nothing has run", outcome=Outcome.NOT_RUN)
