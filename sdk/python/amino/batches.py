"""Many objects by few requests: the objects of each request, and how some are sent at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import client_pb2
from amino_wire.values import Codec

from amino.given import is_list

Item = TypeVar("Item")

BATCH = 500
"""How many objects one request makes."""


def batches_of(arguments: Iterable[Sequence[Any]], names: Sequence[str], kwargs: bytes, codec: Codec) -> list[list[client_pb2.Instance]]:
    """The objects of each request, in the order of the arguments.

    Arguments:
        arguments: of the constructors: one sequence for each new object.
        names: of the objects, as many as there are, or none.
        kwargs: of each constructor, written already.
        codec: how arguments are written.

    Raises:
        ArgumentInvalid: there are not as many names as objects, or arguments are no sequence.
        ValueInvalid: an argument cannot travel.
    """
    instances = [_instance(args, f"arguments[{index}]", codec) for index, args in enumerate(arguments)]
    if names and len(names) != len(instances):
        raise ArgumentInvalid(f"{len(names)} names were given for {len(instances)} objects; give one for each, or none at all")
    for instance, name in zip(instances, names, strict=False):
        instance.name = name
    for instance in instances:
        instance.kwargs = kwargs
    return [instances[begin : begin + BATCH] for begin in range(0, len(instances), BATCH)]


def _instance(args: Any, path: str, codec: Codec) -> client_pb2.Instance:
    if not is_list(args):
        raise ArgumentInvalid(f"{path} must be a list of a constructor's arguments, not {args!r}")
    return client_pb2.Instance(args=codec.encode_array(args, path=path))


async def work_through(items: Sequence[Item], width: int, work: Callable[[int, Item], Awaitable[None]]) -> None:
    """Works through items, `width` of them at once. When one fails, no further one is begun.

    Arguments:
        items: what to work on.
        width: how many at once.
        work: gets an item's index and the item.

    Raises:
        Exception: what the first to fail raised, when all that had begun have ended.
    """
    rest = iter(enumerate(items))
    problems: list[Exception] = []

    async def worker() -> None:
        for index, item in rest:
            try:
                await work(index, item)
            except Exception as error:
                problems.append(error)
            if problems:
                return

    await asyncio.gather(*(worker() for _ in range(width)))
    if problems:
        raise problems[0]
