"""A host whose object has a gate, and what brings a chain to offer it its calls."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from amino_dms.api import Delegation, Ran, State
from amino_dms.runtime.eagerness import FIRST
from amino_dms.runtime.hosts import Recalled
from amino_wire.errors import AminoError, DeadlineExceeded

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, request, until


class GateHost(PlayedHost):
    """A host whose object has a gate: it notes what is offered and stored, and answers recalls as told; so many answers are `lost`."""

    delegates = True

    def __init__(self) -> None:
        super().__init__(PlayedObjects(), PlayedStore())
        self.terms: list[tuple[Delegation, bool]] = []
        self.offers = self.recalls = self.renewals = 0
        self.told = Recalled(Ran(0, {}))
        self.lost = 0
        self.outcomes: dict[int, asyncio.Future[Any]] = {}
        self.mark = 0
        self.told_stored: list[tuple[int | None, AminoError | None]] = []

    async def offer(self) -> None:
        self.offers += 1

    async def open(self, delegation: Delegation, proxied: bool, number: int = 0) -> None:
        self.terms.append((delegation, proxied))

    async def recall(self, *, renews: bool = False, again: bool = False) -> Recalled:
        self.recalls += 1
        self.renewals += renews
        told = replace(self.told, renewed=renews and self.told.renewed)
        await asyncio.sleep(0)
        if self.lost:
            self.lost -= 1
            raise DeadlineExceeded("the answer was lost")
        return told

    async def capture(self) -> tuple[State, int]:
        return await self.copy(), self.mark

    async def stored(self, mark: int | None, error: AminoError | None) -> None:
        self.told_stored.append((mark, error))

    async def outcome(self, number: int) -> Any:
        return await self.outcomes[number]


async def warm(host: GateHost, chain: Any, calls: int = FIRST) -> None:
    for number in range(calls):
        await chain.call(request("put", "x", number, name=f"warm-{host.offers}-{number}"))
    await until(lambda: bool(host.terms))
