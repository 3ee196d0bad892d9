"""The master and its slaves, as the coordinator has stored them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from amino_dms.replication.group import Group


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A replica in one life: a replica that is made anew under the same number has another name.

    Arguments:
        number: of the replica.
        name: that it has given itself.
    """

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """A decision of the coordinator. Each change has a higher epoch, but for the mark that the master acts by it.

    Arguments:
        epoch: counts decisions.
        since: the epoch in which the master became it.
        master: writes.
        slaves: get what it writes, and answer reads.
        former: slaves of earlier decisions by which the master may act still, since it has not said that it acts by this one.
        alone: the master may act by a decision that gives it no slaves: then no slave can keep it from it.
    """

    epoch: int
    since: int
    master: Member
    slaves: tuple[Member, ...] = ()
    former: tuple[Member, ...] = ()
    alone: bool = False

    @property
    def group(self) -> Group:
        """As callers know it."""
        return Group(self.epoch, self.master.number)

    @property
    def voters(self) -> tuple[Member, ...]:
        """The slaves whose answer the master may count: without the word of each that lives nobody else becomes master."""
        return tuple(dict.fromkeys((*self.slaves, *self.former)))

    @property
    def members(self) -> tuple[Member, ...]:
        """The master and its slaves."""
        return (self.master, *self.slaves)

    def numbered(self, number: int) -> Member | None:
        """The member that is the replica of that number; None: it is none."""
        return next((member for member in self.members if member.number == number), None)

    def having(self, member: Member) -> Configuration:
        """With one more slave."""
        return self._changed((*self.slaves, member))

    def without(self, member: Member) -> Configuration:
        """With one slave less."""
        return self._changed(tuple(each for each in self.slaves if each != member))

    def acted_by(self) -> Configuration:
        """The master acts by it."""
        return replace(self, former=(), alone=not self.slaves)

    def led_by(self, master: Member, slaves: tuple[Member, ...]) -> Configuration:
        """With another master. It has acted by no earlier decision."""
        return Configuration(self.epoch + 1, self.epoch + 1, master, slaves, alone=not slaves)

    @classmethod
    def first(cls, master: Member) -> Configuration:
        """With a master alone."""
        return cls(1, 1, master, alone=True)

    def to_value(self) -> list[Any]:
        """As a value that can be stored or sent."""
        return [self.epoch, self.since, _listed(self.master), list(map(_listed, self.slaves)), list(map(_listed, self.former)), self.alone]

    @classmethod
    def from_value(cls, value: Any) -> Configuration:
        """The configuration of such a value."""
        epoch, since, master, slaves, former, alone = value
        return cls(int(epoch), int(since), _member(master), tuple(map(_member, slaves)), tuple(map(_member, former)), bool(alone))

    def _changed(self, slaves: tuple[Member, ...]) -> Configuration:
        return replace(self, epoch=self.epoch + 1, slaves=slaves, former=self.voters, alone=self.alone or not slaves)


def _listed(member: Member) -> list[Any]:
    return [member.number, member.name]


def _member(value: Any) -> Member:
    number, name = value
    return Member(int(number), str(name))
