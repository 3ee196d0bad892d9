"""The operations of a JVM half (`docs/bridge.md`, section 2) as methods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amino_dms.api import FixedCall
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.fixed_options import options_of
from amino_kernel.halves.state_pieces import StatePieces
from amino_kernel.halves.stored_marks import StoredMarks
from amino_kernel.halves.wait import Wait
from amino_wire.connection import FrameConnection
from amino_wire.cursor import Cursor
from amino_wire.errors import AminoError, to_payload
from amino_wire.frames import CallOptions, pack, pack_parts
from amino_wire.invocation import AnyOptions
from amino_wire.lane import IncomingCall, LaneConnection
from amino_wire.pb import common_pb2
from amino_wire.protocol import Role
from amino_wire.together import CallsTogether
from amino_wire.values import DEFAULT, EncodedValue, decode, encode
from amino_wire.whole import whole_value

CREATE_BUDGET_MS = 180_000
"""Evaluating an artifact may be the first of its language: a cold Python takes 16 s, on a busy machine several times that."""
CONTROL_BUDGET_MS = 30_000
OUTCOME_BUDGET_MS = 24 * 60 * 60 * 1000
"""A call that was let in may run as long as its caller has allowed."""
LEASE_BUDGET_MS = 1_000
"""The next sign of life must not wait for a JVM half that hangs."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The encoded state of an object, and the paths of what could not be captured."""

    state: EncodedValue
    lost: tuple[str, ...]


