"""An instance of an object on this kernel, as a state machine. Pure: events come in, the next state and effects go out.

The shell (`lifecycle.py`) carries the effects out, in their order, and reports how the long ones ended. Whether a call may reach
the object is decided here alone, by `entrance`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Life(Enum):
    """Whether the instance is there, and whether it is this kernel's."""

    CREATING = "creating"
    """The JVM half makes it, or its managers begin; nobody has been told that it is there."""
    PASSIVE = "passive"
    """It has arrived by a move that is not committed yet: the JVM half holds its calls."""
    ACTIVE = "active"
    LEAVING = "leaving"
    """It is on the move to another kernel: calls wait."""
    GONE = "gone"


class Managers(Enum):
    """How far the instance managers of its chain are."""

    NONE = "none"
    """The chain is empty."""
    OPENING = "opening"
    OPEN = "open"
    EXCHANGING = "exchanging"
    """Those of another chain take their place."""
    FAILED = "failed"
    """They could not begin. No call reaches the object until they have."""


class Entrance(Enum):
    """The way of a call whose proxies have run."""

    OBJECT = "object"
    """It goes to the object: no manager takes part in calls."""
    MANAGERS = "managers"
    """It goes to the instance managers, who keep it waiting while they open, are exchanged or prepare to move."""
    NOT_NOW = "not now"
    """It must come again: the managers could not begin, or the kernel's lease has ended."""
    ELSEWHERE = "elsewhere"
    """It must go to where the object is."""


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """The facts of a chain that count here: the generation of its spec, its managers, and whether any of them takes part in calls."""

    generation: int
    key: bytes = b""
    on_path: bool = False

    @property
    def empty(self) -> bool:
        return not self.key


@dataclass(frozen=True, slots=True)
class Instance:
    """The state of one instance.

    `chain` is in force, or is being opened; `wanted` is the newest that this kernel has heard of; `target` is the one whose managers take
    their places in an exchange. `activated` says that a move has been committed while the managers were still opening, `fenced`
    that the kernel's lease has ended, so that another kernel may have the object, and `overtaken` that it ended while this was made.
    """

    chain: ChainFacts
    wanted: ChainFacts
    target: ChainFacts | None = None
    life: Life = Life.CREATING
    managers: Managers = Managers.NONE
    activated: bool = False
    fenced: bool = False
    overtaken: bool = False

    @staticmethod
    def begun(chain: ChainFacts) -> Instance:
        """An instance that is about to be made."""
        return Instance(chain, chain)

    @property
    def here(self) -> bool:
        """Whether it counts as this kernel's: it has been made, and has not left."""
        return self.life in (Life.ACTIVE, Life.LEAVING)

    @property
    def settled(self) -> bool:
        """Whether nothing is going on, so that a move may begin."""
        return self.life is Life.ACTIVE and self.managers in (Managers.NONE, Managers.OPEN) and not self.fenced

    def entrance(self) -> Entrance:
        """The way of a call. A call reaches the object only if its managers are open, or take no part in calls, and no other
        kernel can have the object."""
        if self.life is Life.GONE:
            return Entrance.ELSEWHERE
        if self.managers is Managers.FAILED or self.fenced:
            return Entrance.NOT_NOW
        taking_part = self.chain.on_path or (self.target is not None and self.target.on_path)
        return Entrance.MANAGERS if taking_part else Entrance.OBJECT


class Happening(Enum):
    """Events that carry nothing."""

    MADE = "made"
    """The JVM half has it, by its constructor or from a state."""
    RECEIVED = "received"
    """The JVM half has it from a move, and holds its calls."""
    OPENED = "opened"
    """The managers have begun."""
    OPENING_FAILED = "opening failed"
    EXCHANGED = "exchanged"
    """The managers of `target` have taken their places."""
    EXCHANGE_REFUSED = "exchange refused"
    """The managers that are there could not leave; they go on."""
    EXCHANGE_FAILED = "exchange failed"
    """The managers that were there have ended, and the new ones could not begin."""
    RETRY = "retry"
    ACTIVATE = "activate"
    """The OMS has committed that it is here."""
    MOVE = "move"
    """It is to leave for another kernel."""
    STAY = "stay"
    """The move has been given up."""
    FENCED = "fenced"
    """The kernel's lease has ended. The JVM half answers for none of its objects any more."""
    UNFENCED = "unfenced"
    """The OMS has renewed the kernel's lease, and the object is still this kernel's."""
    LEFT = "left"
    """The move has been committed, or the object lives elsewhere."""
    DESTROY = "destroy"
    """It was deleted, or what made it has failed."""
    LOST = "lost"
    """Its context was closed, or its JVM half has ended."""


@dataclass(frozen=True, slots=True)
class Told:
    """The kernel has heard of a record with this chain."""

    chain: ChainFacts


Event = Happening | Told


class Effect(Enum):
    """The next acts of the shell. The effects of one event are carried out in their order, also where one of them fails."""

    OPEN = "open the managers"
    EXCHANGE = "have the JVM half pass all calls to this half, and exchange the managers"
    ROUTE = "have the JVM half pass calls as the chain says"
    UPDATE = "tell the JVM half and the managers of the new record"
    PUBLISH = "let this kernel's calls find it"
    RESUME = "let the calls run that the JVM half holds"
    THAW = "let the calls in that wait in the managers"
    REPORT = "tell the OMS which generation is in force"
    RETRY = "try again after a while"
    FORGET = "take it out of the table"
    CLOSE = "end the managers and send away the calls that wait there"
    ABANDON = "end the managers, which can reach nothing any more"
    RELEASE = "take it out of the JVM half and send its calls after it"
    DESTROY = "take it out of the JVM half for good"


