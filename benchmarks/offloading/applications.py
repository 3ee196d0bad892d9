"""The simulated objects: the six compute applications of the Sapphire paper, the Go engine and the licence plates of the Amino paper."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

KILOBYTE = 1000.0


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a class.

    Arguments:
        name: its name.
        share: how often it is called beside the class's other members.
        smallest, largest: bytes of arguments, log-uniform between.
        fixed: seconds on a phone for any arguments.
        by_megabyte: further seconds for each megabyte of arguments.
        result: bytes of a result.
        difficulty: standard deviation of the logarithm of the work, the same for all hosts, as inputs differ.
        repeatable: reads only, or idempotent.
    """

    name: str
    share: float
    smallest: float
    largest: float
    fixed: float
    by_megabyte: float
    result: float
    difficulty: float
    repeatable: bool

    def arguments(self, chance: random.Random) -> float:
        """Bytes of the arguments of a call."""
        return self.smallest * math.exp(chance.random() * math.log(self.largest / self.smallest))

    def seconds(self, size: float, chance: random.Random) -> float:
        """Seconds of a call on a phone."""
        return (self.fixed + self.by_megabyte * size / 1e6) * chance.lognormvariate(0.0, self.difficulty)


@dataclass(frozen=True, slots=True)
class Application:
    """A class of objects.

    Arguments:
        name: of the class.
        state: bytes of the state of an object.
        members: at least one.
    """

    name: str
    state: float
    members: tuple[Member, ...]

    def member(self, chance: random.Random) -> Member:
        """The member of the next call."""
        return chance.choices(self.members, [member.share for member in self.members])[0]


SUDOKU = Application("Sudoku", 0, (Member("solve", 1, 150, 250, 0.5, 0, 200, 0.5, True),))
REGRESSION = Application("Regression", 0, (Member("fit", 1, 30e3, 600e3, 0.1, 3.0, 400, 0.1, True),))
RECOGNITION = Application("Recognition", 0, (Member("classify", 1, 80e3, 400e3, 0.7, 0.4, 300, 0.1, True),))
PHYSICS = Application("Physics", 40e3, (Member("step", 1, 100, 200, 0.12, 0, 20e3, 0.1, False),))
CALCULUS = Application("Calculus", 0, (Member("integrate", 1, 100, 3e3, 0.06, 60.0, 200, 0.3, True),))
CHESS = Application(
    "Chess",
    5e3,
    (
        Member("move", 1, 100, 200, 0.9, 0, 200, 0.3, False),
        Member("board", 1, 50, 60, 0.002, 0, 500, 0.1, True),
    ),
)
GO = Application(
    "Go",
    20e3,
    (
        Member("move", 1, 100, 200, 2.0, 0, 200, 0.25, False),
        Member("board", 1, 50, 60, 0.003, 0, 800, 0.1, True),
    ),
)
PLATES = Application("Plates", 0, (Member("recognize", 1, 150e3, 1500e3, 0.3, 1.6, 500, 0.2, True),))
ALL = (SUDOKU, REGRESSION, RECOGNITION, PHYSICS, CALCULUS, CHESS, GO, PLATES)
STATEFUL = (PHYSICS, CHESS, GO)