class Bridge:
    """The connection to one JVM half. Values of objects stay encoded; only what the kernel itself asks is decoded.

    An instance id is the id of an object, or `<object id>/<path>` where the half has several instances of one object.
    """

    def __init__(self, connection: FrameConnection) -> None:
        self._connection, self._pieces = connection, StatePieces(self._ask)
        marks = StoredMarks(lambda marks: self._send("stored_all", (marks,), CONTROL_BUDGET_MS), self._answer_at_once)
        self.stored_soon, self.brought_states = marks.add, marks.brought

    @classmethod
    async def connect(
        cls,
        socket_path: str,
        token: str,
        kernel_id: str,
        on_request: Callable[[Bridge, list[IncomingCall]], None],
        on_lost: Callable[[AminoError], None],
    ) -> Bridge:
        """Connects as the Python half.

        Raises:
            KernelUnavailable, PermissionDenied: See `LaneConnection.connect`.
        """
        made: list[Bridge] = []
        connection = await LaneConnection.connect(
            f"unix:{socket_path}",
            client_id=kernel_id,
            token=token,
            role=Role.KERNEL,
            on_request=lambda calls: on_request(made[0], calls),
            on_lost=on_lost,
            opaque=True,
            peer="the JVM half",
        )
        made.append(cls(connection))
        return made[0]

    @property
    def closed(self) -> bool:
        return self._connection.closed

    def call(self, target: str, method: str, args: EncodedValue, options: AnyOptions) -> asyncio.Future[EncodedValue]:
        """Calls an object of this JVM half. Plain options are not copied."""
        return self._connection.call(target, method, args, options)

    async def run_in_order(self, target: str, calls: Sequence[FixedCall]) -> list[EncodedValue | AminoError]:
        """Runs calls of one object that do not wait for one another, in one frame; what became of each.

        Raises:
            KernelUnavailable: The half has ended; none has run.
        """
        together = CallsTogether()
        send = self._connection.call_as
        for call in calls:
            send(together.add(), target, call.method, EncodedValue(call.args), options_of(call))
        self._connection.flush_calls()
        return await together.outcomes()

    def answer(self, call: IncomingCall, value: Any) -> None:
        self._connection.answer(call, value)

    def _answer_at_once(self, call: IncomingCall, value: list[list[Any]]) -> None:
        self._connection.answer(call, EncodedValue(pack(value)))
        self._connection.flush_answers()

    def fail(self, call: IncomingCall, error: BaseException) -> None:
        self._connection.fail(call, error)

    def close(self) -> None:
        self._connection.close()

    async def listen(self, transport: str, place: str, port: int, token: str | None) -> tuple[str, int]:
        """Opens a lane for clients and answers where it listens."""
        host, bound = await self._ask("listen", transport, place, port, token)
        return str(host), int(bound)

    async def admit(self, token: str) -> None:
        """Lets in other kernels that show this token, from now on."""
        await self._ask("admit", token)

    async def leave(self, seconds: float) -> int:
        """Tells clients and other kernels that the kernel stops: what they send from now on is not run.

        Answers how many connections still wait for answers after so many seconds, or 0 as soon as none does.
        """
        milliseconds = int(seconds * 1000)
        return int(await self._ask("leave", milliseconds, budget_ms=milliseconds + CONTROL_BUDGET_MS))

    async def prewarm(self, languages: Sequence[str]) -> None:
        await self._ask("prewarm", list(languages), budget_ms=CREATE_BUDGET_MS)

    async def load(self, artifact: common_pb2.Artifact, directory: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Evaluates an artifact and answers its interface as a plain map."""
        loaded: dict[str, Any] = await self._ask(
            "load", artifact_key(artifact), artifact.language, directory, artifact.entry, dict(options), budget_ms=CREATE_BUDGET_MS
        )
        return loaded

    async def unload(self, artifact: str) -> None:
        """Lets the half forget an artifact with its contexts; answers when they are closed.

        Args:
            artifact: Its key (`artifact_key`).

        Raises:
            ArgumentInvalid: An instance of it lives or is being made, or it is being evaluated.
            ArtifactNotFound: It is not loaded.
        """
        await self._ask("unload", artifact)

    async def create(
        self, instance_id: str, epoch: int, artifact: str, args: EncodedValue, kwargs: EncodedValue, options: Mapping[str, Any]
    ) -> None:
        await self._ask("create", instance_id, epoch, artifact, args, kwargs, dict(options), budget_ms=CREATE_BUDGET_MS)

    def create_many(
        self, artifact: str, constructions: Sequence[tuple[str, EncodedValue, EncodedValue]], options: Sequence[Mapping[str, Any]]
    ) -> list[asyncio.Future[EncodedValue]]:
        """As `create` in epoch 1 for each id with its args and kwargs; together in one frame."""
        encoded = EncodedValue(encode(artifact))
        last, chosen = None, EncodedValue(b"")
        calls: list[asyncio.Future[EncodedValue]] = []
        for (instance_id, args, kwargs), each in zip(constructions, options, strict=True):
            if each != last:  # mostly they are all the same
                last, chosen = each, EncodedValue(encode(dict(each)))
            calls.append(self._send("create", (instance_id, 1, encoded, args, kwargs, chosen), CREATE_BUDGET_MS))
        return calls

    async def restore(
        self, instance_id: str, epoch: int, artifact: str, state: EncodedValue, options: Mapping[str, Any], held: bool = False
    ) -> None:
        """Makes an instance from a state. With `held`, no call runs before `resume`: calls that arrive wait, as after `hold`.

        Raises:
            ValueInvalid: The state is not one whole value.
            AminoError: The guest cannot be made from it.
        """
        chosen = {**options, "held": held}
        brought = await self._pieces.brought(_whole(state))
        await self._ask("restore", instance_id, epoch, artifact, brought, chosen, budget_ms=CREATE_BUDGET_MS)

    async def snapshot(self, instance_id: str, allow_lossy: bool, budget_ms: int = CONTROL_BUDGET_MS) -> Snapshot:
        """The state of an instance. Raises ValueInvalid where it has more bytes than a state may have."""
        result = await self._pieces.fetched(await self._send("snapshot", (instance_id, {"allow_lossy": allow_lossy}), budget_ms))
        return Snapshot(result, _lost_in(result))

    async def state_hash(self, instance_id: str) -> bytes:
        """The checksum of the state of an instance: equal for equal states, in whichever half."""
        return bytes(await self._ask("state_hash", instance_id))

    async def runtime_facts(self, language: str) -> str:
        """What must be equal in all halves that have replicas of one object in that language."""
        return str(await self._ask("runtime", language))

    async def capture(self, instance_id: str) -> tuple[EncodedValue, int]:
        """The state when no call runs, however long that takes, and up to which mark it has changes whose calls' answers are withheld."""
        sent = self._send("snapshot", (instance_id, {"marked": True}), OUTCOME_BUDGET_MS)
        cursor = Cursor((await sent).data)
        cursor.array()
        mark = int(cursor.item())
        return await self._pieces.fetched(cursor.raw()), mark

    async def stored(self, instance_id: str, mark: int | None, error: AminoError | None) -> None:
        """The state captured with a mark is stored, or could not be: answers that were withheld leave, up to that mark or all (None)."""
        await self._ask("stored", instance_id, mark, None if error is None else to_payload(error))

    async def sync(self, instance_id: str, state: EncodedValue) -> None:
        await self._ask("sync", instance_id, await self._pieces.brought(_whole(state)))

    async def hold(self, instance_id: str, budget_ms: int = CONTROL_BUDGET_MS) -> None:
        await self._ask("hold", instance_id, budget_ms=budget_ms)

    async def resume(self, instance_id: str) -> None:
        await self._ask("resume", instance_id)

    async def release(self, instance_id: str, details: Mapping[str, Any]) -> None:
        await self._ask("release", instance_id, dict(details))

    async def destroy(self, instance_id: str) -> None:
        await self._ask("destroy", instance_id)

    async def manage(self, instance_id: str, managed: bool, proxies_only: bool = False, rule: str | None = None) -> None:
        """Says where the instance's calls go from now on; without `rule` its gate keeps the rule it keeps."""
        await self._ask("manage", instance_id, managed, proxies_only, rule)

    async def delegate(self, instance_id: str) -> None:
        """From now on calls wait at the instance's gate. Answered when those that came before are on their way here."""
        await self._ask("delegate", instance_id)

    async def open(self, instance_id: str, terms: Mapping[str, Any]) -> None:
        """The gate lets in calls on these terms, those that wait first."""
        await self._ask("open", instance_id, dict(terms))

    async def recall(self, instance_id: str, *, renews: bool = False, again: bool = False) -> dict[str, Any]:
        """The gate lets in no more calls; those that wait come here before the answer, which says what has run and is under way.

        With `renews` they may go on waiting (`renewed` in the answer); with `again` the answer to the last recall may have been lost.
        """
        found: dict[str, Any] = await self._ask("recall", instance_id, renews, again)
        return found

    async def lend(self, instance_id: str, members: Collection[str], until: int | None) -> tuple[int, int]:
        """The gate lets in calls of these members until that moment of the half's lease clock (None: no more). What that clock shows, and
        how many it has let in so."""
        clock, reads = await self._ask("lend", instance_id, sorted(members), until)
        return int(clock), int(reads)

    async def outcome(self, instance_id: str, number: int) -> tuple[bool, Any]:
        """How a call has ended that was under way at a recall: whether it answered, and the value or the error payload."""
        answered, value = await self._ask("outcome", instance_id, number, budget_ms=OUTCOME_BUDGET_MS)
        return bool(answered), value

    async def epoch(self, instance_id: str, epoch: int) -> None:
        await self._ask("epoch", instance_id, epoch)

    async def fence(self, instance_ids: Sequence[str] | None) -> None:
        await self._ask("fence", None if instance_ids is None else list(instance_ids))

    async def outage(self, reason: str) -> None:
        """Until the lease is prolonged, calls to objects that are fenced end, for this reason."""
        await self._ask("outage", reason)

    async def record(self, file: str) -> None:
        """Has the calls that run shown in a file, for the supervisor, which reads it after the end of the process (`running_calls`)."""
        await self._ask("record", file)

    async def lease(self, ends_at: int | None) -> int:
        """Prolongs the kernel's lease to `ends_at`, nanoseconds of the JVM half's clock (None: no change).

        Answers what that clock shows.
        """
        return int(await self._ask("lease", ends_at, budget_ms=LEASE_BUDGET_MS))

    async def waits(self, kernel_id: str) -> list[Wait]:
        found = await self._ask("waits")
        return [Wait(str(each[0]), str(each[1]), str(each[2]), str(each[3]), kernel_id, int(each[4])) for each in found]

    async def abort_wait(self, call_number: int, error: AminoError) -> bool:
        return bool(await self._ask("abort_wait", call_number, to_payload(error)))

    async def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._ask("stats")
        return found

    async def shutdown(self) -> None:
        await self._ask("shutdown")

    async def _ask(self, operation: str, *args: Any, budget_ms: int = CONTROL_BUDGET_MS) -> Any:
        return decode((await self._send(operation, args, budget_ms)).data)

    def _send(self, operation: str, args: Sequence[Any], budget_ms: int) -> asyncio.Future[EncodedValue]:
        parts = [arg if isinstance(arg, EncodedValue) else DEFAULT.plain(arg) for arg in args]
        return self._connection.call("", operation, EncodedValue(pack_parts(parts)), CallOptions(budget_ms=budget_ms))


def _whole(state: EncodedValue) -> EncodedValue:
    """Looks at what another kernel or the OMS sent. Raises ValueInvalid where it would spoil the frame that it is put into."""
    return whole_value(state.data, "the state")


def _lost_in(state: EncodedValue) -> tuple[str, ...]:
    # Only this one key is read: the rest may hold what Python could not tell apart.
    cursor = Cursor(state.data)
    for _ in range(cursor.map()):
        if cursor.item() == "lost":
            return tuple(str(path) for path in cursor.item() or ())
        cursor.raw()
    return ()
