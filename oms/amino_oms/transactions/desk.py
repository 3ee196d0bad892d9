"""The requests about transactions over several objects, and the effects of their state machine."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Final

from amino_dms.joint.coordinator import FORGOTTEN, Coordinator
from amino_dms.joint.effects import Answer, Decide, Effect, Forget, Prepare, Settled, Tell
from amino_dms.joint.ending import Ending
from amino_dms.joint.transaction import Entry, JointTransaction, Phase
from amino_store.errors import NotWritten
from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    MemberNotFound,
    NotTransactional,
    ObjectNotFound,
    OmsUnavailable,
    Outcome,
    TransactionInvalid,
    to_message,
)
from amino_wire.pb import client_pb2, oms_pb2
from amino_wire.transactions import is_joint, joint_name

from amino_oms.background import BackgroundTasks
from amino_oms.lifecycle.services import Services
from amino_oms.transactions.decisions import Decisions
from amino_oms.transactions.keys import check_key, digest_of
from amino_oms.transactions.limits import TransactionLimits
from amino_oms.transactions.participants import Participants

_log = logging.getLogger(__name__)

SECONDS: Final = 60.0
"""How long a transaction may take whose client says nothing."""
LONGEST_SECONDS: Final = 3600.0
TICK: Final = 0.2
_TIDY: Final = 5
"""Ticks between two words to the store about what is settled."""
_ID_BYTES: Final = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 10.0
_EXCHANGED_SECONDS: Final = 60.0
"""How long an object is told of a commit by whose chain it has no transactions."""
_UNDONE_SECONDS: Final = 5.0
"""How long the answer to an end without effect waits for objects that do not answer; they are told all the same."""


def _short(request_id: str) -> str:
    """A part of a name that is as unlike others as the request's id is: those of one kernel begin alike."""
    return hashlib.blake2b(request_id.encode(), digest_size=_ID_BYTES).hexdigest()


