"""Requests of clients that this kernel passes on to the OMS as they are."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar, cast

import grpc.aio
from amino_graal.lock import LANGUAGES
from amino_kernel.calls.passing import Passing
from amino_kernel.links.oms_client import SHORT_SECONDS
from amino_wire.errors import LanguageUnknown, abort
from amino_wire.pb import client_pb2_grpc, common_pb2

Context = grpc.aio.ServicerContext[Any, Any]
Answer = TypeVar("Answer")


class PassingOn(client_pb2_grpc.ClientServiceServicer):
    """The part of a service for clients that asks the OMS.

    Args:
        passing: The way of requests to the OMS.
    """

    def __init__(self, passing: Passing) -> None:
        self._passing = passing

    async def _pass_on(self, name: str, request: Any, context: Context, longest: float = SHORT_SECONDS) -> Any:
        remaining = seconds_left(context)
        seconds = min(remaining, longest) if remaining is not None else longest
        return await self._passing.on(name, request, seconds)


def check_language(artifact: common_pb2.Artifact, name: str) -> None:
    """Raises LanguageUnknown for an artifact in a language that no kernel runs."""
    if artifact.language not in LANGUAGES:
        raise LanguageUnknown(
            f"There is no guest language {artifact.language!r}; {name} was not registered. Known: {', '.join(LANGUAGES)}."
        )


def seconds_left(context: Context) -> float | None:
    """The seconds that a client waits; None for a client that waits for ever."""
    # The stubs say float; a client without a deadline makes it None.
    left: float | None = cast("Any", context).time_remaining()
    return left


async def guard(context: Context, work: Awaitable[Answer]) -> Answer:
    """Answers with what the work gives, or with its error as a status."""
    try:
        return await work
    except Exception as error:
        await abort(context, error)
