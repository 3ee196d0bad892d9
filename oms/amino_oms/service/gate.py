"""The service before it leads: requests are refused, with where the leader is, but for reads that take an answer of some age."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from amino_wire.errors import AminoError, OmsUnavailable, abort

from amino_oms.leadership.standby_reads import StandbyReads
from amino_oms.service.servicer import OmsServicer

Read = Callable[[Any], Awaitable[Any]]
_NONE: Mapping[str, Read] = MappingProxyType({})


class Gate:
    """A servicer of the object management service that refuses requests until there is another one to pass them on to."""

    def __init__(self) -> None:
        self._servicer: Any = None
        self._refusal: Callable[[], AminoError] = _not_ready
        self._reads: Mapping[str, Read] = _NONE

    def refuse(self, refusal: Callable[[], AminoError], reads: StandbyReads | None = None) -> None:
        """Refuses requests with what `refusal` gives; asks `reads` for those that it answers."""
        self._servicer, self._refusal = None, refusal
        self._reads = _NONE if reads is None else _methods(reads)

    def open(self, servicer: Any) -> None:
        """Passes requests on from now on."""
        self._servicer, self._reads = servicer, _NONE

    def __getattr__(self, name: str) -> Any:
        return self._stream(name) if inspect.isasyncgenfunction(getattr(OmsServicer, name)) else self._unary(name)

    def _unary(self, name: str) -> Any:
        async def answer(request: Any, context: Any) -> Any:
            servicer, read = self._servicer, self._reads.get(name)
            if servicer is not None:
                return await getattr(servicer, name)(request, context)
            if read is None:
                await abort(context, self._refusal())
            try:
                return await read(request)
            except Exception as error:
                await abort(context, error)

        return answer

    def _stream(self, name: str) -> Any:
        async def answers(request: Any, context: Any) -> AsyncIterator[Any]:
            servicer = self._servicer
            if servicer is None:
                await abort(context, self._refusal())
            async for response in getattr(servicer, name)(request, context):
                yield response

        return answers


def _methods(reads: StandbyReads) -> Mapping[str, Read]:
    return {"Get": reads.get, "List": reads.list, "ListKinds": reads.list_kinds, "Kernels": reads.kernels}


def _not_ready() -> AminoError:
    return OmsUnavailable("the object management service has not begun yet; ask again in a moment")
