"""The facts about nodes, replicas and members that parts know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_NO_LABELS: Mapping[str, str] = {}

REGION_LABEL = "region"
DEVICE_LABEL = "device"


@dataclass(frozen=True, slots=True)
class Node:
    """A kernel as a place to be (Sapphire section 5: servers and devices, grouped in regions).

    Arguments:
        id: the kernel's id.
        labels: its operator's words about it; `region` and `device` are known to managers.
    """

    id: str
    labels: Mapping[str, str] = field(default_factory=lambda: _NO_LABELS)

    @property
    def region(self) -> str:
        """The label `region`; empty where the operator gave none."""
        return self.labels.get(REGION_LABEL, "")

    @property
    def is_device(self) -> bool:
        """Whether it is a client's device: the label `device` is set and not `false`."""
        return self.labels.get(DEVICE_LABEL, "false") != "false"


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy of the object: its number (0 is the first), the id of its node, and what its manager calls it."""

    number: int
    node: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """A member of the object's interface. `read_only` is what its author declared, not a guess; an arity of -1 is any number of arguments,
    or not known, and so are parameters that are missing."""

    name: str
    read_only: bool = False
    arity: int = -1
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """The members an object offers.

    Attributes:
        read_only: the members that are declared to change nothing.
    """

    name: str = ""
    methods: tuple[Method, ...] = ()
    read_only: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Each call asks for it.
        object.__setattr__(self, "read_only", frozenset(method.name for method in self.methods if method.read_only))

    def method(self, name: str) -> Method | None:
        """The member of that name."""
        return next((method for method in self.methods if method.name == name), None)

    @property
    def undeclared(self) -> frozenset[str]:
        """The members that may change something."""
        return frozenset(method.name for method in self.methods if not method.read_only)


class Arrival(StrEnum):
    """How a part came to be where it is."""

    CREATED = "created"
    """With a new object."""
    ATTACHED = "attached"
    """To an object that was there before."""
    MOVED = "moved"
    """With an object that moved: nothing was lost, and the old place answers no more calls."""
    RECOVERED = "recovered"
    """With an object that was brought back after its node died: all calls since the saved state are unknown."""


class ObjectRule(StrEnum):
    """A rule about calls that an object's own gate can keep, in the half of the kernel that runs the object."""

    ALONE = "alone"
    """As `Gate.passing(call, alone=True)` around each call."""


class Purpose(StrEnum):
    """The purpose for which a part's state is saved."""

    MOVE = "move"
    CHECKPOINT = "checkpoint"
