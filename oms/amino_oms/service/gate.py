"""The service before it leads: every request is refused, with where the leader is."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

from amino_wire.errors import AminoError, OmsUnavailable, abort

from amino_oms.service.servicer import OmsServicer


class Gate:
    """A servicer of the object management service that refuses requests until there is another one to pass them on to."""

    def __init__(self) -> None:
        self._servicer: Any = None
        self._refusal: Callable[[], AminoError] = _not_ready

    def refuse(self, refusal: Callable[[], AminoError]) -> None:
        """Refuses requests with what `refusal` gives."""
        self._servicer, self._refusal = None, refusal

    def open(self, servicer: Any) -> None:
        """Passes requests on from now on."""
        self._servicer = servicer

    def __getattr__(self, name: str) -> Any:
        return self._stream(name) if inspect.isasyncgenfunction(getattr(OmsServicer, name)) else self._unary(name)

    def _unary(self, name: str) -> Any:
        async def answer(request: Any, context: Any) -> Any:
            servicer = self._servicer
            if servicer is None:
                await abort(context, self._refusal())
            return await getattr(servicer, name)(request, context)

        return answer

    def _stream(self, name: str) -> Any:
        async def answers(request: Any, context: Any) -> AsyncIterator[Any]:
            servicer = self._servicer
            if servicer is None:
                await abort(context, self._refusal())
            async for response in getattr(servicer, name)(request, context):
                yield response

        return answers


def _not_ready() -> AminoError:
    return OmsUnavailable("the object management service has not begun yet; ask again in a moment")
