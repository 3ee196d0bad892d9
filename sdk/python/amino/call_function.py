"""How a call is made while a link is up, and while it is down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from amino_wire.batch import PlainCall
from amino_wire.frames import CallOptions


class CallFunction(Protocol):
    """How a call is made; FrameConnection.call while the link is up."""

    def __call__(self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None = None) -> asyncio.Future[Any]: ...


CallAs = Callable[[PlainCall, str, str, tuple[Any, ...], dict[int, Any]], None]


class CallUser(Protocol):
    """An object that keeps the link's `call` at hand and wants to know when it changes."""

    call: CallFunction
