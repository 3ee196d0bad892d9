"""The energy of a call: e = f(r), by a declared model of the host (Amino paper, section V, step 3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from amino_wire.errors import ArgumentInvalid

MEGABYTE = 1e6
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Resources:
    """r(object, host) = f(cpu, mem, disk io, network io): what a call took of a host.

    Arguments:
        processor: seconds of a processor.
        memory: bytes held, times seconds.
        disk: bytes read and written.
        network: bytes sent and received.
        waiting: seconds in which the host waited for another host's answer.
    """

    processor: float = 0.0
    memory: float = 0.0
    disk: float = 0.0
    network: float = 0.0
    waiting: float = 0.0


NOTHING = Resources()


@dataclass(frozen=True, slots=True)
class EnergyModel:
    """The coefficients of e = f(r), which is linear in r.

    Arguments:
        processor: watts of a busy processor.
        memory: watts for each gigabyte held.
        disk: joules for each megabyte read or written.
        network: joules for each megabyte sent or received.
        waiting: watts while the host waits for an answer.
        counted: the share of a joule that counts; 0 for a host on the mains whose energy nobody minds.
    """

    processor: float = 0.0
    memory: float = 0.0
    disk: float = 0.0
    network: float = 0.0
    waiting: float = 0.0
    counted: float = 1.0

    @classmethod
    def of(cls, coefficients: Mapping[str, float]) -> Self:
        """A model of the coefficients of a settings file or a trace.

        Raises ArgumentInvalid for a name that is no coefficient, and for a coefficient that is negative or no number.
        """
        names = [field.name for field in fields(cls)]
        for name, value in coefficients.items():
            if name not in names:
                raise ArgumentInvalid(f"{name!r} is no coefficient of an energy model; there are {', '.join(names)}")
            if type(value) not in (int, float) or not 0 <= value < math.inf:
                raise ArgumentInvalid(f"the coefficient {name!r} of an energy model is {value!r}; give a number from 0 on")
        return cls(**coefficients)

    def joules(self, used: Resources) -> float:
        """The joules that count, for what was used."""
        return self.counted * (
            self.processor * used.processor
            + self.memory * used.memory / GIGABYTE
            + self.disk * used.disk / MEGABYTE
            + self.network * used.network / MEGABYTE
            + self.waiting * used.waiting
        )

    def calling(self, network: float, waiting: float) -> float:
        """The joules that count at the host of a caller: `network` bytes, and `waiting` seconds."""
        return self.counted * (self.network * network / MEGABYTE + self.waiting * waiting)

    def running(self, processor: float, network: float) -> float:
        """The joules that count at the host that runs a call: `processor` seconds, `network` bytes."""
        return self.counted * (self.processor * processor + self.network * network / MEGABYTE)