class TransactionDesk:
    """Coordinates transactions. A transaction that is not decided ends without effect when this process ends."""

    def __init__(self, services: Services, limits: TransactionLimits) -> None:
        self._services, self._limits = services, limits
        self._clock = services.clock
        self._decisions = Decisions(services.registry.store)
        self._participants = Participants(services.coordination)
        self._coordinator = Coordinator()
        self._background = BackgroundTasks()
        self._answers: dict[str, list[asyncio.Future[Ending | None]]] = {}
        self._telling: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._deciding = False
        self._decided = asyncio.Event()
        """Set when a transaction is decided, and replaced then: those that wait look again."""
        self._life = f"{services.random.getrandbits(32):08x}"

    async def start(self) -> None:
        """Takes up what an earlier process has decided. Nothing may be answered before."""
        for name, members in (await self._decisions.all()).items():
            self._do(self._coordinator.stored_before(name, members, self._clock.monotonic()))

    async def run(self) -> None:
        """Ends what takes too long, until it is cancelled."""
        ticks = 0
        while True:
            await self._clock.sleep(TICK)
            self._do(self._coordinator.tick(self._clock.monotonic()))
            ticks += 1
            if ticks % _TIDY == 0:
                try:
                    await self._decisions.tidy()
                except AminoError as error:
                    _log.info("settled transactions are noted later: %s", error)

    async def close(self) -> None:
        """Stops. Objects in doubt ask the next process."""
        await self._background.close()

    async def begin(self, request: client_pb2.BeginTransactionRequest) -> client_pb2.BeginTransactionResponse:
        """See `BeginTransaction`. The name is of this life of the service: no late copy of the request begins it anew elsewhere."""
        seconds = request.timeout_ms / 1000 or SECONDS
        if not 0 < seconds <= LONGEST_SECONDS:
            raise ArgumentInvalid(f"a transaction may take up to {LONGEST_SECONDS:g} s, not {seconds:g}")
        own = request.request_id or f"{self._services.random.getrandbits(64):016x}"
        name = joint_name(f"tx-{_short(own)}-{self._life}")
        if name not in self._coordinator.transactions:
            self._limits.check_begin(self._coordinator.going)
        self._coordinator.begin(name, request.maker, self._clock.monotonic(), seconds, digest_of(request.key))
        return client_pb2.BeginTransactionResponse(transaction=name)

    async def end(self, request: client_pb2.EndTransactionRequest) -> client_pb2.EndTransactionResponse:
        """See `EndTransaction`."""
        name = request.transaction
        if not is_joint(name):
            raise ArgumentInvalid(f"{name!r} is no transaction over several objects; `amino transactions` lists those that are open")
        check_key(request, self._coordinator.transactions.get(name))
        return await (self._commit(name) if request.commit else self._end(name, request.reason))

    async def _commit(self, name: str) -> client_pb2.EndTransactionResponse:
        future = asyncio.get_running_loop().create_future()
        self._answers.setdefault(name, []).append(future)
        self._do(self._coordinator.commit(name, self._clock.monotonic()))
        ending = await future
        if ending is FORGOTTEN:
            await self._services.registry.store.confirm(0.0)
        if ending is not None:
            raise ending.error(name)
        return client_pb2.EndTransactionResponse()

    async def _end(self, name: str, reason: str) -> client_pb2.EndTransactionResponse:
        mine = Ending(reason or "its client took it back")
        self._do(self._coordinator.abort(name, mine))
        known = self._coordinator.transactions.get(name)
        if known is None:
            return client_pb2.EndTransactionResponse(ended=to_message(FORGOTTEN.error(name)))
        if known.phase in (Phase.STORING, Phase.COMMITTED):
            raise TransactionInvalid(f"transaction {name} is committed: all of it has happened", outcome=Outcome.NOT_RUN)
        told = [task for (transaction, _), task in self._telling.items() if transaction == name]
        if told:
            await asyncio.wait(told, timeout=_UNDONE_SECONDS)
        response = client_pb2.EndTransactionResponse()
        if known.ending is not None and known.ending is not mine:
            response.ended.CopyFrom(to_message(known.ending.error(name)))
        return response

    async def join(self, request: oms_pb2.JoinTransactionRequest) -> oms_pb2.JoinTransactionResponse:
        """See `JoinTransaction`."""
        name, now = request.transaction, self._clock.monotonic()
        entry = Entry(request.token, request.member, request.caller, request.after)
        if request.waits:
            self._do(self._coordinator.wait(name, request.object_id, entry, request.holder, now))
        else:
            stored = await self._services.registry.by_id(request.object_id)
            if stored is None:
                raise ObjectNotFound(f"there is no object with the id {request.object_id}; it was deleted")
            self._services.coordination.check_transactional(stored.record)
            while self._coordinator.must_wait_for(request.after):
                await self._decided.wait()
            self._do(self._coordinator.join(name, request.object_id, entry, now))
            if (ending := self._limits.too_large(self._coordinator.size(name))) is not None:
                self._do(self._coordinator.abort(name, ending))
        refusal = self._coordinator.refusal(name)
        if refusal is not None:
            raise refusal.error(name)
        return oms_pb2.JoinTransactionResponse()

    async def outcome(self, request: oms_pb2.TransactionOutcomeRequest) -> oms_pb2.TransactionOutcomeResponse:
        """See `TransactionOutcome`. What this process does not know has ended without effect, if it still leads."""
        if request.transaction not in self._coordinator.transactions:
            await self._services.registry.store.confirm(0.0)
        return oms_pb2.TransactionOutcomeResponse(outcome=self._coordinator.outcome(request.transaction))

    async def list(self, request: client_pb2.ListTransactionsRequest) -> client_pb2.ListTransactionsResponse:  # noqa: ARG002
        """See `ListTransactions`."""
        return client_pb2.ListTransactionsResponse(transactions=[await self._record(each) for each in list(self._coordinator.open())])

    async def _record(self, known: JointTransaction) -> client_pb2.TransactionRecord:
        now = self._clock.monotonic()
        record = client_pb2.TransactionRecord(transaction=known.name, phase=known.phase, maker=known.maker)
        record.age_ms = round(1000 * (now - known.begun))
        for object_id, member in list(known.members.items()):
            stored = await self._services.registry.by_id(object_id)
            record.parts.append(
                client_pb2.TransactionPart(
                    object_id=object_id,
                    object_name="" if stored is None else stored.record.name,
                    state=member.standing,
                    member=member.entry.member,
                    caller=member.entry.caller,
                    waits_for=member.waits_for,
                    waits_ms=round(1000 * (now - member.since)),
                )
            )
        return record

    # The effects.

    def _do(self, effects: Iterable[Effect]) -> None:
        if effects:
            self._decided.set()
            self._decided = asyncio.Event()
        for effect in effects:
            match effect:
                case Prepare():
                    self._background.start(self._prepare(effect), f"vote of {effect.object_id} on {effect.transaction}")
                case Tell():
                    self._begin_telling(effect)
                case Decide():
                    if not self._deciding:
                        self._deciding = True
                        self._background.start(self._decide(), "decisions")
                case Answer():
                    for future in self._answers.pop(effect.transaction, ()):
                        if not future.done():
                            future.set_result(effect.ending)
                case Settled():
                    self._decisions.settled(effect.transaction)
                case Forget():
                    self._decisions.forgotten(effect.transaction)

    async def _prepare(self, asked: Prepare) -> None:
        pause = _FIRST_PAUSE
        while (known := self._coordinator.transactions.get(asked.transaction)) is not None and known.phase is Phase.PREPARING:
            try:
                no = await self._participants.vote(asked)
            except AminoError as error:
                _log.info("object %s has not voted on %s yet: %s", asked.object_id, asked.transaction, error)
            else:
                self._do(self._coordinator.voted(asked.transaction, asked.object_id, asked.token, no))
                return
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _decide(self) -> None:
        """Stores what is ready, all at once, and then what has become ready meanwhile."""
        while due := self._coordinator.due():
            failed = await self._stored({each.transaction: each.members for each in due})
            for each in due:
                self._do(self._coordinator.not_stored(each.transaction, failed) if failed else self._coordinator.stored(each.transaction))
        self._deciding = False

    async def _stored(self, decided: Mapping[str, Iterable[tuple[str, str]]]) -> Ending | None:
        """Why none of them is in the store; None: all are. Where an attempt has ended nobody knows how, only another one can tell."""
        unknown = False
        while True:
            try:
                await self._decisions.add(decided)
            except OmsUnavailable as error:
                if isinstance(error, NotWritten) and not unknown:
                    return Ending(f"the decision could not be stored: {error.message}", Phase.STORING)
                unknown = unknown or not isinstance(error, NotWritten)
                _log.warning("whether the decisions on %s are stored is not known: %s", ", ".join(decided), error)
                await self._clock.sleep(_FIRST_PAUSE)
            else:
                return None

    def _begin_telling(self, told: Tell) -> None:
        key = (told.transaction, told.object_id)
        if key not in self._telling:
            word = "commit" if told.committed else "end"
            task = self._telling[key] = self._background.start(self._tell(told), f"{word} of {told.transaction} at {told.object_id}")
            task.add_done_callback(lambda _: self._telling.pop(key, None))

    async def _tell(self, told: Tell) -> None:
        pause, begun = _FIRST_PAUSE, self._clock.monotonic()
        while True:
            try:
                try:
                    await self._participants.tell(told)
                except (NotTransactional, MemberNotFound):
                    # Its manager left when the part had ended. A chain that is being exchanged keeps its parts, which ask by themselves.
                    if told.committed and self._clock.monotonic() - begun < _EXCHANGED_SECONDS:
                        raise
            except AminoError as error:
                _log.info("object %s does not know yet how %s ended: %s", told.object_id, told.transaction, error)
            else:
                self._do(self._coordinator.acknowledged(told.transaction, told.object_id))
                return
            if not told.committed and pause >= _LONGEST_PAUSE and told.transaction not in self._coordinator.transactions:
                return  # it asks by itself
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
