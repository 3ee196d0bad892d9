"""The next master. Pure: what the slaves have said goes in, a decision comes out.

A slave that answers has promised to take nothing more from a master of an earlier epoch. All that live are asked, since any of them may be
the only slave that has what was acknowledged; those that have ended are not waited for. A master that may act without slaves is asked too:
nobody else's promise would stop it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from amino_dms.master_slave.configuration import Configuration, Member


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """How far a replica is: the epoch of the master that has ordered its last entry, and the entry's position."""

    term: int
    position: int


@dataclass(frozen=True, slots=True)
class Elected:
    """Somebody is master."""

    configuration: Configuration


@dataclass(frozen=True, slots=True)
class Waits:
    """Nobody can be it before these have answered or ended."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """All that knew anything have ended."""


def elect(known: Configuration, signs: Mapping[Member, Sign], ended: Collection[Member]) -> Elected | Waits | Nobody:
    """Makes the furthest master, the one before among equals.

    Arguments:
        known: the last decision.
        signs: of those that have promised; the master before may be among them.
        ended: members whose processes have ended.
    """
    awaited = tuple(member for member in known.voters if member not in signs and member not in ended)
    if known.alone and known.master not in signs and known.master not in ended:
        awaited = (*awaited, known.master)
    if awaited:
        return Waits(awaited)
    candidates = [member for member in (known.master, *known.voters) if member in signs]
    if not candidates:
        return Nobody() if known.master in ended else Waits((known.master,))
    best = max(candidates, key=lambda member: (signs[member], member == known.master, -member.number))
    slaves = tuple(member for member in known.slaves if member in signs and member != best)
    return Elected(known.led_by(best, slaves))
