"""The caller's part of DHT: finds the shard of a key, or asks all shards and gathers their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from amino_wire.errors import AminoError, KernelUnavailable, MemberNotFound, NotFound, Outcome
from amino_wire.unheard import may_be_unheard

from amino_dms.api import Invocation, Method, Next, Proxy, ProxyKernel, did_not_run, is_read, with_header
from amino_dms.rpc.call_numbers import CallNumbers
from amino_dms.sharding.gathering import GATHERS, gathered, settle
from amino_dms.sharding.hashing import shard_of
from amino_dms.sharding.shard_map import HOOKS, ShardMap, Stamp, is_closed, is_refusal, next_request
from amino_dms.sharding.waits import Waits

if TYPE_CHECKING:
    from amino_dms.sharding.dht import DhtConfig

HEADER: Final = "DHT"
MERGES: Final = "merges"
"""The header of a call that the object itself runs: it merges answers."""
_WINDOW: Final = 128
"""Outcomes of a caller's last calls that shards keep, besides those it waits for."""
_KEEP_SECONDS: Final = 600.0
Ask = Callable[[str], Coroutine[Any, Any, Any]]


class DhtProxy(Proxy["DhtConfig"]):
    """Hands no call inwards but those that merge answers: calls are calls of shards."""

    def __init__(self, config: DhtConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._routes = config.routes()
        self._known: ShardMap | None = None
        self._asked: asyncio.Future[ShardMap] | None = None
        self._numbers = CallNumbers(kernel, _WINDOW, _KEEP_SECONDS)

    async def on_destroy(self) -> None:
        """Nobody waits for the shards any more."""
        if self._asked is not None:
            self._asked.cancel()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """To one shard, or to all."""
        if call.method in HOOKS:
            raise MemberNotFound(f"{call.method} of {self.kernel.title} is for DHT only", outcome=Outcome.NOT_RUN)
        word = self._routes.gathers.get(call.method)
        if word is not None:
            answers = await self._numbered(call, self._at_all_shards)
            if word in GATHERS:
                return gathered(call.method, word, answers)
            return await self._merged(call.changed(method=word, args=(answers,), kwargs={}), next)
        if call.method in self._routes.mergers:
            return await next(with_header(call, HEADER, MERGES))
        return await self._numbered(call, self._at_its_shard)

    async def command_behind(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """At every shard; answers with the list of their answers."""
        ask = partial(self.kernel.command_shard, name=name, args=args, kwargs=kwargs, manager=manager)
        answers = await self._each(await self._shards(), ask)
        if any(isinstance(answer, NotFound) for answer in answers):
            self._known = None
        return settle(answers)

    async def _numbered(self, call: Invocation, run: Callable[[Invocation, Sequence[Any]], Coroutine[Any, Any, Any]]) -> Any:
        """Runs a call with numbers by which shards know it again, where it needs some."""
        if is_read(call.method, self.kernel.interface) or not (await self._shards()).splits:
            return await run(call, ())
        return await self._numbers.numbered(call, partial(run, call))

    async def _at_its_shard(self, call: Invocation, numbers: Sequence[Any]) -> Any:
        """To the shard of its key, and where shards refuse it, to the shard that has the key by a newer map."""
        waits = Waits(self.kernel, call)
        while True:
            shards = await self._shards()
            shard = shards.ids[self._number(call, shards)]
            try:
                return await self.kernel.call_shard(shard, _stamped(call, shards, Stamp(shards.version, False, *numbers), waits.refused))
            except NotFound:
                if not await self._newer(shards):
                    raise
            except AminoError as error:
                if not is_refusal(error):
                    raise
                await waits.pause(error)
                await self._newer(shards, shard if is_closed(error) else "")

    async def _at_all_shards(self, call: Invocation, numbers: Sequence[Any]) -> list[Any]:
        """To all shards of one map. A call that shards of one map have run, and others refused, is not sent again."""
        waits = Waits(self.kernel, call)
        while True:
            shards = await self._shards()
            stamped = _stamped(call, shards, Stamp(shards.version, True, *numbers), waits.refused)
            answers = await self._each(shards, partial(self.kernel.call_shard, call=stamped))
            refused: list[AminoError] = [answer for answer in answers if is_refusal(answer)]
            gone = [answer for answer in answers if isinstance(answer, NotFound)]
            if gone and await self._newer(shards):
                refused += gone
            nowhere = len(refused) == len(answers) and all(map(did_not_run, refused))
            if not refused or not (nowhere or is_read(call.method, self.kernel.interface)):
                return settle(answers)
            await waits.pause(refused[0])
            closed = (shard for shard, answer in zip(shards.ids, answers, strict=True) if is_closed(answer))
            await self._newer(shards, next(closed, ""))

    def _number(self, call: Invocation, shards: ShardMap) -> int:
        method = self.kernel.interface.method(call.method)
        if method is None:
            # No shard has it either, and says so.
            return 0
        return shard_of(self._key(call, method), len(shards.ids))

    def _key(self, call: Invocation, method: Method) -> Any:
        return self._routes.key_of(call.method).of(call, method)

    async def _each(self, shards: ShardMap, ask: Ask) -> list[Any]:
        return await asyncio.gather(*map(ask, shards.ids), return_exceptions=True)

    async def _merged(self, call: Invocation, next: Next) -> Any:
        try:
            return await next(with_header(call, HEADER, MERGES))
        except AminoError as error:
            if not did_not_run(error):
                raise
            text = f"the shards of {self.kernel.title} have answered, and {call.method} could not merge that: {error.message}"
            raise KernelUnavailable(text, outcome=Outcome.UNKNOWN, cause=error) from None

    async def _shards(self) -> ShardMap:
        """The map of the shards; asked for once."""
        return self._known or await self._ask("")

    async def _newer(self, known: ShardMap, untold: str = "") -> bool:
        """Asks for the map anew, unless another call has done so; whether it is newer. `untold`: a shard that does not have its keys."""
        if self._known is known:
            # Where nobody knows just now, the map that is known may still be right.
            with suppress(AminoError):
                await self._ask(untold)
        return self._known is not None and self._known.version > known.version

    async def _ask(self, untold: str) -> ShardMap:
        if self._asked is None or self._asked.done():
            self._asked = asyncio.ensure_future(self._look(untold))
            self._asked.add_done_callback(may_be_unheard)
        return await asyncio.shield(self._asked)

    async def _look(self, untold: str) -> ShardMap:
        try:
            found = ShardMap.from_value(await self.kernel.coordinator().call("where", untold))
        except AminoError as error:
            # No call has left yet.
            error.outcome = Outcome.NOT_RUN
            raise
        if self._known is None or found.version >= self._known.version:
            self._known = found
        return self._known


def _stamped(call: Invocation, shards: ShardMap, stamp: Stamp, refused: int) -> Invocation:
    """The call as a shard gets it. Reads by the first map go without a header, which says the same: only shards by that map
    run them."""
    sent = call.changed(request_id=next_request(call.request_id, refused))
    if not shards.splits or not (stamp.session or stamp.version):
        return sent
    return with_header(sent, *stamp.header())
