"""The caller's part of DHT: finds the shard of a key, or asks all shards and gathers their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from amino_wire.errors import AminoError, KernelUnavailable, NotFound, Outcome

from amino_dms.api import Invocation, Method, Next, Proxy, ProxyKernel, did_not_run, with_header
from amino_dms.sharding.gathering import GATHERS, gathered, settle
from amino_dms.sharding.hashing import shard_of

if TYPE_CHECKING:
    from amino_dms.sharding.dht import DhtConfig

HEADER: Final = "DHT"
MERGES: Final = "merges"
"""The header of a call that the object itself runs: it merges answers."""


class DhtProxy(Proxy["DhtConfig"]):
    """Hands no call inwards but those that merge answers: calls are calls of shards."""

    def __init__(self, config: DhtConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._routes = config.routes()
        self._asked: asyncio.Future[tuple[str, ...]] | None = None

    async def on_destroy(self) -> None:
        """Nobody waits for the shards any more."""
        if self._asked is not None:
            self._asked.cancel()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """To one shard, or to all."""
        word = self._routes.gathers.get(call.method)
        if word is not None:
            answers = await self._at_all(partial(self._at, call=call))
            if word in GATHERS:
                return gathered(call.method, word, answers)
            return await self._merged(call.changed(method=word, args=(answers,), kwargs={}), next)
        if call.method in self._routes.mergers:
            return await next(with_header(call, HEADER, MERGES))
        return await self._at((await self._shards())[self._number(call)], call)

    async def command_behind(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """At every shard; answers with the list of their answers."""
        return await self._at_all(partial(self.kernel.command_shard, name=name, args=args, kwargs=kwargs, manager=manager))

    def _number(self, call: Invocation) -> int:
        method = self.kernel.interface.method(call.method)
        if method is None:
            # No shard has it either, and says so.
            return 0
        return shard_of(self._key(call, method), self.config.shards)

    def _key(self, call: Invocation, method: Method) -> Any:
        return self._routes.key_of(call.method).of(call, method)

    async def _at(self, shard: str, call: Invocation) -> Any:
        try:
            return await self.kernel.call_shard(shard, call)
        except NotFound:
            self._asked = None
            raise

    async def _at_all(self, ask: Callable[[str], Coroutine[Any, Any, Any]]) -> list[Any]:
        return settle(await asyncio.gather(*map(ask, await self._shards()), return_exceptions=True))

    async def _merged(self, call: Invocation, next: Next) -> Any:
        try:
            return await next(with_header(call, HEADER, MERGES))
        except AminoError as error:
            if not did_not_run(error):
                raise
            text = f"the shards of {self.kernel.title} have answered, and {call.method} could not merge that: {error.message}"
            raise KernelUnavailable(text, outcome=Outcome.UNKNOWN, cause=error) from None

    async def _shards(self) -> tuple[str, ...]:
        """The ids of the shards, by number; asked for once."""
        if self._asked is None or (self._asked.done() and (self._asked.cancelled() or self._asked.exception())):
            self._asked = asyncio.ensure_future(self._look())
            self._asked.add_done_callback(_seen)  # the caller that asked may have given up
        return await asyncio.shield(self._asked)

    async def _look(self) -> tuple[str, ...]:
        try:
            return tuple(await self.kernel.coordinator().call("shards"))
        except AminoError as error:
            # No call has left yet.
            error.outcome = Outcome.NOT_RUN
            raise


def _seen(done: asyncio.Future[tuple[str, ...]]) -> None:
    if not done.cancelled():
        done.exception()
