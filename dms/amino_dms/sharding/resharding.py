"""How the shards of an object become more or fewer, step by step. Pure: what each step does is in `reshard_steps.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from amino_dms.sharding.shard_map import ShardMap


class Stage(StrEnum):
    """The part of a change that is done now. Each is stored before it begins, and may be done again from its beginning."""

    MAKING = "making"
    """New shards are made, which answer nothing yet."""
    SPLITTING = "splitting"
    """Keys leave the shards that have had them; from here on nobody may call them there."""
    MERGING = "merging"
    """The others get them. It is not undone any more."""
    OPENING = "opening"
    """All have theirs, and answer by the new map."""
    ENDING = "ending"
    """Parcels are dropped, and shards without keys are ended."""
    UNDOING = "undoing"
    """Shards get back what they gave; shards that were made are ended."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A change of the number of shards.

    Arguments:
        count: how many there are to be.
        stage: what is done now.
        after: the ids of the shards that there are to be, by number, once they are made.
        reason: why it is undone.
    """

    count: int
    stage: Stage = Stage.MAKING
    after: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The shards of an object, and how they change.

    Arguments:
        version: of their map.
        ids: by number.
        plan: the change that is under way; None: there is none.
        failed: why the last change was undone; empty: it was not.
    """

    version: int = 0
    ids: tuple[str, ...] = ()
    plan: Plan | None = None
    failed: str = ""

    @property
    def grows(self) -> bool:
        """Whether there are to be more shards."""
        return self.plan is not None and self.plan.count > len(self.ids)

    @property
    def next_version(self) -> int:
        """Of the map to which the change leads. A change that is undone leads to the map after: shards may be at the first."""
        return self.version + (2 if self.plan is not None and self.plan.stage is Stage.UNDOING else 1)

    @property
    def sources(self) -> range:
        """The numbers of the shards that keys leave: with the jump hash all old ones where there are to be more, else those that end."""
        return range(len(self.ids)) if self.plan is None or self.grows else range(self.plan.count, len(self.ids))

    @property
    def dests(self) -> range:
        """The numbers of the shards that get keys."""
        if self.plan is None:
            return range(0)
        return range(len(self.ids), self.plan.count) if self.grows else range(self.plan.count)

    @property
    def standing(self) -> range:
        """The numbers of the shards that are there for certain, and stay until the next stage."""
        if self.plan is None or self.plan.stage in (Stage.MAKING, Stage.UNDOING):
            return range(len(self.ids))
        if self.plan.stage is Stage.ENDING:
            return range(self.plan.count)
        return range(max(len(self.ids), self.plan.count))

    def published(self, splits: bool) -> ShardMap:
        """The map by which callers are to call. Where shards become more, the new one is in force as soon as keys leave: those that stay
        are called as before. Where they become fewer, it is so when all keys have arrived: a shard that gets keys cannot tell them from
        its own. While a change is undone, the map stays as it was: it is older than that of shards that have taken their keys back.
        """
        plan = self.plan
        if plan is not None and plan.after and (self.grows or plan.stage in (Stage.OPENING, Stage.ENDING)):
            return ShardMap(self.version + 1, plan.after, splits)
        return ShardMap(self.version, self.ids, splits)

    def planned(self, count: int) -> Layout:
        """With a change that begins."""
        return Layout(self.version, self.ids, Plan(count))

    def at(self, stage: Stage, after: tuple[str, ...] | None = None) -> Layout:
        """The same change at a later stage."""
        assert self.plan is not None, "there is no change"
        return replace(self, plan=replace(self.plan, stage=stage, after=self.plan.after if after is None else after))

    def undone(self, reason: str) -> Layout:
        """The change is to be undone."""
        assert self.plan is not None and self.plan.stage in (Stage.MAKING, Stage.SPLITTING), "nothing has arrived anywhere"
        return replace(self, plan=replace(self.plan, stage=Stage.UNDOING, reason=reason))

    def restored(self) -> Layout:
        """All shards have their keys again, by the map after that of the change. Only shards that were made are to be ended: as
        where they become fewer."""
        plan = self.plan
        assert plan is not None and plan.stage is Stage.UNDOING, "nothing is undone"
        made = ("",) * max(0, plan.count - len(self.ids))
        return Layout(self.next_version - 1, (*self.ids, *made), Plan(len(self.ids), Stage.ENDING, self.ids, plan.reason))

    def finished(self) -> Layout:
        """The change is over."""
        assert self.plan is not None and self.plan.stage is Stage.ENDING, "there is no change that ends"
        return Layout(self.next_version, self.plan.after, failed=self.plan.reason)

    def to_value(self) -> list[Any]:
        """As a value that can be stored."""
        plan = self.plan
        return [
            self.version,
            list(self.ids),
            None if plan is None else [plan.count, plan.stage.value, list(plan.after), plan.reason],
            self.failed,
        ]

    @classmethod
    def from_value(cls, value: Any) -> Layout:
        """The layout of such a value."""
        version, ids, plan, failed = value
        made = None
        if plan is not None:
            count, stage, after, reason = plan
            made = Plan(count, Stage(stage), tuple(after), reason)
        return cls(version, tuple(ids), made, failed)
