"""An object of a played half: what it lets in, and when (`docs/bridge.md`, sections 1 and 2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import Enum

from amino_dms.api import Gate, ObjectRule
from amino_wire.errors import AminoError, InternalError, Outcome
from amino_wire.frames import FLAG_MANAGERS_DONE, FLAG_PROXIES_DONE, CallOptions
from amino_wire.transactions import joint_of

from amino_testkit.half.guest import Guest, GuestCall
from amino_testkit.half.played_delegation import Endings, PlayedDelegation
from amino_testkit.half.played_lent import PlayedLent
from amino_testkit.half.played_withheld import PlayedWithheld


class Phase(Enum):
    """Where an object is in its life."""

    CREATING = "creating"
    ACTIVE = "active"
    HELD = "held"
    GONE = "gone"


class Management(Enum):
    """What the Python half has to do with calls to an object; the value: flags of which one lets a client's call run without it."""

    NONE = 0
    PROXIES = FLAG_MANAGERS_DONE | FLAG_PROXIES_DONE
    INSTANCE_MANAGERS = FLAG_MANAGERS_DONE

    @classmethod
    def of(cls, managed: bool, proxies_only: bool) -> Management:
        """As the bridge names it."""
        return cls.NONE if not managed else cls.PROXIES if proxies_only else cls.INSTANCE_MANAGERS

    def is_done(self, options: CallOptions) -> bool:
        """Whether a client's call needs nobody else. Of a transaction over several objects, the Python half says which take part."""
        return not joint_of(options.transaction_id) and (self is Management.NONE or bool(options.flags & self.value))


class PlayedObject:
    """Calls run one after another, except those of a chain that is inside, and except on concurrent objects.

    Arguments:
        instance_id, epoch: as the bridge says.
        artifact: the key of what it was made from.
        management: what the Python half has to do with its calls.
        concurrent: whether calls may run beside one another.
        rule: the rule of a manager that its gate keeps; empty: none.
    """

    def __init__(self, instance_id: str, epoch: int, artifact: str, management: Management, *, concurrent: bool, rule: str = "") -> None:
        self.id = instance_id
        self.epoch = epoch
        self.artifact = artifact
        self.management = management
        self.rule = rule
        self.phase = Phase.CREATING
        self.fenced = False
        self.absence: AminoError | None = None
        self.executed: list[tuple[str, str]] = []
        self.inside: dict[str, str] = {}
        """By the id of a chain that is inside: the member that it runs."""
        self.delegation: PlayedDelegation | None = None
        self.endings = Endings()
        self.withheld = PlayedWithheld()
        self.lent = PlayedLent()
        self._guest: Guest | None = None
        self._gate = Gate()
        self._concurrent = concurrent
        self._parked: asyncio.Future[None] | None = None
        self._operations = 0

    @property
    def guest(self) -> Guest:
        """The instance, once it is made."""
        if self._guest is None:
            raise self.absence or InternalError(f"object {self.id} is not made yet")
        return self._guest

    def made(self, guest: Guest, *, held: bool) -> None:
        """The instance is there. With `held`, calls wait until it is resumed."""
        self._guest = guest
        self.phase = Phase.HELD if held else Phase.ACTIVE

    async def enter(self, call: GuestCall) -> str | None:
        """Waits until the call may run. Every entry needs one `leave`, with what this gives.

        Raises:
            AminoError: what callers of an object are told that is not here any more.
        """
        chain_id = call.chain_id
        while True:
            alone = self.rule == ObjectRule.ALONE or (self.delegation is not None and self.delegation.alone)
            await self._gate.enter(chain_id, exclusive=alone or not self._concurrent, again=not alone or self._passed(call))
            if self.absence is not None:
                self._gate.leave(chain_id)
                raise without_running(self.absence)
            if self.phase is not Phase.HELD or chain_id in self.inside:
                break
            self._gate.leave(chain_id)
            if self._parked is None:
                self._parked = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._parked)
        outer = self.inside.get(chain_id)
        self.inside[chain_id] = call.label
        return outer

    def _passed(self, call: GuestCall) -> bool:
        return any(hop.startswith((f"{self.id}.", f"{self.id}~")) for hop in call.chain[1:])

    def leave(self, call: GuestCall, outer: str | None) -> None:
        """The call has ended; `outer` is the member of its chain that goes on."""
        if outer is None:
            del self.inside[call.chain_id]
        else:
            self.inside[call.chain_id] = outer
        self._gate.leave(call.chain_id)

    @asynccontextmanager
    async def operation(self) -> AsyncGenerator[None]:
        """Inside for an operation, between two calls. Raises as `call`."""
        self._operations += 1
        async with self._gate.alone(f"operation/{self._operations}"):
            if self.absence is not None:
                raise self.absence
            yield

    def hold(self) -> None:
        """Calls wait from now on. Called inside an operation."""
        if self.phase is Phase.ACTIVE:
            self.phase = Phase.HELD

    def resume(self) -> None:
        """Held calls run."""
        self.fenced = False
        if self.phase is Phase.HELD:
            self.phase = Phase.ACTIVE
        self._let_go()

    def end(self, absence: AminoError) -> None:
        """The object is no more: calls that wait for it, and calls that come, are told `absence`."""
        self.phase, self.absence, self._guest = Phase.GONE, absence, None
        self.withheld.end()
        self._let_go()

    def _let_go(self) -> None:
        parked, self._parked = self._parked, None
        if parked is not None and not parked.done():
            parked.set_result(None)


def without_running(error: AminoError) -> AminoError:
    """The same error for a call that did not run."""
    return type(error)(error.message, type=error.type, details=error.details, cause=error.cause, outcome=Outcome.NOT_RUN)