Effects = tuple[Effect, ...]
Stepped = tuple[Instance, Effects]


def step(now: Instance, event: Event) -> Stepped:
    """Answers the next state and what to do. An event that does not fit the state changes nothing."""
    if now.life is Life.GONE:
        return now, ()
    if isinstance(event, Told):
        return _told(now, event.chain)
    match event:
        case Happening.MADE if now.life is Life.CREATING:
            return _made(now)
        case Happening.RECEIVED if now.life is Life.CREATING:
            return _received(now)
        case Happening.OPENED if now.managers is Managers.OPENING:
            return _opened(now)
        case Happening.OPENING_FAILED if now.managers is Managers.OPENING:
            return _gone(now, Effect.FORGET, Effect.ABANDON, Effect.DESTROY)
        case Happening.EXCHANGED | Happening.EXCHANGE_REFUSED | Happening.EXCHANGE_FAILED if now.managers is Managers.EXCHANGING:
            return _exchanged(now, event)
        case Happening.RETRY:
            return _brought_up_to_date(now)
        case Happening.ACTIVATE if now.life is Life.PASSIVE:
            return _activated(now)
        case Happening.MOVE if now.settled:
            return replace(now, life=Life.LEAVING), ()
        case Happening.STAY if now.life is Life.LEAVING:
            return _brought_up_to_date(replace(now, life=Life.ACTIVE), Effect.UPDATE, *_resumed(now), Effect.THAW)
        case Happening.FENCED:
            return replace(now, fenced=True, overtaken=now.overtaken or now.life is Life.CREATING), ()
        case Happening.UNFENCED if now.fenced:
            return replace(now, fenced=False), (Effect.RESUME,) if now.life is Life.ACTIVE else ()
        case Happening.LEFT:
            return _gone(now, Effect.FORGET, Effect.CLOSE, Effect.RELEASE)
        case Happening.DESTROY:
            return _gone(now, Effect.FORGET, Effect.CLOSE, Effect.DESTROY)
        case Happening.LOST:
            return _gone(now, Effect.FORGET, Effect.ABANDON)
        case _:
            return now, ()


def _made(now: Instance) -> Stepped:
    if now.chain.empty:
        return _first_active(now)
    return replace(now, managers=Managers.OPENING), (Effect.OPEN,)


def _received(now: Instance) -> Stepped:
    if now.chain.empty:
        return replace(now, life=Life.PASSIVE), ()
    return replace(now, life=Life.PASSIVE, managers=Managers.OPENING), (Effect.OPEN,)


def _opened(now: Instance) -> Stepped:
    opened = replace(now, managers=Managers.OPEN)
    if now.life is Life.CREATING:
        return _first_active(opened)
    return _activated(opened) if now.activated else (opened, ())


def _first_active(now: Instance) -> Stepped:
    """It has been made. A fence that the JVM half was given meanwhile stands there still, though the lease may have been renewed since."""
    resumed = _resumed(now) if now.overtaken else ()
    return _brought_up_to_date(replace(now, life=Life.ACTIVE), Effect.PUBLISH, *resumed)


def _activated(now: Instance) -> Stepped:
    if now.managers is Managers.OPENING:
        return replace(now, activated=True), ()
    return _brought_up_to_date(replace(now, life=Life.ACTIVE), Effect.UPDATE, Effect.PUBLISH, *_resumed(now))


def _resumed(now: Instance) -> Effects:
    """The JVM half takes a fence away with the hold, so both must be over."""
    return () if now.fenced else (Effect.RESUME,)


def _told(now: Instance, chain: ChainFacts) -> Stepped:
    if chain.generation < now.wanted.generation:
        return now, ()
    update = (Effect.UPDATE,) if now.life is Life.ACTIVE else ()
    return _brought_up_to_date(replace(now, wanted=chain), *update)


def _brought_up_to_date(now: Instance, *before: Effect) -> Stepped:
    """The instance with the wanted chain in force, as far as nothing else is going on."""
    if now.life is not Life.ACTIVE or now.managers in (Managers.OPENING, Managers.EXCHANGING):
        return now, before
    if now.wanted.key == now.chain.key and now.managers is not Managers.FAILED:
        in_force = replace(now, chain=now.wanted)
        return in_force, before if in_force == now else (*before, Effect.REPORT)
    return replace(now, managers=Managers.EXCHANGING, target=now.wanted), (*before, Effect.EXCHANGE)


def _exchanged(now: Instance, event: Event) -> Stepped:
    if event is Happening.EXCHANGE_REFUSED:
        stays = replace(now, managers=_managers(now.chain), target=None)
        # Calls go on to pass this half: its record names managers that are not there, and the old ones must see them.
        return stays, (Effect.RETRY,)
    if event is Happening.EXCHANGE_FAILED:
        return replace(now, managers=Managers.FAILED, target=None), (Effect.RETRY,)
    chain = now.target or now.wanted
    in_force = replace(now, chain=chain, managers=_managers(chain), target=None)
    return _brought_up_to_date(in_force, Effect.ROUTE, Effect.REPORT)


def _managers(chain: ChainFacts) -> Managers:
    return Managers.NONE if chain.empty else Managers.OPEN


def _gone(now: Instance, *effects: Effect) -> Stepped:
    return replace(now, life=Life.GONE), effects
