"""The operations of a played half (`docs/bridge.md`, section 2), by their names."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import cycle
from pathlib import PurePath
from typing import Any

from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    ArtifactNotFound,
    MemberNotFound,
    Moved,
    ObjectNotFound,
    from_payload,
)
from amino_wire.lane import IncomingCall
from amino_wire.values import DEFAULT, EncodedValue, decode, encode

from amino_testkit.half.calls import Answering, RunningCall
from amino_testkit.half.guest import WORK, Guest, described
from amino_testkit.half.played_delegation import PlayedDelegation
from amino_testkit.half.played_half import PlayedHalf
from amino_testkit.half.played_object import Management, PlayedObject

HEAP = 1 << 30
LATE = (0.0, 0.001, 0.0, 0.02, 0.0003)
"""Seconds for which states that gates have captured are on their way, by turns."""


class Operations:
    """Does what the Python half asks.

    Arguments:
        half: with which.
        listen: opens a lane: the transport, host or path, port and token; where it listens.
    """

    def __init__(self, half: PlayedHalf, listen: Callable[[str, str, int, str | None], list[Any]]) -> None:
        self._half = half
        self._listen = listen
        self._capturing: set[asyncio.Task[None]] = set()
        self._late = cycle(LATE)

    def take(self, connection: Answering, calls: list[IncomingCall]) -> None:
        """Operations, and calls to objects, by the Python half."""
        for incoming in calls:
            if incoming.target:
                self._half.run_for_kernel(incoming)
            else:
                RunningCall(connection, incoming, partial(self._operate, incoming))

    async def _operate(self, incoming: IncomingCall, begin: Callable[[], None]) -> Any:
        begin()
        assert isinstance(incoming.args, EncodedValue)
        args = DEFAULT.decode_array(incoming.args.data)
        operation: Callable[..., Awaitable[Any]] | None = getattr(self, f"_do_{incoming.method}", None)
        if operation is None:
            raise MemberNotFound(f"there is no operation {incoming.method}; see docs/bridge.md, section 2")
        return await operation(*args)

    async def _do_listen(self, transport: str, place: str, port: int, token: str | None) -> list[Any]:
        return self._listen(transport, place, port, token)

    async def _do_admit(self, token: str | None) -> None:
        self._half.peer_token = token or ""

    async def _do_leave(self, milliseconds: int) -> int:
        return await self._half.leave(milliseconds / 1000)

    async def _do_prewarm(self, languages: list[str]) -> None:
        """Python is warm."""

    async def _do_load(self, key: str, _language: str, directory: str, _entry: str, _options: Mapping[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(WORK)
        kind = self._half.classes.get(PurePath(directory).name)
        if kind is None:
            raise ArtifactNotFound(f"there is no class {directory!r} in this simulation")
        self._half.kinds[key] = kind
        return described(kind)

    async def _do_unload(self, key: str) -> None:
        self._kind(key)
        used = [each.id for each in self._half.objects.values() if each.artifact == key and each.absence is None]
        if used:
            raise ArgumentInvalid(f"artifact {key} is used by object {used[0]}; destroy its objects first")
        del self._half.kinds[key]

    async def _do_create(self, instance_id: str, epoch: int, key: str, args: list[Any], kwargs: Any, options: Mapping[str, Any]) -> None:
        half, kind = self._half, self._kind(key)
        await self._make(instance_id, epoch, key, options, lambda: Guest.made(kind, args, kwargs or {}, half.call_out))

    async def _do_restore(self, instance_id: str, epoch: int, key: str, state: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        half, kind = self._half, self._kind(key)
        await self._make(instance_id, epoch, key, options, lambda: Guest.restored(kind, state, half.call_out))

    async def _make(self, instance_id: str, epoch: int, key: str, options: Mapping[str, Any], make: Callable[[], Guest]) -> None:
        management = Management.of(bool(options.get("managed")), bool(options.get("proxies_only")))
        made = PlayedObject(
            instance_id, epoch, key, management, concurrent=bool(options.get("concurrent")), rule=str(options.get("rule") or "")
        )
        self._half.announce(made)
        try:
            async with made.operation():
                await asyncio.sleep(self._half.making_seconds)
                made.made(make(), held=bool(options.get("held")))
        except BaseException:
            self._half.remove(made, ObjectNotFound(f"object {instance_id} is not on this kernel; look it up again"))
            raise

    async def _do_snapshot(self, instance_id: str, options: Mapping[str, Any]) -> Any:
        found = self._half.find(instance_id)
        async with found.operation():
            return [found.withheld.captured(), found.guest.state()] if options.get("marked") else found.guest.state()

    async def _do_lend(self, instance_id: str, members: list[str], until: int | None) -> list[int]:
        lent = self._half.find(instance_id).lent
        lent.until, lent.members = until, frozenset(members)
        return [self._half.lease_clock(), lent.calls]

    async def _do_state_hash(self, instance_id: str) -> bytes:
        found = self._half.find(instance_id)
        async with found.operation():
            return hashlib.sha256(encode(found.guest.state())).digest()

    async def _do_runtime(self, language: str | None) -> str:
        return f"played {language} {self._half.version}"

    async def _do_sync(self, instance_id: str, state: Mapping[str, Any]) -> None:
        found = self._half.find(instance_id)
        async with found.operation():
            found.guest.load(state)

    async def _do_hold(self, instance_id: str) -> None:
        found = self._half.find(instance_id)
        async with found.operation():
            found.hold()

    async def _do_resume(self, instance_id: str) -> None:
        self._half.find(instance_id).resume()

    async def _do_release(self, instance_id: str, details: Mapping[str, Any]) -> None:
        await self._remove(instance_id, Moved(f"object {instance_id} has moved to another kernel", details=details))

    async def _do_destroy(self, instance_id: str) -> None:
        await self._remove(instance_id, ObjectNotFound(f"object {instance_id} has been destroyed"))

    async def _remove(self, instance_id: str, absence: AminoError) -> None:
        found = self._half.find(instance_id)
        async with found.operation():
            self._half.remove(found, absence)

    async def _do_manage(self, instance_id: str, managed: bool, proxies_only: bool = False, rule: str | None = None) -> None:
        found = self._half.find(instance_id)
        found.management = Management.of(managed, proxies_only)
        found.rule = found.rule if rule is None else rule

    async def _do_delegate(self, instance_id: str) -> None:
        found = self._half.find(instance_id)
        if found.delegation is not None:
            raise ArgumentInvalid(f"calls of object {instance_id} are delegated already; recall them first")
        found.delegation = PlayedDelegation(found.withheld)
        # Calls that came before leave with the next turn of the loop.
        await asyncio.sleep(0)

    async def _do_open(self, instance_id: str, terms: Mapping[str, Any]) -> None:
        if terms.get("withholds"):
            withheld = self._half.find(instance_id).withheld
            withheld.tell = lambda mark: self._half.tell("withheld", [instance_id, mark])
            number = int(terms.get("captures", 0))
            withheld.capture = partial(self._capture_soon, instance_id, number) if number else None
            withheld.begin()
        self._delegation(instance_id).open(terms)

    def _capture_soon(self, instance_id: str, number: int) -> None:
        task = asyncio.ensure_future(self._capture(instance_id, number))
        self._capturing.add(task)
        task.add_done_callback(self._capturing.discard)

    async def _capture(self, instance_id: str, number: int) -> None:
        with suppress(AminoError):
            found = self._half.find(instance_id)
            async with found.operation():
                mark = found.withheld.captures()
                state = b"" if mark is None else encode(found.guest.state())
            if mark is not None:
                # Nothing keeps the order of this and of answers to operations.
                await asyncio.sleep(next(self._late))
                answer = self._half.tell("captured", [[instance_id, number, mark, state]])
                if answer is not None:
                    answer.add_done_callback(self._has_stored)

    def _has_stored(self, answer: asyncio.Future[EncodedValue]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._release(decode(answer.result().data) or ())

    async def _do_stored_all(self, marks: list[list[Any]]) -> None:
        self._release(marks)

    def _release(self, marks: Iterable[list[Any]]) -> None:
        for instance_id, mark in marks:
            found = self._half.objects.get(instance_id)
            if found is not None:
                found.withheld.settle(mark, None)

    async def _do_stored(self, instance_id: str, mark: int | None, payload: Any) -> None:
        found = self._half.find(instance_id)
        if payload is not None and found.delegation is not None:
            found.delegation.stop()
        found.withheld.settle(mark, None if payload is None else from_payload(payload))

    async def _do_recall(self, instance_id: str, renews: bool = False, again: bool = False) -> dict[str, Any]:
        found, delegation = self._half.find(instance_id), self._delegation(instance_id)
        # No answer is lost here: nobody asks again.
        found.delegation = delegation.renewed() if renews and not again else None
        report = delegation.recall(found.endings, renewed=found.delegation is not None)
        await asyncio.sleep(0)
        return report

    async def _do_outcome(self, instance_id: str, number: int) -> list[Any]:
        return await self._half.find(instance_id).endings.of(number)

    def _delegation(self, instance_id: str) -> PlayedDelegation:
        found = self._half.find(instance_id).delegation
        if found is None:
            raise ArgumentInvalid(f"nothing is delegated to the gate of object {instance_id}")
        return found

    async def _do_epoch(self, instance_id: str, epoch: int) -> None:
        self._half.find(instance_id).epoch = epoch

    async def _do_fence(self, instance_ids: list[str] | None) -> None:
        for each in list(self._half.objects.values()):
            each.fenced = each.fenced or instance_ids is None or each.id in instance_ids

    async def _do_lease(self, ends_at: int | None) -> int:
        if ends_at is not None:
            self._half.prolong(ends_at)
        return self._half.lease_clock()

    async def _do_outage(self, reason: str) -> None:
        self._half.outage = reason

    async def _do_waits(self) -> list[list[Any]]:
        return self._half.waits()

    async def _do_abort_wait(self, number: int, payload: Any) -> bool:
        return self._half.abort_wait(number, from_payload(payload))

    async def _do_record(self, file: str) -> None:
        """Nobody reads the memory of a simulated process after its end."""

    async def _do_stats(self) -> dict[str, Any]:
        return {"objects": len(self._half.objects), "heap_limit": HEAP, "heap_used": 0, "languages": ["python"]}

    async def _do_interface(self, instance_id: str) -> dict[str, Any]:
        return described(self._kind(self._half.find(instance_id).artifact))

    async def _do_shutdown(self) -> None:
        """It ends with its process."""

    def _kind(self, key: str) -> type[Any]:
        kind = self._half.kinds.get(key)
        if kind is None:
            raise ArtifactNotFound(f"artifact {key} is not loaded; load it first")
        return kind
