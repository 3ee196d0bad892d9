"""Frozen dataclasses that are made in a fraction of the time: a frozen one sets each field by a call of its own."""

from __future__ import annotations

from dataclasses import MISSING, fields, make_dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


def quick(cls: type[T]) -> type[T]:
    """Has the instances of a frozen dataclass with slots filled while they are of another class, which is not frozen; then they change
    their class for good.

    To be written above `@dataclass(frozen=True, slots=True)`, for classes without a base and without `__post_init__`, of which each call
    makes some.
    """
    known = fields(cast("Any", cls))
    filled = make_dataclass(f"_{cls.__name__}", [each.name for each in known], slots=True, eq=False, repr=False)
    scope: dict[str, Any] = {"become": object.__setattr__, "filled": filled, "cls": cls}
    parameters = ["self"]
    for each in known:
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        scope[f"default_{each.name}"] = default
        parameters.append(each.name if default is MISSING else f"{each.name}=default_{each.name}")
    lines = [f"def __init__({', '.join(parameters)}):", " become(self, '__class__', filled)"]
    lines += [f" self.{each.name} = {each.name}" for each in known]
    exec("\n".join([*lines, " self.__class__ = cls"]), scope)
    made = scope["__init__"]
    made.__annotations__ = cls.__init__.__annotations__
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    cast("Any", cls).__init__ = made
    return cls
